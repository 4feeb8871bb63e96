"""Spreadsheets beside the papers: text stays text, numbers are numbers, the header stays."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from vneid_field.documents.sheets import Column, table_xlsx

COLUMNS = (
    Column("Họ và tên", width=30),
    Column("Số CCCD"),
    Column("Kích hoạt", "number"),
    Column("Tỷ lệ", "percent"),
    Column("Ngày", "date"),
)


def load(data):
    return openpyxl.load_workbook(io.BytesIO(data)).active


def test_numbers_dates_and_rates_keep_their_kind_and_text_its_zeros():
    rows = [("Nguyễn Thị Ánh", "092057000123", 1234, Decimal("51.2"), date(2023, 7, 5))]
    sheet = load(table_xlsx("Kết quả", COLUMNS, rows, ("Cộng", None, 1234, None, None)))
    assert sheet["A1"].value == "Kết quả"
    assert [cell.value for cell in sheet[3]] == [column.heading for column in COLUMNS]
    cells = sheet[4]
    assert cells[1].value == "092057000123"
    assert cells[2].value == 1234
    assert cells[2].number_format == "#,##0"
    assert cells[3].value == pytest.approx(0.512)
    assert cells[4].value.date() == date(2023, 7, 5)
    assert sheet["A5"].value == "Cộng"
    assert sheet["A5"].font.bold
    assert sheet.freeze_panes == "A4"
    assert sheet.print_title_rows == "$3:$3"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_text_that_looks_like_a_formula_stays_marked_text(start):
    text = f"{start}1+1"
    sheet = load(table_xlsx("t", COLUMNS, [(text, text, None, None, None)]))
    for cell in sheet[4][:2]:
        assert cell.data_type == "s"
        assert cell.value == text
        assert cell.quotePrefix


def test_text_in_a_number_column_is_neutralised_too():
    sheet = load(table_xlsx("=t", COLUMNS, [("a", "b", "=1", "=2", "=3")], watermark="@in"))
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in sheet[4][2:])
    assert sheet["A1"].data_type == "s"
    assert sheet["A6"].value == "@in"


def test_the_watermark_is_in_the_sheet_and_in_the_printed_footer():
    sheet = load(table_xlsx("t", COLUMNS, [], watermark="In: congan.anhoa & tổ 1"))
    assert sheet["A5"].value == "In: congan.anhoa & tổ 1"
    assert "congan.anhoa" in sheet.oddFooter.left.text


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="2 cells for 5 columns"):
        table_xlsx("t", COLUMNS, [("a", "b")])
