"""The form of opening figures."""

from datetime import date

from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from vneid_field.core import clock
from vneid_field.core.text import vn_date
from vneid_field.figures.labels import OF_TEAM, OPENING_LABELS
from vneid_field.figures.rules import Counter
from vneid_field.units.models import Unit
from vneid_field.web.forms import Form, at_most, required

MOST = 1_000_000


def _not_zero(_form: Form, field: IntegerField) -> None:
    if field.data == 0:
        raise ValidationError("Số phải khác 0; số âm là trừ đi phần đã nhập thừa.")


class OpeningForm(Form):
    """One number of one day."""

    counted_on = DateField("Ngày đạt được", [InputRequired("Hãy chọn ngày.")])
    counter = SelectField("Nội dung")
    home_unit_id = SelectField("Khu vực, ấp của người dân", coerce=int)
    value = IntegerField(
        "Số lượng",
        [
            InputRequired("Hãy nhập số lượng, là số nguyên."),
            NumberRange(-MOST, MOST, "Số lượng từ -1.000.000 đến 1.000.000."),
            _not_zero,
        ],
        description="Nhập thừa thì sửa bằng một lần nhập số âm.",
    )
    reason = StringField(
        "Căn cứ", [required("Hãy ghi căn cứ, ví dụ số báo cáo giấy."), at_most(300)]
    )

    first_on: date

    def validate_counted_on(self, field: DateField) -> None:
        """Cumulative figures run from the first day to today."""
        if field.data is not None and not self.first_on <= field.data <= clock.today():
            raise ValidationError(f"Ngày từ {vn_date(self.first_on)} đến {vn_date(clock.today())}.")


def opening_form(
    first_on: date, hamlets: list[Unit], *, is_team: bool, is_fresh: bool
) -> OpeningForm:
    """Return the form of a unit; a team chooses among the hamlets it serves."""
    form = OpeningForm(formdata=None) if is_fresh else OpeningForm()
    form.first_on = first_on
    counters = OF_TEAM if is_team else tuple(OPENING_LABELS)
    form.counter.choices = [(one.value, OPENING_LABELS[Counter(one)]) for one in counters]
    if is_team:
        form.home_unit_id.choices = [(one.id, one.name) for one in hamlets]
    else:
        del form.home_unit_id
    return form
