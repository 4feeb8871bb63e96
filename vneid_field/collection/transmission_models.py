"""Batches of applications transmitted to the ministry's department, and what became of each."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vneid_field.collection.transmission_kinds import TransmissionEnd
from vneid_field.core.database import Base, EnumText, UtcDateTime, key_text
from vneid_field.people.models import Citizen
from vneid_field.units.models import Unit


class Transmission(Base):
    """A batch that a unit's police transmitted: number, day and hour (III.3.đ)."""

    __tablename__ = "transmission"
    __table_args__ = (
        # A batch taken back by mistake frees its number.
        Index(
            "uq_transmission_number",
            "unit_id",
            "year",
            "number_key",
            unique=True,
            sqlite_where=text("taken_back_at IS NULL"),
            postgresql_where=text("taken_back_at IS NULL"),
        ),
        Index("ix_transmission_sent", "campaign_id", "sent_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # whose police sent it
    year: Mapped[int]  # of the number
    number: Mapped[str] = mapped_column(String(40))  # as the paper writes it
    number_key: Mapped[str] = mapped_column(key_text(40))  # without blanks, accents and case
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counted_on: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_back_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    take_back_reason: Mapped[str] = mapped_column(String(200), default="")

    unit: Mapped[Unit] = relationship(lazy="raise")


class TransmissionItem(Base):
    """One application of a batch; at most one open per person."""

    __tablename__ = "transmission_item"
    __table_args__ = (
        Index(
            "uq_transmission_item_open",
            "campaign_id",
            "citizen_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_transmission_item_batch", "transmission_id", "ended_as"),
        Index("ix_transmission_item_citizen", "citizen_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    transmission_id: Mapped[int] = mapped_column(ForeignKey("transmission.id"))
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"))
    home_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # copied at that moment
    collected_at: Mapped[datetime] = mapped_column(UtcDateTime)  # given back with the batch
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when we learnt of it
    ended_as: Mapped[TransmissionEnd | None] = mapped_column(EnumText(TransmissionEnd))
    decided_on: Mapped[date | None]  # the day of the approval, else the day the list speaks of
    reason: Mapped[str] = mapped_column(String(300), default="")  # why it was rejected

    citizen: Mapped[Citizen] = relationship(lazy="raise")
    transmission: Mapped[Transmission] = relationship(lazy="raise")
