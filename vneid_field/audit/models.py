"""The audit log: append-only, also in the database (triggers in the migration)."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from vneid_field.core.database import Base, JsonValue, UtcDateTime


class AuditEvent(Base):
    """One thing somebody did. Plain ids and copied labels: it outlives what it tells of."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)  # campaign clock
    real_at: Mapped[datetime] = mapped_column(UtcDateTime)  # machine clock
    event: Mapped[str] = mapped_column(String(60), index=True)  # a name of the catalogue
    actor_id: Mapped[int | None] = mapped_column(index=True)  # user id; null for the system
    actor_label: Mapped[str] = mapped_column(String(120))  # login name and role, copied
    unit_id: Mapped[int | None]  # unit the actor acted for
    unit_label: Mapped[str] = mapped_column(String(160), default="")
    subject_kind: Mapped[str] = mapped_column(String(40), default="")  # "citizen", "report" …
    subject_id: Mapped[str] = mapped_column(String(60), default="")
    data: Mapped[dict] = mapped_column(JsonValue, default=dict)  # declared keys, no personal data
    address: Mapped[str] = mapped_column(String(45), default="")  # network address, if any
