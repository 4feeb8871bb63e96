"""Who reports to whom: read from the campaign's rules and the tree, never from a list of levels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vneid_field.campaigns.queries import list_report_rules
from vneid_field.reporting.kinds import ReportKind
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind

# Kinds whose police may write a daily paper; a hamlet has none of its own.
POLICE_UNITS = (UnitKind.CITY, UnitKind.DISTRICT, UnitKind.COMMUNE)


@dataclass(frozen=True)
class Chain:
    """One kind of report of a campaign: the kind of unit that owes one → the kind it goes to.

    A unit whose reports go to its own kind ends the chain: its committee reads them.
    """

    goes_to: Mapping[UnitKind, UnitKind] = field(default_factory=dict)

    def owes(self, kind: UnitKind) -> bool:
        """Say whether a kind of unit owes this report."""
        return kind in self.goes_to

    def below(self, unit: Unit) -> tuple[UnitKind, ...]:
        """Return the kinds whose reports a unit reads.

        Those that report to its kind; above the end of a chain that does not reach the top, those
        that report to the last receiver.
        """
        direct = tuple(kind for kind, to in self.goes_to.items() if to == unit.kind != kind)
        if direct or self.owes(unit.kind) or unit.kind not in POLICE_UNITS:
            return direct
        return tuple(kind for kind, to in self.goes_to.items() if not self.owes(to))

    def makes_own_paper(self, kind: UnitKind) -> bool:
        """Say whether a unit writes its daily paper on demand, because it owes none."""
        return kind in POLICE_UNITS and not self.owes(kind)


def chains_of(campaign_id: int) -> dict[ReportKind, Chain]:
    """Return a campaign's chain of each kind of report that it asks for."""
    found: dict[ReportKind, dict[UnitKind, UnitKind]] = {}
    for rule in list_report_rules(campaign_id):
        found.setdefault(ReportKind(rule.report_kind), {})[rule.unit_kind] = rule.to_kind
    return {kind: Chain(goes_to) for kind, goes_to in found.items()}


def chain_of(campaign_id: int, kind: ReportKind = ReportKind.DAILY) -> Chain:
    """Return a campaign's chain of one kind of report."""
    return chains_of(campaign_id).get(kind, Chain())


def row_of(path: str, rows: Sequence[Unit]) -> Unit | None:
    """Return the row in which the unit at `path` lies, or None: a district for its communes."""
    return next((unit for unit in rows if path.startswith(unit.path)), None)
