"""What the phone sends for one person or a whole household."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from vneid_field.core import clock
from vneid_field.core.errors import DomainError
from vneid_field.core.text import typed_text
from vneid_field.people.rules import check_phone
from vneid_field.visits.given import VisitInput, VisitRefused
from vneid_field.visits.kinds import AbsentReason, Outcome

# A reset clock begins in 1970; beyond these years an instant is no phone's, nor an appointment.
PHONE_YEARS = range(1970, 2101)
FORM_TOO_OLD = "Phiếu trên màn hình không còn đúng. Hãy tải lại trang rồi chọn lại kết quả."


def read_instant(text: str | None) -> datetime | None:
    """An ISO instant of the phone's clock, or None: a phone without script sends none.

    A year that no phone can mean is a broken clock: as good as none, or it would be refused at
    every try to send it.
    """
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo and instant.year in PHONE_YEARS else None


def _local(day: str | None, hour: str | None) -> datetime | None:
    """A day and an hour chosen on the form, in local time; 08h00 when only the day is given."""
    if not day:
        return None
    try:
        there = datetime.fromisoformat(f"{day}T{hour or '08:00'}")
    except ValueError:
        there = None
    if there is None or there.tzinfo or there.year not in PHONE_YEARS:
        raise VisitRefused("Ngày, giờ hẹn không đọc được. Hãy chọn lại.", "next_day")
    return there.replace(tzinfo=clock.TZ)


def read_uuid(text: str | None) -> str:
    """The tap's UUID; minted here only for a browser without script."""
    try:
        return str(UUID(text or ""))
    except ValueError:
        return str(uuid4())


def _phone(text: str | None) -> str | None:
    if not text or not text.strip():
        return None
    # A wrong number stays as typed, so that the rule can say what is wrong with it.
    return check_phone(text).value or typed_text(text)[:20]


def read_visit(
    form: Mapping[str, str], *, suffix: str = "", is_typed_in: bool = False
) -> VisitInput:
    """Return a visit from form fields (each name may carry a suffix per person).

    Whatever was typed is passed on: what does not go with the outcome is refused by the rules,
    never dropped. Raises VisitRefused with a sentence for a value that is not the form's own.
    """

    def get(name: str) -> str | None:
        return form.get(name + suffix)

    if not get("outcome"):
        raise VisitRefused("Hãy chọn kết quả.", "outcome")
    try:
        outcome = Outcome(get("outcome") or "")
        reason = AbsentReason(get("sub_reason") or "") if get("sub_reason") else None
    except ValueError:
        raise VisitRefused(FORM_TOO_OLD, "outcome") from None
    return VisitInput(
        uuid=read_uuid(get("uuid")),
        outcome=outcome,
        sub_reason=reason,
        note=typed_text(get("note")),
        next_visit_at=_local(get("next_day"), get("next_hour")),
        new_phone=_phone(get("new_phone")),
        device_at=read_instant(get("device_at") or form.get("device_at")),
        device_sent_at=read_instant(get("device_sent_at") or form.get("device_sent_at")),
        is_typed_in=is_typed_in,
    )


@dataclass(frozen=True)
class Refusal:
    """Why a person's result was not saved, and the form as it was filled in.

    `field` names the part at fault ("" for the whole), `status` is the HTTP status.
    """

    citizen_id: int
    message: str
    details: Mapping[str, str]
    field: str
    status: int
    values: Mapping[str, str]

    @property
    def form(self) -> str:
        """Which of the card's forms it was: absent, revisit, other, or "" for a single button."""
        outcome = self.values.get("outcome", "")
        if outcome in ("absent", "revisit"):
            return outcome
        return "" if outcome == "activated_app" or not self.values else "other"

    @property
    def is_clash(self) -> bool:
        """The tap was saved before with another content: saving again replaces it."""
        return "Đã ghi" in self.details


def refusal_of(citizen_id: int, error: DomainError, form: Mapping[str, str]) -> Refusal:
    """Return what the card shows when a result was refused."""
    field = getattr(error, "field", "")
    return Refusal(citizen_id, error.message, error.details, field, error.status, form)


def read_undo(form: Mapping[str, str], undoes: str) -> VisitInput:
    """Return the undo of an event; commune police give a reason in its note."""
    return VisitInput(
        uuid=read_uuid(form.get("uuid")),
        outcome=None,
        note=typed_text(form.get("note")),
        undoes=undoes,
        is_confirmed=form.get("confirmed") == "1",
        device_at=read_instant(form.get("device_at")),
        device_sent_at=read_instant(form.get("device_sent_at")),
    )
