"""Reading a point's day: who is asked, who came, and the events of people."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from vneid_field.collection.kinds import InvitationEnd
from vneid_field.collection.models import CollectionEvent, Invitation
from vneid_field.collection.rules import Fact
from vneid_field.core.access import Scope
from vneid_field.core.crypto import keyring
from vneid_field.core.text import search_key
from vneid_field.extensions import db
from vneid_field.people.models import Citizen
from vneid_field.people.rules import check_citizen_id
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind


def get_own_point(scope: Scope, unit_id: int) -> Unit:
    """Return the point a collection officer works at; raises NoResultFound for any other unit."""
    query = select(Unit).where(
        Unit.id == unit_id,
        Unit.id.in_(scope.holders),
        Unit.kind == UnitKind.COLLECTION_POINT,
    )
    return db.session.scalars(query).one()


def fact_of(event: CollectionEvent) -> Fact:
    """Return what the rules see of an event."""
    return Fact(
        uuid=event.uuid,
        citizen_id=event.citizen_id,
        home_unit_id=event.home_unit_id,
        point_id=event.point_id,
        kind=event.kind,
        happened_at=event.happened_at,
        counted_on=event.counted_on,
        undoes_uuid=event.undoes_uuid,
    )


def list_events(campaign_id: int, citizen_ids: Iterable[int]) -> list[CollectionEvent]:
    """Return the events of people the caller has opened already, oldest first."""
    query = select(CollectionEvent).where(
        CollectionEvent.campaign_id == campaign_id,
        CollectionEvent.citizen_id.in_(list(citizen_ids)),
    )
    return list(db.session.scalars(query.order_by(CollectionEvent.happened_at, CollectionEvent.id)))


def list_day_events(
    scope: Scope, campaign_id: int, point: Unit, on: date, citizen_id: int | None = None
) -> list[CollectionEvent]:
    """Return what happened at the own point on a day, oldest first, to one person when named."""
    query = select(CollectionEvent).where(
        CollectionEvent.point_id.in_(scope.holders),
        CollectionEvent.point_id == point.id,
        CollectionEvent.campaign_id == campaign_id,
        CollectionEvent.counted_on == on,
    )
    if citizen_id is not None:
        query = query.where(CollectionEvent.citizen_id == citizen_id)
    query = query.order_by(CollectionEvent.happened_at, CollectionEvent.id)
    return list(db.session.scalars(query))


def find_comer(
    scope: Scope, campaign_id: int, point: Unit, on: date, citizen_id: int
) -> Citizen | None:
    """Return a person the own point may write about on a day: invited then, or seen there then."""
    invited = select(Invitation.citizen_id).where(
        Invitation.campaign_id == campaign_id,
        Invitation.point_id == point.id,
        Invitation.on_day == on,
        or_(Invitation.ended_as.is_(None), Invitation.ended_as != InvitationEnd.WITHDRAWN),
    )
    seen = select(CollectionEvent.citizen_id).where(
        CollectionEvent.campaign_id == campaign_id,
        CollectionEvent.point_id == point.id,
        CollectionEvent.counted_on == on,
    )
    if point.id not in scope.holders:
        return None
    query = select(Citizen).options(joinedload(Citizen.household))
    query = query.where(
        Citizen.id == citizen_id, or_(Citizen.id.in_(invited), Citizen.id.in_(seen))
    )
    return db.session.scalar(query)


def list_people(citizen_ids: Sequence[int]) -> list[Citizen]:
    """Return people the caller found through invitations or events, with their households."""
    query = select(Citizen).options(joinedload(Citizen.household))
    query = query.where(Citizen.id.in_(citizen_ids)).order_by(Citizen.sort_key, Citizen.id)
    return list(db.session.scalars(query))


def find_by_number(number: str) -> Citizen | None:
    """Return the person of a full id number, read off the card in the officer's hand, or None."""
    value = check_citizen_id(number).value
    if value is None:
        return None
    index = keyring().blind_index(value, "citizen_id")
    query = select(Citizen).options(joinedload(Citizen.household))
    return db.session.scalar(query.where(Citizen.citizen_id_index == index))


def matches(citizen: Citizen, words: str) -> bool:
    """Say whether a name contains the words, without accents."""
    wanted = search_key(words).split()
    return all(word in citizen.search_key for word in wanted)
