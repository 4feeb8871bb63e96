"""The same tables as XLSX, because officials go on working in Excel."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any, Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ..core.text import nfc

Kind = Literal["text", "number", "percent", "date"]
Cell = str | int | float | Decimal | date | None
# A cell beginning so is taken for a formula when it is edited again or saved as CSV.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER_FORMATS = {"number": "#,##0", "percent": "0.0%", "date": "dd/mm/yyyy", "text": "@"}
_FONT = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter"}
_HEADER_ROW = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet.

    kind   text: always stored as text (id numbers and phones keep their leading 0);
           number: grouped integer; percent: 51.2 is shown as 51,2%; date: a civil day.
    width  in characters.
    """

    heading: str
    kind: Kind = "text"
    width: float = 14


@dataclass(frozen=True, slots=True)
class Table:
    """A table on a sheet of its own.

    tab     name of the sheet, at most 31 letters.
    totals  a last row in bold, or None.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    totals: Sequence[Cell] | None = None
    tab: str = "Số liệu"


def table_xlsx(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    totals: Sequence[Cell] | None = None,
    watermark: str | None = None,
) -> bytes:
    """Return one sheet: title, frozen header, rows, bold totals, watermark in text and footer.

    Rows are written as they come and not kept (constant memory). Text is never a formula or a
    link; text that looks like a formula also carries Excel's text mark (quote prefix).
    Raises ValueError when a row has another length than `columns`.
    """
    return tables_xlsx([Table(title, columns, rows, totals)], watermark)


def tables_xlsx(tables: Sequence[Table], watermark: str | None = None) -> bytes:
    """Return a workbook with a sheet per table, each as `table_xlsx` writes one."""
    target = BytesIO()
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False, "nan_inf_to_errors": True,
    }  # fmt: skip
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": nfc(tables[0].title)})
        for table in tables:
            _write_table(book, table, watermark)
    return target.getvalue()


def _write_table(book: xlsxwriter.Workbook, table: Table, watermark: str | None) -> None:
    sheet, columns = book.add_worksheet(table.tab), table.columns
    _write_head(book, sheet, nfc(table.title), columns)
    formats = _formats(book, columns, {"border": 1})
    number = _HEADER_ROW
    for number, row in enumerate(table.rows, start=_HEADER_ROW + 1):
        _write_row(sheet, number, columns, row, formats)
    if table.totals is not None:
        number += 1
        _write_row(sheet, number, columns, table.totals, _formats(book, columns, _TOTAL))
    _set_print(sheet, watermark)
    if watermark:
        note = book.add_format({**_FONT, "italic": True})
        _write_text(sheet, number + 2, 0, watermark, (note, note))


_TOTAL = {"border": 1, "bold": True}


def _formats(
    book: xlsxwriter.Workbook, columns: Sequence[Column], extra: dict[str, Any]
) -> list[tuple[Format, Format]]:
    """Return per column its format and the same with the quote prefix."""
    pairs = []
    for column in columns:
        look = {**_FONT, **extra, "num_format": _NUMBER_FORMATS[column.kind]}
        look["text_wrap"] = column.kind == "text"
        text = {**look, "num_format": "@", "text_wrap": True}
        pairs.append((book.add_format(look), book.add_format({**text, "quote_prefix": True})))
    return pairs


def _write_head(
    book: xlsxwriter.Workbook, sheet: Worksheet, title: str, columns: Sequence[Column]
) -> None:
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
    heading = book.add_format({**_FONT, "bold": True, "font_size": 13})
    _write_text(sheet, 0, 0, title, (heading, heading))
    look = {**_FONT, **_TOTAL, "align": "center", "text_wrap": True, "bg_color": "#E8EDF3"}
    head = book.add_format(look)
    for index, column in enumerate(columns):
        sheet.write_string(_HEADER_ROW, index, nfc(column.heading), head)


def _write_row(
    sheet: Worksheet,
    number: int,
    columns: Sequence[Column],
    row: Sequence[Cell],
    formats: Sequence[tuple[Format, Format]],
) -> None:
    if len(row) != len(columns):
        raise ValueError(f"row {number}: {len(row)} cells for {len(columns)} columns")
    for index, (column, value, pair) in enumerate(zip(columns, row, formats, strict=True)):
        _write_cell(sheet, number, index, column.kind, value, pair)


def _write_cell(
    sheet: Worksheet, row: int, column: int, kind: Kind, value: Cell, pair: tuple[Format, Format]
) -> None:
    if value is None or value == "":
        sheet.write_blank(row, column, None, pair[0])
    elif isinstance(value, date) and kind == "date":
        sheet.write_datetime(row, column, value, pair[0])
    elif isinstance(value, (int, float, Decimal)) and kind in ("number", "percent"):
        sheet.write_number(row, column, value / 100 if kind == "percent" else value, pair[0])
    else:
        _write_text(sheet, row, column, str(value), pair)


def _write_text(
    sheet: Worksheet, row: int, column: int, value: str, pair: tuple[Format, Format]
) -> None:
    sheet.write_string(row, column, value, pair[value.startswith(_FORMULA_STARTS)])


def _set_print(sheet: Worksheet, watermark: str | None) -> None:
    sheet.freeze_panes(_HEADER_ROW + 1, 0)
    sheet.repeat_rows(_HEADER_ROW)
    sheet.set_paper(9)  # A4
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    # "&" begins a code in a header or footer; the page number is &P of &N.
    note = (watermark or "").replace("&", "&&")
    sheet.set_footer(f"&L&8{' ' + note if note else ''}&R&8Trang &P/&N")
