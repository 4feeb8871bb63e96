"""Bảng tiến độ, bảng xếp hạng: a board's table as a paper, in the order of the page."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from ...core.text import vn_date


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A unit on a board; None prints a dash.

    daily_quota  activation quota of the day; rate: cumulative activations in per cent of the quota.
    collected    applications since the start; None where teams have no such column.
    confirmed, contradicted  by national lists, since the start: columns of the workbook, a line
                 below the table on paper.
    """

    name: str
    in_day: int
    daily_quota: int | None
    cumulative: int
    rate: Decimal | None
    collected: int | None
    absent: int
    rank: int | None = None
    confirmed: int = 0
    contradicted: int = 0


@dataclass(frozen=True, slots=True)
class BoardTable:
    """What a board shows of the units right below one.

    heading         in capitals on the paper: "Bảng tiến độ …", "Bảng xếp hạng …".
    short_heading   for the PDF's title.
    order           how the rows are sorted, as said in a sentence.
    as_of           the moment of the figures: "17h05 ngày 04/7/2023".
    rests           results that stand in no unit's row; rows and rests add up to the total.
    has_collection  False for teams, which collect nothing.
    """

    heading: str
    short_heading: str
    unit_name: str
    unit_heading: str
    covers_on: date
    as_of: str
    order: str
    rows: tuple[BoardRow, ...]
    rests: tuple[BoardRow, ...]
    total: BoardRow
    has_collection: bool = True

    template: ClassVar[str] = "board_table/page.html"

    @property
    def title(self) -> str:
        """Title of the PDF."""
        return f"{self.short_heading} ngày {vn_date(self.covers_on)} - {self.unit_name}"
