"""Biên bản kiểm tra, phúc tra: how a commune's police looked at the checklists of a day."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ...core.text import vn_date
from ..letterhead import Letterhead
from .results import Reason
from .review_part import ReviewPart


@dataclass(frozen=True, slots=True)
class SamplePart:
    """How the sample was drawn; with the seed anybody can draw it again.

    drawn_at  the moment of the first decision, as printed; "" while nobody has decided.
    """

    percent: int
    minimum: int
    seed: str
    drawn_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewMinutes:
    """The minutes of a commune and day; no citizen is named.

    unit_name  as inside a sentence: "Công an phường An Hòa"; place: "phường An Hòa".
    reviewers  who decided or phoned: officials, as "Thành phần".
    flags      checklists by kind of sign; remarks: returned checklists by ready remark.
    calls      people phoned by what they said.
    opinion    paragraphs of whoever made the minutes.
    made_at    that moment as printed.
    """

    letterhead: Letterhead
    basis: str
    unit_name: str
    place: str
    covers_on: date
    made_at: str
    reviewers: tuple[str, ...]
    review: ReviewPart
    sample: SamplePart
    flags: tuple[Reason, ...] = ()
    remarks: tuple[Reason, ...] = ()
    calls: tuple[Reason, ...] = ()
    opinion: tuple[str, ...] = ()

    template: ClassVar[str] = "review_minutes/page.html"
    within: ClassVar[str] = "trong ngày"
    annex: ClassVar[str] = "Phụ lục"

    @property
    def title(self) -> str:
        """Title of the PDF."""
        return f"Biên bản kiểm tra phiếu ngày {vn_date(self.covers_on)} - {self.unit_name}"

    @property
    def subject(self) -> tuple[str, str]:
        """Lines of box 5."""
        return (
            "Kiểm tra, phúc tra phiếu kết quả kích hoạt tài khoản",
            f"định danh điện tử ngày {vn_date(self.covers_on)}",
        )
