"""A board's table as XLSX: the rows, the order and the totals that the page shows."""

from collections.abc import Sequence

from vneid_field.core.text import vn_date
from vneid_field.documents.sheets import Cell, Column, table_xlsx
from vneid_field.reporting.labels import REST_LABELS
from vneid_field.reporting.lines import Line, Progress
from vneid_field.reporting.summary import Summary

COLUMNS = (
    Column("Đơn vị", "text", 44),
    Column("Kích hoạt trong ngày", "number", 14),
    Column("Chỉ tiêu ngày", "number", 12),
    Column("Kích hoạt lũy kế", "number", 14),
    Column("% chỉ tiêu giao", "percent", 12),
    Column("Thu nhận lũy kế", "number", 14),
    Column("Vắng", "number", 10),
    Column("Hạng", "number", 8),
)


def board_sheet(summary: Summary, lines: Sequence[Line], watermark: str) -> bytes:
    """Return the table of a board in the order of `lines`."""
    has_collection = summary.has_collection
    rows = [
        _row(
            line.unit.name,
            line.activation,
            line.collection.cumulative if has_collection else None,
            line.absent,
            line.rank,
        )
        for line in lines
    ]
    rows += [
        (
            REST_LABELS[rest.kind],
            rest.activated_in_day,
            None,
            rest.activated,
            None,
            rest.collected if has_collection else None,
            rest.absent,
            None,
        )
        for rest in summary.rests
        if rest.is_activation or has_collection
    ]
    collected = summary.collection.cumulative if has_collection else None
    total = _row("Cộng", summary.activation, collected, summary.absent, None)
    title = f"{summary.unit.name}: tiến độ ngày {vn_date(summary.on)}"
    return table_xlsx(title, COLUMNS, rows, total, watermark)


def _row(
    name: str, activation: Progress, collected: int | None, absent: int, rank: int | None
) -> tuple[Cell, ...]:
    return (
        name,
        activation.in_day,
        activation.quota_a_day,
        activation.cumulative,
        activation.percent,
        collected,
        absent,
        rank,
    )
