"""Lịch thu nhận lưu động as XLSX."""

from collections.abc import Sequence

from vneid_field.collection.labels_points import PLACE_KIND_LABELS
from vneid_field.collection.session_queries import Asked, SessionLine
from vneid_field.core.text import vn_span, vn_weekday
from vneid_field.documents.sheets import Cell, Column, table_xlsx

COLUMNS = (
    Column("STT", "number", 6),
    Column("Ngày", "date", 12),
    Column("Thứ", "text", 10),
    Column("Giờ", "text", 14),
    Column("Tổ thu nhận", "text", 36),
    Column("Loại nơi", "text", 20),
    Column("Địa điểm", "text", 40),
    Column("Đơn vị phối hợp", "text", 30),
    Column("Dự kiến (người)", "number", 10),
    Column("Đang mời (người)", "number", 10),
    Column("Địa bàn được mời", "text", 44),
    Column("Ghi chú", "text", 30),
)


def _note(line: SessionLine) -> str:
    if line.session.is_cancelled:
        return f"Đã hủy: {line.session.cancel_reason}"
    if line.shared:
        return "Cùng ngày mời người ở cùng địa bàn: " + "; ".join(
            f"{one.hours} {one.session.place}" for one in line.shared
        )
    return ""


def schedule_sheet(
    unit_name: str, asked: Asked, lines: Sequence[SessionLine], watermark: str
) -> bytes:
    """Return the schedule as the list shows it; cancelled sessions count for nothing."""
    rows: list[list[Cell]] = [
        [
            number,
            line.session.on_day,
            vn_weekday(line.session.on_day),
            line.hours,
            line.point.name,
            PLACE_KIND_LABELS[line.session.place_kind],
            line.session.place,
            line.session.partner,
            line.session.expected,
            line.invited,
            "; ".join(line.places),
            _note(line),
        ]
        for number, line in enumerate(lines, start=1)
    ]
    standing = [line for line in lines if not line.session.is_cancelled]
    expected = sum(line.session.expected for line in standing)
    invited = sum(line.invited for line in standing)
    total: list[Cell] = [None, None, None, None, f"Cộng {len(standing)} buổi", *([None] * 3)]
    return table_xlsx(
        f"{unit_name}: lịch thu nhận lưu động {vn_span(asked.first_on, asked.last_on)}",
        COLUMNS,
        rows,
        [*total, expected, invited, None, None],
        watermark,
    )
