"""Changing flows and stocks, always by differences and in the transaction of the event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from vneid_field.audit.services import record
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import DomainError
from vneid_field.extensions import db
from vneid_field.figures.models import Flow, OpeningFigure, UnitStock
from vneid_field.figures.rules import Bucket, Counter, FlowKey
from vneid_field.units.models import Unit

HOME, HOLDER = "home", "holder"


def _insert(model: type[Any], dialect: str) -> Any:
    """Into the table, not the class: the ORM's way of inserting rows costs as much again."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(model.__table__)


def _paths(unit_ids: set[int]) -> dict[int, str]:
    query = select(Unit.id, Unit.path).where(Unit.id.in_(unit_ids))
    return {unit_id: path for unit_id, path in db.session.execute(query)}


def apply_flows(
    campaign_id: int,
    deltas: Mapping[tuple[FlowKey, Counter], int],
    known_paths: Mapping[int, str] | None = None,
) -> None:
    """Add differences to the flow rows: possibly negative, on any day and unit. No bare +1.

    `deltas` is what `figures.rules.difference` gives; one upsert per row touched, in key order so
    that two writers never wait for each other crosswise. `known_paths`: paths by unit id that the
    caller has read already.
    """
    rows: dict[FlowKey, dict[str, int]] = {}
    for (key, counter), value in deltas.items():
        if value:
            rows.setdefault(key, {})[counter.value] = value
    if not rows:
        return
    units = {key.home_unit_id for key in rows}
    units |= {key.performed_by_unit_id for key in rows if key.performed_by_unit_id is not None}
    paths = dict(known_paths or {})
    if missing := units - paths.keys():
        paths |= _paths(missing)
    ordered = sorted(
        rows, key=lambda k: (k.home_unit_id, k.performed_by_unit_id or 0, k.counted_on)
    )
    db.session.execute(
        _add_to_flow(db.engine.dialect.name),
        [_flow_row(campaign_id, key, rows[key], paths) for key in ordered],
    )


@cache
def _add_to_flow(dialect: str) -> Any:
    """One statement for every set of counters: it is built and compiled once."""
    statement = _insert(Flow, dialect)
    return statement.on_conflict_do_update(
        index_elements=["campaign_id", "home_unit_id", "performed_key", "counted_on"],
        set_={c.value: getattr(Flow, c.value) + statement.excluded[c.value] for c in Counter},
    )


def _flow_row(
    campaign_id: int, key: FlowKey, values: dict[str, int], paths: dict[int, str]
) -> dict[str, Any]:
    return {
        "campaign_id": campaign_id,
        "home_unit_id": key.home_unit_id,
        "home_path": paths[key.home_unit_id],
        "performed_by_unit_id": key.performed_by_unit_id,
        "performed_key": key.performed_by_unit_id or 0,
        "performed_path": paths.get(key.performed_by_unit_id or 0, ""),
        "counted_on": key.counted_on,
        **{counter.value: values.get(counter.value, 0) for counter in Counter},
    }


@dataclass(frozen=True)
class StockChange:
    """Differences per bucket of one unit's stock; `basis` is HOME or HOLDER."""

    basis: str
    unit_id: int
    unit_path: str
    changes: Mapping[str, int]


def moved(before: Bucket | None, after: Bucket | None, count: int = 1) -> dict[str, int]:
    """Return what moving people from one bucket to another changes; None is "not on the list"."""
    if before is after or not count:
        return {}
    changes = {} if before is None else {before.value: -count}
    if after is not None:
        changes[after.value] = count
    return changes


def add_stocks(campaign_id: int, wanted: Sequence[StockChange]) -> None:
    """Add differences to stock rows, which are created when they are missing.

    In key order, so that two writers never wait for each other crosswise.
    """
    rows = [
        {
            "campaign_id": campaign_id,
            "basis": one.basis,
            "unit_id": one.unit_id,
            "unit_path": one.unit_path,
            **{bucket.value: one.changes.get(bucket.value, 0) for bucket in Bucket},
        }
        for one in sorted(wanted, key=lambda one: (one.basis, one.unit_id))
        if any(one.changes.values())
    ]
    if rows:
        db.session.execute(_add_to_stock(db.engine.dialect.name), rows)


@cache
def _add_to_stock(dialect: str) -> Any:
    statement = _insert(UnitStock, dialect)
    return statement.on_conflict_do_update(
        index_elements=["campaign_id", "basis", "unit_id"],
        set_={b.value: getattr(UnitStock, b.value) + statement.excluded[b.value] for b in Bucket},
    )


def enter_opening_figure(
    *,
    actor: Actor | None,
    campaign_id: int,
    unit: Unit,
    counted_on: date,
    counter: Counter,
    value: int,
    reason: str,
    home_unit: Unit | None = None,
    performed_by: Unit | None = None,
) -> OpeningFigure:
    """Enter what a unit achieved on a day before it began to use the software (section 12).

    Each entry adds to the flows and is audited; a correction is another entry with a negative
    value. An administrative unit enters for itself; a team for the hamlet it serves
    (`home_unit`), with itself as who did it (`performed_by`), so that its own board counts too.
    Raises DomainError without a reason or for a day that is not over.
    """
    if not reason.strip():
        raise DomainError("Số liệu ban đầu cần ghi rõ căn cứ.")
    if counted_on > clock.today():
        raise DomainError("Số liệu ban đầu chỉ nhập cho ngày đã qua hoặc hôm nay.")
    home_id = home_unit.id if home_unit else unit.id
    performed_by_id = performed_by.id if performed_by else None
    row = OpeningFigure(
        campaign_id=campaign_id,
        unit_id=unit.id,
        home_unit_id=home_id,
        performed_by_unit_id=performed_by_id,
        counted_on=counted_on,
        counter=counter.value,
        value=value,
        reason=reason,
        at=clock.now(),
        by=actor.user_id if actor else None,
    )
    db.session.add(row)
    apply_flows(campaign_id, {(FlowKey(home_id, performed_by_id, counted_on), counter): value})
    record(
        "opening.entered",
        actor=actor,
        subject_kind="unit",
        subject_id=unit.id,
        counter=counter.value,
        on=counted_on.isoformat(),
        value=value,
    )
    db.session.flush()
    return row
