"""Reading people outside the list: a commune's queue, a team's own, and whom they may be."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from vneid_field.campaigns.queries import current_campaign
from vneid_field.core.access import Scope
from vneid_field.core.database import one_of, within
from vneid_field.extensions import db
from vneid_field.lists.kinds import HandOverState, ItemState, Purpose
from vneid_field.lists.models import HandOver, ListItem
from vneid_field.people.models import Citizen
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind
from vneid_field.unlisted.kinds import UnlistedState
from vneid_field.unlisted.models import UnlistedPerson
from vneid_field.web.pagination import Page, paginate

TABS = ("waiting", "matched", "rejected", "handed")


def _here(scope: Scope, campaign_id: int) -> tuple[ColumnElement[bool], ...]:
    paths = scope.paths if scope.sees_people and not scope.holders else ()
    return UnlistedPerson.campaign_id == campaign_id, within(UnlistedPerson.unit_path, paths)


def _handed(scope: Scope, campaign_id: int) -> tuple[ColumnElement[bool], ...]:
    """Those the scope's communes passed on: they read where their team's work went.

    Also when the commune it went to has passed it on again: the team is the scope's.
    """
    paths = scope.paths if scope.sees_people and not scope.holders else ()
    own = select(Unit.id).where(within(Unit.path, paths))
    return (
        UnlistedPerson.campaign_id == campaign_id,
        UnlistedPerson.state != UnlistedState.PURGED,
        or_(UnlistedPerson.handed_from_id.in_(own), UnlistedPerson.team_id.in_(own)),
        UnlistedPerson.commune_id.not_in(own),
    )


def _tab(scope: Scope, campaign_id: int, tab: str) -> tuple[ColumnElement[bool], ...]:
    if tab == "handed":
        return _handed(scope, campaign_id)
    return *_here(scope, campaign_id), UnlistedPerson.state == UnlistedState(tab)


def page_queue(
    scope: Scope, campaign_id: int, tab: str, *, number: int, size: int = 20
) -> Page[UnlistedPerson]:
    """Return one page of a commune's queue: those who wait oldest first, the others newest."""
    is_waiting = tab == "waiting"
    order = UnlistedPerson.id if is_waiting else UnlistedPerson.id.desc()
    query = (
        select(UnlistedPerson)
        .options(
            joinedload(UnlistedPerson.team),
            joinedload(UnlistedPerson.commune),
            joinedload(UnlistedPerson.handed_from),
            joinedload(UnlistedPerson.taker),
            joinedload(UnlistedPerson.decider),
        )
        .where(*_tab(scope, campaign_id, tab))
        .order_by(order)
    )
    return paginate(query, number=number, size=size)


def count_tabs(scope: Scope, campaign_id: int) -> dict[str, int]:
    """Return how many stand in each tab of the queue."""
    return {
        tab: db.session.scalar(
            select(func.count(UnlistedPerson.id)).where(*_tab(scope, campaign_id, tab))
        )
        or 0
        for tab in TABS
    }


def count_waiting(scope: Scope) -> int:
    """Return how many of the current campaign wait in the scope's queue."""
    return count_tabs(scope, current_campaign().id)["waiting"]


def get_unlisted(
    scope: Scope, campaign_id: int, unlisted_id: int, *, to_write: bool = False
) -> UnlistedPerson:
    """Return one of the scope's queue; raises NoResultFound. `to_write` locks the row."""
    query = select(UnlistedPerson).where(
        UnlistedPerson.id == unlisted_id, *_here(scope, campaign_id)
    )
    if to_write:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def find_handed(scope: Scope, campaign_id: int, unlisted_id: int) -> UnlistedPerson | None:
    """Return one that the scope's communes passed on, with where it is now, or None."""
    query = (
        select(UnlistedPerson)
        .options(joinedload(UnlistedPerson.commune))
        .where(UnlistedPerson.id == unlisted_id, *_handed(scope, campaign_id))
        .execution_options(populate_existing=True)
    )
    return db.session.scalar(query)


