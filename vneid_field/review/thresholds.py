"""Thresholds of the flags and the size of the sample: campaign settings. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from vneid_field.campaigns.thresholds import Bounds

SETTING = "review"  # key of `campaign.settings`


@dataclass(frozen=True)
class Thresholds:
    """What stands when nobody has changed anything (ADR 016 says why these)."""

    burst_activations: int = 5  # activations of one person within BURST_S
    pace_seconds: int = 60  # from another household's result to an activation
    contact_percent: int = 98  # of the people tried on the day
    contact_people: int = 40  # tried at least so many; fewer prove nothing
    shared_phone_households: int = 3
    night_from: int = 22  # local hour
    night_until: int = 5
    skew_minutes: int = 5
    sample_percent: int = 10
    sample_minimum: int = 5  # checklists a commune and day


BOUNDS: Mapping[str, Bounds] = {
    "burst_activations": Bounds(0, 60),
    "pace_seconds": Bounds(0, 900),
    "contact_percent": Bounds(0, 100),
    "contact_people": Bounds(1, 500, None),
    "shared_phone_households": Bounds(0, 50),
    "night_from": Bounds(18, 24, 24),
    "night_until": Bounds(0, 8, 0),
    "skew_minutes": Bounds(0, 240),
    "sample_percent": Bounds(1, 100, None),
    "sample_minimum": Bounds(1, 200, None),
}
DEFAULTS = Thresholds()
NAMES = tuple(field.name for field in fields(Thresholds))


def read_thresholds(settings: Mapping[str, Any]) -> Thresholds:
    """Return the thresholds of a campaign's settings; what is not set there is the default."""
    held = settings.get(SETTING, {})
    return Thresholds(**{name: held[name]["value"] for name in NAMES if name in held})
