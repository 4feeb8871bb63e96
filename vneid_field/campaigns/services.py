"""Writing campaigns and moving the demo's clock."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from flask import current_app
from sqlalchemy import select

from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.rules import (
    EXPIRE_UNTOUCHED,
    KEEP_PEOPLE,
    LONGEST_EXPIRY,
    LONGEST_KEPT,
    SHORTEST_KEPT,
    expiry_days,
    kept_days,
)
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict, DomainError
from vneid_field.extensions import db

AFTER_END = timedelta(days=7)  # the demo shows how a drive closes, and no more


def anchor_clock(*, campaign: Campaign, campaign_at: datetime) -> None:
    """Let the machine's present stand for `campaign_at` (aware): demo and tests only."""
    campaign.clock_real_at = clock.real_now()
    campaign.clock_campaign_at = campaign_at.astimezone(UTC)
    clock.use_anchor(clock.Anchor(campaign.clock_real_at, campaign.clock_campaign_at))
    db.session.flush()


def rename(*, actor: Actor, campaign: Campaign, name: str, plan_title: str) -> None:
    """Change the campaign's words; dates and hours change by `reporting.calendar` only."""
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


def set_expiry(*, actor: Actor, campaign: Campaign, days: int) -> None:
    """Let people whom a team did not touch for so many days wait anew; 0 switches it off."""
    _lock(campaign)
    if days == (expiry_days(campaign) or 0):
        return
    if not 0 <= days <= LONGEST_EXPIRY:
        raise DomainError(f"Số ngày từ 0 (không tự thu hồi) đến {LONGEST_EXPIRY}.")
    _set(actor, campaign, EXPIRE_UNTOUCHED, days)


def set_kept(*, actor: Actor, campaign: Campaign, days: int) -> None:
    """Keep what teams told of people for so many days after the campaign."""
    _lock(campaign)
    if days == kept_days(campaign):
        return
    if not SHORTEST_KEPT <= days <= LONGEST_KEPT:
        raise DomainError(f"Số ngày từ {SHORTEST_KEPT} đến {LONGEST_KEPT}.")
    _set(actor, campaign, KEEP_PEOPLE, days)


def _lock(campaign: Campaign) -> None:
    """Read the campaign anew: others set thresholds."""
    locked = select(Campaign).where(Campaign.id == campaign.id).with_for_update(key_share=True)
    db.session.execute(locked.execution_options(populate_existing=True))


def _set(actor: Actor, campaign: Campaign, key: str, value: int) -> None:
    campaign.settings = {**campaign.settings, key: value}
    record(
        "campaign.changed",
        actor=actor,
        subject_kind="campaign",
        subject_id=campaign.id,
        fields=[key],
    )
    db.session.flush()


def may_move_clock(campaign: Campaign) -> bool:
    """Say whether the clock may be moved: a demo's campaign on a server run as a demo."""
    return campaign.is_demo and current_app.config["SETTINGS"].is_demo


def move_clock(
    *, actor: Actor, campaign: Campaign, to: datetime, stops: Sequence[datetime]
) -> None:
    """Move the demo's clock forward to one of `stops`, the banner's hours; raises Conflict.

    Everybody who may log in may press, so nothing but those hours is taken: an instant of one's
    own choosing could end all accounts, or time itself.
    """
    if not may_move_clock(campaign):
        raise Conflict("Giờ máy chủ chỉ chỉnh được trong bản dùng thử.")
    before = clock.now()
    if to <= before:
        raise Conflict("Giờ của bản dùng thử chỉ đi tới, không quay lại.")
    if to > clock.day_bounds(campaign.ends_on)[1] + AFTER_END:
        raise Conflict("Chiến dịch của bản dùng thử đã kết thúc. Hãy nạp lại dữ liệu thử.")
    if to not in stops:
        raise Conflict("Bản dùng thử vừa sang giờ khác. Hãy tải lại trang rồi chọn lại giờ.")
    record(
        "clock.moved",
        actor=actor,
        **{"from": before.isoformat(timespec="minutes"), "to": to.isoformat(timespec="minutes")},
    )
    anchor_clock(campaign=campaign, campaign_at=to)
