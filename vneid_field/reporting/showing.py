"""Which units the desk's home shows, in which order, under which unit above. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from vneid_field.core.text import sort_key
from vneid_field.reporting.chain import row_of
from vneid_field.reporting.overview import Overview, Row
from vneid_field.reporting.rules import Standing
from vneid_field.units.models import Unit


class Show(StrEnum):
    """What ?show= may ask for, in the order of the chips."""

    MISSING = "missing"  # not sent, the hour past or not; or sent back
    LATE = "late"
    SENT = "sent"  # late ones included
    ALL = "all"


class Order(StrEnum):
    """What ?sort= may ask for."""

    STATE = "state"  # not sent first
    UNIT = "unit"
    NAME = "name"
    MINUTES = "minutes"  # longest overdue first


_STATES = {
    Show.MISSING: {Standing.MISSING, Standing.EXPECTED},
    Show.LATE: {Standing.SENT_LATE},
    Show.SENT: {Standing.SENT_LATE, Standing.SENT_ON_TIME},
    Show.ALL: set(Standing),
}
_FIRST = (
    Standing.MISSING,
    Standing.EXPECTED,
    Standing.SENT_LATE,
    Standing.SENT_ON_TIME,
    Standing.EXCUSED,
)


def _shows(show: Show, row: Row) -> bool:
    if row.is_sent_back:  # owed again, whenever it came
        return show in (Show.MISSING, Show.ALL)
    return row.standing in _STATES[show]


def _first(row: Row) -> int:
    return _FIRST.index(Standing.EXPECTED if row.is_sent_back else row.standing)


def _behind(row: Row) -> tuple[bool, int]:
    """Return a key: longest overdue or late first, then least time left, then what is settled."""
    is_settled = row.standing in (Standing.SENT_ON_TIME, Standing.EXCUSED) and not row.is_sent_back
    is_late = row.standing is Standing.SENT_LATE
    return is_settled, -row.minutes if is_late else row.minutes


# The rows come in tree order, which equal keys keep.
_KEYS: dict[Order, Callable[[Row], Any]] = {
    Order.STATE: _first,
    Order.UNIT: lambda row: 0,
    Order.NAME: lambda row: sort_key(row.obligation.unit.short_name or row.obligation.unit.name),
    Order.MINUTES: _behind,
}
_UNDER_UNITS = (Order.STATE, Order.UNIT)  # else a name or an hour would be sought in nine places


@dataclass(frozen=True)
class Group:
    """Rows under the unit above them (a district), None when they stand in one list.

    `sent` of `total` units have sent, the rows not shown included.
    """

    unit: Unit | None
    rows: list[Row]
    sent: int = 0
    total: int = 0


@dataclass(frozen=True)
class Shown:
    """The chosen rows; `counts` says how many each chip would show."""

    show: Show
    order: Order
    groups: list[Group]
    counts: dict[Show, int]
    above: dict[int, Unit]  # by the id of a row's unit; empty where rows stand right below

    @property
    def rows(self) -> list[Row]:
        """The rows as they are read, without their groups."""
        return [row for group in self.groups for row in group.rows]

    @property
    def is_grouped(self) -> bool:
        """Whether the rows stand under the units above them."""
        return any(group.unit is not None for group in self.groups)

    def above_of(self, row: Row) -> Unit | None:
        """Return the unit between the page's own and a row's, or None."""
        return self.above.get(row.obligation.unit_id)


def read_choice(values: Any) -> tuple[Show, Order]:
    """Return ?show= and ?sort=; anything else shows all, not sent first."""
    show, order = values.get("show", ""), values.get("sort", "")
    return (
        Show(show) if show in list(Show) else Show.ALL,
        Order(order) if order in list(Order) else Order.STATE,
    )


def choose(view: Overview, show: Show, order: Order) -> Shown:
    """Return the rows that a chip asks for, in an order."""
    units = [line.unit for line in view.summary.lines]
    found = {row.obligation.unit_id: row_of(row.obligation.unit_path, units) for row in view.below}
    above = {uid: unit for uid, unit in found.items() if unit is not None and unit.id != uid}
    rows = [row for row in view.below if _shows(show, row)]
    rows.sort(key=_KEYS[order])
    counts = {one: sum(_shows(one, row) for row in view.below) for one in Show}
    if not above or order not in _UNDER_UNITS:
        groups = [Group(None, rows)] if rows else []
    else:
        groups = [_group(view, unit, rows, above) for unit in [*units, None]]
    return Shown(show, order, [group for group in groups if group.rows], counts, above)


def _group(view: Overview, unit: Unit | None, rows: list[Row], above: dict[int, Unit]) -> Group:
    def below(found: list[Row]) -> list[Row]:
        return [row for row in found if above.get(row.obligation.unit_id) is unit]

    every = below(view.below)
    sent = sum(row.has_sent for row in every)
    return Group(unit, below(rows), sent, len(every))
