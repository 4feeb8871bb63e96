"""Obligations, reports with frozen figures, and the collection points' daily results."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vneid_field.accounts.models import User
from vneid_field.core.database import Base, EnumText, JsonValue, UtcDateTime, key_text
from vneid_field.reporting.kinds import (
    ObligationState,
    RemedyKind,
    ReportKind,
    ReportState,
    ShortfallReason,
    Step,
)
from vneid_field.units.models import Unit


class Obligation(Base):
    """A dated row that exists before the report does: rates can never exceed 100 %."""

    __tablename__ = "obligation"
    __table_args__ = (
        UniqueConstraint("campaign_id", "unit_id", "report_kind", "period_end_on"),
        Index("ix_obligation_path", "campaign_id", "period_end_on", "report_kind", "unit_path"),
        Index("ix_obligation_unit_due", "unit_id", "due_at"),
        Index(  # counting the whole drive's reads these columns and no row
            "ix_obligation_kept",
            "campaign_id",
            "unit_path",
            "report_kind",
            "state",
            "due_at",
            "period_end_on",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    unit_path: Mapped[str] = mapped_column(key_text(80))
    report_kind: Mapped[ReportKind] = mapped_column(EnumText(ReportKind))
    period_start_on: Mapped[date]
    period_end_on: Mapped[date]
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[ObligationState] = mapped_column(
        EnumText(ObligationState), default=ObligationState.EXPECTED
    )
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of the first sending
    # State of the newest version sent, so that a page of many rows reads one table.
    report_state: Mapped[ReportState | None] = mapped_column(EnumText(ReportState))
    excused_reason: Mapped[str] = mapped_column(String(300), default="")
    excused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    excused_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    unit: Mapped[Unit] = relationship(lazy="raise")
    reminder: Mapped[User | None] = relationship(foreign_keys=[reminded_by], lazy="raise")


class Report(Base):
    """One version of a unit's report. Draft until sent; then its figures never change."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("obligation_id", "version"),
        Index(
            "uq_report_draft",
            "obligation_id",
            unique=True,
            sqlite_where=text("state = 'draft'"),
            postgresql_where=text("state = 'draft'"),
        ),
        Index("ix_report_unit", "campaign_id", "unit_id", "report_kind", "period_end_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    report_kind: Mapped[ReportKind] = mapped_column(EnumText(ReportKind))
    period_start_on: Mapped[date]
    period_end_on: Mapped[date]
    version: Mapped[int] = mapped_column(default=1)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    state: Mapped[ReportState] = mapped_column(EnumText(ReportState), default=ReportState.DRAFT)
    difficulties: Mapped[str] = mapped_column(String(2000), default="")
    proposals: Mapped[str] = mapped_column(String(2000), default="")
    explanation: Mapped[str] = mapped_column(String(2000), default="")  # required below quota
    # A week's and the drive's reports say these too (IV.4).
    strengths: Mapped[str] = mapped_column(String(2000), default="")
    shortcomings: Mapped[str] = mapped_column(String(2000), default="")
    causes: Mapped[str] = mapped_column(String(2000), default="")
    responsibility: Mapped[str] = mapped_column(String(2000), default="")
    is_no_list_received: Mapped[bool] = mapped_column(default=False)
    figures: Mapped[dict] = mapped_column(JsonValue, default=dict)  # frozen at sending
    figures_digest: Mapped[str] = mapped_column(String(64), default="")
    template_version: Mapped[str] = mapped_column(String(20), default="")
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    is_sent_on_behalf: Mapped[bool] = mapped_column(default=False)
    is_late: Mapped[bool] = mapped_column(default=False)
    minutes_late: Mapped[int] = mapped_column(default=0)
    # The newest visit event id at sending: later arrivals of that day are "bổ sung".
    through_event_id: Mapped[int] = mapped_column(default=0)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    unit: Mapped[Unit] = relationship(lazy="raise")
    obligation: Mapped[Obligation] = relationship(lazy="raise")


class ReportStep(Base):
    """What others did with a version: accepted, returned, unlocked it, or read it. Append-only."""

    __tablename__ = "report_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    step: Mapped[Step] = mapped_column(EnumText(Step))
    remark: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("unit.id")
    )  # as whose police or committee


class CollectionResult(Base):
    """A point's number collected on a day, announced at 17h00 (III.3.d). Append-only.

    The newest row of a point and day counts, and of it only what no collection event names.
    """

    __tablename__ = "collection_result"
    __table_args__ = (
        UniqueConstraint("campaign_id", "point_id", "collected_on", "version"),
        Index("ix_collection_result_newest", "campaign_id", "collected_on", "is_newest"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    point_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    home_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # the point's parent
    collected_on: Mapped[date]
    version: Mapped[int] = mapped_column(default=1)
    is_newest: Mapped[bool] = mapped_column(default=True)
    collected: Mapped[int]  # named + unnamed
    named: Mapped[int] = mapped_column(default=0, server_default="0")  # copied from the events
    invited: Mapped[int] = mapped_column(default=0, server_default="0")  # copied: the day's list
    quota: Mapped[int]  # copied: the point's daily quota on that day
    reason: Mapped[str] = mapped_column(String(300), default="")  # what the reasons do not say
    remedy: Mapped[str] = mapped_column(String(300), default="")  # the action in words, frozen
    is_late: Mapped[bool] = mapped_column(default=False)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    point: Mapped[Unit] = relationship(foreign_keys=[point_id], lazy="raise")
    shortfalls: Mapped[list["CollectionShortfall"]] = relationship(
        lazy="raise", order_by="CollectionShortfall.id"
    )
    remedies: Mapped[list["Remedy"]] = relationship(lazy="raise", order_by="Remedy.id")


class CollectionShortfall(Base):
    """How many applications one reason cost a result; a result's add up to what it lacks."""

    __tablename__ = "collection_shortfall"
    __table_args__ = (
        UniqueConstraint("result_id", "reason"),
        CheckConstraint("count > 0", name="counts_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    result_id: Mapped[int] = mapped_column(ForeignKey("collection_result.id"))
    reason: Mapped[ShortfallReason] = mapped_column(EnumText(ShortfallReason))
    count: Mapped[int]


class Remedy(Base):
    """What is done about a shortfall, by whom, until when; and whether it was."""

    __tablename__ = "remedy"

    id: Mapped[int] = mapped_column(primary_key=True)
    result_id: Mapped[int] = mapped_column(ForeignKey("collection_result.id"), index=True)
    kind: Mapped[RemedyKind] = mapped_column(EnumText(RemedyKind))
    note: Mapped[str] = mapped_column(String(120), default="")
    responsible: Mapped[str] = mapped_column(String(80))
    due_on: Mapped[date]
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    done_note: Mapped[str] = mapped_column(String(200), default="")  # how it went, or why not

    result: Mapped[CollectionResult] = relationship(lazy="raise", viewonly=True)
