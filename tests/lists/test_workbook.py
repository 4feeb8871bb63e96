"""What an uploaded file may be: told by its bytes, refused with a stable code."""

import io
import struct
import zipfile
from datetime import date, timedelta

import pytest
import xlsxwriter

from tests.make.sheets import xlsx
from vneid_field.lists import workbook
from vneid_field.lists.workbook import IntakeRefused, Limits, open_sheet

ROWS = [[1, "Nguyễn Văn An", "05/03/1968", "Nam", "092068000001"]]


def code_of(data, **more):
    with pytest.raises(IntakeRefused) as refusal:
        list(open_sheet(data, **more))
    assert str(refusal.value).endswith(".")
    return refusal.value.code


def rebuilt(change, add=None):
    """A workbook with each part passed through `change(name, content)`."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx(ROWS))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for info in source.infolist():
            target.writestr(info.filename, change(info.filename, source.read(info)))
        for name, content in (add or {}).items():
            target.writestr(name, content)
    return out.getvalue()


def same(_name, content):
    return content


def test_an_xlsx_is_opened_whatever_its_name_says():
    sheet = open_sheet(xlsx(ROWS), "danh-sach.csv")
    assert sheet.kind == "xlsx"
    assert list(sheet)[1][1] == "Nguyễn Văn An"
    assert list(sheet) == list(sheet.rows)


def test_every_row_of_a_long_list_with_real_dates_is_read_as_it_is():
    rows = [
        [f"{n}", *([f"Tên {n}"] * (n % 3 > 0)), date(1960, 1, 1) + timedelta(days=n)]
        for n in range(2_500)
    ]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    read = [[cell for cell in row if cell != ""] for row in open_sheet(out.getvalue())]
    assert read == rows


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_csv_is_opened_with_the_delimiter_it_uses(delimiter):
    lines = [delimiter.join(["Họ và tên", "Số CCCD"]), delimiter.join(["Lê Cúc", "092168000001"])]
    data = "\n".join(lines).encode("utf-8-sig")
    assert list(open_sheet(data)) == [["Họ và tên", "Số CCCD"], ["Lê Cúc", "092168000001"]]


def test_a_line_that_declares_the_delimiter_keeps_its_row_number():
    assert list(open_sheet(b"sep=;\na;b\n1,5;2\n")) == [[], ["a", "b"], ["1,5", "2"]]


@pytest.mark.parametrize("data", [b"", b"\r\n\r\n", b"\xef\xbb\xbf;;;\n", b"\x00\x00"])
def test_a_file_without_a_row_is_empty(data):
    assert code_of(data) == "empty"


def test_a_workbook_without_a_filled_cell_is_empty():
    assert code_of(xlsx([], titles=())) == "empty"


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
def test_a_truncated_workbook_is_broken(cut):
    data = xlsx(ROWS)
    assert code_of(data[: int(len(data) * cut)]) == "broken"


def test_a_workbook_with_damaged_bytes_inside_is_broken():
    data = bytearray(xlsx(ROWS))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    start = info.header_offset + 30 + len(info.filename)
    data[start : start + 40] = b"\xff" * 40
    assert code_of(bytes(data)) == "broken"


def test_a_workbook_with_a_password_is_encrypted():
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
    assert code_of(ole + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 600) == "encrypted"
    assert code_of(ole + "WordDocument".encode("utf-16-le")) == "wrong_type"


def test_a_zip_with_encrypted_parts_is_encrypted():
    data = bytearray(xlsx(ROWS))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        count = len(archive.infolist())
    at = -1
    for _ in range(count):  # the flag of each directory entry
        at = data.index(b"PK\x01\x02", at + 1)
        struct.pack_into("<H", data, at + 8, 1)
    assert code_of(bytes(data)) == "encrypted"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-1.7 abc", "wrong_type"),
        (b"\x89PNG\r\n\x1a\n\x00\x01", "wrong_type"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web_page"),
        (b"<?xml version='1.0'?><Workbook/>", "web_page"),
        ("Họ và tên;Số".encode("utf-16"), "utf16"),
        ("Họ và tên;Số CCCD\nL\ufffd;1".encode(), "not_utf8"),
        (b"H\xe4 v\xe0 t\xean;S\xf4 CCCD\n", "not_utf8"),
    ],
)
def test_what_is_no_sheet_is_refused_by_what_it_is(data, code):
    assert code_of(data, filename="danh-sach.xlsx") == code


def test_a_zip_that_is_no_workbook_is_of_the_wrong_type():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert code_of(out.getvalue()) == "wrong_type"


def test_a_file_over_the_size_is_too_large(tmp_path):
    limits = Limits(size=1000)
    assert code_of(b"a;b\n" * 251, limits=limits) == "too_large"
    path = tmp_path / "x.csv"
    path.write_bytes(b"a;b\n" * 251)
    assert code_of(path, limits=limits) == "too_large"
    assert len(list(open_sheet(b"a;b\n" * 250, limits=limits))) == 250


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = rebuilt(same, {"xl/media/zeros.bin": b"\0" * (40 * 1024 * 1024)})
    assert len(bomb) < 100_000
    assert code_of(bomb) == "bomb"


def test_a_bomb_that_lies_about_its_size_is_refused_too():
    bomb = bytearray(rebuilt(same, {"xl/media/zeros.bin": b"\0" * (40 * 1024 * 1024)}))
    at = bomb.rindex(b"PK\x01\x02")
    struct.pack_into("<I", bomb, at + 24, 10)  # "10 bytes unpacked"
    assert code_of(bytes(bomb)) == "bomb"


def test_a_workbook_of_thousands_of_parts_is_refused():
    assert code_of(rebuilt(same, {f"x/{n}.xml": b"" for n in range(2001)})) == "bomb"


@pytest.mark.parametrize("declaration", [b"<!DOCTYPE x>", b'<!ENTITY a "b">', b"<!doctype x>"])
def test_a_doctype_inside_any_part_is_refused(declaration):
    def change(name, content):
        return content + declaration if name == "xl/sharedStrings.xml" else content

    assert code_of(rebuilt(change)) == "unsafe"


@pytest.mark.parametrize(
    ("cell", "code"), [(b'r="A9999999"', "too_many_rows"), (b'r="ZZZ1"', "too_many_columns")]
)
def test_a_far_cell_that_would_reserve_a_huge_table_is_refused(cell, code):
    def change(name, content):
        return content.replace(b'r="A1"', cell, 1) if "worksheets" in name else content

    assert code_of(rebuilt(change)) == code


FAR = b'<row><c r="xfd1048576"><v>1</v></c></row>'


def with_rows(rows, path="xl/worksheets/sheet1.xml"):
    """A workbook with more rows at the end of its sheet, which may lie under another path."""
    names = [
        (b"xl/worksheets/sheet1.xml", path.encode()),
        (b"worksheets/sheet1.xml", b"../" + path.encode()),
    ]
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx(ROWS))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name).replace(b"</sheetData>", rows + b"</sheetData>")
            if not path.startswith("xl/worksheets/"):
                for old, new in names[name.endswith(".rels") :]:
                    content = content.replace(old, new)
                    name = path if name == "xl/worksheets/sheet1.xml" else name
            target.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("rows", "path", "code"),
    [
        (FAR, "xl/worksheets/sheet1.xml", "too_many_rows"),
        (FAR.replace(b"r=", b"r ="), "xl/worksheets/sheet1.xml", "too_many_rows"),
        (FAR.replace(b"r=", b"r\n= "), "xl/worksheets/sheet1.xml", "too_many_rows"),
        (FAR.replace(b"xfd", b"XFD"), "other/s.xml", "too_many_rows"),
        (FAR.replace(b"xfd1048576", b"zz90000"), "other/s.part", "too_many_columns"),
        (FAR.replace(b"xfd1048576", b"CZ499999"), "xl/worksheets/sheet1.xml", "too_many_cells"),
        (b'<row r="1048576"><c><v>1</v></c></row>', "xl/worksheets/sheet1.xml", "too_many_rows"),
    ],
)
def test_a_far_cell_is_found_however_it_is_written_and_wherever_its_sheet_lies(rows, path, code):
    assert code_of(with_rows(rows, path)) == code


@pytest.mark.parametrize("cell", [b"xfd1048576", b"XFD1048576", b"CZ499999"])
def test_a_file_that_gets_past_the_checks_ends_only_the_process_that_reads_it(cell, monkeypatch):
    monkeypatch.setattr(workbook, "read_archive", lambda _data, _limits: None)
    monkeypatch.setattr(workbook, "_READER_MEMORY", 400 * 1024 * 1024)
    assert code_of(with_rows(FAR.replace(b"xfd1048576", cell))) in {"bomb", "broken"}
    assert list(open_sheet(xlsx(ROWS)))[1][1] == "Nguyễn Văn An"


def test_a_file_that_reads_for_ever_is_given_up(monkeypatch):
    monkeypatch.setattr(workbook, "_READER_WAIT_S", 0)
    assert code_of(xlsx(ROWS)) == "bomb"


def test_a_number_without_a_value_is_text():
    row = b'<row r="3"><c r="A3"><v>NaN</v></c><c r="B3"><v>inf</v></c><c r="C3"><v>1e400</v></c></row>'
    assert list(open_sheet(with_rows(row)))[-1][:3] == ["nan", "inf", "inf"]


def test_more_rows_or_columns_than_allowed_are_refused():
    assert code_of(b"a;b\n" * 30, limits=Limits(rows=20)) == "too_many_rows"
    assert code_of(xlsx(ROWS * 30), limits=Limits(rows=20)) == "too_many_rows"
    assert code_of(b"a;b;c\n1;2;3", limits=Limits(columns=2)) == "too_many_columns"


def test_an_unclosed_quote_does_not_swallow_the_rest():
    data = 'Họ và tên;Số\n"Lê Cúc;1\n' + "x" * 40_000
    assert code_of(data.encode()) == "broken"


def test_a_sheet_that_is_not_there_is_named():
    assert code_of(xlsx(ROWS), sheet_name="Trang 9") == "no_sheet"
    assert open_sheet(xlsx(ROWS), sheet_name="Danh sách").name == "Danh sách"
