"""Reading lists: who holds what, and the households of a team in walking order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import joinedload, load_only

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
    unmet: int  # "Chưa gặp"
    next_visit_at: datetime | None

    @property
    def left(self) -> int:
        """People without a final result."""
        return self.total - self.done


@dataclass(frozen=True)
class HeldPage(Page[HeldHousehold]):
    """A page of households; `counts`: how many each filter would show."""

    counts: Mapping[str, int]


def held(scope: Scope, *, has_received: bool = True) -> ColumnElement[bool]:
    """The open activation items that a field role's unit holds."""
    return _held_by(scope.holders, scope.only_assigned_to, has_received=has_received)


def _held_by(
    holders: Sequence[int] | Any, assigned_to: int | Any | None, *, has_received: bool = True
) -> ColumnElement[bool]:
    conditions = [
        ListItem.holder_unit_id.in_(holders),
        ListItem.state == ItemState.OPEN,
        ListItem.purpose == Purpose.ACTIVATE,
    ]
    if assigned_to is not None:
        conditions.append(ListItem.assigned_to == assigned_to)
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
    "revisit": count_if(and_(Citizen.visit_status == "revisit", ~_DONE)),
    "unmet": count_if(and_(Citizen.visit_status == "nobody_home", ~_DONE)),
}


def _households(scope: Scope, campaign_id: int, own_first: int | None = None) -> Any:
    columns = [column.label(name) for name, column in _COUNTS.items()]
    is_own = (
        literal(0) if own_first is None else case((ListItem.assigned_to == own_first, 0), else_=1)
    )
    own_rank = func.min(is_own).label("own_rank")
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
            own_rank,
            *columns,
        )
        .join(ListItem, ListItem.household_id == Household.id)
        .join(HandOver, HandOver.id == ListItem.hand_over_id)
        .join(Citizen, Citizen.id == ListItem.citizen_id)
        .join(Unit, Unit.id == Household.unit_id)
        .where(ListItem.campaign_id == campaign_id, held(scope))
        .group_by(Household.id, Unit.id)
    )
    return query.order_by(own_rank, Unit.path, Household.walk_key, Household.id)


# Which households a filter shows; all of them are read anyway, so that each can say how many.
_WANTED: Mapping[str, Callable[[Any], bool]] = {
    "todo": lambda row: row.total > row.done,
    "unvisited": lambda row: row.unvisited > 0,
    "revisit": lambda row: row.revisit > 0,
    "unmet": lambda row: row.unmet > 0,
    "absent": lambda row: row.absent > 0,
    "done": lambda row: row.total == row.done,
    "": lambda _row: True,
}


