"""Changing the thresholds of the review: campaign settings, each change with who and when."""

from collections.abc import Mapping
from dataclasses import asdict

from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.thresholds import Section, ThresholdLine, change_values, list_lines
from vneid_field.core.access import Actor
from vneid_field.review.labels import THRESHOLD_LABELS
from vneid_field.review.thresholds import BOUNDS, DEFAULTS, SETTING

SECTION = Section(SETTING, "review.threshold_changed", asdict(DEFAULTS), BOUNDS, THRESHOLD_LABELS)


def list_thresholds(campaign: Campaign) -> list[ThresholdLine]:
    """Return every threshold with what stands and who changed it last."""
    return list_lines(campaign, SECTION)


def set_thresholds(*, actor: Actor, campaign: Campaign, values: Mapping[str, int]) -> int:
    """Change thresholds; returns how many changed. Draws that are kept stay as they were drawn.

    Raises WrongField for a value out of bounds; nothing is changed then.
    """
    return change_values(actor=actor, campaign=campaign, section=SECTION, values=values)
