"""Opening an uploaded sheet safely: what the bytes are, how large they become, then the rows.

The extension is never believed. XLSX is checked part by part before python-calamine sees it,
because its reader trusts the sizes a file claims, and it is read in a limited process of its own
(reader_process.py), because that reader aborts the process on some files (quality.md, "Uploads").
"""

import csv
import io
import json
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vneid_field.core.errors import DomainError
from vneid_field.core.text import vn_number
from vneid_field.lists.archive import ArchiveFault, read_archive

Cell = object  # str | float | int | bool | date | datetime | time | timedelta
_CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MARKUP = re.compile(rb"^\s*(?:<\?xml|<!doctype|<html|<table|<meta)", re.IGNORECASE)
_DELIMITERS = (";", "\t", ",")
_CSV_FIELD_LIMIT = 32_767  # what one spreadsheet cell can hold
_READER = str(Path(__file__).with_name("reader_process.py"))
_READER_CPU_S = 60  # 450.000 rows take about 10
_READER_WAIT_S = 180
_READER_MEMORY = 2 * 1024 * 1024 * 1024  # address space; 450.000 rows use about half


class IntakeRefused(DomainError):
    """The file cannot be taken in; `code` is stable for tests and statistics."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may be: bytes as sent, bytes unpacked, rows, columns, rows times columns."""

    size: int = 30 * 1024 * 1024
    unpacked: int = 600 * 1024 * 1024  # 450.000 rows take about 250 MB
    ratio: int = 200  # real lists pack 5 to 30 times
    rows: int = 500_000
    columns: int = 104  # to column CZ
    cells: int = 12_000_000  # the reader reserves the whole rectangle, filled or not


LIMITS = Limits()


def _refusal(code: str, limits: Limits) -> IntakeRefused:
    sentences = {
        "too_large": f"Tệp lớn hơn {limits.size // 1024 // 1024} MB. Hãy chia nhỏ rồi tải lại.",
        "too_many_rows": f"Danh sách dài hơn {vn_number(limits.rows)} dòng. Hãy chia nhỏ rồi "
        "tải lại.",
        "too_many_columns": f"Bảng có hơn {limits.columns} cột. Hãy xóa các cột thừa rồi tải lại.",
        "too_many_cells": "Bảng trải quá rộng, phần lớn là ô trống. Hãy xóa các dòng, cột thừa "
        "rồi tải lại.",
        "empty": "Tệp không có dòng nào. Hãy mở tệp kiểm tra, lưu lại rồi tải lên lại.",
        "broken": "Tệp bị hỏng, không mở được. Hãy lưu lại từ bảng tính rồi tải lại.",
        "encrypted": "Tệp được đặt mật khẩu. Hãy bỏ mật khẩu rồi tải lại.",
        "bomb": "Tệp bung ra quá lớn so với dung lượng, không an toàn để mở.",
        "unsafe": "Tệp chứa khai báo XML không an toàn (DOCTYPE), không được nhận.",
        "wrong_type": "Đây không phải bảng tính Excel (XLSX, XLS) hay CSV; đổi đuôi tệp PDF hay "
        "ảnh không làm nó thành bảng tính. Hãy xin tệp Excel của nơi gửi, hoặc chép danh sách "
        "vào Excel, lưu thành XLSX rồi tải lên.",
        "web_page": "Đây là trang web hay XML được đổi đuôi. Hãy mở bằng Excel và lưu thành XLSX.",
        "utf16": "Tệp CSV được lưu kiểu UTF-16. Hãy lưu lại kiểu “CSV UTF-8” hoặc XLSX.",
        "not_utf8": "Tệp CSV không phải UTF-8 (có thể là Windows-1258 hay bảng mã cũ). "
        "Hãy lưu lại kiểu “CSV UTF-8” hoặc XLSX.",
        "no_sheet": "Tệp không có trang tính này.",
    }
    return IntakeRefused(sentences[code], code)


@dataclass(frozen=True, slots=True)
class _CsvText:
    text: str
    delimiter: str
    skipped: int  # leading lines that only declare the delimiter


class _PlainUnpickler(pickle.Unpickler):
    """Takes plain values and dates from the reading process, nothing that could run."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "datetime" and name in {"date", "datetime", "time", "timedelta"}:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(name)


@dataclass(frozen=True, slots=True)
class _ReadRows:
    """Rows as the reading process gave them: pickled pieces, unpacked one at a time."""

    pieces: bytes

    def __iter__(self) -> Iterator[list[Cell]]:
        stream = io.BytesIO(self.pieces)
        while stream.tell() < len(self.pieces):
            # One unpickler per piece: its memo would hold every cell of the file, and would give
            # a later piece the objects of the first.
            yield from _PlainUnpickler(stream).load()


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file. Iterating yields every row from row 1 on, and may be repeated."""

    kind: str  # xlsx | xls | csv
    name: str
    names: tuple[str, ...]
    height: int | None
    _source: _CsvText | _ReadRows = field(repr=False)
    limits: Limits = LIMITS

    def __iter__(self) -> Iterator[list[Cell]]:
        if isinstance(self._source, _CsvText):
            return _csv_rows(self._source, self.limits)
        return iter(self._source)

    @property
    def rows(self) -> Iterator[list[Cell]]:
        """A fresh iterator over the rows."""
        return iter(self)

    def head(self, count: int = 40) -> list[list[Cell]]:
        """Return the first rows, where the header is looked for."""
        return [row for row, _n in zip(self, range(count), strict=False)]


