"""Lịch thu nhận lưu động: which point works where and when, and whom it invites (III.3.d, e)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ...core.text import vn_span


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """A session: "Thứ Tư 05/7", "07h30–11h00"; the units whose citizens are invited in words."""

    day: str
    hours: str
    point: str
    place_kind: str
    place: str
    partner: str
    expected: int
    units: str


@dataclass(frozen=True, slots=True)
class SessionSchedule:
    """The sessions of the days, in their order; cancelled ones are not on the paper.

    as_of   the moment of the schedule: "17h05 ngày 04/7/2023".
    choice  what the rows were narrowed to, in words; "" for all.
    """

    unit_name: str
    first_on: date
    last_on: date
    as_of: str
    rows: tuple[ScheduleRow, ...]
    choice: str = ""

    heading: ClassVar[str] = "Lịch thu nhận lưu động hồ sơ tài khoản định danh điện tử"
    template: ClassVar[str] = "session_schedule/page.html"

    @property
    def span(self) -> str:
        """The days."""
        return vn_span(self.first_on, self.last_on)

    @property
    def expected(self) -> int:
        """The people expected at all sessions."""
        return sum(row.expected for row in self.rows)

    @property
    def title(self) -> str:
        """Title of the PDF."""
        return f"Lịch thu nhận lưu động {self.span} - {self.unit_name}"
