"""Reviews of a household's checklist of a day; the newest row of a checklist is its state.

Beside them the draw of a day's sample, and what people said whom commune police phoned.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from vneid_field.core.database import Base, EnumText, UtcDateTime
from vneid_field.review.kinds import CallResult, ReviewState


class ChecklistReview(Base):
    """Accepted, returned with a remark, or corrected by the team (append-only)."""

    __tablename__ = "checklist_review"
    __table_args__ = (
        Index("ix_checklist_review_team", "team_id", "counted_on", "is_newest"),
        Index("ix_checklist_review_household", "household_id", "team_id", "counted_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # performed_by_unit
    commune_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # the reviewing unit
    counted_on: Mapped[date]
    state: Mapped[ReviewState] = mapped_column(EnumText(ReviewState))
    remark: Mapped[str] = mapped_column(String(300), default="")
    through_event_id: Mapped[int]  # newest visit event seen: later ones ask for a new review
    is_newest: Mapped[bool] = mapped_column(default=True)
    is_bulk: Mapped[bool] = mapped_column(default=False)  # accepted with the rest, not looked at
    is_sampled: Mapped[bool] = mapped_column(default=False)  # in the day's sample by then
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class ReviewDay(Base):
    """The sample of a commune's day, kept from the first decision on (review/sampling.py)."""

    __tablename__ = "review_day"
    __table_args__ = (UniqueConstraint("campaign_id", "commune_id", "counted_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    commune_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    counted_on: Mapped[date]
    seed: Mapped[str] = mapped_column(String(64))  # scores come from it and the checklist's key
    percent: Mapped[int]  # the campaign's settings when it was drawn: later ones change no draw
    minimum: Mapped[int]
    cut: Mapped[int] = mapped_column(BigInteger)  # scores up to it are in; never sinks
    checklists: Mapped[int]  # how many the day had at the newest decision
    sampled: Mapped[int]  # how many of these were in the sample
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    drawn_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class ReviewCall(Base):
    """What a person said whom commune police phoned about a claimed activation (append-only)."""

    __tablename__ = "review_call"
    __table_args__ = (
        Index("ix_review_call_checklist", "household_id", "team_id", "counted_on"),
        Index("ix_review_call_team", "team_id", "counted_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)  # of the form: a double click
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    commune_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # the reviewing unit
    counted_on: Mapped[date]  # the checklist's day
    event_id: Mapped[int] = mapped_column(ForeignKey("visit_event.id"))  # the claim asked about
    result: Mapped[CallResult] = mapped_column(EnumText(CallResult))
    note: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
