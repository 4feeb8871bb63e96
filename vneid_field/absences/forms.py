"""What the forms of the absent loop say: contacts, chosen cases, a support team."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID, uuid4

from wtforms import StringField

from vneid_field.absences.contacts import RESULTS, ContactInput
from vneid_field.absences.kinds import ContactOutcome
from vneid_field.absences.rules import PLACE_LIMIT
from vneid_field.core import clock
from vneid_field.core.errors import DomainError
from vneid_field.core.text import typed_text
from vneid_field.people.rules import check_phone
from vneid_field.visits.kinds import Outcome
from vneid_field.web.forms import Form, at_most, required


class DeskForm(Form):
    """A fixed support team."""

    name = StringField("Tên tổ hỗ trợ", [required("Hãy nhập tên tổ."), at_most(120)])
    place = StringField("Địa điểm", [required("Hãy nhập địa điểm."), at_most(200)])
    hours = StringField("Giờ làm việc", [required("Hãy nhập giờ làm việc."), at_most(120)])


def read_day(text: str | None) -> date | None:
    """Return a day of a date field, None when it is empty or unreadable."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _moment(day: str | None, hour: str | None) -> datetime | None:
    found = read_day(day)
    if found is None:
        return None
    try:
        there = datetime.fromisoformat(f"{found.isoformat()}T{hour or '08:00'}")
    except ValueError:
        return None
    return there.replace(tzinfo=clock.TZ) if there.tzinfo is None else None


def _number(text: str) -> int | None:
    """Return an id; None for what is none ("²" is a digit and no number)."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def read_contact(form: Mapping[str, str]) -> ContactInput:
    """Return a contact from form fields; raises DomainError for a value not of the form.

    `outcome` is a contact's outcome, or a result that is a visit of its own.
    """
    try:
        uuid = str(UUID(form.get("uuid", "")))
    except ValueError:
        uuid = str(uuid4())  # a browser without script
    said = form.get("outcome", "")
    result = Outcome(said) if said in {one.value for one in RESULTS} else None
    if result is None and said not in set(ContactOutcome) - {ContactOutcome.RESULT}:
        raise DomainError("Hãy chọn kết quả liên hệ.")
    phone = form.get("new_phone", "").strip()
    return ContactInput(
        uuid=uuid,
        outcome=ContactOutcome.RESULT if result else ContactOutcome(said),
        result=result,
        note=typed_text(form.get("note")),
        call_again_at=_moment(form.get("again_day"), form.get("again_hour")),
        back_on=read_day(form.get("back_on")),
        unit_id=_number(form.get("unit_id", "")),
        place=typed_text(form.get("place"))[:PLACE_LIMIT],
        new_phone=(check_phone(phone).value or typed_text(phone)[:20]) if phone else None,
    )
