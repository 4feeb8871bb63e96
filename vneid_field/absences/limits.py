"""How often is tried and how long is worked on a case: campaign settings, each with its range."""

from vneid_field.absences.labels import LIMIT_LABELS
from vneid_field.absences.rules import TRIES, WORK_DAYS
from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.thresholds import Bounds, Section

ABSENCE_TRIES, ABSENCE_WORK_DAYS = "absence_tries", "absence_work_days"
SECTION = Section(
    key="absences",
    event="absence.threshold_changed",
    defaults={ABSENCE_TRIES: TRIES, ABSENCE_WORK_DAYS: WORK_DAYS},
    bounds={ABSENCE_TRIES: Bounds(1, 10, None), ABSENCE_WORK_DAYS: Bounds(1, 14, None)},
    words=LIMIT_LABELS,
)


def tries_of(campaign: Campaign) -> int:
    """Return after how many contacts without an answer a case may be closed."""
    return SECTION.values(campaign.settings)[ABSENCE_TRIES]


def work_days_of(campaign: Campaign) -> int:
    """Return how many days a support team has for a case."""
    return SECTION.values(campaign.settings)[ABSENCE_WORK_DAYS]