def find_by_uuid(uuid: str) -> UnlistedPerson | None:
    """Return the person of a form's UUID, or None."""
    return db.session.scalar(select(UnlistedPerson).where(UnlistedPerson.uuid == uuid))


def page_of_team(
    scope: Scope, campaign_id: int, *, number: int, size: int = 20
) -> Page[UnlistedPerson]:
    """Return one page of whom the actor's team took down, the newest first."""
    query = (
        select(UnlistedPerson)
        .options(joinedload(UnlistedPerson.decider))
        .where(
            UnlistedPerson.campaign_id == campaign_id,
            UnlistedPerson.state != UnlistedState.PURGED,
            UnlistedPerson.team_id.in_(scope.holders),
        )
        .order_by(UnlistedPerson.id.desc())
    )
    if scope.only_assigned_to is not None:
        query = query.where(UnlistedPerson.taken_by == scope.only_assigned_to)
    return paginate(query, number=number, size=size)


@dataclass(frozen=True)
class Match:
    """Whom a number belongs to: the citizen when the reader may see them, else only where."""

    citizen: Citizen | None
    commune: Unit | None


def find_matches(scope: Scope, indexes: Sequence[bytes]) -> dict[bytes, Match]:
    """Return who bears these id numbers, city-wide; a person outside the scope stays unnamed.

    The number is the natural key of the whole city: police read here to which commune a person
    belongs, so that they can pass the result on, and nothing else of them.
    """
    if not indexes:
        return {}
    query = (
        select(Citizen)
        .options(joinedload(Citizen.household))
        .where(one_of(Citizen.citizen_id_index, list(indexes), db.engine.dialect.name))
    )
    people = list(db.session.scalars(query))
    communes = _communes_of(people)
    return {
        bytes(person.citizen_id_index): Match(
            person if scope.sees_people and scope.covers(person.unit_path) else None,
            communes.get(person.id),
        )
        for person in people
    }


def _communes_of(people: Sequence[Citizen]) -> dict[int, Unit]:
    homes = {
        unit.id: unit
        for unit in db.session.scalars(
            select(Unit).where(Unit.id.in_({person.unit_id for person in people}))
        )
    }
    above = {unit.parent_id for unit in homes.values()} | set(homes)
    units = {unit.id: unit for unit in db.session.scalars(select(Unit).where(Unit.id.in_(above)))}
    found = {}
    for person in people:
        home = homes[person.unit_id]
        commune = home if home.kind is UnitKind.COMMUNE else units.get(home.parent_id or 0)
        if commune is not None:
            found[person.id] = commune
    return found


def find_own_citizen(scope: Scope, campaign_id: int, index: bytes) -> int | None:
    """Return the citizen of a number when the actor's team holds them itself, else None."""
    query: Select[int] = (
        select(Citizen.id)
        .join(ListItem, ListItem.citizen_id == Citizen.id)
        .join(HandOver, HandOver.id == ListItem.hand_over_id)
        .where(
            Citizen.citizen_id_index == index,
            ListItem.campaign_id == campaign_id,
            ListItem.purpose == Purpose.ACTIVATE,
            ListItem.state == ItemState.OPEN,
            ListItem.holder_unit_id.in_(scope.holders),
            HandOver.state == HandOverState.RECEIVED,
        )
    )
    if scope.only_assigned_to is not None:
        query = query.where(ListItem.assigned_to == scope.only_assigned_to)
    return db.session.scalar(query)


def list_communes() -> list[Unit]:
    """Return every commune of the city, to which a result may be passed on."""
    query = select(Unit).where(Unit.kind == UnitKind.COMMUNE, Unit.is_active.is_(True))
    return list(db.session.scalars(query.order_by(Unit.name, Unit.code)))


def get_commune(unit_id: int) -> Unit:
    """Return one of them; raises NoResultFound."""
    query = select(Unit).where(
        Unit.id == unit_id, Unit.kind == UnitKind.COMMUNE, Unit.is_active.is_(True)
    )
    return db.session.scalars(query).one()
