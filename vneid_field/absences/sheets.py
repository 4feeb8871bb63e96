"""The ageing board as XLSX: the lines, the order and the sum that the page shows."""

from datetime import datetime

from vneid_field.absences.board import AgeBoard, AgeLine
from vneid_field.absences.kinds import Stage
from vneid_field.absences.labels import CLOSE_LABELS, STAGE_LABELS
from vneid_field.absences.rules import AGES
from vneid_field.core import clock
from vneid_field.core.text import vn_moment
from vneid_field.documents.letterheads import police_name
from vneid_field.documents.sheets import Cell, Column, Table, tables_xlsx
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind

COLUMNS = (
    Column("Đơn vị", "text", 44),
    Column("Đang giữ", "number", 10),
    *(
        Column(heading, "number", 13)
        for stage in Stage
        for heading in (STAGE_LABELS[stage], f"{STAGE_LABELS[stage]}: quá hạn")
    ),
    *(Column(label, "number", 11) for _most, label in AGES),
    Column("Quá hạn", "number", 10),
    Column("Lâu nhất (ngày)", "number", 12),
)
CLOSED = (Column("Vì sao kết thúc", "text", 44), Column("Số trường hợp", "number", 14))


def name_of(line: AgeLine) -> str:
    """Return how a line of the board is called."""
    if line.unit is None:
        return "Nơi khác đang giữ"
    if line.is_self:
        return police_name(line.unit)
    if line.unit.kind in (UnitKind.DISTRICT, UnitKind.COMMUNE):
        return line.unit.name
    return line.unit.short_name or line.unit.name


def _cells(name: str, line: AgeLine, now: datetime) -> list[Cell]:
    stages: list[Cell] = [
        counted.get(stage, 0) for stage in Stage for counted in (line.stages, line.late)
    ]
    return [name, line.count, *stages, *line.ages, line.late_count, line.oldest_days(now)]


def age_sheet(unit: Unit, board: AgeBoard, now: datetime, watermark: str) -> bytes:
    """Return the board of a unit as a workbook: who holds cases, and how cases ended."""
    when = vn_moment(clock.to_local(now))
    return tables_xlsx(
        [
            Table(
                f"{unit.name}: trường hợp vắng mặt đang theo dõi lúc {when}",
                COLUMNS,
                [_cells(name_of(line), line, now) for line in board.lines],
                _cells("Cộng", board.total, now),
                "Đang theo dõi",
            ),
            Table(
                f"{unit.name}: trường hợp vắng mặt đã kết thúc đến {when}",
                CLOSED,
                [(CLOSE_LABELS[reason], count) for reason, count in board.closed.items()],
                ("Cộng", sum(board.closed.values())),
                "Đã kết thúc",
            ),
        ],
        watermark,
    )
