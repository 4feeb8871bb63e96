"""Reading lists: who holds what, and the households of a team in walking order."""

from collections.abc import Sequence
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
from vneid_field.lists.kinds import HandOverState, ItemState, Purpose
from vneid_field.lists.models import HandOver, ListItem
from vneid_field.people.addresses import address_key
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Citizen, Household
from vneid_field.units.models import TeamHamlet, Unit
from vneid_field.units.rules import UnitKind
from vneid_field.web.pagination import Page

FINAL = (
    "activated_app",
    "activated_web",
    "already_activated",
    "moved_out",
    "deceased",
    "duplicate",
)
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


def _held(scope: Scope, *, has_received: bool = True) -> ColumnElement[bool]:
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


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


_DONE = or_(
    Citizen.visit_status.in_(FINAL), Citizen.application_state == ApplicationState.ACTIVATED
)
_COUNTS = {
    "total": func.count(),
    "done": _count(_DONE),
    "unvisited": _count(and_(Citizen.visit_status.is_(None), ~_DONE)),
    "absent": _count(and_(Citizen.visit_status == "absent", ~_DONE)),
    "revisit": _count(and_(Citizen.visit_status.in_(("revisit", "nobody_home")), ~_DONE)),
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
        .where(ListItem.campaign_id == campaign_id, _held(scope))
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
        query = query.where(_held(scope))
    else:
        query = query.where(within(Citizen.unit_path, scope.paths))
    return [(citizen, item) for citizen, item in db.session.execute(query)]


def list_hand_overs(
    scope: Scope, campaign_id: int, *, state: HandOverState | None = None
) -> list[HandOver]:
    """Return the lists of the scope's teams (or handed out by its units), newest first."""
    to_unit = Unit.__table__.alias("to_unit")
    query = (
        select(HandOver)
        .join(to_unit, to_unit.c.id == HandOver.to_unit_id)
        .options(joinedload(HandOver.to_unit), joinedload(HandOver.from_unit))
        .where(HandOver.campaign_id == campaign_id, within(to_unit.c.path, scope.paths))
        .order_by(HandOver.sent_at.desc(), HandOver.id.desc())
    )
    if state is not None:
        query = query.where(HandOver.state == state)
    return list(db.session.scalars(query))


def get_hand_over(scope: Scope, hand_over_id: int) -> HandOver:
    """Return one list of the scope; raises NoResultFound."""
    query = (
        select(HandOver)
        .join(HandOver.to_unit)
        .options(joinedload(HandOver.to_unit), joinedload(HandOver.from_unit))
        .where(HandOver.id == hand_over_id, within(Unit.path, scope.paths))
    )
    return db.session.scalars(query).one()


@dataclass(frozen=True)
class ItemCounts:
    """Items of one list."""

    open: int
    done: int
    visited: int
    ended: int


def count_items(hand_over_ids: Sequence[int]) -> dict[int, ItemCounts]:
    """Return the counts per list."""
    is_open = ListItem.state == ItemState.OPEN
    query = (
        select(
            ListItem.hand_over_id,
            _count(is_open),
            _count(and_(is_open, ListItem.done_at.is_not(None))),
            _count(and_(is_open, Citizen.visit_status.is_not(None))),
            _count(~is_open),
        )
        .join(Citizen, Citizen.id == ListItem.citizen_id)
        .where(ListItem.hand_over_id.in_(hand_over_ids))
        .group_by(ListItem.hand_over_id)
    )
    return {row[0]: ItemCounts(*row[1:]) for row in db.session.execute(query)}


@dataclass(frozen=True)
class HamletLoad:
    """A hamlet's people on the work list: how many are held, by whom, and how many wait."""

    hamlet: Unit
    waiting: int
    held: int
    teams: tuple[Unit, ...]


def list_hamlet_loads(scope: Scope, campaign_id: int, commune: Unit) -> list[HamletLoad]:
    """Return the hamlets of a commune with approved people with and without a holder."""
    held = (
        select(ListItem.citizen_id)
        .where(
            ListItem.campaign_id == campaign_id,
            ListItem.purpose == Purpose.ACTIVATE,
            ListItem.state == ItemState.OPEN,
        )
        .subquery()
    )
    counts = {
        row[0]: (row[1] or 0, row[2] or 0)
        for row in db.session.execute(
            select(
                Citizen.unit_id,
                _count(held.c.citizen_id.is_(None)),
                _count(held.c.citizen_id.is_not(None)),
            )
            .outerjoin(held, held.c.citizen_id == Citizen.id)
            .where(
                within(Citizen.unit_path, (commune.path,)),
                within(Citizen.unit_path, scope.paths),
                Citizen.application_state == ApplicationState.APPROVED,
            )
            .group_by(Citizen.unit_id)
        )
    }
    hamlets = db.session.scalars(
        select(Unit)
        .where(
            Unit.parent_id == commune.id,
            within(Unit.path, scope.paths),
            Unit.kind == UnitKind.HAMLET,
            Unit.is_active.is_(True),
        )
        .order_by(Unit.sort_order)
    ).all()
    teams: dict[int, list[Unit]] = {}
    for hamlet_id, team in db.session.execute(
        select(TeamHamlet.hamlet_id, Unit)
        .join(Unit, Unit.id == TeamHamlet.team_id)
        .where(Unit.parent_id == commune.id, Unit.is_active.is_(True))
        .order_by(Unit.sort_order)
    ):
        teams.setdefault(hamlet_id, []).append(team)
    return [
        HamletLoad(hamlet, *counts.get(hamlet.id, (0, 0)), tuple(teams.get(hamlet.id, ())))
        for hamlet in [*hamlets, *([commune] if commune.id in counts else [])]
    ]


def list_waiting_citizens(
    scope: Scope, campaign_id: int, hamlet_id: int, limit: int
) -> list[Citizen]:
    """Return approved people of a hamlet whom nobody holds, in walking order."""
    held = select(ListItem.citizen_id).where(
        ListItem.campaign_id == campaign_id,
        ListItem.purpose == Purpose.ACTIVATE,
        ListItem.state == ItemState.OPEN,
    )
    query = (
        select(Citizen)
        .join(Household, Household.id == Citizen.household_id)
        .where(
            Citizen.unit_id == hamlet_id,
            within(Citizen.unit_path, scope.paths),
            Citizen.application_state == ApplicationState.APPROVED,
            Citizen.id.not_in(held),
        )
        .order_by(Household.walk_key, Household.id, Citizen.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def find_holder(campaign_id: int, citizen_id: int, purpose: Purpose) -> ListItem | None:
    """Return the open item of a citizen, or None."""
    query = (
        select(ListItem)
        .options(joinedload(ListItem.hand_over).joinedload(HandOver.to_unit))
        .where(
            ListItem.campaign_id == campaign_id,
            ListItem.citizen_id == citizen_id,
            ListItem.purpose == purpose,
            ListItem.state == ItemState.OPEN,
        )
    )
    return db.session.scalar(query)


def list_walk_items(
    scope: Scope, hand_over_id: int
) -> list[tuple[ListItem, Citizen, Household, Unit]]:
    """Return the open items of a list in walking order, for the printed walk list."""
    query = (
        select(ListItem, Citizen, Household, Unit)
        .join(Citizen, Citizen.id == ListItem.citizen_id)
        .join(Household, Household.id == ListItem.household_id)
        .join(Unit, Unit.id == Household.unit_id)
        .join(HandOver, HandOver.id == ListItem.hand_over_id)
        .where(ListItem.hand_over_id == hand_over_id, ListItem.state == ItemState.OPEN)
        .order_by(Unit.path, Household.walk_key, Household.id, Citizen.birth_on, Citizen.id)
    )
    return [tuple(row) for row in db.session.execute(query)]  # type: ignore[misc]


def list_alleys(scope: Scope, hand_over_id: int) -> list[tuple[str, str, int, int | None]]:
    """Return (hamlet, alley or street, open people, member) of a list, to split it by alley."""
    query = (
        select(Unit.name, Household.alley, func.count(), func.min(ListItem.assigned_to))
        .join(Household, Household.id == ListItem.household_id)
        .join(Unit, Unit.id == Household.unit_id)
        .where(ListItem.hand_over_id == hand_over_id, ListItem.state == ItemState.OPEN)
        .group_by(Unit.name, Household.alley)
        .order_by(Unit.name, Household.alley)
    )
    return [tuple(row) for row in db.session.execute(query)]  # type: ignore[misc]


def count_assigned(hand_over_id: int) -> dict[int | None, int]:
    """Return open items per member (None: not split yet)."""
    query = (
        select(ListItem.assigned_to, func.count())
        .where(ListItem.hand_over_id == hand_over_id, ListItem.state == ItemState.OPEN)
        .group_by(ListItem.assigned_to)
    )
    return {member: count for member, count in db.session.execute(query)}
