"""The list of absent people as XLSX: the columns of documents.md section 2."""

from vneid_field.documents.papers.absent_list import AbsentList
from vneid_field.documents.sheets import Cell, Column, table_xlsx

_PEOPLE = (
    Column("STT", "number", 6),
    Column("Họ và tên", "text", 28),
    Column("Ngày sinh", "text", 12),
    Column("Giới tính", "text", 8),
    Column("Số CCCD", "text", 15),
    Column("Nơi cư trú", "text", 40),
    Column("Số điện thoại", "text", 13),
    Column("Ngày phê duyệt", "date", 12),
    Column("Kết quả", "text", 12),
    Column("Lý do", "text", 18),
    Column("Ngày", "date", 12),
    Column("Người thực hiện", "text", 16),
    Column("Ghi chú", "text", 40),
)


def absent_sheet(paper: AbsentList, mark: str) -> bytes:
    """Return the list of absent people as a workbook, masked as the paper is."""
    rows: list[list[Cell]] = [
        [
            number,
            row.full_name,
            row.birth,
            row.sex,
            row.citizen_id,
            row.residence.replace("\N{NO-BREAK SPACE}", " "),
            row.phone,
            row.approved_on,
            row.outcome,
            row.reason,
            row.outcome_on,
            row.performed_by,
            row.note,
        ]
        for number, row in enumerate(paper.rows, start=1)
    ]
    return table_xlsx(paper.title, _PEOPLE, rows, watermark=f"{mark} · {paper.watermark}")
