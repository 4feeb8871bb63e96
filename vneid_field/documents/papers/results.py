"""Figures that several papers print: progress against a quota, reasons, a row per unit."""

from dataclasses import dataclass
from decimal import Decimal


def completion_rate(done: int, quota: int | None) -> Decimal | None:
    """Return `done` in per cent of `quota`, unrounded; None without a quota."""
    return Decimal(done) * 100 / quota if quota else None


@dataclass(frozen=True, slots=True)
class Progress:
    """One target of a unit (collection or activation) on one day.

    in_day       done on the day the paper covers.
    daily_quota  quota of that day (plan columns 4 and 7); None when not allocated.
    cumulative   done since the first day, the day itself included.
    quota        quota of the whole drive (plan columns 3 and 6); None when not allocated.
    """

    in_day: int
    daily_quota: int | None
    cumulative: int
    quota: int | None

    @property
    def day_rate(self) -> Decimal | None:
        """Per cent of the daily quota."""
        return completion_rate(self.in_day, self.daily_quota)

    @property
    def rate(self) -> Decimal | None:
        """Cumulative per cent of the quota."""
        return completion_rate(self.cumulative, self.quota)

    @property
    def remaining(self) -> int | None:
        """Still to do; 0 once the quota is reached."""
        return None if self.quota is None else max(self.quota - self.cumulative, 0)

    @property
    def day_result(self) -> str:
        """ "vượt", "đạt" or "chưa đạt" the daily quota; "" without a quota."""
        if not self.daily_quota:
            return ""
        if self.in_day > self.daily_quota:
            return "vượt"
        return "đạt" if self.in_day == self.daily_quota else "chưa đạt"


@dataclass(frozen=True, slots=True)
class Reason:
    """A number of cases under one reason, in the words of the outcome's label."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A subordinate unit in the result table (documents.md section 2).

    name        the unit's name, with its kind when two share a name.
    collection  None for a unit that collects no applications (a team).
    activation  quota, daily quota and results; its rate ranks the unit.
    absent      persons absent in the day; other: not activated for other reasons.
    rank        by cumulative activation per cent of quota; ties share one; None = not ranked.
    note        "chưa báo cáo", "báo cáo trễ 26 phút", …
    """

    name: str
    collection: Progress | None
    activation: Progress
    absent: int
    other: int
    rank: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class UnitTable:
    """Phụ lục I: a row per subordinate unit and the totals.

    `title` in upper case ("KẾT QUẢ THEO TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG"); `total` comes from the
    figures; `rests` are the results that stand in no unit's row (mobile points, people of
    unknown place, work of units from outside), so that rows and rests add up to it.
    """

    title: str
    rows: tuple[UnitRow, ...]
    total: UnitRow
    rests: tuple[UnitRow, ...] = ()
