"""Changing the thresholds of the review: campaign settings, each change with who and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from vneid_field.accounts.models import User
from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import WrongField
from vneid_field.extensions import db
from vneid_field.review.labels import THRESHOLD_LABELS
from vneid_field.review.thresholds import (
    BOUNDS,
    DEFAULTS,
    NAMES,
    SETTING,
    is_within,
    read_thresholds,
)


@dataclass(frozen=True)
class ThresholdLine:
    """A threshold as the page shows it; `by` and `at` are of its newest change, None for none."""

    name: str
    value: int
    default: int
    by: str | None
    at: datetime | None


def list_thresholds(campaign: Campaign) -> list[ThresholdLine]:
    """Return every threshold with what stands and who changed it last."""
    held, now = campaign.settings.get(SETTING, {}), read_thresholds(campaign.settings)
    ids = {change["by"] for change in held.values()}
    query = select(User.id, User.display_name).where(User.id.in_(ids))
    names = {row[0]: row[1] for row in db.session.execute(query)} if ids else {}
    return [
        ThresholdLine(
            name,
            getattr(now, name),
            getattr(DEFAULTS, name),
            names.get(held[name]["by"]) if name in held else None,
            datetime.fromisoformat(held[name]["at"]) if name in held else None,
        )
        for name in NAMES
    ]


def set_thresholds(*, actor: Actor, campaign: Campaign, values: Mapping[str, int]) -> int:
    """Change thresholds; returns how many changed. Draws that are kept stay as they were drawn.

    Raises WrongField for a value out of bounds; nothing is changed then.
    """
    for name, value in values.items():
        if not is_within(name, value):
            bounds, label = BOUNDS[name], THRESHOLD_LABELS[name][0]
            raise WrongField(f"{label}: nhập từ {bounds.least} đến {bounds.most}.", name)
    locked = select(Campaign).where(Campaign.id == campaign.id).with_for_update(key_share=True)
    db.session.execute(locked.execution_options(populate_existing=True))
    before = read_thresholds(campaign.settings)
    changed = {name: value for name, value in values.items() if value != getattr(before, name)}
    now = clock.now().isoformat(timespec="seconds")
    changes = {
        name: {"value": value, "by": actor.user_id, "at": now} for name, value in changed.items()
    }
    held = campaign.settings.get(SETTING, {})
    campaign.settings = {**campaign.settings, SETTING: {**held, **changes}}
    for name, value in changed.items():
        record(
            "review.threshold_changed",
            actor=actor,
            subject_kind="campaign",
            subject_id=campaign.id,
            threshold=name,
            **{"from": getattr(before, name), "to": value},
        )
    db.session.flush()
    return len(changed)
