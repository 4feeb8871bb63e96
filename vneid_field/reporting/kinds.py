"""States of obligations and reports."""

from enum import StrEnum


class ObligationState(StrEnum):
    """expected → sent_on_time | sent_late | excused; missing = expected after due_at (computed)."""

    EXPECTED = "expected"
    SENT_ON_TIME = "sent_on_time"
    SENT_LATE = "sent_late"
    EXCUSED = "excused"


class ReportState(StrEnum):
    """draft → sent; accept, return and close come with the report chain."""

    DRAFT = "draft"
    SENT = "sent"


class ReportKind(StrEnum):
    """Kinds of report (III.6)."""

    COLLECTION = "collection"
    DAILY = "daily"
    WEEKLY = "weekly"
    FINAL = "final"
