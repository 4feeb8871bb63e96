"""Looks through an XLSX before a reader does: real unpacked size, DOCTYPE, sheet extent.

The zip directory is not believed: each part is inflated here, chunk by chunk, and counted.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

_CHUNK = 1024 * 1024
_OVERLAP = 64
_PARTS = 2_000
_RATIO_FREE = 10 * 1024 * 1024  # small files may pack well
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
# Cells from row 500.000 on; smaller limits are checked on the opened sheet.
_FAR_CELL = re.compile(rb"\sr=[\"'][A-Z]{1,4}([5-9]\d{5}|\d{7,})[\"']")
_CELL = re.compile(rb"\sr=[\"']([A-Z]{2,4})\d")


class ArchiveFault(Exception):
    """`code`: broken, encrypted, bomb, unsafe, wrong_type, too_many_rows, too_many_columns."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_archive(data: bytes, unpacked: int, ratio: int, rows: int, columns: int) -> None:
    """Raise ArchiveFault unless the bytes are an XLSX within the limits (see workbook.Limits)."""
    total = 0
    for info in _directory(data, unpacked):
        if info.flag_bits & 0x1:
            raise ArchiveFault("encrypted")
        is_xml = info.filename.lower().endswith((".xml", ".rels", ".vml"))
        check = _SheetCheck(rows, columns) if _SHEET_PART.fullmatch(info.filename) else None
        tail = b""
        for chunk in _inflate(data, info):
            total += len(chunk)
            if total > unpacked or (total > _RATIO_FREE and total > ratio * len(data)):
                raise ArchiveFault("bomb")
            seen = tail + chunk
            if is_xml and _DOCTYPE.search(seen):
                raise ArchiveFault("unsafe")
            if check:
                check.look(seen)
            tail = seen[-_OVERLAP:]


def _directory(data: bytes, unpacked: int) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError) as error:
        raise ArchiveFault("broken") from error
    names = {info.filename.replace("\\", "/").lower() for info in infos}
    if "xl/workbook.xml" not in names:
        raise ArchiveFault("wrong_type")
    if len(infos) > _PARTS or sum(info.file_size for info in infos) > unpacked:
        raise ArchiveFault("bomb")
    if len(names) != len(infos):
        raise ArchiveFault("broken")  # two parts of one name: readers disagree on which counts
    return infos


class _SheetCheck:
    """Refuses a sheet whose extent would make the reader reserve a huge empty table."""

    def __init__(self, rows: int, columns: int) -> None:
        self.rows, self.columns = rows, columns
        self.seen: set[bytes] = set()

    def look(self, text: bytes) -> None:
        if any(int(number) > self.rows for number in _FAR_CELL.findall(text)):
            raise ArchiveFault("too_many_rows")
        for letters in set(_CELL.findall(text)) - self.seen:
            self.seen.add(letters)
            if _column_number(letters) > self.columns:
                raise ArchiveFault("too_many_columns")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _inflate(data: bytes, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the real content of a part, whatever size its directory entry claims."""
    start = info.header_offset
    header = data[start : start + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise ArchiveFault("broken")
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    begin = start + 30 + name_length + extra_length
    packed = memoryview(data)[begin : begin + info.compress_size]
    if info.compress_type == zipfile.ZIP_STORED:
        for at in range(0, len(packed), _CHUNK):
            yield bytes(packed[at : at + _CHUNK])
        return
    if info.compress_type != zipfile.ZIP_DEFLATED:
        raise ArchiveFault("broken")
    reader = zlib.decompressobj(-zlib.MAX_WBITS)
    waiting: bytes | memoryview = packed
    try:
        while not reader.eof:
            chunk = reader.decompress(waiting, _CHUNK)
            waiting = reader.unconsumed_tail
            if not chunk and not waiting:
                break
            yield chunk
    except zlib.error as error:
        raise ArchiveFault("broken") from error
    if not reader.eof:
        raise ArchiveFault("broken")
