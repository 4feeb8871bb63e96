"""What is sent for one person, what became of it, and why it may be refused (section 7)."""

from dataclasses import dataclass
from datetime import datetime

from vneid_field.core.errors import DomainError
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.rules import Fold, body_digest


class VisitRefused(DomainError):
    """A result that is not complete; `field` names the part at fault (rules.VisitInvalid)."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class UndoUnconfirmed(DomainError):
    """Taking back a result of an earlier day changes figures others have read: ask first."""


@dataclass(frozen=True)
class VisitInput:
    """What the phone sends for one person. `undoes` names the event that an undo takes back."""

    uuid: str
    outcome: Outcome | None
    sub_reason: AbsentReason | None = None
    note: str = ""
    next_visit_at: datetime | None = None
    new_phone: str | None = None
    undoes: str | None = None
    device_at: datetime | None = None
    device_sent_at: datetime | None = None
    is_typed_in: bool = False
    is_confirmed: bool = True  # an undo: the person has read what it changes

    @property
    def digest(self) -> str:
        """Digest of the body without the times of sending, which differ between repeats."""
        return body_digest(
            {
                "outcome": self.outcome,
                "sub_reason": self.sub_reason,
                "note": self.note,
                "next_visit_at": self.next_visit_at.isoformat() if self.next_visit_at else None,
                "new_phone": self.new_phone,
                "undoes": self.undoes,
            }
        )


@dataclass(frozen=True)
class Recorded:
    """What became of it: the event, the fold now, all the person's events, and the marks of a
    repeat or another team."""

    event: VisitEvent
    fold: Fold
    events: list[VisitEvent]
    is_repeat: bool = False
    is_off_list: bool = False  # no open list shows the person to the actor any more
    other_team_id: int | None = None  # another team already had a final result on this person
