"""Figures that several papers print: progress against a quota, reasons, a row per unit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ...core.text import vn_span


def completion_rate(done: int, quota: int | None) -> Decimal | None:
    """Return `done` in per cent of `quota`, unrounded; None without a quota."""
    return Decimal(done) * 100 / quota if quota else None


@dataclass(frozen=True, slots=True)
class Progress:
    """One target of a unit (collection or activation) in a period: a day, a week, the drive.

    in_day       done in the period the paper covers.
    daily_quota  quota of that period (plan columns 4 and 7); None when not allocated.
    cumulative   done since the first day, the period itself included.
    quota        quota of the whole drive (plan columns 3 and 6); None when not allocated.
    """

    in_day: int
    daily_quota: int | None
    cumulative: int
    quota: int | None

    @property
    def day_rate(self) -> Decimal | None:
        """Per cent of the period's quota."""
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
        """ "vượt", "đạt" or "chưa đạt" the period's quota; "" without a quota."""
        if not self.daily_quota:
            return ""
        if self.in_day > self.daily_quota:
            return "vượt"
        return "đạt" if self.in_day == self.daily_quota else "chưa đạt"


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What national lists say of activations: of the period, and since the first day."""

    confirmed_in_day: int
    confirmed: int
    contradicted_in_day: int
    contradicted: int

    @property
    def rate(self) -> Decimal | None:
        """Contradicted in per cent of those on which a list has spoken; None without any."""
        return completion_rate(self.contradicted, self.confirmed + self.contradicted)


@dataclass(frozen=True, slots=True)
class Reason:
    """A number of cases under one reason, in the words of the outcome's label."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Change:
    """A number beside that of the week before."""

    now: int
    before: int

    @property
    def difference(self) -> int:
        """How much more; negative when less."""
        return self.now - self.before

    @property
    def rate(self) -> Decimal | None:
        """The difference in per cent of the week before, without its sign."""
        return completion_rate(abs(self.difference), self.before)


@dataclass(frozen=True, slots=True)
class WeekBefore:
    """The week that a weekly report compares itself with.

    not_activated  as that week's sent report had it; None when none was sent.
    """

    since: date
    on: date
    activation: int
    collection: int
    not_activated: int | None = None

    @property
    def days(self) -> int:
        """How many days it had: the first week is short."""
        return (self.on - self.since).days + 1

    @property
    def span(self) -> str:
        """Its days as written in a line: "21/6–27/6/2023"."""
        return vn_span(self.since, self.on)


@dataclass(frozen=True, slots=True)
class Timeliness:
    """How many reports came in time, late, or not; the excused count for nothing."""

    on_time: int = 0
    late: int = 0
    missing: int = 0
    excused: int = 0

    @property
    def due(self) -> int:
        """Reports that had to come, the excused ones left out."""
        return self.on_time + self.late + self.missing

    @property
    def rate(self) -> Decimal | None:
        """Per cent in time."""
        return completion_rate(self.on_time, self.due)


def timeliness_of(parts: Iterable[Timeliness]) -> Timeliness:
    """Return several units' together."""
    found = list(parts)
    return Timeliness(
        sum(part.on_time for part in found),
        sum(part.late for part in found),
        sum(part.missing for part in found),
        sum(part.excused for part in found),
    )


@dataclass(frozen=True, slots=True)
class Assessment:
    """What IV.4 asks for, in paragraphs as the sender wrote them."""

    strengths: tuple[str, ...] = ()
    shortcomings: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    responsibility: tuple[str, ...] = ()

    @property
    def headings(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The plan's four headings, each with its paragraphs."""
        return (
            ("Ưu điểm", self.strengths),
            ("Tồn tại, hạn chế", self.shortcomings),
            ("Nguyên nhân", self.causes),
            ("Trách nhiệm của đơn vị, cá nhân", self.responsibility),
        )


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A subordinate unit in the result table (documents.md section 2).

    name        the unit's name, with its kind when two share a name.
    collection  None for a unit that collects no applications (a team).
    activation  quota, daily quota and results; its rate ranks the unit.
    absent      persons absent in the day (of a week and the drive: now); other: not activated for
                other reasons.
    rank        by cumulative activation per cent of quota; ties share one; None = not ranked.
    note        "chưa báo cáo", "báo cáo trễ 26 phút", …
    timeliness  its reports of the period; None in a daily paper, and where it owed none.
    verdicts    what national lists say of its activations; None in figures frozen earlier.
    """

    name: str
    collection: Progress | None
    activation: Progress
    absent: int
    other: int
    rank: int | None = None
    note: str = ""
    timeliness: Timeliness | None = None
    verdicts: Verdicts | None = None


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

    @property
    def timeliness(self) -> Timeliness:
        """Reports of all rows together."""
        return timeliness_of(row.timeliness for row in self.rows if row.timeliness)
