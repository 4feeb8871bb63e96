"""What the pages of targets show: the plan's table, a split being typed, its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vneid_field.campaigns.models import Campaign
from vneid_field.core.errors import NotFound
from vneid_field.core.shares import largest_remainder
from vneid_field.quotas import queries
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.models import QuotaRevision
from vneid_field.quotas.rules import (
    PlanRow,
    choose_weights,
    daily_quota,
    plan_row,
    plan_total,
    read_amount,
)
from vneid_field.quotas.services import SPLIT_KINDS, propose_split
from vneid_field.units.models import Unit
from vneid_field.units.queries import list_children
from vneid_field.units.rules import UnitKind

# Over whom targets are split: the administrative level right below, down to the teams (IV.5).
TABLE_KINDS = (UnitKind.DISTRICT, UnitKind.COMMUNE)
BELOW = (*TABLE_KINDS, UnitKind.TEAM)
Key = tuple[int, QuotaKind]


@dataclass(frozen=True)
class PlanTable:
    """The plan's twelve columns for the units right below one."""

    parent: Unit
    rows: list[tuple[Unit, PlanRow]]
    total: PlanRow
    is_given: bool  # whether the units below have targets at all


def gather_plan(campaign: Campaign, parent: Unit) -> PlanTable:
    """Return the table of the units right below; raises NotFound when there are none."""
    children = list_children(parent, TABLE_KINDS)
    if not children:
        raise NotFound
    given = queries.plan_inputs(campaign, parent, children)
    rows = [(child, plan_row(given[child.id], campaign.quota_days)) for child in children]
    total = plan_total([given[child.id] for child in children], campaign.quota_days)
    return PlanTable(parent, rows, total, any(one.quota_total for one in given.values()))


@dataclass(frozen=True)
class SplitLine:
    """A unit of a split: what is typed (or stored), its weight, and how its own split stands."""

    unit: Unit
    weight: int
    typed: Mapping[QuotaKind, str]
    state: str = ""  # "missing": not split further; "off": its own split no longer adds up

    def amount(self, kind: QuotaKind) -> int:
        """The typed number, 0 when it is not one."""
        return read_amount(self.typed[kind]) or 0


@dataclass(frozen=True)
class SplitView:
    """A unit's targets and how they are spread over the units below."""

    unit: Unit
    targets: queries.Targets
    lines: list[SplitLine]
    number: int
    basis: str
    notice: str = ""  # "proposed", "restored", "off": the stored split does not add up any more
    wrong: frozenset[Key] = field(default_factory=frozenset)  # fields that are no whole number

    def sum_of(self, kind: QuotaKind) -> int:
        """The sum of what is typed."""
        return sum(line.amount(kind) for line in self.lines)

    def target_of(self, kind: QuotaKind) -> int:
        """The unit's own target, which the sum must meet."""
        return self.targets.get(kind, 0)


def has_table(unit: Unit) -> bool:
    """Say whether administrative units with targets of their own stand right below."""
    return bool(list_children(unit, TABLE_KINDS))


def is_split(campaign: Campaign, unit: Unit) -> bool:
    """Say whether a unit splits its targets; the root's are the plan's own table."""
    return unit.id != campaign.root_unit_id and unit.kind in TABLE_KINDS


def children_of(campaign: Campaign, unit: Unit) -> list[Unit]:
    """Return the units over which a unit splits; raises NotFound when it splits over none."""
    if not is_split(campaign, unit):
        raise NotFound
    return list_children(unit, BELOW)


def stored_amounts(campaign: Campaign, children: Sequence[Unit]) -> dict[Key, str]:
    """Return the current targets of units as text: "" before the first split, then 0 for none."""
    targets = queries.targets_of(campaign.id, [child.id for child in children])
    none = "0" if any(targets.values()) else ""
    return {
        (child.id, kind): str(targets[child.id].get(kind, none))
        for child in children
        for kind in SPLIT_KINDS
    }


def proposed_amounts(campaign: Campaign, unit: Unit, weights: Mapping[int, int]) -> dict[Key, str]:
    """Return the shares of a unit's targets by weight as text."""
    if not weights:
        return {}
    targets = queries.targets_of(campaign.id, [unit.id])[unit.id]
    parts = propose_split(targets, weights)
    return {(child, kind): str(part[kind]) for child, part in parts.items() for kind in SPLIT_KINDS}


def amounts_of_revision(campaign: Campaign, unit: Unit, number: int) -> dict[Key, str]:
    """Return what an old revision gave, as a proposal; raises NotFound."""
    revision = queries.find_revision(campaign.id, unit.id, number)
    if revision is None:
        raise NotFound
    quotas = queries.list_amounts_of([revision.id])[revision.id]
    return {(quota.unit_id, quota.kind): str(quota.amount) for quota, _unit in quotas}


def weights_of(unit: Unit, children: Sequence[Unit]) -> tuple[dict[int, int], str]:
    """Return the weights a proposal starts from, and the name of what they count."""
    teams = queries.count_teams(unit, children)
    return choose_weights(queries.list_sizes(unit, children), teams)


