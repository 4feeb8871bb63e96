"""The job row: written in the transaction of its cause; the queue only wakes the worker."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from vneid_field.core.database import Base, EnumText, JsonValue, UtcDateTime
from vneid_field.jobs.rules import JobState


class Job(Base):
    """Long work with progress. Every body is idempotent: a killed job runs again."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_created", "state", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))  # a registered body
    payload: Mapped[dict] = mapped_column(JsonValue, default=dict)  # ids only
    state: Mapped[JobState] = mapped_column(EnumText(JobState), default=JobState.WAITING)
    dedupe_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    done: Mapped[int] = mapped_column(default=0)  # progress, in `unit_label`s
    total: Mapped[int] = mapped_column(default=0)  # 0 = not known yet
    message: Mapped[str] = mapped_column(String(300), default="")  # Vietnamese, shown
    result: Mapped[dict] = mapped_column(JsonValue, default=dict)
    attempts: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)  # machine clock, as all here
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