def _searched(query: Select[tuple], scope: Scope, search: str) -> Select[tuple]:
    if search.strip():
        # Whole households: filtering their members would falsify the counts.
        name, address = search_key(search), address_key(search)
        named = (
            select(ListItem.household_id)
            .join(Citizen, Citizen.id == ListItem.citizen_id)
            .where(
                ListItem.holder_unit_id.in_(scope.holders),
                ListItem.state == ItemState.OPEN,
                Citizen.search_key.contains(name, autoescape=True),
            )
        )
        there = Household.address_key.contains(address, autoescape=True) if address else false()
        query = query.where(or_(Household.id.in_(named), there))
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
) -> HeldPage:
    """Return a page of households in walking order, beginning at "start here" when it is set."""
    query = _searched(_households(scope, campaign_id, own_first), scope, search)
    rows = list(db.session.execute(query))
    counts = {name: sum(map(is_wanted, rows)) for name, is_wanted in _WANTED.items()}
    ordered = _rotated([row for row in rows if _WANTED[wanted](row)], start_household_id)
    pages = max(1, -(-len(ordered) // size))
    number = min(number, pages)
    shown = ordered[(number - 1) * size : number * size]
    return HeldPage([_held_household(row) for row in shown], number, size, len(ordered), counts)


def _walk_place(row: Any) -> tuple[str, str, int]:
    return row.hamlet_path, row.walk_key, row.id


def _rotated(rows: list, start_household_id: int | None) -> list:
    """Begin at a household, also when it is done itself; one's own part stays first."""
    place = None if start_household_id is None else _place(rows, start_household_id)
    if place is None:
        return rows
    return sorted(rows, key=lambda row: (row.own_rank, _walk_place(row) < place))


@dataclass(frozen=True)
class NextHousehold:
    """The household that the phone's main button leads to."""

    household_id: int
    address_line: str


@cache
def _undone_households(*, is_own_part: bool) -> Any:
    """A team's households with somebody to do: asked at every door, so built once and narrow."""
    assigned_to: Any = bindparam("assigned_to") if is_own_part else None
    return (
        select(
            Household.id,
            Household.address_line,
            Household.walk_key,
            Unit.path.label("hamlet_path"),
            func.min(Citizen.next_visit_at).label("next_visit_at"),
            func.max(Citizen.visit_status_at).label("last_at"),
            func.min(case((ListItem.assigned_to == bindparam("own_first"), 0), else_=1)).label(
                "own_rank"
            ),
            count_if(Citizen.visit_status.is_(None)).label("unvisited"),
            count_if(
                and_(
                    Citizen.visit_status.in_(("revisit", "nobody_home")),
                    Citizen.next_visit_at.is_(None),
                )
            ).label("pending"),
        )
        .join(ListItem, ListItem.household_id == Household.id)
        .join(HandOver, HandOver.id == ListItem.hand_over_id)
        .join(Citizen, Citizen.id == ListItem.citizen_id)
        .join(Unit, Unit.id == Household.unit_id)
        .where(
            ListItem.campaign_id == bindparam("campaign_id"),
            _held_by(bindparam("holders", expanding=True), assigned_to),
            ~_DONE,
        )
        .group_by(Household.id, Unit.id)
        .order_by("own_rank", Unit.path, Household.walk_key, Household.id)
    )


def find_next_household(
    scope: Scope,
    campaign_id: int,
    *,
    after: int | None,
    start: int | None = None,
    own_first: int | None = None,
    now: datetime,
) -> NextHousehold | None:
    """Return the next household to visit, or None.

    The round: promised revisits whose hour has come, by hour; then households with somebody not
    visited yet, in walking order from "start here" (when there is none, the pending ones not tried
    today). Whoever skips a household goes on in the round; whoever finished one goes to what is
    due, else walks on from there.
    """
    query = _undone_households(is_own_part=scope.only_assigned_to is not None)
    of = {
        "campaign_id": campaign_id,
        "holders": scope.holders,
        "assigned_to": scope.only_assigned_to,
        "own_first": own_first,
    }
    rows = list(db.session.execute(query, of))
    due = [row for row in rows if row.next_visit_at and row.next_visit_at <= now]
    due.sort(key=lambda row: (row.next_visit_at, _walk_place(row)))
    later = [row for row in rows if row not in due]
    fresh = [row for row in later if row.unvisited] or _not_tried_today(later, now)
    walk = due + _rotated(fresh, start)
    at = next((number for number, row in enumerate(walk) if row.id == after), None)
    if at is not None:
        walk = walk[at + 1 :] + walk[:at]
    elif after is not None and not due:
        walk = _rotated(fresh, after)
    return NextHousehold(walk[0].id, walk[0].address_line) if walk else None


def _not_tried_today(rows: list, now: datetime) -> list:
    day_start = clock.day_bounds(clock.to_local(now).date())[0]
    free = [row for row in rows if row.pending]  # somebody promised for later hides nobody
    return [row for row in free if row.last_at is None or row.last_at < day_start]


def _place(rows: list, household_id: int) -> tuple[str, str, int] | None:
    """A household's place in the walking order, read only when it is not among the rows."""
    known = next((_walk_place(row) for row in rows if row.id == household_id), None)
    if known is not None:
        return known
    row = db.session.execute(
        select(Unit.path, Household.walk_key, Household.id)
        .join(Unit, Unit.id == Household.unit_id)
        .where(Household.id == household_id)
    ).one_or_none()
    return (row[0], row[1], row[2]) if row else None


# The checklist is opened at every door: its statement is built once, and reads what the page shows
# and nothing else (`raiseload`: a column forgotten here fails at once, not one by one).
_HELD_CITIZENS = (
    select(Citizen, ListItem)
    .join(ListItem, ListItem.citizen_id == Citizen.id)
    .join(HandOver, HandOver.id == ListItem.hand_over_id)
    .options(
        load_only(
            Citizen.household_id,
            Citizen.full_name,
            Citizen.birth_on,
            Citizen.citizen_id,
            Citizen.phone,
            Citizen.field_phone,
            Citizen.approved_on,
            Citizen.application_state,
            Citizen.visit_status,
            Citizen.visit_status_at,
            Citizen.refuted_until,
            raiseload=True,
        ),
        load_only(ListItem.holder_unit_id, raiseload=True),
        joinedload(Citizen.household).load_only(
            Household.address_line, Household.head_name, raiseload=True
        ),
    )
    .where(
        ListItem.campaign_id == bindparam("campaign_id"),
        ListItem.household_id == bindparam("household_id"),
        ListItem.state == ItemState.OPEN,
        ListItem.purpose == Purpose.ACTIVATE,
    )
    .order_by(Citizen.birth_on, Citizen.sort_key, Citizen.id)
)


def list_held_citizens(
    scope: Scope, campaign_id: int, household_id: int
) -> list[tuple[Citizen, ListItem]]:
    """Return a household's people with their open items; empty outside the scope.

    Field roles see what their unit holds, police whoever lives in their units.
    """
    if scope.holders:
        query = _held_by_field(is_own_part=scope.only_assigned_to is not None)
    else:
        query = _HELD_CITIZENS.where(within(Citizen.unit_path, scope.paths))
    of = {
        "campaign_id": campaign_id,
        "household_id": household_id,
        "holders": scope.holders,
        "assigned_to": scope.only_assigned_to,
    }
    return [(citizen, item) for citizen, item in db.session.execute(query, of)]


@cache
def _held_by_field(*, is_own_part: bool) -> Select[Citizen, ListItem]:
    assigned_to: Any = bindparam("assigned_to") if is_own_part else None
    return _HELD_CITIZENS.where(_held_by(bindparam("holders", expanding=True), assigned_to))


def holds_open_items(unit_id: int) -> bool:
    """Say whether a unit holds an open item of any campaign: it cannot be closed then."""
    query = select(ListItem.id).where(
        ListItem.holder_unit_id == unit_id, ListItem.state == ItemState.OPEN
    )
    return db.session.scalar(query.limit(1)) is not None