def gather_split(
    campaign: Campaign,
    unit: Unit,
    typed: Mapping[Key, str],
    *,
    weights: Mapping[int, int] | None = None,
    notice: str = "",
    wrong: frozenset[Key] = frozenset(),
) -> SplitView:
    """Return a unit's split showing these texts; `weights` are those a person typed, or None."""
    children = children_of(campaign, unit)
    own, basis = weights_of(unit, children)
    states = _states(campaign, children)
    lines = [
        SplitLine(
            child,
            (weights or own).get(child.id, 0),
            {kind: typed.get((child.id, kind), "") for kind in SPLIT_KINDS},
            states.get(child.id, ""),
        )
        for child in children
    ]
    view = SplitView(
        unit,
        queries.targets_of(campaign.id, [unit.id])[unit.id],
        lines,
        queries.newest_number(campaign.id, unit.id),
        "own" if weights else basis,
        notice,
        wrong,
    )
    if notice or not view.number or all(view.sum_of(k) == view.target_of(k) for k in SPLIT_KINDS):
        return view
    return SplitView(**{**vars(view), "notice": "off"})


def _states(campaign: Campaign, children: Sequence[Unit]) -> dict[int, str]:
    """Say of each commune whether its own split is missing or no longer adds up."""
    communes = [child.id for child in children if child.kind in TABLE_KINDS]
    if not communes:
        return {}
    targets = queries.targets_of(campaign.id, communes)
    sums = queries.sums_below(campaign.id, communes)
    found = {}
    for one in communes:
        if not sums[one]:
            found[one] = "missing"
        elif any(sums[one].get(kind, 0) != targets[one].get(kind, 0) for kind in SPLIT_KINDS):
            found[one] = "off"
    return found


@dataclass(frozen=True)
class PastAmount:
    """What a revision gave a unit, beside what the one before gave."""

    unit: Unit
    amounts: Mapping[QuotaKind, int]
    changes: Mapping[QuotaKind, int]


@dataclass(frozen=True)
class PastRevision:
    """A revision in the history."""

    revision: QuotaRevision
    maker: str
    is_points: bool
    amounts: list[PastAmount]

    def sum_of(self, kind: QuotaKind) -> int:
        """The sum over the units."""
        return sum(one.amounts.get(kind, 0) for one in self.amounts)


def gather_history(campaign: Campaign, unit: Unit) -> list[PastRevision]:
    """Return a unit's revisions with who, when, why and the amounts, the newest first."""
    revisions = queries.list_revisions(campaign.id, unit.id)
    makers = queries.names_of_makers(revisions)
    amounts = queries.list_amounts_of([revision.id for revision in revisions])
    before: dict[Key, int] = {}
    found = []
    for revision in reversed(revisions):
        rows = _rows(amounts[revision.id], before)
        is_points = any(QuotaKind.POINT_DAY in row.amounts for row in rows)
        maker = makers.get(revision.made_by or 0, "")
        found.append(PastRevision(revision, maker, is_points, rows))
    return found[::-1]


def _rows(quotas: list[tuple[queries.Quota, Unit]], before: dict[Key, int]) -> list[PastAmount]:
    units = {unit.id: unit for _quota, unit in quotas}
    now = {(quota.unit_id, quota.kind): quota.amount for quota, _unit in quotas}
    rows = []
    for unit_id, unit in units.items():
        own = {kind: amount for (one, kind), amount in now.items() if one == unit_id}
        changes = {k: a - before[unit_id, k] for k, a in own.items() if (unit_id, k) in before}
        rows.append(PastAmount(unit, own, changes))
    before.update(now)
    return rows


@dataclass(frozen=True)
class PointsView:
    """The daily numbers of the collection points below a unit, beside its own."""

    unit: Unit
    points: list[Unit]
    typed: Mapping[int, str]
    a_day: int
    number: int
    notice: str = ""
    wrong: frozenset[int] = field(default_factory=frozenset)

    @property
    def sum(self) -> int:
        """The sum of what is typed."""
        return sum(read_amount(text) or 0 for text in self.typed.values())


def a_day_of(campaign: Campaign, unit: Unit) -> int:
    """Return a unit's flat daily collection quota (the plan's column 7)."""
    whole = queries.targets_of(campaign.id, [unit.id])[unit.id].get(QuotaKind.COLLECTION, 0)
    return daily_quota(whole, campaign.quota_days)


def propose_points(campaign: Campaign, unit: Unit, points: Sequence[Unit]) -> dict[int, int]:
    """Share a unit's daily collection quota over its points by the quota of their communes.

    A mobile point, which belongs to the district, counts as the smallest commune *(ours)*.
    """
    parents = [point.parent_id for point in points if point.parent_id not in (None, unit.id)]
    targets = queries.targets_of(campaign.id, [one for one in parents if one])
    known = {one: target.get(QuotaKind.COLLECTION, 0) for one, target in targets.items()}
    smallest = min(known.values(), default=1)
    weights = {point.id: known.get(point.parent_id or 0, smallest) for point in points}
    return largest_remainder(a_day_of(campaign, unit), weights) if weights else {}
