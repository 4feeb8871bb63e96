"""Targets of units, with their revisions."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from vneid_field.core.database import Base, EnumText, UtcDateTime, key_text
from vneid_field.quotas.kinds import QuotaKind


class QuotaRevision(Base):
    """One saved split of a parent's targets over its children."""

    __tablename__ = "quota_revision"
    __table_args__ = (UniqueConstraint("campaign_id", "parent_unit_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    parent_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    number: Mapped[int]  # 1, 2, … per parent
    effective_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class Quota(Base):
    """A unit's target of one kind in one revision; the newest revision is current."""

    __tablename__ = "quota"
    __table_args__ = (
        UniqueConstraint("revision_id", "unit_id", "kind"),
        Index("ix_quota_current_path", "campaign_id", "is_current", "unit_path"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("quota_revision.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    unit_path: Mapped[str] = mapped_column(key_text(80))
    kind: Mapped[QuotaKind] = mapped_column(EnumText(QuotaKind))
    amount: Mapped[int]
    is_current: Mapped[bool] = mapped_column(default=True)
