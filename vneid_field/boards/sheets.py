"""A board's table as XLSX: the rows, the order and the totals that the page shows."""

from vneid_field.core.text import vn_date
from vneid_field.documents.papers.board_table import BoardRow, BoardTable
from vneid_field.documents.sheets import Cell, Column, table_xlsx

COLUMNS = (
    Column("Đơn vị", "text", 44),
    Column("Kích hoạt trong ngày", "number", 14),
    Column("Chỉ tiêu ngày", "number", 12),
    Column("Kích hoạt lũy kế", "number", 14),
    Column("% chỉ tiêu giao", "percent", 12),
    Column("Thu nhận lũy kế", "number", 14),
    Column("Vắng", "number", 10),
    Column("Xác nhận lũy kế", "number", 12),
    Column("Bị bác lũy kế", "number", 12),
    Column("Hạng", "number", 8),
)
_COLLECTED = 5


def board_sheet(paper: BoardTable, watermark: str) -> bytes:
    """Return the table of a board as its paper prints it."""
    shown = [n for n in range(len(COLUMNS)) if n != _COLLECTED or paper.has_collection]

    def cells(row: BoardRow) -> list[Cell]:
        values: tuple[Cell, ...] = (
            row.name,
            row.in_day,
            row.daily_quota,
            row.cumulative,
            row.rate,
            row.collected,
            row.absent,
            row.confirmed,
            row.contradicted,
            row.rank,
        )
        return [values[n] for n in shown]

    return table_xlsx(
        f"{paper.unit_name}: {paper.short_heading.lower()} ngày {vn_date(paper.covers_on)}",
        [COLUMNS[n] for n in shown],
        [cells(row) for row in (*paper.rows, *paper.rests)],
        cells(paper.total),
        watermark,
    )
