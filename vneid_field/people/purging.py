"""What teams told of listed people goes some days after the campaign (domain.md section 15)."""

from sqlalchemy import func, select, update

from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.queries import current_campaign
from vneid_field.campaigns.rules import people_purge_on
from vneid_field.core import clock
from vneid_field.core.errors import NotFound
from vneid_field.extensions import db
from vneid_field.jobs.services import nightly
from vneid_field.people.kinds import CorrectionState
from vneid_field.people.models import FieldCorrection

_KEPT = FieldCorrection.state != CorrectionState.PURGED


def count_expired(campaign: Campaign) -> int:
    """Return how many corrections still say something although their day has come."""
    if clock.today() < people_purge_on(campaign):
        return 0
    return db.session.scalar(select(func.count(FieldCorrection.id)).where(_KEPT)) or 0


def purge_corrections(campaign: Campaign) -> int:
    """Blank what the campaign's teams told; who told it, when and of whom stays.

    Returns how many. An open one can be decided no more: nothing is left to decide on.
    """
    count = count_expired(campaign)
    if not count:
        return 0
    blank = {"value": "", "before": "", "reason": "", "state": CorrectionState.PURGED}
    db.session.execute(update(FieldCorrection).where(_KEPT).values(blank))
    record(
        "correction.purged",
        actor=None,
        subject_kind="campaign",
        subject_id=campaign.id,
        count=count,
    )
    db.session.flush()
    return count


@nightly
def purge_told() -> None:
    """Do so for the current campaign."""
    try:
        campaign = current_campaign()
    except NotFound:
        return  # no campaign yet
    purge_corrections(campaign)
