"""Reading campaigns; the current one is a setting."""

from datetime import datetime

from flask import current_app, g
from sqlalchemy import bindparam, select

from vneid_field.campaigns.models import Campaign, CampaignBaseline, ReportRule
from vneid_field.core import clock
from vneid_field.core.errors import NotFound
from vneid_field.extensions import db

_BY_CODE = select(Campaign).where(Campaign.code == bindparam("code"))  # asked in every request


def find_campaign(code: str) -> Campaign | None:
    """Return the campaign of a code, or None."""
    return db.session.scalar(_BY_CODE, {"code": code})


def current_campaign() -> Campaign:
    """Return the current campaign, read once per application context; raises NotFound."""
    campaign = g.get("campaign")
    if campaign is None or campaign not in db.session:
        code = current_app.config["SETTINGS"].campaign_code
        campaign = find_campaign(code)
        if campaign is None:
            raise NotFound(
                f"Chưa có chiến dịch {code}. Quản trị máy chủ chạy lệnh vneid-field init, hoặc "
                "sửa VNEID_CAMPAIGN."
            )
        g.campaign = campaign
    return campaign


def campaign_end() -> datetime:
    """Return the instant at which the current campaign's last day closes."""
    return clock.day_bounds(current_campaign().ends_on)[1]


def use_campaign_clock() -> None:
    """Set this context's clock from the anchor stored with the current campaign, if any."""
    campaign = find_campaign(current_app.config["SETTINGS"].campaign_code)
    g.campaign = campaign
    if campaign is None or campaign.clock_real_at is None or campaign.clock_campaign_at is None:
        clock.use_anchor(None)
    else:
        clock.use_anchor(clock.Anchor(campaign.clock_real_at, campaign.clock_campaign_at))


def list_report_rules(campaign_id: int) -> list[ReportRule]:
    """Return who reports to whom and when."""
    query = select(ReportRule).where(ReportRule.campaign_id == campaign_id)
    return list(db.session.scalars(query.order_by(ReportRule.id)))


def find_baseline(campaign_id: int, unit_id: int) -> int | None:
    """Return a unit's applications collected and not activated before the start, or None."""
    query = select(CampaignBaseline.collected_not_activated).where(
        CampaignBaseline.campaign_id == campaign_id, CampaignBaseline.unit_id == unit_id
    )
    return db.session.scalar(query)
