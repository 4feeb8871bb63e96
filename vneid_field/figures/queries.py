"""Sums of flows and stocks over a subtree: a few statements, whatever the number of citizens."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, case, func, select

from vneid_field.core.access import Scope
from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.figures.models import Flow, UnitStock
from vneid_field.figures.rules import REMAINING, Bucket, Counter
from vneid_field.units.models import Unit
from vneid_field.units.rules import SEGMENT

COUNTERS = tuple(counter.value for counter in Counter)


@dataclass
class Sums:
    """Counters summed over units and days; a missing counter is 0."""

    values: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, counter: Counter | str) -> int:
        return self.values.get(str(counter), 0)

    def total(self, counters: Iterable[Counter | str]) -> int:
        """Sum several counters."""
        return sum(self[counter] for counter in counters)

    @property
    def activated(self) -> int:
        """Activations of every channel: app, web, done before by the citizen."""
        return self.total(("activated_app", "activated_web", "activated_self"))


@dataclass
class Stock:
    """People now in each bucket."""

    values: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, bucket: Bucket | str) -> int:
        return self.values.get(str(bucket), 0)

    @property
    def remaining(self) -> int:
        """Everybody not activated, whom a visit reported as left included."""
        return sum(self[bucket] for bucket in REMAINING)

    @property
    def held(self) -> int:
        """Everybody on the list, whatever the result."""
        return sum(self.values.values())


# A board's totals since the start and its chart need no more than these.
RUNNING = ("activated_app", "activated_web", "activated_self", "collected", "confirmed",
           "contradicted")  # fmt: skip
NOTHING = Sums()
Key = TypeVar("Key", str, int)


@dataclass(frozen=True)
class Days(Generic[Key]):
    """Flows up to a day, per key (a child's path, or a performing unit's id).

    `day`: every counter of the last day, or of the period that ends with it. `running`: the
    counters of RUNNING on each day.
    """

    day: dict[Key, Sums]
    running: dict[Key, dict[date, Sums]]
    outside: int = 0  # activations of the last day done by units outside the subtree

    def day_of(self, key: Key) -> Sums:
        """Sums of the last day of one key."""
        return self.day.get(key, NOTHING)

    def whole_of(self, key: Key) -> Sums:
        """Sums of one key from the start to the last day."""
        return add(self.running.get(key, {}).values())

    @property
    def whole_day(self) -> Sums:
        """Sums of the last day over all keys."""
        return add(self.day.values())

    @property
    def whole(self) -> Sums:
        """Sums from the start over all keys."""
        return add(sums for days in self.running.values() for sums in days.values())

    @property
    def by_day(self) -> dict[date, Sums]:
        """Sums of each day over all keys."""
        found: dict[date, list[Sums]] = {}
        for days in self.running.values():
            for on, sums in days.items():
                found.setdefault(on, []).append(sums)
        return {on: add(parts) for on, parts in found.items()}


def add(parts: Iterable[Sums]) -> Sums:
    """Return the sum of sums."""
    total: dict[str, int] = {}
    for part in parts:
        for name, value in part.values.items():
            total[name] = total.get(name, 0) + value
    return Sums(total)


def _columns(names: Sequence[str]) -> list[ColumnElement[int]]:
    return [func.coalesce(func.sum(getattr(Flow, name)), 0).label(name) for name in names]


def _sums(names: Sequence[str], values: Iterable[Any]) -> Sums:
    return Sums({name: int(value) for name, value in zip(names, values, strict=False) if value})


def child_path(root_path: str, column: Any) -> ColumnElement[str]:
    """Return the expression "path of the child of root in which this row lies"."""
    return func.substr(column, 1, len(root_path) + SEGMENT)


def home_days(
    scope: Scope,
    campaign_id: int,
    root_path: str,
    first_on: date,
    on: date,
    since: date | None = None,
) -> Days[str]:
    """Return the flows of the people of a subtree from a day to a day, per direct child's path.

    `since`: the first day of the period that ends with `on`; without it the period is that day.

    Rows of the root itself (opening figures, people whose hamlet is unknown) stand under the
    root's own path. Two statements: few counters over all days, all counters of the day.
    """
    child = child_path(root_path, Flow.home_path).label("child")
    inside = and_(Flow.performed_path >= root_path, Flow.performed_path < root_path[:-1] + "0")
    activated = Flow.activated_app + Flow.activated_web + Flow.activated_self
    outside = func.sum(case((and_(Flow.performed_key != 0, ~inside), activated), else_=0))
    here = (
        Flow.campaign_id == campaign_id,
        within(Flow.home_path, (root_path,)),
        within(Flow.home_path, scope.paths),
    )
    of_day = select(child, func.coalesce(outside, 0), *_columns(COUNTERS))
    day, others = {}, 0
    for path, beyond, *values in db.session.execute(
        of_day.where(*here, Flow.counted_on.between(since or on, on)).group_by(child)
    ):
        day[path] = _sums(COUNTERS, values)
        others += int(beyond)
    running: dict[str, dict[date, Sums]] = {}
    of_all = select(child, Flow.counted_on, *_columns(RUNNING))
    for path, counted_on, *values in db.session.execute(
        of_all.where(*here, Flow.counted_on.between(first_on, on)).group_by(child, Flow.counted_on)
    ):
        running.setdefault(path, {})[counted_on] = _sums(RUNNING, values)
    return Days(day, running, others)


def performed_days(
    scope: Scope,
    campaign_id: int,
    units: Sequence[Unit],
    first_on: date,
    on: date,
    since: date | None = None,
) -> Days[int]:
    """Return what teams, points and support teams did, by unit id, wherever the people live.

    `since` as in `home_days`.
    """
    query = (
        select(Flow.performed_key, Flow.counted_on, *_columns(COUNTERS))
        .where(
            Flow.campaign_id == campaign_id,
            Flow.performed_path.in_([unit.path for unit in units]),  # what the index begins with
            within(Flow.performed_path, scope.paths),
            Flow.counted_on.between(first_on, on),
        )
        .group_by(Flow.performed_key, Flow.counted_on)
    )
    parts: dict[int, list[Sums]] = {}
    running: dict[int, dict[date, Sums]] = {}
    for unit_id, counted_on, *values in db.session.execute(query):
        sums = _sums(COUNTERS, values)
        if counted_on >= (since or on):
            parts.setdefault(unit_id, []).append(sums)
        running.setdefault(unit_id, {})[counted_on] = sums
    return Days({unit_id: add(found) for unit_id, found in parts.items()}, running)


def _stock_columns() -> list[ColumnElement[int]]:
    return [func.coalesce(func.sum(getattr(UnitStock, b.value)), 0).label(b.value) for b in Bucket]


def _stock(row: Any) -> Stock:
    return Stock({b.value: int(getattr(row, b.value)) for b in Bucket if getattr(row, b.value)})


def stock_of(scope: Scope, campaign_id: int, basis: str, root_path: str) -> Stock:
    """Return the stock of a subtree now."""
    query = select(*_stock_columns()).where(
        UnitStock.campaign_id == campaign_id,
        UnitStock.basis == basis,
        within(UnitStock.unit_path, (root_path,)),
        within(UnitStock.unit_path, scope.paths),
    )
    return _stock(db.session.execute(query).one())


def stock_by_child(scope: Scope, campaign_id: int, basis: str, root_path: str) -> dict[str, Stock]:
    """Return the stock per direct child's path."""
    child = child_path(root_path, UnitStock.unit_path).label("child")
    query = (
        select(child, *_stock_columns())
        .where(
            UnitStock.campaign_id == campaign_id,
            UnitStock.basis == basis,
            within(UnitStock.unit_path, (root_path,)),
            within(UnitStock.unit_path, scope.paths),
        )
        .group_by(child)
    )
    return {row.child: _stock(row) for row in db.session.execute(query)}
