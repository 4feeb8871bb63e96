"""Invitations and events follow what lists and police say of an application (people/changes.py)."""

from collections.abc import Sequence
from uuid import uuid4

from sqlalchemy import select

from vneid_field.collection.day_queries import fact_of, list_events
from vneid_field.collection.invitations import end
from vneid_field.collection.kinds import EventKind, InvitationEnd
from vneid_field.collection.models import CollectionEvent, Invitation
from vneid_field.collection.rules import INVITABLE, contributions, standing
from vneid_field.core import clock
from vneid_field.extensions import db
from vneid_field.figures.rules import difference
from vneid_field.figures.services import apply_flows
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Citizen
from vneid_field.people.queries import list_application_events_of
from vneid_field.visits.rules import body_digest


def follow_applications(campaign_id: int, citizen_ids: Sequence[int]) -> None:
    """Withdraw invitations of who needs none any more; take back what police set back.

    The caller has locked the people. A list that says more than "not collected" ends an
    invitation; a correction from collected to invited takes the collection at the point back.
    Who was rejected by the ministry was collected all the same.
    """
    query = (
        select(Invitation)
        .join(Citizen, Citizen.id == Invitation.citizen_id)
        .where(
            Invitation.campaign_id == campaign_id,
            Invitation.citizen_id.in_(citizen_ids),
            Invitation.ended_at.is_(None),
            Citizen.application_state.not_in(INVITABLE),
        )
    )
    for invitation in db.session.scalars(query):
        end(invitation, None, InvitationEnd.WITHDRAWN, "hồ sơ đã có theo danh sách")
    collected = (
        select(CollectionEvent.citizen_id)
        .join(Citizen, Citizen.id == CollectionEvent.citizen_id)
        .where(
            CollectionEvent.campaign_id == campaign_id,
            CollectionEvent.citizen_id.in_(citizen_ids),
            CollectionEvent.kind == EventKind.COLLECTED,
            Citizen.application_state == ApplicationState.INVITED,
        )
    )
    changes = list_application_events_of(list(db.session.scalars(collected.distinct())))
    for citizen_id, known in changes.items():
        newest = known[-1] if known else None
        if newest and (newest.source, newest.from_state) == (
            "correction",
            ApplicationState.COLLECTED,
        ):
            _take_back(campaign_id, citizen_id)
    db.session.flush()


def _take_back(campaign_id: int, citizen_id: int) -> None:
    """Undo the newest standing collection of a person: the system's own event."""
    events = list_events(campaign_id, [citizen_id])
    facts = [fact_of(one) for one in events]
    stands = [one.uuid for one in standing(facts) if one.kind is EventKind.COLLECTED]
    if not stands:
        return
    target = next(one for one in events if one.uuid == stands[-1])
    now = clock.now()
    undo = CollectionEvent(
        uuid=str(uuid4()),
        body_digest=body_digest({"undoes": target.uuid}),
        campaign_id=campaign_id,
        citizen_id=citizen_id,
        home_unit_id=target.home_unit_id,
        point_id=target.point_id,
        session_id=target.session_id,
        invitation_id=target.invitation_id,
        kind=EventKind.UNDO,
        note="công an sửa trạng thái hồ sơ",
        undoes_uuid=target.uuid,
        received_at=now,
        happened_at=now,
        counted_on=clock.today(),
        recorded_by=None,
    )
    db.session.add(undo)
    db.session.flush()
    after = contributions([*facts, fact_of(undo)])
    apply_flows(campaign_id, difference(contributions(facts), after))
