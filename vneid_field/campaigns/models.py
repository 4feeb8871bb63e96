"""Campaigns, and which level reports to which and when."""

from datetime import date, datetime, time

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from vneid_field.core.database import Base, EnumText, JsonValue, UtcDateTime
from vneid_field.units.rules import UnitKind


class Campaign(Base):
    """A drive: start, end and quota days are three settings (domain.md section 4)."""

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    plan_title: Mapped[str] = mapped_column(String(200))  # "Kế hoạch số 128/KH-UBND ngày …"
    root_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    quota_days: Mapped[int]  # a divisor, not the length of the calendar
    baseline_collected: Mapped[int]  # displayed, never a counter
    baseline_activated: Mapped[int]
    # Thresholds that are ours: absent_after_attempts, list_limit, minutes_before_reminder …
    settings: Mapped[dict] = mapped_column(JsonValue, default=dict)
    # The clock's anchor (demo and tests): a real instant stands for a campaign instant.
    clock_real_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    clock_campaign_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_demo: Mapped[bool] = mapped_column(default=False)


class KeyCheck(Base):
    """One row that only the database's own keys open and index alike (campaigns/keys.py)."""

    __tablename__ = "key_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary, info={"sealed": "key_check"})
    indexed: Mapped[bytes] = mapped_column(LargeBinary(32))


class CampaignBaseline(Base):
    """Applications collected and not activated before the start (the plan's column 5), per unit."""

    __tablename__ = "campaign_baseline"
    __table_args__ = (UniqueConstraint("campaign_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    collected_not_activated: Mapped[int]


class ReportRule(Base):
    """A kind of unit owes a report at an hour, to a kind of superior (III.6)."""

    __tablename__ = "report_rule"
    __table_args__ = (UniqueConstraint("campaign_id", "unit_kind", "report_kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    unit_kind: Mapped[UnitKind] = mapped_column(EnumText(UnitKind))
    report_kind: Mapped[str] = mapped_column(String(20))  # reporting.rules.ReportKind
    opens_at: Mapped[time]  # local, on the last day of the period
    due_at: Mapped[time]  # local
    due_days_after: Mapped[int]  # 0 the same day, 1 the next
    to_kind: Mapped[UnitKind] = mapped_column(EnumText(UnitKind))
