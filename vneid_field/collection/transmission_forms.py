"""Forms of the way to approval: sending a batch, taking it back."""

from datetime import datetime, time

from wtforms import DateField, HiddenField, IntegerField, StringField, TimeField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from vneid_field.core import clock
from vneid_field.web.forms import Form, at_most, required


class TransmitForm(Form):
    """Number, day and hour of a batch, and how many the officer saw."""

    number = StringField(
        "Số công văn, phiếu truyền",
        [required("Hãy ghi số của đợt truyền."), at_most(40)],
        description="Ví dụ: 12/TH-CAP. Mỗi số dùng một lần trong năm.",
    )
    sent_on = DateField("Ngày truyền", [InputRequired("Hãy chọn ngày truyền.")])
    sent_hour = TimeField("Giờ truyền", [InputRequired("Hãy chọn giờ truyền.")])
    expected = IntegerField(widget=HiddenInput())
    point = HiddenField()
    on = HiddenField()

    def offer(self) -> "TransmitForm":
        """Fill in the present day and hour."""
        now = clock.local_now()
        self.sent_on.data = now.date()
        self.sent_hour.data = now.time().replace(second=0, microsecond=0)
        return self

    @property
    def sent_at(self) -> datetime:
        """The checked moment."""
        assert self.sent_on.data is not None
        return clock.at_local(self.sent_on.data, self.sent_hour.data or time())


class TakeBackForm(Form):
    """Why a batch is taken back."""

    reason = StringField(
        "Lý do thu hồi",
        [required("Hãy ghi lý do thu hồi."), at_most(200)],
        description="Không ghi tên, số CCCD của công dân.",
    )
