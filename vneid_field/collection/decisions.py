"""Transmitted applications follow what lists and police say of their people.

`follow_decisions` is told of every change of an application (people/changes.py), in the
transaction of the change; the caller has locked the person. An undone list opens items again.
"""

from collections.abc import Sequence

from sqlalchemy import func, select

from vneid_field.collection.transmission_contributions import contributions
from vneid_field.collection.transmission_kinds import TransmissionEnd
from vneid_field.collection.transmission_models import TransmissionItem
from vneid_field.collection.transmission_queries import list_newest_items
from vneid_field.collection.transmission_rules import end_of
from vneid_field.core import clock
from vneid_field.core.database import one_of
from vneid_field.extensions import db
from vneid_field.figures.rules import difference
from vneid_field.figures.services import apply_flows
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import ApplicationEvent, Citizen


def follow_decisions(campaign_id: int, citizen_ids: Sequence[int]) -> None:
    """Close, or open again, the newest item of people whose application changed."""
    items = list_newest_items(campaign_id, citizen_ids)
    if not items:
        return
    ids = [item.citizen_id for item in items]
    here = one_of(Citizen.id, ids, db.engine.dialect.name)
    people = {
        row.id: row
        for row in db.session.execute(
            select(
                Citizen.id,
                Citizen.application_state,
                Citizen.application_state_at,
                Citizen.approved_on,
            ).where(here)
        )
    }
    moved = [
        item
        for item in items
        if end_of(item.ended_as, people[item.citizen_id].application_state) is not item.ended_as
    ]
    if not moved:
        return
    days = {item.transmission_id: item.transmission.counted_on for item in moved}
    before, now, reasons = contributions(moved, days), clock.now(), _reasons(moved)
    for item in moved:
        person = people[item.citizen_id]
        end = end_of(item.ended_as, person.application_state)
        item.ended_as = end
        item.ended_at = None if end is None else now
        item.reason, item.decided_on = "", None
        if end in (TransmissionEnd.APPROVED, TransmissionEnd.REJECTED):
            item.decided_on = clock.to_local(person.application_state_at).date()
        if end is TransmissionEnd.APPROVED:
            item.decided_on = person.approved_on or item.decided_on
        if end is TransmissionEnd.REJECTED:
            item.reason = reasons.get(item.citizen_id, "")
    db.session.flush()
    apply_flows(campaign_id, difference(before, contributions(moved, days)))


def _reasons(items: Sequence[TransmissionItem]) -> dict[int, str]:
    """Return why people's newest rejection came, as the list wrote it."""
    newest = (
        select(func.max(ApplicationEvent.id))
        .where(
            one_of(
                ApplicationEvent.citizen_id,
                [item.citizen_id for item in items],
                db.engine.dialect.name,
            ),
            ApplicationEvent.to_state == ApplicationState.REJECTED,
        )
        .group_by(ApplicationEvent.citizen_id)
    )
    query = select(ApplicationEvent.citizen_id, ApplicationEvent.reason).where(
        ApplicationEvent.id.in_(newest)
    )
    return dict(db.session.execute(query).tuples().all())
