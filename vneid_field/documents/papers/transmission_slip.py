"""Phiếu truyền dữ liệu: one batch of applications to the ministry's department (III.3.đ)."""

from dataclasses import dataclass
from typing import ClassVar

from ..letterhead import Letterhead


@dataclass(frozen=True, slots=True)
class SlipLine:
    """A line of the table: its words and how many applications."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class TransmissionSlip:
    """The slip of a batch; it names no citizen.

    number  as the unit gave it; sent: "09h12 ngày 05/7/2023"; count: applications sent.
    lines   by the citizens' units; results: what was decided when the slip was made.
    """

    letterhead: Letterhead
    number: str
    unit: str
    sent: str
    count: int
    lines: tuple[SlipLine, ...]
    results: tuple[SlipLine, ...]
    taken_back: str = ""

    heading: ClassVar[str] = "PHIẾU TRUYỀN DỮ LIỆU"
    template: ClassVar[str] = "transmission_slip/page.html"

    @property
    def title(self) -> str:
        """Title of the PDF."""
        return f"Phiếu truyền dữ liệu số {self.number} - {self.unit}"
