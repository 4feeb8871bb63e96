"""The board of readiness as XLSX."""

from collections.abc import Sequence

from vneid_field.collection.kinds import PointStanding, ReadinessItem
from vneid_field.collection.labels_points import (
    QUANTITY_WORDS,
    READINESS_SHORT,
    STANDING_LABELS,
)
from vneid_field.collection.readiness_queries import PointLine
from vneid_field.core import clock
from vneid_field.core.text import vn_date, vn_moment
from vneid_field.documents.sheets import Cell, Column, table_xlsx
from vneid_field.units.labels import SUBTYPE_LABELS

COLUMNS = (
    Column("STT", "number", 6),
    Column("Đơn vị", "text", 26),
    Column("Tổ thu nhận", "text", 40),
    Column("Loại", "text", 10),
    Column("Kết luận", "text", 16),
    *(Column(READINESS_SHORT[item], "text", 12) for item in ReadinessItem),
    *(
        Column(f"Số {READINESS_SHORT[item].lower()} ({word})", "number", 10)
        for item, word in QUANTITY_WORDS.items()
    ),
    Column("Thành viên có tên", "number", 10),
    Column("Còn thiếu", "text", 50),
    Column("Kiểm lần cuối", "text", 20),
    Column("Người kiểm", "text", 22),
)


def readiness_sheet(unit_name: str, lines: Sequence[PointLine], watermark: str) -> bytes:
    """Return the points in the order of the page, with what each lacks in its own words."""
    rows = [_row(number, line) for number, line in enumerate(lines, start=1)]
    ready = sum(line.standing is PointStanding.READY for line in lines)
    blanks: list[Cell] = [None] * len(ReadinessItem)
    total: list[Cell] = [None, None, f"Cộng {len(lines)} điểm", None, f"{ready} sẵn sàng", *blanks]
    total += [sum(line.quantity(item) for line in lines) for item in QUANTITY_WORDS]
    total += [sum(line.members for line in lines), None, None, None]
    return table_xlsx(
        f"{unit_name}: sẵn sàng của các điểm thu nhận đến ngày {vn_date(clock.today())}",
        COLUMNS,
        rows,
        total,
        watermark,
    )


def _row(number: int, line: PointLine) -> list[Cell]:
    newest = line.newest
    notes = [f"{READINESS_SHORT[item]}: {line.checks[item].note}" for item in line.lacking]
    return [
        number,
        line.parent_name,
        line.point.name,
        SUBTYPE_LABELS[line.point.subtype],
        STANDING_LABELS[line.standing],
        *(_word(line, item) for item in ReadinessItem),
        *(line.quantity(item) for item in QUANTITY_WORDS),
        line.members,
        "; ".join(notes),
        vn_moment(clock.to_local(newest.checked_at)) if newest else "",
        line.checked_by,
    ]


def _word(line: PointLine, item: ReadinessItem) -> str:
    check = line.checks.get(item)
    if check is None:
        return "chưa kiểm"
    return "sẵn sàng" if check.is_ready else "thiếu"