def _csv_rows(source: _CsvText, limits: Limits) -> Iterator[list[Cell]]:
    reader = csv.reader(io.StringIO(source.text, newline=""), delimiter=source.delimiter)
    try:
        for number, row in enumerate(reader):
            if number > limits.rows:
                raise _refusal("too_many_rows", limits)
            if len(row) > limits.columns:
                raise _refusal("too_many_columns", limits)
            # An unclosed quote swallows the rest of the file into one cell.
            if any(len(cell) > _CSV_FIELD_LIMIT for cell in row):
                raise _refusal("broken", limits)
            yield [] if number < source.skipped else list(row)
    except csv.Error as error:
        raise _refusal("broken", limits) from error


def open_sheet(
    source: str | Path | bytes,
    filename: str = "",
    *,
    sheet_name: str | None = None,
    limits: Limits = LIMITS,
) -> Sheet:
    """Open a list as localities send it: XLSX, XLS or UTF-8 CSV, told by content.

    `filename` is not used to tell the type; it is accepted so that callers can log its extension.
    Without `sheet_name` the first visible sheet that holds something is taken.
    Raises IntakeRefused with code too_large, empty, broken, encrypted, bomb, unsafe, wrong_type,
    web_page, utf16, not_utf8, too_many_rows, too_many_columns, too_many_cells or no_sheet; nothing
    is written.
    """
    if not isinstance(source, bytes):
        path = Path(source)
        if path.stat().st_size > limits.size:
            raise _refusal("too_large", limits)
        source = path.read_bytes()
    if len(source) > limits.size:
        raise _refusal("too_large", limits)
    if not source.strip(b"\x00\r\n\t ;,\xef\xbb\xbf"):
        raise _refusal("empty", limits)
    if source.startswith(_CFB):
        return _open_workbook(source, _cfb_kind(source, limits), sheet_name, limits)
    if source.startswith(b"PK"):
        try:
            read_archive(source, limits)
        except ArchiveFault as fault:
            raise _refusal(fault.code, limits) from fault
        return _open_workbook(source, "xlsx", sheet_name, limits)
    return _open_csv(source, limits)


def _cfb_kind(data: bytes, limits: Limits) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise _refusal("encrypted", limits)
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book\0")):
        return "xls"
    raise _refusal("wrong_type", limits)


def _open_workbook(data: bytes, kind: str, sheet_name: str | None, limits: Limits) -> Sheet:
    asked = {
        "sheet_name": sheet_name,
        "rows": limits.rows,
        "columns": limits.columns,
        "memory": _READER_MEMORY,
        "cpu_s": _READER_CPU_S,
    }
    try:
        # -I: neither the environment nor the folder the server was started in is believed.
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", _READER],
            input=json.dumps(asked).encode() + b"\n" + data,
            capture_output=True,
            env={},
            timeout=_READER_WAIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _refusal("bomb", limits) from error
    if done.returncode:  # below 0: ended by a limit or by its own abort
        raise _refusal("bomb" if done.returncode < 0 else "broken", limits)
    line, _, pieces = done.stdout.partition(b"\n")
    answer = json.loads(line)
    if "code" in answer:
        raise _refusal(answer["code"], limits)
    names = tuple(answer["names"])
    return Sheet(kind, answer["name"], names, answer["height"], _ReadRows(pieces), limits)


def _open_csv(data: bytes, limits: Limits) -> Sheet:
    if data.startswith(_UTF16_MARKS) or data[:4096].count(b"\x00") > len(data[:4096]) // 5:
        raise _refusal("utf16", limits)
    if _MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")[:200]):
        raise _refusal("web_page", limits)
    if data.startswith((b"%PDF", b"Rar!", b"7z")) or _CONTROL.search(data):
        raise _refusal("wrong_type", limits)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refusal("not_utf8", limits) from error
    if "\ufffd" in text:
        # Saved once through a wrong character set: the letters are gone for good.
        raise _refusal("not_utf8", limits)
    if text.count("\n") > limits.rows + 1000:
        raise _refusal("too_many_rows", limits)
    delimiter, skipped = _sniff(text)
    return Sheet("csv", "", (), None, _CsvText(text, delimiter, skipped), limits)


def _sniff(text: str) -> tuple[str, int]:
    """Return the delimiter and how many leading lines only declare it ("sep=;")."""
    first = text.split("\n", 1)[0].strip()
    if re.fullmatch(r"(?i)sep=.", first):
        return first[-1], 1
    lines = text[:20_000].splitlines()[:40]
    return max(_DELIMITERS, key=lambda one: _columns_of(lines, one)), 0


def _columns_of(lines: Sequence[str], delimiter: str) -> int:
    """Return how many lines agree on a number of columns, times that number."""
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1]
    except csv.Error:
        return 0
    if not widths:
        return 0
    usual = max(set(widths), key=widths.count)
    return widths.count(usual) * usual
