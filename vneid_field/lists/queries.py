"""Reading lists: who holds what, and the households of a team in walking order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from vneid_field.core import clock
from vneid_field.core.access import Scope
from vneid_field.core.database import within
from vneid_field.core.text import search_key
from vneid_field.extensions import db
from vneid_field.figures.stocks import FINAL
from vneid_field.lists.kinds import HandOverState, ItemState, Purpose
from vneid_field.lists.models import HandOver, ListItem
from vneid_field.people.addresses import address_key
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Citizen, Household
from vneid_field.units.models import Unit
from vneid_field.web.pagination import Page

FILTERS = ("todo", "unvisited", "revisit", "absent", "done")


@dataclass(frozen=True)
class HeldHousehold:
    """A household as the phone lists it; counts are people on the unit's open items."""

    household_id: int
    address_line: str
    alley: str
    head_name: str
    hamlet_name: str
    total: int
    done: int
    unvisited: int
    absent: int
    revisit: int
    next_visit_at: datetime | None

    @property
    def left(self) -> int:
        """People without a final result."""
        return self.total - self.done


def held(scope: Scope, *, has_received: bool = True) -> ColumnElement[bool]:
    """The open activation items that a field role's unit holds."""
    conditions = [
        ListItem.holder_unit_id.in_(scope.holders),
        ListItem.state == ItemState.OPEN,
        ListItem.purpose == Purpose.ACTIVATE,
    ]
    if scope.only_assigned_to is not None:
        conditions.append(ListItem.assigned_to == scope.only_assigned_to)
    if has_received:
        conditions.append(HandOver.state == HandOverState.RECEIVED)
    return and_(*conditions)


