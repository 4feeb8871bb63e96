"""Thresholds of a campaign that are ours, kept in its settings. Pure."""

from typing import Protocol

EXPIRE_UNTOUCHED = "expire_untouched_days"
LONGEST_EXPIRY = 60  # days; a drive is 50


class HasSettings(Protocol):
    """A campaign, as far as these rules see it."""

    settings: dict


def expiry_days(campaign: HasSettings) -> int | None:
    """Return after how many days an untouched person is taken from a team; None: never."""
    days = campaign.settings.get(EXPIRE_UNTOUCHED)
    return days if isinstance(days, int) and days > 0 else None
