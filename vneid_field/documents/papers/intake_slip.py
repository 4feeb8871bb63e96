"""Phiếu tiếp nhận danh sách: what one imported list held, and what it changed (domain.md 6)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ..letterhead import Letterhead


@dataclass(frozen=True, slots=True)
class SlipLine:
    """A line of the table: its words, how many of what, whether a part of the line above."""

    label: str
    count: int
    unit: str = "người"
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class IntakeSlip:
    """The slip of a list that was applied; it names no citizen.

    unit      whose list it is; kind: what the list says of its people ("Đã phê duyệt, …").
    as_of_on  the day the list speaks of; applied, undone: "09h12 ngày 05/7/2023, Nguyễn Văn A".
    lines     what the file held, then what applying it did; reasons: rejected rows by reason.
    """

    letterhead: Letterhead
    number: int
    unit: str
    kind: str
    as_of_on: date
    applied: str
    lines: tuple[SlipLine, ...]
    reasons: tuple[SlipLine, ...] = ()
    undone: str = ""

    heading: ClassVar[str] = "PHIẾU TIẾP NHẬN DANH SÁCH"
    template: ClassVar[str] = "intake_slip/page.html"

    @property
    def title(self) -> str:
        """Title of the PDF."""
        return f"Phiếu tiếp nhận danh sách số {self.number} - {self.unit}"
