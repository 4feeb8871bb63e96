"""Báo cáo tuần and báo cáo tổng kết of commune, district and city police."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import ClassVar

from ...core.charts import Chart, day_chart
from ...core.text import vn_date, vn_day, vn_span
from .police_report import PoliceReport
from .results import Assessment, Change, Reason, Timeliness, UnitRow, WeekBefore


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodReport(PoliceReport):
    """A report of several days, with what IV.4 asks of the units.

    since        first day of the period.
    not_activated, absent, table  who is not activated at the moment of the report.
    assessment   ưu điểm, tồn tại, nguyên nhân, trách nhiệm.
    punctuality  the unit's own reports to its superior; None when it owed none.
    owing        units below with how many reports each still owes, as written inside a sentence;
                 () when they are too many to name: the appendix tells.
    """

    since: date
    assessment: Assessment
    punctuality: Timeliness | None = None
    owing: tuple[Reason, ...] = ()

    numerals: ClassVar[tuple[str, str]] = ("III", "IV")
    table_note: ClassVar[str] = " Số không kích hoạt được là số hiện tại, không cộng các ngày."

    @property
    def unsent_stands_here(self) -> bool:
        """Never: who has not reported stands under the keeping of hours."""
        return False

    @property
    def subject(self) -> tuple[str, str]:
        """Lines of box 5."""
        return self.subject_of(self.since, self.covers_on)

    @property
    def day_count(self) -> int:
        """How many days it covers."""
        return (self.covers_on - self.since).days + 1

    @property
    def days(self) -> str:
        """The days as named in a sentence."""
        return f"từ ngày {vn_date(self.since)} đến ngày {vn_date(self.covers_on)}"

    @property
    def annex(self) -> str:
        """What the table by unit is called: there is no other appendix."""
        return "Phụ lục"

    @property
    def has_verdicts(self) -> bool:
        """Whether the units below can be told apart by what national lists said of their work."""
        found = [row.verdicts for row in self.table.rows if row.verdicts is not None]
        return any(one.confirmed or one.contradicted for one in found)

    @property
    def timeliness(self) -> Timeliness:
        """Reports of the units below, together."""
        return self.table.timeliness


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyReport(PeriodReport):
    """The weekly report of a police unit (III.6.b); `previous` is None in the first week."""

    previous: WeekBefore | None = None

    template: ClassVar[str] = "weekly_report/page.html"
    within: ClassVar[str] = "trong tuần"
    quota_words: ClassVar[str] = "chỉ tiêu tuần"
    quota_head: ClassVar[str] = "Chỉ tiêu/ tuần"
    noun: ClassVar[str] = "tuần"

    @property
    def collection_change(self) -> Change | None:
        """Collection beside that of the week before."""
        before = self.previous
        return Change(self.collection.progress.in_day, before.collection) if before else None

    @property
    def activation_change(self) -> Change | None:
        """Activation beside that of the week before."""
        before = self.previous
        return Change(self.activation.progress.in_day, before.activation) if before else None

    @property
    def not_activated_change(self) -> Change | None:
        """Who is not activated beside the report of the week before; None without one."""
        if self.previous is None or self.previous.not_activated is None:
            return None
        return Change(self.not_activated_total, self.previous.not_activated)

    @property
    def title(self) -> str:
        """Title of the PDF."""
        return f"Báo cáo tuần {vn_span(self.since, self.covers_on)} - {self.unit_name}"

    @property
    def period(self) -> str:
        """The week as named in a sentence."""
        return f"tuần {self.days}"

    @classmethod
    def subject_of(cls, since: date, on: date) -> tuple[str, str]:
        """Return the lines of box 5 of a week's report."""
        return (
            "Kết quả thu nhận hồ sơ và kích hoạt tài khoản",
            f"định danh điện tử tuần {vn_span(since, on)}",
        )


CHART_HEIGHT = 190  # two of them stand below the results on the first page
_chart = partial(day_chart, height=CHART_HEIGHT)


@dataclass(frozen=True, slots=True)
class DayResult:
    """What one day of the drive brought."""

    on: date
    activated: int
    collected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalReport(PeriodReport):
    """The report on the whole drive (III.6.c).

    by_day                         every day of the drive, the first one first.
    activation_a_day, collection_a_day  the flat daily quotas, a line in the charts.
    """

    by_day: tuple[DayResult, ...] = ()
    activation_a_day: int = 0
    collection_a_day: int = 0

    template: ClassVar[str] = "final_report/page.html"
    within: ClassVar[str] = "cả đợt"
    quota_words: ClassVar[str] = "chỉ tiêu giao"
    quota_head: ClassVar[str] = "Chỉ tiêu giao"
    noun: ClassVar[str] = "tổng kết"

    @property
    def title(self) -> str:
        """Title of the PDF."""
        return f"Báo cáo tổng kết - {self.unit_name}"

    @property
    def period(self) -> str:
        """The drive as named in a sentence."""
        return f"đợt cao điểm {self.days}"

    @classmethod
    def subject_of(cls, since: date, on: date) -> tuple[str, str]:
        """Return the lines of box 5 of the report on the drive."""
        return (
            "Tổng kết đợt cao điểm thu nhận hồ sơ và kích hoạt",
            f"tài khoản định danh điện tử {vn_span(since, on)}",
        )

    @property
    def ranking(self) -> tuple[UnitRow, ...]:
        """Ranked units, the best first; ties in the order of the table."""
        return tuple(sorted((r for r in self.table.rows if r.rank), key=lambda r: r.rank or 0))

    @property
    def best(self) -> DayResult:
        """The day with the most activations; of equal ones the first."""
        return max(self.by_day, key=lambda day: day.activated)

    @property
    def least(self) -> DayResult:
        """The day with the fewest activations; of equal ones the first."""
        return min(self.by_day, key=lambda day: day.activated)

    @property
    def charts(self) -> tuple[Chart, Chart]:
        """Collection and activation of every day."""
        collected = [(vn_day(day.on), day.collected) for day in self.by_day]
        activated = [(vn_day(day.on), day.activated) for day in self.by_day]
        return (
            _chart("Hồ sơ thu nhận từng ngày", collected, self.collection_a_day),
            _chart("Tài khoản kích hoạt từng ngày", activated, self.activation_a_day),
        )
