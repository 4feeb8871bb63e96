"""Thresholds of a campaign that are ours, kept in its settings. Pure."""

from datetime import date, timedelta
from typing import Protocol

EXPIRE_UNTOUCHED = "expire_untouched_days"
LONGEST_EXPIRY = 60  # days; a drive is 50
KEEP_PEOPLE = "keep_people_days"
KEPT_DAYS, SHORTEST_KEPT, LONGEST_KEPT = 90, 1, 365  # as long as papers that name citizens


class HasSettings(Protocol):
    """A campaign, as far as these rules see it."""

    settings: dict
    ends_on: date


def expiry_days(campaign: HasSettings) -> int | None:
    """Return after how many days an untouched person is taken from a team; None: never."""
    days = campaign.settings.get(EXPIRE_UNTOUCHED)
    return days if isinstance(days, int) and days > 0 else None


def kept_days(campaign: HasSettings) -> int:
    """Return for how many days after the campaign what teams told of people is kept."""
    days = campaign.settings.get(KEEP_PEOPLE)
    return days if isinstance(days, int) and days >= SHORTEST_KEPT else KEPT_DAYS


def people_purge_on(campaign: HasSettings) -> date:
    """Return the day on which what teams told of people is purged."""
    return campaign.ends_on + timedelta(days=kept_days(campaign))
