"""The phone's form for a person outside the list."""

from uuid import UUID, uuid4

from wtforms import Field, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import Optional, ValidationError

from vneid_field.people.rules import check_citizen_id, check_phone, phone_error
from vneid_field.unlisted.kinds import Place
from vneid_field.unlisted.labels import PLACE_LABELS
from vneid_field.unlisted.rules import OUTCOMES
from vneid_field.unlisted.services import TakenDown
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.labels import OUTCOME_LABELS
from vneid_field.visits.rules import NOTE_LIMIT
from vneid_field.web.forms import Form, at_most, required


def _is_citizen_id(_form: Form, field: Field) -> None:
    checked = check_citizen_id(str(field.data or "").strip())
    if checked.value is None:
        raise ValidationError(checked.error or "Số CCCD không đúng.")


def _is_phone(_form: Form, field: Field) -> None:
    if sentence := phone_error(field.data or ""):
        raise ValidationError(sentence)


class UnlistedForm(Form):
    """Who was met, where, and what was found; numbers are masked as soon as they are saved."""

    uuid = HiddenField()
    place = RadioField(
        "Gặp ở đâu",
        [required("Hãy chọn nơi gặp.")],
        choices=[(place.value, PLACE_LABELS[place]) for place in Place],
        default=Place.DOOR.value,
    )
    full_name = StringField("Họ và tên", [required("Hãy ghi họ và tên."), at_most(120)])
    citizen_id = StringField(
        "Số CCCD (12 số)",
        [required("Hãy ghi số CCCD."), _is_citizen_id],
        description="Lưu xong số này được che, không xem lại được trên điện thoại.",
    )
    phone = StringField("Số điện thoại (nếu người dân cho)", [Optional(), _is_phone])
    outcome = SelectField(
        "Kết quả",
        [required("Hãy chọn kết quả.")],
        choices=[("", "Chọn kết quả"), *((one.value, OUTCOME_LABELS[one]) for one in OUTCOMES)],
    )
    note = StringField("Ghi chú", [at_most(NOTE_LIMIT)])

    def taken_down(self, household_id: int | None) -> TakenDown:
        """Return what a valid form says; `household_id`: one that the team holds, or None."""
        return TakenDown(
            uuid=_uuid(self.uuid.data),
            full_name=self.full_name.data or "",
            citizen_id=check_citizen_id(self.citizen_id.data).value or "",
            phone=check_phone(self.phone.data).value,
            place=Place(self.place.data),
            outcome=Outcome(self.outcome.data),
            note=self.note.data or "",
            household_id=household_id,
        )


def _uuid(text: str | None) -> str:
    try:
        return str(UUID(text or ""))
    except ValueError:
        return str(uuid4())
