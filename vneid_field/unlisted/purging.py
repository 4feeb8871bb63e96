"""People outside the list are forgotten some days after the campaign (domain.md section 15)."""

import secrets

from sqlalchemy import Select, func, select, update

from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.queries import current_campaign
from vneid_field.campaigns.rules import people_purge_on
from vneid_field.core import clock
from vneid_field.core.errors import NotFound
from vneid_field.extensions import db
from vneid_field.jobs.services import nightly
from vneid_field.unlisted.kinds import UnlistedState
from vneid_field.unlisted.models import UnlistedPerson

INDEX_BYTES = 32
BLANK = {
    "full_name": "",
    "citizen_id": "",
    "phone": None,
    "phone_index": None,
    "household_id": None,
    "note": "",
    "reason": "",
    "body_digest": "",
    "state": UnlistedState.PURGED,
}


def count_expired(campaign: Campaign) -> int:
    """Return how many people are still named although their day has come."""
    if clock.today() < people_purge_on(campaign):
        return 0
    kept = _kept(campaign).subquery()
    return db.session.scalar(select(func.count()).select_from(kept)) or 0


def _kept(campaign: Campaign) -> Select[int]:
    return select(UnlistedPerson.id).where(
        UnlistedPerson.campaign_id == campaign.id, UnlistedPerson.state != UnlistedState.PURGED
    )


def purge_unlisted(campaign: Campaign) -> int:
    """Blank who was met; a random number takes the place of the id number's index.

    Which team, where, when, the outcome, and the visit of whom was matched stay: figures follow
    from those visits and are what they were. Returns how many.
    """
    if not count_expired(campaign):
        return 0
    ids = list(db.session.scalars(_kept(campaign).with_for_update()))
    rows = [
        {"id": one, "citizen_id_index": secrets.token_bytes(INDEX_BYTES), **BLANK} for one in ids
    ]
    db.session.execute(update(UnlistedPerson), rows)
    record(
        "unlisted.purged",
        actor=None,
        subject_kind="campaign",
        subject_id=campaign.id,
        count=len(ids),
    )
    db.session.flush()
    return len(ids)


@nightly
def purge_met() -> None:
    """Do so for the current campaign."""
    try:
        campaign = current_campaign()
    except NotFound:
        return  # no campaign yet
    purge_unlisted(campaign)
