"""Sessions of mobile points, readiness, invitations and what happened at a point."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vneid_field.collection.kinds import (
    Answer,
    CouldNot,
    EventKind,
    InvitationEnd,
    PlaceKind,
    ReadinessItem,
)
from vneid_field.core.database import Base, EnumText, UtcDateTime
from vneid_field.people.models import Citizen
from vneid_field.units.models import Unit


class CollectionSession(Base):
    """A mobile point at a place on a day (III.3.e); hours are minutes from midnight."""

    __tablename__ = "collection_session"
    __table_args__ = (
        CheckConstraint("from_minute < to_minute", name="hours_in_order"),
        Index("ix_collection_session_day", "campaign_id", "on_day"),
        Index("ix_collection_session_point", "point_id", "on_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    point_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    on_day: Mapped[date]
    from_minute: Mapped[int]
    to_minute: Mapped[int]
    place_kind: Mapped[PlaceKind] = mapped_column(EnumText(PlaceKind))
    place: Mapped[str] = mapped_column(String(160))
    partner: Mapped[str] = mapped_column(String(160), default="")  # school, company, board
    expected: Mapped[int] = mapped_column(default=0)  # people
    is_cancelled: Mapped[bool] = mapped_column(default=False)
    cancel_reason: Mapped[str] = mapped_column(String(200), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    point: Mapped[Unit] = relationship(lazy="raise")


class CollectionSessionUnit(Base):
    """A unit whose citizens are invited to a session."""

    __tablename__ = "collection_session_unit"

    session_id: Mapped[int] = mapped_column(ForeignKey("collection_session.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)


class ReadinessCheck(Base):
    """One thing a point must have before the start, as last checked (III.3.a)."""

    __tablename__ = "readiness_check"
    __table_args__ = (UniqueConstraint("campaign_id", "point_id", "item"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    point_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    item: Mapped[ReadinessItem] = mapped_column(EnumText(ReadinessItem))
    is_ready: Mapped[bool] = mapped_column(default=False)
    quantity: Mapped[int | None]  # sets, people, machines: where a number means something
    note: Mapped[str] = mapped_column(String(200), default="")  # what is missing, until when
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class Invitation(Base):
    """A person asked to come to a point on a day and hour; one open each."""

    __tablename__ = "invitation"
    __table_args__ = (
        Index(
            "uq_invitation_open",
            "campaign_id",
            "citizen_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_invitation_citizen", "citizen_id"),
        Index("ix_invitation_day", "point_id", "on_day", "at_minute"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"))
    point_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("collection_session.id"), index=True)
    on_day: Mapped[date]
    at_minute: Mapped[int]  # minutes from midnight: the hour on the invitation
    round: Mapped[int] = mapped_column(default=1)  # the person's so-manieth invitation
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answer: Mapped[Answer | None] = mapped_column(EnumText(Answer))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_as: Mapped[InvitationEnd | None] = mapped_column(EnumText(InvitationEnd))
    note: Mapped[str] = mapped_column(String(200), default="")  # what the person said

    citizen: Mapped[Citizen] = relationship(lazy="raise")
    point: Mapped[Unit] = relationship(lazy="raise")


class CollectionEvent(Base):
    """What happened to a person at a point. Append-only; an undo is another event."""

    __tablename__ = "collection_event"
    __table_args__ = (
        Index("ix_collection_event_citizen", "citizen_id"),
        Index("ix_collection_event_day", "point_id", "counted_on"),
        Index("ix_collection_event_undoes", "undoes_uuid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    body_digest: Mapped[str] = mapped_column(String(64))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"))
    home_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # copied at that moment
    point_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("collection_session.id"))
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"))
    kind: Mapped[EventKind] = mapped_column(EnumText(EventKind))
    reason: Mapped[CouldNot | None] = mapped_column(EnumText(CouldNot))
    note: Mapped[str] = mapped_column(String(200), default="")
    undoes_uuid: Mapped[str | None] = mapped_column(String(36))
    device_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    device_sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counted_on: Mapped[date]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
