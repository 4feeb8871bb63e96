"""Forms of reports and of a point's result."""

from datetime import date

from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired

from vneid_field.core.text import vn_date
from vneid_field.web.forms import Form, at_most


class ReportForm(Form):
    """What the sender adds to the figures."""

    explanation = TextAreaField("Giải trình khi chưa đạt chỉ tiêu ngày", [at_most(2000)])
    difficulties = TextAreaField("Khó khăn, vướng mắc", [at_most(2000)])
    proposals = TextAreaField("Đề xuất, kiến nghị", [at_most(2000)])
    is_no_list = BooleanField("Không nhận được danh sách trong ngày")

    def texts(self) -> dict[str, str]:
        """Return the written parts."""
        return {
            "explanation": self.explanation.data or "",
            "difficulties": self.difficulties.data or "",
            "proposals": self.proposals.data or "",
        }


class PointForm(Form):
    """The day's number of a collection point."""

    collected = IntegerField("Số hồ sơ thu nhận", [InputRequired("Hãy nhập số hồ sơ đã thu nhận.")])
    reason = StringField("Lý do chưa đạt chỉ tiêu", [at_most(300)])
    remedy = StringField("Biện pháp khắc phục", [at_most(300)])

    def for_day(self, on: date) -> "PointForm":
        """Name the day that the number is of."""
        self.collected.label.text = f"Số hồ sơ thu nhận ngày {vn_date(on)}"
        return self
