"""Numbers learnt at a door before field corrections had a table get their place in the queue."""

from collections.abc import Sequence

from sqlalchemy import exists, or_, select

from vneid_field.campaigns.queries import current_campaign
from vneid_field.core.errors import NotFound
from vneid_field.extensions import db
from vneid_field.jobs.services import nightly
from vneid_field.people.field_corrections import learn_phone
from vneid_field.people.kinds import CorrectedField
from vneid_field.people.models import Citizen, FieldCorrection
from vneid_field.people.queries import lock_citizens
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.phones import learnt_of, newest_phone
from vneid_field.visits.queries import list_events

PIECE = 500


def find_untold(campaign_id: int) -> int:
    """Open a correction for whom a visit learnt a number and nobody was told; returns how many."""
    told = exists().where(
        FieldCorrection.citizen_id == Citizen.id, FieldCorrection.field == CorrectedField.PHONE
    )
    differs = or_(Citizen.phone_index.is_(None), Citizen.phone_index != Citizen.field_phone_index)
    query = select(Citizen.id).where(Citizen.field_phone_index.is_not(None), differs, ~told)
    ids = list(db.session.scalars(query.order_by(Citizen.id)))
    for first in range(0, len(ids), PIECE):
        _tell(campaign_id, ids[first : first + PIECE])
    return len(ids)


def _tell(campaign_id: int, ids: Sequence[int]) -> None:
    people = lock_citizens(ids)
    events: dict[int, list[VisitEvent]] = list_events(ids, campaign_id)
    for citizen in people:
        newest = newest_phone(events[citizen.id])
        if newest is not None:
            learn_phone(citizen, newest.new_phone, learnt_of(newest))
    db.session.flush()


@nightly
def tell_learnt_phones() -> None:
    """After an update to this version, at the worker's first start; later it finds nothing."""
    try:
        campaign = current_campaign()
    except NotFound:
        return  # no campaign yet
    find_untold(campaign.id)
