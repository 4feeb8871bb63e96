"""The rejected rows of a list as a sheet to mend: same columns, same order, plus the reason."""

import io
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import xlsxwriter

from vneid_field.lists.workbook import Sheet

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _safe(cell: object) -> object:
    """A cell as the sheet had it; text that a spreadsheet would run as a formula is quoted."""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA) else cell
    if isinstance(cell, datetime | date):
        return f"{cell.day:02d}/{cell.month:02d}/{cell.year}"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) >= 1e9:
        return str(int(cell))  # a long number would be shown rounded
    return cell if isinstance(cell, int | float | bool) or cell is None else str(cell)


def rejected_sheet(sheet: Sheet, preview: Mapping[str, Any], *, mark: str) -> bytes:
    """Return an XLSX: title rows and header as they were, then the rejected rows with reasons.

    `mark` says who took it and when: above the titles, where intake reads over it, and in the
    printed footer.
    """
    reasons = {int(number): "; ".join(words) for number, words in preview["rejected"]}
    header_row = int(preview["header_row"])
    width = len(preview["titles"])
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    page = book.add_worksheet("Dòng bị loại")
    bold = book.add_format({"bold": True, "text_wrap": True, "border": 1})
    page.write(0, 0, mark, book.add_format({"italic": True, "font_color": "#555555"}))
    page.set_footer("&L&8" + mark.replace("&", "&&"))
    target = 1
    for number, cells in enumerate(sheet, start=1):
        is_header = number == header_row
        if not is_header and number > header_row and number not in reasons:
            continue
        for column, cell in enumerate(cells):
            page.write(target, column, _safe(cell), bold if is_header else None)
        if is_header:
            page.write(target, width, "Lý do bị loại", bold)
        elif number in reasons:
            page.write(target, width, reasons[number])
        target += 1
    page.set_column(0, max(width - 1, 0), 16)
    page.set_column(width, width, 60)
    book.close()
    return out.getvalue()
