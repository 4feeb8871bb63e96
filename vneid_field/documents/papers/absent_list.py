"""Phụ lục II: the absent citizens, a document of its own that the report cites."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ...core.text import vn_date
from .people import PersonRow


@dataclass(frozen=True, slots=True)
class AbsentList:
    """The list of citizens absent from their residence (III.4.đ), kept until `purge_on`.

    heading      "Phụ lục II"; "" when the list goes out alone.
    attached_to  "Kèm theo Báo cáo số      /BC-CAP ngày … của Công an phường An Hòa".
    watermark    who printed it and when, on the last line; "" for none.
    """

    unit_name: str
    covers_on: date
    rows: tuple[PersonRow, ...]
    heading: str = "Phụ lục II"
    attached_to: str = ""
    purge_on: date | None = None
    watermark: str = ""

    template: ClassVar[str] = "absent_list/page.html"

    @property
    def title(self) -> str:
        """Title of the PDF."""
        return f"Danh sách vắng mặt ngày {vn_date(self.covers_on)} - {self.unit_name}"
