"""Phụ lục II: the absent citizens, a document of its own that the report cites."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ...core.text import vn_date
from ..letterhead import Letterhead
from .people import PersonRow


@dataclass(frozen=True, slots=True)
class AbsentList:
    """The list of citizens absent from their residence (III.4.đ), kept until `purge_on`.

    heading      "Phụ lục II"; "" when the list goes out alone.
    letterhead   of the report it belongs to, whose number and date the subtitle cites.
    attached_to  subtitle when there is no such report ("Kèm theo Phiếu báo cáo ngày … của …").
    watermark    who made it and when, at the foot of each page; "" for none.
    """

    unit_name: str
    covers_on: date
    rows: tuple[PersonRow, ...]
    heading: str = "Phụ lục II"
    letterhead: Letterhead | None = None
    attached_to: str = ""
    purge_on: date | None = None
    watermark: str = ""

    template: ClassVar[str] = "absent_list/page.html"

    @property
    def title(self) -> str:
        """Title of the PDF."""
        return f"Danh sách vắng mặt ngày {vn_date(self.covers_on)} - {self.unit_name}"
