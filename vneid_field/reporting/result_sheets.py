"""The tables of a report as XLSX: by unit, in the words of its period."""

from collections.abc import Callable
from dataclasses import replace

from vneid_field.documents.papers.period_reports import FinalReport, PeriodReport
from vneid_field.documents.papers.police_report import PoliceReport
from vneid_field.documents.papers.results import Progress, UnitRow
from vneid_field.documents.sheets import Cell, Column, table_xlsx

Given = tuple[Column, Callable[[UnitRow], Cell]]


def report_sheet(paper: PoliceReport, mark: str) -> bytes:
    """Return a report's table as a workbook; `mark` says which paper it belongs to."""
    rows, total = table_rows(paper)
    heads = [column for column, _cell in _columns(paper)]
    title = f"{paper.unit_name}: kết quả {paper.period}"
    return table_xlsx(title, [Column("STT", "number", 6), *heads], rows, total, mark)


def table_rows(paper: PoliceReport) -> tuple[list[list[Cell]], list[Cell]]:
    """Return the rows of a report's table and its totals."""
    given, table = _columns(paper), paper.table

    def cells(number: Cell, row: UnitRow) -> list[Cell]:
        return [number, *(cell(row) for _column, cell in given)]

    rows = [cells(number, row) for number, row in enumerate(table.rows, start=1)]
    rows += [cells(None, row) for row in table.rests]
    return rows, cells(None, replace(table.total, timeliness=table.timeliness))


def _columns(paper: PoliceReport) -> list[Given]:
    """Return the columns after the first, each with what it takes from a row."""
    is_final = isinstance(paper, FinalReport)
    found: list[Given] = [(Column("Tên đơn vị", "text", 36), lambda row: row.name)]
    if not is_final:
        head = paper.quota_head.replace("/ ", "/")
        found += [
            (Column("Chỉ tiêu giao", "number", 12), lambda row: row.activation.quota),
            (Column(head, "number", 12), lambda row: row.activation.daily_quota),
        ]
    found += _results(paper, "Thu nhận", lambda row: row.collection)
    found += _results(paper, "Kích hoạt", lambda row: row.activation)
    found.append((Column("Còn lại", "number", 12), lambda row: row.activation.remaining))
    found += [
        (Column("Đạt/chưa đạt", "text", 12), lambda row: row.activation.day_result),
        (Column("Vắng mặt", "number", 10), lambda row: row.absent),
        (Column("Lý do khác", "number", 10), lambda row: row.other),
    ]
    if isinstance(paper, PeriodReport):
        found += [
            (Column(f"Báo cáo {head}", "number", 10), _timely(name))
            for head, name in (("đúng hạn", "on_time"), ("trễ", "late"), ("thiếu", "missing"))
        ]
    return [
        *found,
        (Column("Xếp hạng", "number", 10), lambda row: row.rank),
        (Column("Ghi chú", "text", 24), lambda row: row.note),
    ]


def _results(
    paper: PoliceReport, head: str, part: Callable[[UnitRow], Progress | None]
) -> list[Given]:
    """Return what a target brought: in the period, in sum, in per cent of the whole quota."""

    def of(name: str) -> Callable[[UnitRow], Cell]:
        return lambda row: getattr(part(row), name, None)

    sums = [(Column(f"{head} lũy kế", "number", 12), of("cumulative"))]
    if isinstance(paper, FinalReport):
        sums = [
            (Column(f"Chỉ tiêu {head.lower()}", "number", 12), of("quota")),
            (Column(f"{head} kết quả", "number", 12), of("cumulative")),
        ]
    else:
        sums.insert(0, (Column(f"{head} {paper.within}", "number", 12), of("in_day")))
    return [*sums, (Column(f"{head} %", "percent", 10), of("rate"))]


def _timely(name: str) -> Callable[[UnitRow], Cell]:
    return lambda row: getattr(row.timeliness, name, None)
