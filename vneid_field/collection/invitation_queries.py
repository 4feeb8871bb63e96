"""Reading who waits for an invitation, who is invited, and to what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import contains_eager

from vneid_field.collection.kinds import InvitationEnd
from vneid_field.collection.models import CollectionSession, CollectionSessionUnit, Invitation
from vneid_field.collection.rules import INVITABLE, INVITED_AGAIN, MOST_ROUNDS, Wait
from vneid_field.core.access import Scope
from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.people.models import Citizen, Household
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind
from vneid_field.web.pagination import Page, paginate


def list_points(scope: Scope, root_path: str) -> list[Unit]:
    """Return the working points below a unit that the scope covers, in the plan's order."""
    query = select(Unit).where(
        within(Unit.path, (root_path,)),
        within(Unit.path, scope.paths),
        Unit.kind == UnitKind.COLLECTION_POINT,
        Unit.is_active.is_(True),
    )
    return list(db.session.scalars(query.order_by(Unit.sort_order, Unit.id)))


def get_point(scope: Scope, point_id: int) -> Unit:
    """Return a point of the scope; raises NoResultFound."""
    query = select(Unit).where(
        Unit.id == point_id,
        within(Unit.path, scope.paths),
        Unit.kind == UnitKind.COLLECTION_POINT,
    )
    return db.session.scalars(query).one()


def get_session(point: Unit, session_id: int, on: date) -> CollectionSession:
    """Return a point's session of a day; raises NoResultFound."""
    query = select(CollectionSession).where(
        CollectionSession.id == session_id,
        CollectionSession.point_id == point.id,
        CollectionSession.on_day == on,
        CollectionSession.is_cancelled.is_(False),
    )
    return db.session.scalars(query).one()


def list_sessions(campaign_id: int, point: Unit, on: date) -> list[CollectionSession]:
    """Return the sessions of a point on a day, the earliest first."""
    query = select(CollectionSession).where(
        CollectionSession.campaign_id == campaign_id,
        CollectionSession.point_id == point.id,
        CollectionSession.on_day == on,
        CollectionSession.is_cancelled.is_(False),
    )
    return list(db.session.scalars(query.order_by(CollectionSession.from_minute)))


def list_session_paths(session: CollectionSession) -> list[str]:
    """Return the paths of the units whose citizens are invited to a session."""
    query = (
        select(Unit.path)
        .join(CollectionSessionUnit, CollectionSessionUnit.unit_id == Unit.id)
        .where(CollectionSessionUnit.session_id == session.id)
    )
    return list(db.session.scalars(query))


@dataclass(frozen=True)
class Area:
    """A walking area with people who wait for an invitation; `again`: were invited before."""

    unit_id: int
    name: str
    waiting: int
    again: int


def _waiting(scope: Scope, campaign_id: int, paths: Sequence[str]) -> Select[Citizen]:
    """People without an application whom nobody has invited, or whom the rule invites again."""
    newest = (
        select(
            Invitation.citizen_id,
            func.max(Invitation.round).label("round"),
            func.max(Invitation.id).label("id"),
        )
        .where(Invitation.campaign_id == campaign_id)
        .group_by(Invitation.citizen_id)
        .subquery()
    )
    last = select(Invitation.id, Invitation.ended_as).subquery()
    again = (newest.c.round < MOST_ROUNDS) & last.c.ended_as.in_(
        [InvitationEnd(one).value for one in INVITED_AGAIN | {InvitationEnd.WITHDRAWN}]
    )
    return (
        select(Citizen)
        .outerjoin(newest, newest.c.citizen_id == Citizen.id)
        .outerjoin(last, last.c.id == newest.c.id)
        .where(
            within(Citizen.unit_path, paths),
            within(Citizen.unit_path, scope.paths),
            Citizen.application_state.in_(INVITABLE),
            newest.c.id.is_(None) | again,
        )
        .add_columns(newest.c.round)
    )


def list_areas(scope: Scope, campaign_id: int, paths: Sequence[str]) -> list[Area]:
    """Return the walking areas (hamlets) below some units with the people who wait there."""
    people = _waiting(scope, campaign_id, paths).subquery()
    query = (
        select(
            Unit.id,
            Unit.name,
            func.count(),
            func.sum(case((people.c.round.is_not(None), 1), else_=0)),
        )
        .join(people, people.c.unit_id == Unit.id)
        .group_by(Unit.id, Unit.name, Unit.sort_order)
        .order_by(Unit.sort_order, Unit.id)
    )
    return [Area(*row) for row in db.session.execute(query)]


