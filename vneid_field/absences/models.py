"""Cases of the absent loop, their hops with receipts, contacts, and the support teams' desks."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vneid_field.absences.kinds import CloseReason, ContactOutcome, Leave, Stage
from vneid_field.core.database import Base, EnumText, UtcDateTime
from vneid_field.people.models import Citizen
from vneid_field.units.models import Unit
from vneid_field.visits.kinds import AbsentReason
from vneid_field.visits.models import VisitEvent


class AbsenceCase(Base):
    """One person whom a team found absent, from then until the case is closed; one open each."""

    __tablename__ = "absence_case"
    __table_args__ = (
        Index(
            "uq_absence_case_open",
            "campaign_id",
            "citizen_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_absence_case_citizen", "citizen_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # who found the person absent
    event_id: Mapped[int] = mapped_column(ForeignKey("visit_event.id"))  # the newest such result
    reason: Mapped[AbsentReason | None] = mapped_column(EnumText(AbsentReason))
    back_on: Mapped[date | None]  # the day the person is said to return
    tries: Mapped[int] = mapped_column(default=0)  # contacts that reached nobody
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    close_reason: Mapped[CloseReason | None] = mapped_column(EnumText(CloseReason))
    place: Mapped[str] = mapped_column(String(200), default="")  # outside the city: where

    citizen: Mapped[Citizen] = relationship(lazy="raise")
    event: Mapped[VisitEvent] = relationship(lazy="raise")
    team: Mapped[Unit] = relationship(lazy="raise")


class AbsenceHop(Base):
    """A case at a unit: sent, received, due, left. An open case has one hop nobody has left."""

    __tablename__ = "absence_hop"
    __table_args__ = (
        Index(
            "uq_absence_hop_open",
            "case_id",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
        Index("ix_absence_hop_case", "case_id"),
        Index("ix_absence_hop_unit", "unit_id", "left_at", "stage"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("absence_case.id"))
    stage: Mapped[Stage] = mapped_column(EnumText(Stage))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # the holder
    from_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)  # by when the holder passes it on
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the receipt
    received_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    left_as: Mapped[Leave | None] = mapped_column(EnumText(Leave))
    note: Mapped[str] = mapped_column(String(300), default="")  # of who sent it here

    unit: Mapped[Unit] = relationship(lazy="raise", foreign_keys=[unit_id])


class AbsenceContact(Base):
    """A call or message of who works a case (append-only)."""

    __tablename__ = "absence_contact"
    __table_args__ = (Index("ix_absence_contact_case", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)  # the tap: twice is once
    case_id: Mapped[int] = mapped_column(ForeignKey("absence_case.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    outcome: Mapped[ContactOutcome] = mapped_column(EnumText(ContactOutcome))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("visit_event.id"))  # RESULT: which
    call_again_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(String(300), default="")


class SupportDesk(Base):
    """Where and when a fixed support team can be found (III.4.đ); its members: `team_member`."""

    __tablename__ = "support_desk"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    place: Mapped[str] = mapped_column(String(200), default="")
    hours: Mapped[str] = mapped_column(String(120), default="")
