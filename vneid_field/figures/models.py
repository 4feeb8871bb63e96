"""Flows per day and stocks per unit: the only numbers a board or a report may print.

One row per (campaign, home unit, performing unit, day) with a column per counter, instead of a
row per counter: a city board then reads 36.000 rows, not 700.000 (docs/adr/).
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from vneid_field.core.database import Base, UtcDateTime, key_text


class Flow(Base):
    """What happened on a day: people of `home_unit`, served by `performed_by_unit`."""

    __tablename__ = "flow"
    __table_args__ = (
        UniqueConstraint("campaign_id", "home_unit_id", "performed_key", "counted_on"),
        Index("ix_flow_home", "campaign_id", "home_path", "counted_on"),
        Index("ix_flow_performed", "campaign_id", "performed_path", "counted_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    home_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    home_path: Mapped[str] = mapped_column(key_text(80))
    performed_by_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    performed_key: Mapped[int] = mapped_column(default=0)  # the same, 0 for none: unique key
    performed_path: Mapped[str] = mapped_column(key_text(80), default="")
    counted_on: Mapped[date]
    collected: Mapped[int] = mapped_column(default=0)
    transmitted: Mapped[int] = mapped_column(default=0)
    approved: Mapped[int] = mapped_column(default=0)
    activated_app: Mapped[int] = mapped_column(default=0)
    activated_web: Mapped[int] = mapped_column(default=0)
    activated_self: Mapped[int] = mapped_column(default=0)
    confirmed: Mapped[int] = mapped_column(default=0)
    contradicted: Mapped[int] = mapped_column(default=0)
    visits: Mapped[int] = mapped_column(default=0)
    people_visited: Mapped[int] = mapped_column(default=0)
    # Persons by the last outcome of the day (domain.md section 12).
    out_nobody_home: Mapped[int] = mapped_column(default=0)
    out_absent: Mapped[int] = mapped_column(default=0)
    out_revisit: Mapped[int] = mapped_column(default=0)
    out_refused: Mapped[int] = mapped_column(default=0)
    out_phone_mismatch: Mapped[int] = mapped_column(default=0)
    out_no_phone_or_sim: Mapped[int] = mapped_column(default=0)
    out_otp_not_received: Mapped[int] = mapped_column(default=0)
    out_device_unsupported: Mapped[int] = mapped_column(default=0)
    out_cannot_self_operate: Mapped[int] = mapped_column(default=0)
    out_system_error: Mapped[int] = mapped_column(default=0)
    out_not_approved: Mapped[int] = mapped_column(default=0)
    out_data_mismatch: Mapped[int] = mapped_column(default=0)
    out_moved_out: Mapped[int] = mapped_column(default=0)
    out_deceased: Mapped[int] = mapped_column(default=0)
    out_duplicate: Mapped[int] = mapped_column(default=0)


class UnitStock(Base):
    """People as of now, each in exactly one bucket.

    `basis` "home": approved citizens who live in the unit; "holder": citizens on open list items
    that the unit holds. remaining = all but activated.
    """

    __tablename__ = "unit_stock"
    __table_args__ = (
        UniqueConstraint("campaign_id", "basis", "unit_id"),
        Index("ix_unit_stock_path", "campaign_id", "basis", "unit_path"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    basis: Mapped[str] = mapped_column(String(10))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    unit_path: Mapped[str] = mapped_column(key_text(80))
    unvisited: Mapped[int] = mapped_column(default=0)
    pending: Mapped[int] = mapped_column(default=0)
    absent: Mapped[int] = mapped_column(default=0)
    not_activated: Mapped[int] = mapped_column(default=0)
    activated: Mapped[int] = mapped_column(default=0)
    left: Mapped[int] = mapped_column(default=0)  # reported only: police confirm


class OpeningFigure(Base):
    """What a unit achieved before it began to use the software; each entry is audited.

    An administrative unit enters for itself (`home_unit_id` = `unit_id`); a team for the hamlet it
    serves, so that its own board counts too.
    """

    __tablename__ = "opening_figure"
    __table_args__ = (Index("ix_opening_figure_unit", "campaign_id", "unit_id", "counted_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    home_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    performed_by_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    counted_on: Mapped[date]
    counter: Mapped[str] = mapped_column(String(40))
    value: Mapped[int]
    reason: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
