"""What the reports of commune, district and city police have in common, whatever they cover."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ..letterhead import Letterhead
from .results import Progress, Reason, UnitTable, Verdicts
from .review_part import ReviewPart


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
    verdicts        what national lists confirmed and contradicted; None in older figures.
    """

    progress: Progress
    app: int
    web: int
    already_activated: int
    by_others: tuple[int, int] = (0, 0)
    for_others: tuple[int, int] = (0, 0)
    supplement: int = 0
    supplement_on: date | None = None
    verdicts: Verdicts | None = None


@dataclass(frozen=True, slots=True)
class GroupStanding:
    """How the reports below one row of the table stand: a district's communes on the city's paper.

    units    how many report there; missing, late: their names as written inside a sentence.
    """

    name: str
    units: int
    missing: tuple[str, ...] = ()
    late: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceReport(ABC):
    """A report of a police unit: of a day, a week or the drive.

    addressees    "Kính gửi": committee of the same level, superior police.
    basis         the plan in full ("Kế hoạch số 128/KH-UBND ngày … của …").
    unit_name     as written inside a sentence: "Công an phường An Hòa".
    covers_on     the day, or the last one of the period.
    not_activated reasons in printing order; `absent` of them are absent citizens.
    missing_units subordinate units without a report when this one was made; late_units: late ones.
    groups        the same by row of the table, when they are too many to name in a sentence: the
                  sentence then counts them by row, and the appendix names them; () otherwise.
    made_at       that moment as printed: "09h12 ngày 05/7/2023".
    explanation   why below quota (required then by the form); "" otherwise.
    difficulties, proposals  paragraphs as the sender wrote them.
    without_lists where `not_activated` is of now: whose people are opening figures only, and so in
                  no number of it, as written inside a sentence; () of a day.
    review        how the checklists of the period were looked at; None when there were none.
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
    missing_units: tuple[str, ...] = ()
    late_units: tuple[str, ...] = ()
    groups: tuple[GroupStanding, ...] = ()
    made_at: str = ""
    explanation: str = ""
    difficulties: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()
    without_lists: tuple[str, ...] = ()
    review: ReviewPart | None = None

    # Words of the period: "trong ngày", "chỉ tiêu ngày", the head of the quota's column, what its
    # reports are called beside others, the numbers of the last two parts, a remark below the table.
    within: ClassVar[str] = "trong ngày"
    quota_words: ClassVar[str] = "chỉ tiêu ngày"
    quota_head: ClassVar[str] = "Chỉ tiêu/ ngày"
    noun: ClassVar[str] = ""
    numerals: ClassVar[tuple[str, str]] = ("II", "III")
    table_note: ClassVar[str] = ""

    @property
    @abstractmethod
    def period(self) -> str:
        """What it covers as named in a sentence: "ngày 04/7/2023"."""

    @classmethod
    @abstractmethod
    def subject_of(cls, since: date, on: date) -> tuple[str, str]:
        """Return the lines of box 5 of a report on the days from `since` to `on`."""

    @property
    def explained(self) -> tuple[str, ...]:
        """The explanation as paragraphs, without empty lines."""
        lines = (line.strip() for line in self.explanation.splitlines())
        return tuple(line for line in lines if line)

    @property
    def unsent_stands_here(self) -> bool:
        """Whether the part on difficulties names who has not reported or was late."""
        return bool(self.missing_units or self.late_units)

    @property
    def not_activated_total(self) -> int:
        """Persons not activated, all reasons together."""
        return sum(reason.count for reason in self.not_activated)
