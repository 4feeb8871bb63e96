"""Reviews of a household's checklist of a day; the newest row of a checklist is its state."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from vneid_field.core.database import Base, EnumText, UtcDateTime
from vneid_field.review.kinds import ReviewState


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
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
