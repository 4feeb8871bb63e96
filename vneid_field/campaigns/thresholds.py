"""Whole numbers in a campaign's settings that police change: each change with who and when.

A slice keeps its own under one key (`Section`): what they are, within what, and how they read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from vneid_field.accounts.models import User
from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import WrongField
from vneid_field.extensions import db

OFF = 0


@dataclass(frozen=True)
class Bounds:
    """What a threshold may be set to, both included; `off` is the value that switches it off."""

    least: int
    most: int
    off: int | None = OFF

    def holds(self, value: int) -> bool:
        """Say whether a threshold may be set to a value."""
        return self.least <= value <= self.most


@dataclass(frozen=True)
class Section:
    """The thresholds of a slice.

    key       of `campaign.settings`.
    event     what the log calls a change.
    words     label, measure and meaning by name, in the order of the page.
    """

    key: str
    event: str
    defaults: Mapping[str, int]
    bounds: Mapping[str, Bounds]
    words: Mapping[str, tuple[str, str, str]]

    def values(self, settings: Mapping[str, Any]) -> dict[str, int]:
        """Return what stands in a campaign's settings; what is not set there is the default."""
        held = settings.get(self.key, {})
        return {
            name: held[name]["value"] if name in held else default
            for name, default in self.defaults.items()
        }


@dataclass(frozen=True)
class ThresholdLine:
    """A threshold as the page shows it; `by` and `at` are of its newest change, None for none."""

    name: str
    value: int
    default: int
    by: str | None
    at: datetime | None


def list_lines(campaign: Campaign, section: Section) -> list[ThresholdLine]:
    """Return every threshold of a section with what stands and who changed it last."""
    held, now = campaign.settings.get(section.key, {}), section.values(campaign.settings)
    ids = {change["by"] for change in held.values()}
    query = select(User.id, User.display_name).where(User.id.in_(ids))
    names = {row[0]: row[1] for row in db.session.execute(query)} if ids else {}
    return [
        ThresholdLine(
            name,
            now[name],
            default,
            names.get(held[name]["by"]) if name in held else None,
            datetime.fromisoformat(held[name]["at"]) if name in held else None,
        )
        for name, default in section.defaults.items()
    ]


def change_values(
    *, actor: Actor, campaign: Campaign, section: Section, values: Mapping[str, int]
) -> int:
    """Change thresholds of a section; returns how many changed.

    Raises WrongField for a value out of bounds; nothing is changed then.
    """
    for name, value in values.items():
        bounds, label = section.bounds[name], section.words[name][0]
        if not bounds.holds(value):
            raise WrongField(f"{label}: nhập từ {bounds.least} đến {bounds.most}.", name)
    locked = select(Campaign).where(Campaign.id == campaign.id).with_for_update(key_share=True)
    db.session.execute(locked.execution_options(populate_existing=True))
    before = section.values(campaign.settings)
    changed = {name: value for name, value in values.items() if value != before[name]}
    if not changed:
        return 0
    now = clock.now().isoformat(timespec="seconds")
    changes = {
        name: {"value": value, "by": actor.user_id, "at": now} for name, value in changed.items()
    }
    held = campaign.settings.get(section.key, {})
    campaign.settings = {**campaign.settings, section.key: {**held, **changes}}
    for name, value in changed.items():
        step: dict[str, Any] = {"from": before[name], "to": value}
        record(
            section.event,
            actor=actor,
            subject_kind="campaign",
            subject_id=campaign.id,
            threshold=name,
            **step,
        )
    db.session.flush()
    return len(changed)
