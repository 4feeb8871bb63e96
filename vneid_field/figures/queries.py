"""Sums of flows and stocks over a subtree: a few statements, whatever the number of citizens."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from vneid_field.core.access import Scope
from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.figures.models import Flow, UnitStock
from vneid_field.figures.rules import Bucket, Counter
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
        """unvisited + pending + absent + not_activated."""
        return sum(self[b] for b in ("unvisited", "pending", "absent", "not_activated"))

    @property
    def held(self) -> int:
        """Everybody on the list, whatever the result."""
        return sum(self.values.values())


def _sum_columns() -> list[ColumnElement[int]]:
    return [func.coalesce(func.sum(getattr(Flow, name)), 0).label(name) for name in COUNTERS]


def _flows(scope: Scope, campaign_id: int, root_path: str, *columns: Any) -> Select[Any]:
    return select(*columns).where(
        Flow.campaign_id == campaign_id,
        within(Flow.home_path, (root_path,)),
        within(Flow.home_path, scope.paths),
    )


def _sums(row: Any) -> Sums:
    return Sums({name: int(getattr(row, name)) for name in COUNTERS if getattr(row, name)})


def sum_home(
    scope: Scope, campaign_id: int, root_path: str, first_on: date | None, last_on: date
) -> Sums:
    """Sum the people of a subtree over days (both inclusive; None: from the start)."""
    query = _flows(scope, campaign_id, root_path, *_sum_columns()).where(Flow.counted_on <= last_on)
    if first_on is not None:
        query = query.where(Flow.counted_on >= first_on)
    return _sums(db.session.execute(query).one())


def child_path(root_path: str, column: Any) -> ColumnElement[str]:
    """Return the expression "path of the child of root in which this row lies"."""
    return func.substr(column, 1, len(root_path) + SEGMENT)


def sum_by_child(
    scope: Scope, campaign_id: int, root_path: str, first_on: date, last_on: date
) -> dict[str, tuple[Sums, Sums]]:
    """Return per direct child's path: (sums of the days, sums from the start to `last_on`).

    Rows of the root itself (opening figures, people whose hamlet is unknown) stand under the
    root's own path.
    """
    child = child_path(root_path, Flow.home_path).label("child")
    in_days = and_(Flow.counted_on >= first_on, Flow.counted_on <= last_on)
    days = [
        func.coalesce(func.sum(case((in_days, getattr(Flow, name)), else_=0)), 0).label(f"d_{name}")
        for name in COUNTERS
    ]
    query = _flows(scope, campaign_id, root_path, child, *_sum_columns(), *days)
    query = query.where(Flow.counted_on <= last_on).group_by(child)
    result = {}
    for row in db.session.execute(query):
        in_day = Sums({n: int(getattr(row, f"d_{n}")) for n in COUNTERS if getattr(row, f"d_{n}")})
        result[row.child] = (in_day, _sums(row))
    return result


def sum_by_day(
    scope: Scope, campaign_id: int, root_path: str, first_on: date, last_on: date
) -> dict[date, Sums]:
    """Return the sums of each day that has any."""
    query = _flows(scope, campaign_id, root_path, Flow.counted_on, *_sum_columns())
    query = query.where(Flow.counted_on >= first_on, Flow.counted_on <= last_on)
    rows = db.session.execute(query.group_by(Flow.counted_on).order_by(Flow.counted_on))
    return {row.counted_on: _sums(row) for row in rows}


def sum_performed(
    scope: Scope, campaign_id: int, unit_ids: Sequence[int], first_on: date | None, last_on: date
) -> dict[int, Sums]:
    """Return what teams, points and support teams did, by unit id, wherever the people live."""
    query = select(Flow.performed_key, *_sum_columns()).where(
        Flow.campaign_id == campaign_id,
        Flow.performed_key.in_(unit_ids),
        within(Flow.performed_path, scope.paths),
        Flow.counted_on <= last_on,
    )
    if first_on is not None:
        query = query.where(Flow.counted_on >= first_on)
    rows = db.session.execute(query.group_by(Flow.performed_key))
    return {row.performed_key: _sums(row) for row in rows}


def sum_performed_by_day(
    scope: Scope, campaign_id: int, unit_id: int, first_on: date, last_on: date
) -> dict[date, Sums]:
    """Return what one team did on each day."""
    query = select(Flow.counted_on, *_sum_columns()).where(
        Flow.campaign_id == campaign_id,
        Flow.performed_key == unit_id,
        within(Flow.performed_path, scope.paths),
        Flow.counted_on >= first_on,
        Flow.counted_on <= last_on,
    )
    rows = db.session.execute(query.group_by(Flow.counted_on).order_by(Flow.counted_on))
    return {row.counted_on: _sums(row) for row in rows}


def sum_by_outside(
    scope: Scope, campaign_id: int, root_path: str, first_on: date | None, last_on: date
) -> Sums:
    """Return what units outside a subtree did for its people ("do Tổ hỗ trợ quận thực hiện")."""
    inside = and_(Flow.performed_path >= root_path, Flow.performed_path < root_path[:-1] + "0")
    query = _flows(scope, campaign_id, root_path, *_sum_columns()).where(
        Flow.performed_key != 0, ~inside, Flow.counted_on <= last_on
    )
    if first_on is not None:
        query = query.where(Flow.counted_on >= first_on)
    return _sums(db.session.execute(query).one())


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
