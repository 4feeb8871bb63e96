"""Above a commune: where checklists of a day have a sign that nobody has answered yet.

A flag is computed whenever it is read (ADR 016), so a day is read whole: three statements for all
communes at once, and each commune counts what its own queue shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from vneid_field.campaigns.models import Campaign
from vneid_field.review.days import Entry, read_day
from vneid_field.units.models import Unit
from vneid_field.units.queries import list_children
from vneid_field.units.rules import UnitKind

BELOW = (UnitKind.DISTRICT, UnitKind.COMMUNE)


@dataclass(frozen=True)
class FlagLine:
    """A unit right below; `unit` None: all of them together."""

    unit: Unit | None
    checklists: int
    flagged: int
    flags_open: int


def _count(unit: Unit | None, entries: Sequence[Entry]) -> FlagLine:
    flagged = [entry for entry in entries if entry.flags]
    return FlagLine(unit, len(entries), len(flagged), sum(1 for entry in flagged if entry.waits))


def count_flags(
    campaign: Campaign, root: Unit, communes: Sequence[Unit], on: date
) -> list[FlagLine]:
    """Return a line per unit right below the root, in order, and their sum behind them.

    `communes`: those below the root that the reader may see.
    """
    if not communes:
        return []
    day = read_day(campaign, {commune.path: commune.id for commune in communes}, on)
    children = list_children(root, BELOW)
    parts: dict[str, list[Entry]] = {child.path: [] for child in children}
    width = len(root.path) + 7  # a child's path: six digits and "/"
    for entry in day.entries:
        parts.setdefault(entry.place.path[:width], []).append(entry)
    lines = [_count(child, parts[child.path]) for child in children]
    return [*lines, _count(None, day.entries)]
