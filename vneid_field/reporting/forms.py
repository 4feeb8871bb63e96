"""Forms of reports and of a point's result."""

from datetime import date
from typing import Any

from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired

from vneid_field.core.text import vn_date
from vneid_field.reporting.kinds import ReportKind
from vneid_field.reporting.models import Obligation, Report
from vneid_field.reporting.rules import ASSESSMENT
from vneid_field.reporting.words import WORDS
from vneid_field.web.forms import Form, at_most


class TextsForm(Form):
    """What goes with the figures of a paper nobody owes."""

    explanation = TextAreaField("Giải trình khi chưa đạt chỉ tiêu ngày", [at_most(2000)])
    difficulties = TextAreaField("Khó khăn, vướng mắc", [at_most(2000)])
    proposals = TextAreaField("Đề xuất, kiến nghị", [at_most(2000)])

    def texts(self) -> dict[str, str]:
        """Return the written parts."""
        return {
            "explanation": self.explanation.data or "",
            "difficulties": self.difficulties.data or "",
            "proposals": self.proposals.data or "",
        }


class ReportForm(TextsForm):
    """What the sender adds to the figures."""

    explanation = TextAreaField("Giải trình (bắt buộc khi chưa đạt chỉ tiêu ngày)", [at_most(2000)])
    is_no_list = BooleanField()

    def saved_otherwise(self, written: Report | None) -> dict[str, str]:
        """Return by label the texts that are stored and are not what stands in the form."""
        names = self.texts() if written else {}
        other = {name: getattr(written, name) for name in names}
        return {str(self[n].label.text): other[n] for n in names if other[n] != names[n]}

    def for_kind(self, kind: ReportKind) -> "ReportForm":
        """Name the period that the box speaks of."""
        self.is_no_list.label.text = WORDS[kind].no_list
        return self


class PeriodForm(ReportForm):
    """A week's and the whole drive's report: what was learnt, too (IV.4)."""

    explanation = TextAreaField("Giải trình (bắt buộc khi chưa đạt chỉ tiêu)", [at_most(2000)])
    strengths = TextAreaField("Ưu điểm", [at_most(2000)])
    shortcomings = TextAreaField("Tồn tại, hạn chế", [at_most(2000)])
    causes = TextAreaField("Nguyên nhân", [at_most(2000)])
    responsibility = TextAreaField("Trách nhiệm của đơn vị, cá nhân", [at_most(2000)])

    def texts(self) -> dict[str, str]:
        """Return the written parts."""
        return super().texts() | {name: self[name].data or "" for name in ASSESSMENT}


def form_of(obligation: Obligation, **given: Any) -> ReportForm:
    """Return the form of an obligation's kind of report; `given` as WTForms takes it."""
    is_daily = obligation.report_kind is ReportKind.DAILY
    form = ReportForm(**given) if is_daily else PeriodForm(**given)
    return form.for_kind(obligation.report_kind)


class ExcuseForm(Form):
    """Why a unit need not report."""

    reason = StringField("Lý do miễn (bắt buộc)", [at_most(300)])


class PointForm(Form):
    """The day's number of a collection point."""

    collected = IntegerField("Số hồ sơ thu nhận", [InputRequired("Hãy nhập số hồ sơ đã thu nhận.")])
    reason = StringField("Lý do chưa đạt chỉ tiêu", [at_most(300)])
    remedy = StringField("Biện pháp khắc phục", [at_most(300)])

    def for_day(self, on: date) -> "PointForm":
        """Name the day that the number is of."""
        self.collected.label.text = f"Số hồ sơ thu nhận ngày {vn_date(on)}"
        return self
