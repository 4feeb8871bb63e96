"""Enumerations of lists, imports and hand-overs."""

from enum import StrEnum


class ImportKind(StrEnum):
    """What the uploaded list says of its people (domain.md section 6)."""

    NOT_COLLECTED = "not_collected"  # III.3.b
    APPROVED_NOT_ACTIVATED = "approved_not_activated"  # III.4.c
    ACTIVATED = "activated"
    REJECTED = "rejected"  # III.3.đ: the ministry's department refused the application


class ImportState(StrEnum):
    """uploaded → read (preview ready) → applying → applied; or discarded, failed.

    applied → undoing → undone: the whole of it taken back (lists/undo.py).
    """

    UPLOADED = "uploaded"
    READ = "read"
    APPLYING = "applying"
    APPLIED = "applied"
    DISCARDED = "discarded"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


class Purpose(StrEnum):
    """Why a unit holds a citizen."""

    ACTIVATE = "activate"
    INVITE = "invite"
    ABSENT = "absent"


class HandOverState(StrEnum):
    """sent → received → ended (every item closed or taken back)."""

    SENT = "sent"
    RECEIVED = "received"
    ENDED = "ended"


class ItemState(StrEnum):
    """open → closed | taken_back."""

    OPEN = "open"
    CLOSED = "closed"
    TAKEN_BACK = "taken_back"


class VerdictKind(StrEnum):
    """What a national list says of a person we hold (domain.md sections 6 and 8)."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"


class DeltaGroup(StrEnum):
    """The four groups that an importer reads before a daily list is applied (section 6)."""

    NEW = "new"
    VANISHED = "vanished"
    CONTRADICTED = "contradicted"
    MOVED = "moved"


LIST_LIMIT = 2000  # citizens on one list (domain.md section 6)
