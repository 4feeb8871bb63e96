"""Forms of reports and of a point's result."""

from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional

from vneid_field.core.errors import WrongField
from vneid_field.core.text import vn_date
from vneid_field.reporting.kinds import RemedyKind, ReportKind, ShortfallReason
from vneid_field.reporting.labels import REMEDY_LABELS, SHORTFALL_LABELS
from vneid_field.reporting.models import CollectionResult, Obligation, Report
from vneid_field.reporting.rules import ASSESSMENT
from vneid_field.reporting.shortfalls import RemedyGiven, counts_of
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
    """The day's number of a collection point, and what it says of a shortfall."""

    collected = IntegerField("Số hồ sơ thu nhận", [InputRequired("Hãy nhập số hồ sơ đã thu nhận.")])
    reason = StringField("Ghi chú", [at_most(300)])
    remedy_kind = SelectField(
        "Biện pháp khắc phục",
        choices=[("", "– chọn –"), *((kind.value, label) for kind, label in REMEDY_LABELS.items())],
        default="",
    )
    remedy_note = StringField("Nói rõ biện pháp", [at_most(120)])
    responsible = StringField("Người chịu trách nhiệm", [at_most(80)])
    due_on = DateField("Làm xong trước hết ngày", [Optional()])

    def for_day(self, on: date) -> "PointForm":
        """Name the day that the number is of."""
        self.collected.label.text = f"Số hồ sơ thu nhận ngày {vn_date(on)}"
        return self

    @property
    def why(self) -> list[Field]:
        """The reasons' fields, in the order of the page."""
        return [self[f"why_{reason.value}"] for reason in ShortfallReason]

    def reasons(self) -> dict[ShortfallReason, int]:
        """Return the typed count of each reason."""
        return {reason: self[f"why_{reason.value}"].data or 0 for reason in ShortfallReason}

    def remedy(self) -> RemedyGiven | None:
        """Return the chosen action, or None."""
        if not self.remedy_kind.data:
            return None
        if self.due_on.data is None:
            raise WrongField("Hãy chọn ngày phải làm xong.", "due_on")
        return RemedyGiven(
            RemedyKind(self.remedy_kind.data),
            self.responsible.data or "",
            self.due_on.data,
            self.remedy_note.data or "",
        )

    @classmethod
    def of(cls, result: CollectionResult) -> "PointForm":
        """Return the form as a result was announced."""
        data: dict[str, Any] = {
            f"why_{reason}": count for reason, count in counts_of(result).items()
        }
        for remedy in result.remedies:
            data |= {
                "remedy_kind": remedy.kind.value,
                "remedy_note": remedy.note,
                "responsible": remedy.responsible,
                "due_on": remedy.due_on,
            }
        return cls(formdata=None, obj=result, data=data)


for _reason, _label in SHORTFALL_LABELS.items():
    setattr(PointForm, f"why_{_reason.value}", IntegerField(_label, [Optional()]))
