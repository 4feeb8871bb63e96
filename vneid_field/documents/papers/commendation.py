"""Tờ trình đề nghị khen thưởng: whom district or city police propose for a commendation (IV.2)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from ...core.text import vn_date
from ..letterhead import Letterhead
from .results import Progress, completion_rate


@dataclass(frozen=True, slots=True)
class CommendedUnit:
    """A collective; None prints a dash (a unit outside the ranking was typed by hand).

    quota, done  activation quota of the drive, and activations since the first day.
    rank, among  by cumulative per cent of the quota, of so many units of its kind.
    """

    name: str
    achievement: str
    quota: int | None = None
    done: int | None = None
    rank: int | None = None
    among: int | None = None

    @property
    def rate(self) -> Decimal | None:
        """Per cent of the quota."""
        return None if self.done is None else completion_rate(self.done, self.quota)

    @property
    def standing(self) -> str:
        """The rank as printed: "3/83"."""
        return f"{self.rank}/{self.among}" if self.rank else "–"


@dataclass(frozen=True, slots=True)
class CommendedPerson:
    """An individual: a volunteer, a leader, an official; never a citizen of the lists."""

    name: str
    duty: str
    unit: str
    achievement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommendationProposal:
    """The proposal of a police unit to its superior.

    addressees  "Kính gửi"; basis: the plan in full; campaign: its name as inside a sentence.
    unit_name   as written inside a sentence: "Công an quận Ninh Kiều"; place: "quận Ninh Kiều".
    since       first day of the figures; covers_on: their last day; until: that moment in words.
    reward      what is asked for: "Bằng khen của Chủ tịch Ủy ban nhân dân …"; "" leaves it open.
    remarks     paragraphs as they were written.
    """

    letterhead: Letterhead
    addressees: tuple[str, ...]
    basis: str
    campaign: str
    unit_name: str
    place: str
    since: date
    covers_on: date
    until: str
    activation: Progress
    collection: Progress
    reward: str = ""
    units: tuple[CommendedUnit, ...] = ()
    people: tuple[CommendedPerson, ...] = ()
    remarks: tuple[str, ...] = ()

    template: ClassVar[str] = "commendation/page.html"

    @property
    def title(self) -> str:
        """Title of the PDF."""
        return f"Tờ trình đề nghị khen thưởng ngày {vn_date(self.covers_on)} - {self.unit_name}"

    @property
    def whom(self) -> str:
        """Who is proposed, in a word or two."""
        parts = [("tập thể", self.units), ("cá nhân", self.people)]
        return ", ".join(word for word, chosen in parts if chosen)

    @property
    def subject(self) -> tuple[str, str]:
        """Lines of box 5."""
        return f"Về việc đề nghị khen thưởng {self.whom}", f"có thành tích trong {self.campaign}"

    @property
    def numerals(self) -> tuple[str, ...]:
        """The numbers of the parts that are there: collectives, individuals, remarks."""
        there = (bool(self.units), bool(self.people), bool(self.remarks))
        return tuple("I" * sum(there[:place]) for place in (1, 2, 3))
