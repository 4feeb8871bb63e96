"""Writing campaigns and moving the demo's clock."""

from datetime import UTC, datetime

from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict
from vneid_field.extensions import db


def anchor_clock(*, campaign: Campaign, campaign_at: datetime) -> None:
    """Let the machine's present stand for `campaign_at` (aware): demo and tests only."""
    campaign.clock_real_at = clock.real_now()
    campaign.clock_campaign_at = campaign_at.astimezone(UTC)
    clock.use_anchor(clock.Anchor(campaign.clock_real_at, campaign.clock_campaign_at))
    db.session.flush()


def rename(*, actor: Actor, campaign: Campaign, name: str, plan_title: str) -> None:
    """Change the campaign's words; dates and hours stay, obligations were made from them."""
    wanted = {"name": name, "plan_title": plan_title}
    changed = [field for field, value in wanted.items() if getattr(campaign, field) != value]
    for field, value in wanted.items():
        setattr(campaign, field, value)
    record(
        "campaign.changed",
        actor=actor,
        subject_kind="campaign",
        subject_id=campaign.id,
        fields=changed,
    )
    db.session.flush()


def move_clock(*, actor: Actor, campaign: Campaign, to: datetime) -> None:
    """Move the demo's clock forward; raises Conflict outside demo mode or backwards."""
    if not campaign.is_demo:
        raise Conflict("Giờ máy chủ chỉ chỉnh được trong bản dùng thử.")
    before = clock.now()
    if to <= before:
        raise Conflict("Giờ của bản dùng thử chỉ đi tới, không quay lại.")
    record(
        "clock.moved",
        actor=actor,
        **{"from": before.isoformat(timespec="minutes"), "to": to.isoformat(timespec="minutes")},
    )
    anchor_clock(campaign=campaign, campaign_at=to)
