"""Visit events (append-only), guide ticks, and where a volunteer starts to walk."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, column_property, mapped_column

from vneid_field.core.database import Base, EncryptedText, EnumText, UtcDateTime
from vneid_field.lists.kinds import VerdictKind
from vneid_field.lists.models import ListVerdict
from vneid_field.visits.kinds import AbsentReason, Outcome


class VisitEvent(Base):
    """One result at a door. Never changed; an undo is another event (domain.md section 7)."""

    __tablename__ = "visit_event"
    __table_args__ = (
        Index("ix_visit_event_citizen", "citizen_id"),
        Index("ix_visit_event_team_day", "performed_by_unit_id", "counted_on"),
        Index("ix_visit_event_home_day", "home_unit_id", "counted_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)  # minted by the phone at the tap
    body_digest: Mapped[str] = mapped_column(String(64))  # same uuid, other body → 409
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))  # copied at that moment
    home_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # copied at that moment
    performed_by_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    performed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    device_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    device_sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    skew_s: Mapped[int] = mapped_column(default=0)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counted_on: Mapped[date]
    outcome: Mapped[Outcome | None] = mapped_column(EnumText(Outcome))  # null for an undo
    sub_reason: Mapped[AbsentReason | None] = mapped_column(EnumText(AbsentReason))
    note: Mapped[str] = mapped_column(String(300), default="")
    next_visit_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    new_phone: Mapped[str | None] = mapped_column(EncryptedText("visit_event.new_phone"))
    undoes_uuid: Mapped[str | None] = mapped_column(String(36))
    is_typed_in: Mapped[bool] = mapped_column(default=False)  # "Nhập thay" from paper
    # When a national list contradicted what was known up to this event; None for none. Read with
    # every event, so that nobody folds a person without it (visits/rules.py).
    refuted_at: Mapped[datetime | None] = column_property(
        select(func.min(ListVerdict.made_at))
        .where(
            ListVerdict.citizen_id == citizen_id,
            ListVerdict.kind == VerdictKind.CONTRADICTED,
            ListVerdict.taken_back_at.is_(None),
            ListVerdict.speaks_until >= happened_at,
        )
        .correlate_except(ListVerdict)
        .scalar_subquery()
    )


class GuideTick(Base):
    """A step of the activation guide done for a person; a colleague can continue."""

    __tablename__ = "guide_tick"
    __table_args__ = (UniqueConstraint("campaign_id", "citizen_id", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"))
    step: Mapped[str] = mapped_column(String(40))  # a key of rules.GUIDE_STEPS
    ticked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ticked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class WalkStart(Base):
    """ "Start here": the household from which a person's walking order begins."""

    __tablename__ = "walk_start"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
