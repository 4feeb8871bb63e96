"""Looks through an XLSX before a reader does: real unpacked size, DOCTYPE, sheet extent.

The zip directory is not believed: each part is inflated here, chunk by chunk, and counted.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Protocol

_CHUNK = 1024 * 1024
_OVERLAP = 64
_PARTS = 2_000
_RATIO_FREE = 10 * 1024 * 1024  # small files may pack well
_NEAR_ROWS, _NEAR_COLUMNS = 99_999, 26
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# References of cells (and rows) far down or far right, as XML may write them; near ones are
# checked on the opened sheet, and looking at every cell would cost more than reading it.
_FAR_ROW = re.compile(rb"\sr\s*=\s*[\"']\s*\$?[A-Za-z]{0,9}\$?0*([1-9]\d{5,})")
_FAR_COLUMN = re.compile(rb"\sr\s*=\s*[\"']\s*\$?([A-Za-z]{2,9})\$?\d")


class ArchiveFault(Exception):
    """`code`: broken, encrypted, bomb, unsafe, wrong_type, too_many_rows, too_many_columns,
    too_many_cells."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ArchiveLimits(Protocol):
    """What a file may be; see workbook.Limits."""

    @property
    def unpacked(self) -> int: ...
    @property
    def ratio(self) -> int: ...
    @property
    def rows(self) -> int: ...
    @property
    def columns(self) -> int: ...
    @property
    def cells(self) -> int: ...


def read_archive(data: bytes, limits: ArchiveLimits) -> None:
    """Raise ArchiveFault unless the bytes are an XLSX within the limits."""
    total = 0
    for info in _directory(data, limits.unpacked):
        if info.flag_bits & 0x1:
            raise ArchiveFault("encrypted")
        # A workbook may keep its sheets under any name: every part is looked through.
        check = _PartCheck(limits)
        tail = b""
        for chunk in _inflate(data, info):
            total += len(chunk)
            is_dense = total > _RATIO_FREE and total > limits.ratio * len(data)
            if total > limits.unpacked or is_dense:
                raise ArchiveFault("bomb")
            seen = tail + chunk
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


class _PartCheck:
    """Refuses entities, and an extent that would make the reader reserve a huge empty table."""

    def __init__(self, limits: ArchiveLimits) -> None:
        self.limits = limits
        self.height, self.width = _NEAR_ROWS, _NEAR_COLUMNS
        self.seen: set[bytes] = set()

    def look(self, text: bytes) -> None:
        if _DOCTYPE.search(text):
            raise ArchiveFault("unsafe")
        self.height = max(self.height, *map(int, _FAR_ROW.findall(text)), 0)
        if self.height > max(self.limits.rows, _NEAR_ROWS):
            raise ArchiveFault("too_many_rows")
        for letters in set(_FAR_COLUMN.findall(text)) - self.seen:
            self.seen.add(letters)
            self.width = max(self.width, _column_number(letters.upper()))
        if self.width > max(self.limits.columns, _NEAR_COLUMNS):
            raise ArchiveFault("too_many_columns")
        if self.height * self.width > self.limits.cells:
            raise ArchiveFault("too_many_cells")


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
