"""Báo cáo ngày of commune, district and city police: one paper for the three levels."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ...core.text import vn_date
from .police_report import PoliceReport


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyReport(PoliceReport):
    """The daily report of a police unit (III.6.a), covering one civil day.

    absent_listed  persons named in Phụ lục II; fewer than `absent` where units entered figures
                   without names; 0 when no list goes with the report.
    absent_opening how many of `absent` units entered as opening figures; None when nobody counted.
    """

    absent_listed: int = 0
    absent_opening: int | None = None

    template: ClassVar[str] = "daily_report/page.html"

    @property
    def title(self) -> str:
        """Title of the PDF."""
        return f"Báo cáo {self.period} - {self.unit_name}"

    @property
    def period(self) -> str:
        """The day as named in a sentence."""
        return f"ngày {vn_date(self.covers_on)}"

    @classmethod
    def subject_of(cls, since: date, on: date) -> tuple[str, str]:
        """Return the lines of box 5 of a day's report; `since` is that day too."""
        return (
            "Kết quả thu nhận hồ sơ và kích hoạt tài khoản",
            f"định danh điện tử ngày {vn_date(on)}",
        )

    @property
    def subject(self) -> tuple[str, str]:
        """Lines of box 5."""
        return self.subject_of(self.covers_on, self.covers_on)

    @property
    def absent_unlisted(self) -> int:
        """How many absent citizens Phụ lục II does not name."""
        return max(0, self.absent - self.absent_listed)

    @property
    def unlisted_opening(self) -> int:
        """How many of them are opening figures, as far as these were counted."""
        if self.absent_opening is None:
            return self.absent_unlisted
        return min(self.absent_unlisted, max(0, self.absent_opening))

    @property
    def annex(self) -> str:
        """What the table by unit is called: the absent list is a second appendix."""
        return "Phụ lục I" if self.absent_listed else "Phụ lục"
