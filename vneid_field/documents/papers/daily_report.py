"""Báo cáo ngày of commune, district and city police: one paper for the three levels."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ...core.text import vn_date
from ..letterhead import Letterhead
from .results import Progress, Reason, UnitTable


@dataclass(frozen=True, slots=True)
class PointShortfall:
    """A collection point below its own quota of the day, as it announced it (III.3.d).

    reason, remedy  what the point wrote, "" when it wrote nothing.
    """

    name: str
    collected: int
    quota: int
    reason: str = ""
    remedy: str = ""

    @property
    def missing(self) -> int:
        """Applications below the quota."""
        return self.quota - self.collected


@dataclass(frozen=True, slots=True)
class CollectionPart:
    """I.1: the collection points' day.

    points     how many points announced a number.
    shortfalls points below their quota, whose sentences the paper prints.
    """

    progress: Progress
    points: int = 0
    shortfalls: tuple[PointShortfall, ...] = ()

    @property
    def missing(self) -> int:
        """Applications below the points' quotas, together."""
        return sum(point.missing for point in self.shortfalls)


@dataclass(frozen=True, slots=True)
class ActivationPart:
    """I.2: activations of the day by channel.

    app, web, already_activated  the channels; they add up to `progress.in_day`.
    by_others       of these, done by units from outside ("Tổ hỗ trợ quận"): of the day and
                    since the start; zeros hide it.
    for_others      not among these: what own teams did for people who live elsewhere, likewise.
    supplement      visits counted on earlier days that arrived after their report (bổ sung).
    supplement_on   the day they belong to; None when several days.
    """

    progress: Progress
    app: int
    web: int
    already_activated: int
    by_others: tuple[int, int] = (0, 0)
    for_others: tuple[int, int] = (0, 0)
    supplement: int = 0
    supplement_on: date | None = None


@dataclass(frozen=True, slots=True)
class ReviewPart:
    """Commune police's review of the day's checklists: looked at, of these sent back, in all."""

    reviewed: int
    returned: int
    checklists: int

    @property
    def accepted(self) -> int:
        """Checklists looked at and found right."""
        return self.reviewed - self.returned


@dataclass(frozen=True, slots=True)
class GroupStanding:
    """How the reports below one row of the table stand: a district's communes on the city's paper.

    units    how many report there; missing, late: their names as written inside a sentence.
    """

    name: str
    units: int
    missing: tuple[str, ...] = ()
    late: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DailyReport:
    """The daily report of a police unit (III.6.a), covering one civil day.

    addressees    "Kính gửi": committee of the same level, superior police.
    basis         the plan in full ("Kế hoạch số 128/KH-UBND ngày … của …").
    unit_name     as written inside a sentence: "Công an phường An Hòa".
    not_activated reasons in printing order; `absent` of them are absent citizens.
    absent_listed persons named in Phụ lục II; fewer than `absent` where units entered figures
                  without names; 0 when no list goes with the report.
    missing_units subordinate units without a report when this one was made; late_units: late ones.
    groups        the same by row of the table, when they are too many to name in a sentence: the
                  sentence then counts them by row, and the appendix names them; () otherwise.
    made_at       that moment as printed: "09h12 ngày 05/7/2023".
    explanation   why below quota (required then by the form); "" otherwise.
    difficulties, proposals  paragraphs as the sender wrote them.
    """

    letterhead: Letterhead
    addressees: tuple[str, ...]
    basis: str
    unit_name: str
    covers_on: date
    collection: CollectionPart
    activation: ActivationPart
    not_activated: tuple[Reason, ...]
    absent: int
    table: UnitTable
    review: ReviewPart | None = None
    absent_listed: int = 0
    missing_units: tuple[str, ...] = ()
    late_units: tuple[str, ...] = ()
    groups: tuple[GroupStanding, ...] = ()
    made_at: str = ""
    explanation: str = ""
    difficulties: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()

    template: ClassVar[str] = "daily_report/page.html"

    @property
    def title(self) -> str:
        """Title of the PDF."""
        return f"Báo cáo ngày {vn_date(self.covers_on)} - {self.unit_name}"

    @property
    def not_activated_total(self) -> int:
        """Persons not activated, all reasons together."""
        return sum(reason.count for reason in self.not_activated)
