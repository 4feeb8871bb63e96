"""What the phone sends for one person or a whole household."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from vneid_field.core import clock
from vneid_field.core.errors import DomainError
from vneid_field.core.text import nfc
from vneid_field.people.rules import check_phone
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.services import VisitInput

PHONE_YEARS = range(1970, 2101)  # a phone without a battery begins in 1970
FORM_TOO_OLD = "Phiếu trên màn hình không còn đúng. Hãy tải lại trang rồi chọn lại kết quả."


def _instant(text: str | None) -> datetime | None:
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
        raise DomainError("Ngày, giờ hẹn không đọc được. Hãy chọn lại.") from None
    return there.replace(tzinfo=clock.TZ)


def _uuid(text: str | None) -> str:
    """The tap's UUID; minted here only for a browser without script."""
    try:
        return str(UUID(text or ""))
    except ValueError:
        return str(uuid4())


def _phone(text: str | None) -> str | None:
    if not text or not text.strip():
        return None
    # A wrong number stays as typed, so that the rule can say what is wrong with it.
    return check_phone(text).value or nfc(text)[:20]


def read_visit(
    form: Mapping[str, str], *, suffix: str = "", is_typed_in: bool = False
) -> VisitInput:
    """Return a visit from form fields (each name may carry a suffix per person).

    Raises DomainError with a sentence for a value that is not one of the form's own.
    """

    def get(name: str) -> str | None:
        return form.get(name + suffix)

    try:
        outcome = Outcome(get("outcome") or "")
        reason = AbsentReason(get("sub_reason") or "") if get("sub_reason") else None
    except ValueError:
        raise DomainError(FORM_TOO_OLD) from None
    is_absent, is_revisit = outcome is Outcome.ABSENT, outcome is Outcome.REVISIT
    wants_day = is_revisit or (is_absent and reason is AbsentReason.BACK_ON)
    return VisitInput(
        uuid=_uuid(get("uuid")),
        outcome=outcome,
        sub_reason=reason if is_absent else None,
        note=nfc(get("note")),
        next_visit_at=_local(get("next_day"), get("next_hour")) if wants_day else None,
        new_phone=_phone(get("new_phone")) if outcome is Outcome.PHONE_MISMATCH else None,
        device_at=_instant(get("device_at") or form.get("device_at")),
        device_sent_at=_instant(get("device_sent_at") or form.get("device_sent_at")),
        is_typed_in=is_typed_in,
    )


def read_undo(form: Mapping[str, str], undoes: str) -> VisitInput:
    """Return the undo of an event."""
    return VisitInput(
        uuid=_uuid(form.get("uuid")),
        outcome=None,
        undoes=undoes,
        device_at=_instant(form.get("device_at")),
        device_sent_at=_instant(form.get("device_sent_at")),
    )