def list_waiting(
    scope: Scope, campaign_id: int, paths: Sequence[str], areas: Sequence[int], limit: int
) -> list[Wait]:
    """Return people who wait in some areas: the longest waiting household's street first.

    Whole households in walking order; between areas the order is the plan's. Who was invited
    before comes after who never was.
    """
    people = _waiting(scope, campaign_id, paths).subquery()
    first = func.min(func.coalesce(people.c.round, 0)).over(partition_by=people.c.household_id)
    since = func.min(people.c.application_state_at).over(partition_by=people.c.unit_id)
    query = (
        select(people.c.id, people.c.household_id)
        .join(Household, Household.id == people.c.household_id)
        .where(people.c.unit_id.in_(areas))
        .order_by(first, since, people.c.unit_id, Household.walk_key, Household.id, people.c.id)
        .limit(limit)
    )
    return [Wait(*row) for row in db.session.execute(query)]


def count_invited(campaign_id: int, point_id: int, on: date, session_id: int | None) -> int:
    """Return how many are asked to a point on a day; withdrawn or moved ones do not count."""
    gone = (InvitationEnd.WITHDRAWN, InvitationEnd.OTHER_DAY)
    query = select(func.count()).where(
        Invitation.campaign_id == campaign_id,
        Invitation.point_id == point_id,
        Invitation.on_day == on,
        Invitation.session_id == session_id,
        Invitation.ended_as.is_(None) | Invitation.ended_as.not_in(gone),
    )
    return db.session.scalar(query) or 0


def _day(scope: Scope, campaign_id: int, point: Unit, on: date) -> Select[Invitation]:
    may = within(Unit.path, scope.paths) if not scope.holders else Unit.id.in_(scope.holders)
    return (
        select(Invitation)
        .join(Unit, Unit.id == Invitation.point_id)
        .join(Citizen, Citizen.id == Invitation.citizen_id)
        .join(Household, Household.id == Citizen.household_id)
        .options(contains_eager(Invitation.citizen).contains_eager(Citizen.household))
        .where(
            may,
            Invitation.campaign_id == campaign_id,
            Invitation.point_id == point.id,
            Invitation.on_day == on,
        )
        .order_by(Invitation.at_minute, Household.walk_key, Household.id, Invitation.id)
    )


def page_invitations(
    scope: Scope, campaign_id: int, point: Unit, on: date, *, number: int = 1, size: int = 100
) -> Page[Invitation]:
    """Return the invitations of a point and day by hour, ended ones among them."""
    return paginate(_day(scope, campaign_id, point, on), number=number, size=size)


def list_invitations(
    scope: Scope, campaign_id: int, point: Unit, on: date, citizen_id: int | None = None
) -> list[Invitation]:
    """Return the invitations of a point and day that stand, of one person when named."""
    gone = (InvitationEnd.WITHDRAWN, InvitationEnd.OTHER_DAY)
    query = _day(scope, campaign_id, point, on)
    query = query.where(Invitation.ended_as.is_(None) | Invitation.ended_as.not_in(gone))
    if citizen_id is not None:
        query = query.where(Invitation.citizen_id == citizen_id)
    return list(db.session.scalars(query))


def get_invitation(scope: Scope, campaign_id: int, invitation_id: int) -> Invitation:
    """Return an invitation to a point of the scope; raises NoResultFound."""
    may = within(Unit.path, scope.paths) if not scope.holders else Unit.id.in_(scope.holders)
    query = (
        select(Invitation)
        .join(Unit, Unit.id == Invitation.point_id)
        .where(may, Invitation.campaign_id == campaign_id, Invitation.id == invitation_id)
    )
    return db.session.scalars(query).one()


def find_open(campaign_id: int, citizen_id: int) -> Invitation | None:
    """Return a person's open invitation, to whatever point, or None."""
    query = select(Invitation).where(
        Invitation.campaign_id == campaign_id,
        Invitation.citizen_id == citizen_id,
        Invitation.ended_at.is_(None),
    )
    return db.session.scalar(query)