def count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return the number of rows that meet a condition, for a grouped SELECT."""
    return func.sum(case((condition, 1), else_=0))


# "is not null" first: without it nobody who was never visited would count as not done.
_DONE = or_(
    and_(Citizen.visit_status.is_not(None), Citizen.visit_status.in_(FINAL)),
    Citizen.application_state == ApplicationState.ACTIVATED,
)
_COUNTS = {
    "total": func.count(),
    "done": count_if(_DONE),
    "unvisited": count_if(and_(Citizen.visit_status.is_(None), ~_DONE)),
    "absent": count_if(and_(Citizen.visit_status == "absent", ~_DONE)),
    "revisit": count_if(and_(Citizen.visit_status.in_(("revisit", "nobody_home")), ~_DONE)),
}


def _households(scope: Scope, campaign_id: int, own_first: int | None = None) -> Any:
    columns = [column.label(name) for name, column in _COUNTS.items()]
    query = (
        select(
            Household.id,
            Household.address_line,
            Household.alley,
            Household.head_name,
            Unit.name.label("hamlet_name"),
            Unit.path.label("hamlet_path"),
            Household.walk_key,
            func.min(Citizen.next_visit_at).label("next_visit_at"),
            func.max(Citizen.visit_status_at).label("last_at"),
            *columns,
        )
        .join(ListItem, ListItem.household_id == Household.id)
        .join(HandOver, HandOver.id == ListItem.hand_over_id)
        .join(Citizen, Citizen.id == ListItem.citizen_id)
        .join(Unit, Unit.id == Household.unit_id)
        .where(ListItem.campaign_id == campaign_id, held(scope))
        .group_by(
            Household.id,
            Household.address_line,
            Household.alley,
            Household.head_name,
            Unit.name,
            Unit.path,
            Household.walk_key,
        )
    )
    order: list[ColumnElement[object]] = []
    if own_first is not None:
        order.append(func.min(case((ListItem.assigned_to == own_first, 0), else_=1)))
    return query.order_by(*order, Unit.path, Household.walk_key, Household.id)


def _filtered(query: Select[tuple], wanted: str, search: str) -> Select[tuple]:
    having = {
        "todo": _COUNTS["total"] > _COUNTS["done"],
        "unvisited": _COUNTS["unvisited"] > 0,
        "revisit": _COUNTS["revisit"] > 0,
        "absent": _COUNTS["absent"] > 0,
        "done": _COUNTS["total"] == _COUNTS["done"],
    }
    if wanted in having:
        query = query.having(having[wanted])
    if search.strip():
        name, address = search_key(search), address_key(search)
        query = query.where(
            or_(
                Citizen.search_key.contains(name, autoescape=True),
                Household.address_key.contains(address, autoescape=True),
            )
        )
    return query


def _held_household(row: object) -> HeldHousehold:
    return HeldHousehold(
        household_id=row.id,  # type: ignore[attr-defined]
        **{
            name: getattr(row, name)
            for name in HeldHousehold.__dataclass_fields__
            if name != "household_id"
        },
    )


def page_held_households(
    scope: Scope,
    campaign_id: int,
    *,
    wanted: str = "",
    search: str = "",
    own_first: int | None = None,
    start_household_id: int | None = None,
    number: int = 1,
    size: int = 20,
) -> Page[HeldHousehold]:
    """Return a page of households in walking order, beginning at "start here" when it is set."""
    query = _filtered(_households(scope, campaign_id, own_first), wanted, search)
    rows = list(db.session.execute(query))
    ordered = _rotated(rows, start_household_id)
    pages = max(1, -(-len(ordered) // size))
    number = min(number, pages)
    shown = ordered[(number - 1) * size : number * size]
    return Page([_held_household(row) for row in shown], number, size, len(ordered))


def _rotated(rows: list, start_household_id: int | None) -> list:
    at = next((i for i, row in enumerate(rows) if row.id == start_household_id), 0)
    return rows[at:] + rows[:at]


def find_next_household(
    scope: Scope,
    campaign_id: int,
    *,
    after: int | None,
    start: int | None = None,
    own_first: int | None = None,
    now: datetime | None = None,
) -> HeldHousehold | None:
    """Return the next household to visit, or None.

    A promised revisit whose hour has come goes first; then households with somebody not visited
    yet, walking on after `after` (or from "start here"); last the pending ones not tried today.
    """
    query = _filtered(_households(scope, campaign_id, own_first), "todo", "")
    rows = [row for row in db.session.execute(query) if row.id != after]
    due = [r for r in rows if now is not None and r.next_visit_at and r.next_visit_at <= now]
    if due:
        return _held_household(min(due, key=lambda row: row.next_visit_at))
    fresh = [row for row in rows if row.unvisited] or _not_tried_today(rows, now)
    if not fresh:
        return None
    if after is None:
        return _held_household(_rotated(fresh, start)[0])
    place = _place(scope, after)
    if place is None:
        return _held_household(fresh[0])
    key = [(row.hamlet_path, row.walk_key, row.id) > place for row in fresh]
    return _held_household(fresh[key.index(True)] if True in key else fresh[0])


def _not_tried_today(rows: list, now: datetime | None) -> list:
    day_start = clock.day_bounds(clock.to_local(now or clock.now()).date())[0]
    later = [r for r in rows if not (r.next_visit_at and r.next_visit_at > (now or clock.now()))]
    return [r for r in later if r.revisit and (r.last_at is None or r.last_at < day_start)]


def _place(scope: Scope, household_id: int) -> tuple[str, str, int] | None:
    row = db.session.execute(
        select(Unit.path, Household.walk_key, Household.id)
        .join(Unit, Unit.id == Household.unit_id)
        .where(Household.id == household_id)
    ).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def list_held_citizens(
    scope: Scope, campaign_id: int, household_id: int
) -> list[tuple[Citizen, ListItem]]:
    """Return a household's people with their open items; empty outside the scope.

    Field roles see what their unit holds, police whoever lives in their units.
    """
    query = (
        select(Citizen, ListItem)
        .join(ListItem, ListItem.citizen_id == Citizen.id)
        .join(HandOver, HandOver.id == ListItem.hand_over_id)
        .options(joinedload(Citizen.household))
        .where(
            ListItem.campaign_id == campaign_id,
            ListItem.household_id == household_id,
            ListItem.state == ItemState.OPEN,
            ListItem.purpose == Purpose.ACTIVATE,
        )
        .order_by(Citizen.birth_on, Citizen.sort_key, Citizen.id)
    )
    if scope.holders:
        query = query.where(held(scope))
    else:
        query = query.where(within(Citizen.unit_path, scope.paths))
    return [(citizen, item) for citizen, item in db.session.execute(query)]


def holds_open_items(unit_id: int) -> bool:
    """Say whether a unit holds an open item of any campaign: it cannot be closed then."""
    query = select(ListItem.id).where(
        ListItem.holder_unit_id == unit_id, ListItem.state == ItemState.OPEN
    )
    return db.session.scalar(query.limit(1)) is not None
