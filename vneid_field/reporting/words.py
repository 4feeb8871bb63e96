"""How reports and their periods are named in sentences."""

from dataclasses import dataclass
from datetime import date

from vneid_field.core.text import vn_span
from vneid_field.reporting.kinds import ReportKind
from vneid_field.reporting.models import Obligation


@dataclass(frozen=True)
class Words:
    """Words of a kind of report: its noun, "in the period", the quota of the period."""

    noun: str  # "Báo cáo tuần"
    within: str  # "trong tuần"
    quota: str  # "chỉ tiêu tuần"
    inside: str  # "trong tuần", where something may or may not have come at any time of it

    @property
    def no_list(self) -> str:
        """What a team ticks that got nobody to visit."""
        return f"Không nhận được danh sách {self.inside}"


WORDS = {
    ReportKind.COLLECTION: Words("Kết quả thu nhận", "trong ngày", "chỉ tiêu ngày", "trong ngày"),
    ReportKind.DAILY: Words("Báo cáo ngày", "trong ngày", "chỉ tiêu ngày", "trong ngày"),
    ReportKind.WEEKLY: Words("Báo cáo tuần", "trong tuần", "chỉ tiêu tuần", "trong tuần"),
    ReportKind.FINAL: Words("Báo cáo tổng kết", "cả đợt", "chỉ tiêu giao", "trong đợt"),
}


def report_title(kind: ReportKind, first_on: date, last_on: date) -> str:
    """Return what a report is called: "Báo cáo ngày 04/7/2023", "Báo cáo tuần 21/6–27/6/2023"."""
    noun = WORDS[kind].noun
    return noun if kind is ReportKind.FINAL else f"{noun} {vn_span(first_on, last_on)}"


def title_of(obligation: Obligation) -> str:
    """Return what the report that an obligation asks for is called."""
    return report_title(
        obligation.report_kind, obligation.period_start_on, obligation.period_end_on
    )
