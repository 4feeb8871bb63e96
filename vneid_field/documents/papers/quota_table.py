"""Bảng phân bổ chỉ tiêu: the plan's twelve columns, and the shorter split below the districts."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ..letterhead import Letterhead

PLAN_TITLE = "BẢNG PHÂN BỔ CHỈ TIÊU THU NHẬN HỒ SƠ VÀ KÍCH HOẠT TÀI KHOẢN ĐỊNH DANH ĐIỆN TỬ"


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """The plan's columns 2 to 12; None prints an empty cell (columns 10 and 12 of the total).

    Rounded half up by the caller; the total of column 7 comes from unrounded values (8.938).
    """

    name: str
    quota: int
    daily_quota: int
    collected_not_activated: int
    to_collect: int
    daily_collection: int
    fixed_points: int
    mobile_teams: int
    daily_per_point: int | None
    digital_teams: int
    daily_per_team: int | None

    @property
    def cells(self) -> tuple[int | None, ...]:
        """Columns 3 to 12 in the plan's order."""
        return (
            self.quota, self.daily_quota, self.collected_not_activated, self.to_collect,
            self.daily_collection, self.fixed_points, self.mobile_teams, self.daily_per_point,
            self.digital_teams, self.daily_per_team,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class QuotaTable:
    """The city's allocation over districts, a district's over communes, in the plan's columns.

    basis        "Thực hiện Kế hoạch số 128/KH-UBND ngày … của …", printed in brackets; "" for none.
    quota_days   the divisor of columns 4 and 7 (50), printed in the formula row.
    letterhead   of the committee that gives the targets; None prints the bare table.
    """

    starts_on: date
    ends_on: date
    quota_days: int
    rows: tuple[QuotaRow, ...]
    total: QuotaRow
    letterhead: Letterhead | None = None
    basis: str = ""

    heading: ClassVar[str] = PLAN_TITLE
    template: ClassVar[str] = "quota_table/page.html"
    title: ClassVar[str] = "Bảng phân bổ chỉ tiêu"

    @property
    def formulas(self) -> tuple[str, ...]:
        """The second header row: column numbers with their formulas, as the plan prints them."""
        days = self.quota_days
        return (
            "1", "2", "3", f"4 = 3/{days}", "5", "6 = 3-5", f"7 = 6/{days}", "8", "9", "10", "11",
            "12",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SplitRow:
    """A commune or a team in a split: both targets, whole drive and per day.

    weight  what the share was computed from (list size, or number of teams).
    """

    name: str
    weight: int
    quota: int
    daily_quota: int
    collection_quota: int | None = None
    daily_collection: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class QuotaSplit:
    """A district's split over communes, or a commune's over teams (IV.5).

    unit_heading, weight_heading  column heads: "Tên xã, phường, thị trấn", "Số hồ sơ …".
    has_collection                False for teams, which collect nothing.
    """

    unit_name: str
    starts_on: date
    ends_on: date
    quota_days: int
    unit_heading: str
    weight_heading: str
    rows: tuple[SplitRow, ...]
    total: SplitRow
    has_collection: bool = True
    letterhead: Letterhead | None = None
    basis: str = ""

    template: ClassVar[str] = "quota_table/split.html"

    @property
    def title(self) -> str:
        """Title of the PDF."""
        return f"Bảng phân bổ chỉ tiêu - {self.unit_name}"
