"""Finding the header of a list under its title rows, with the header variants in use. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

from vneid_field.core.errors import DomainError
from vneid_field.core.text import nfc, search_key


class Column(StrEnum):
    """What a column of a list may hold; the values are stored in an import's mapping."""

    ORDINAL = "ordinal"
    FULL_NAME = "full_name"
    FAMILY_NAME = "family_name"  # "Họ và chữ đệm", with the given name in its own column
    GIVEN_NAME = "given_name"
    CITIZEN_ID = "citizen_id"
    BIRTH = "birth"
    SEX = "sex"
    MALE = "male"  # a birth year or an x under "Nam"
    FEMALE = "female"
    PHONE = "phone"
    ADDRESS = "address"
    HAMLET = "hamlet"
    COMMUNE = "commune"
    DISTRICT = "district"
    APPROVED_ON = "approved_on"
    HEAD_NAME = "head_name"
    NOTE = "note"
    REASON = "reason"  # why the application was rejected


# Search keys of headers, best first: of two columns for one meaning the better variant wins.
_VARIANTS: Mapping[Column, tuple[str, ...]] = {
    Column.ORDINAL: ("stt", "tt", "so tt", "so thu tu", "thu tu"),
    Column.FULL_NAME: (
        "ho va ten",
        "ho ten",
        "ho va ten cong dan",
        "ho ten cong dan",
        "ho chu dem va ten",
        "ho chu dem va ten khai sinh",
        "ho va ten khai sinh",
        "ten cong dan",
        "cong dan",
        "full name",
    ),
    Column.FAMILY_NAME: ("ho va chu dem", "ho va ten dem", "ho chu dem", "ho lot", "ho dem", "ho"),
    Column.GIVEN_NAME: ("ten", "ten goi"),
    Column.CITIZEN_ID: (
        "so cccd",
        "cccd",
        "so dinh danh ca nhan",
        "so ddcn",
        "ddcn",
        "so dinh danh",
        "ma dinh danh",
        "ma dinh danh ca nhan",
        "so dinh danh cccd",
        "so dinh danh ca nhan cccd",
        "so cccd so dinh danh ca nhan",
        "so cccd dinh danh ca nhan",
        "so ddcn cccd",
        "so the cccd",
        "so can cuoc",
        "so can cuoc cong dan",
        "can cuoc cong dan",
        "cmnd cccd",
        "so cmnd cccd",
        "cccd cmnd",
        "so cccd cmnd",
        "so cccd gan chip",
        "so giay to",
        "cmnd",
        "so cmnd",
    ),
    Column.BIRTH: (
        "ngay sinh",
        "ngay thang nam sinh",
        "ngay thang nam sinh duong lich",
        "ntns",
        "sinh ngay",
        "nam sinh",
        "ngay nam sinh",
    ),
    Column.SEX: ("gioi tinh", "phai", "nam nu", "gioi tinh nam nu", "gt"),
    Column.MALE: ("nam sinh nam", "gioi tinh nam", "ngay sinh nam", "nam"),
    Column.FEMALE: ("nam sinh nu", "gioi tinh nu", "ngay sinh nu", "nu"),
    Column.PHONE: (
        "so dien thoai",
        "sdt",
        "dien thoai",
        "dtdd",
        "so dtdd",
        "dien thoai di dong",
        "so dien thoai di dong",
        "so dien thoai dang ky",
        "so dt",
        "so di dong",
        "dt",
        "phone",
    ),
    Column.ADDRESS: (
        "noi o hien tai",
        "noi o hien nay",
        "cho o hien nay",
        "dia chi hien tai",
        "dia chi noi o hien tai",
        "noi cu tru",
        "dia chi cu tru",
        "dia chi",
        "dia chi lien he",
        "noi o",
        "noi tam tru",
        "tam tru",
        "so nha duong",
        "so nha",
        "thuong tru",
        "noi thuong tru",
        "dia chi thuong tru",
        "noi dang ky thuong tru",
        "hktt",
        "ho khau thuong tru",
    ),
    Column.HAMLET: (
        "khu vuc",
        "ap",
        "khu vuc ap",
        "ap khu vuc",
        "kv",
        "kv ap",
        "ap kv",
        "ten ap",
        "khu vuc dan cu",
        "thon ap khu vuc",
        "thon to dan pho",
        "khu pho",
        "khom",
        "to dan pho",
        "to",
    ),
    Column.COMMUNE: (
        "phuong xa",
        "xa phuong",
        "xa phuong thi tran",
        "phuong xa thi tran",
        "ma xa",
        "phuong",
        "xa",
    ),
    Column.DISTRICT: ("quan huyen", "huyen quan", "quan", "huyen", "ma huyen"),
    Column.APPROVED_ON: (
        "ngay phe duyet",
        "ngay duyet",
        "ngay phe duyet ho so",
        "ngay duyet ho so",
        "thoi gian phe duyet",
        "thoi gian duyet",
        "ngay co thong bao",
    ),
    Column.HEAD_NAME: ("chu ho", "ho ten chu ho", "ho va ten chu ho", "ten chu ho"),
    Column.NOTE: ("ghi chu", "ghi chu khac", "noi dung ghi chu"),
    Column.REASON: (
        "ly do tu choi",
        "ly do khong duyet",
        "ly do khong phe duyet",
        "ly do khong duoc phe duyet",
        "ly do bi tu choi",
        "ly do tu choi phe duyet",
        "ly do tu choi ho so",
        "noi dung tu choi",
        "ly do tra lai",
        "ly do tra ho so",
        "ly do loi",
        "ly do",
    ),
}
_RANKS = {
    variant: (column, rank)
    for column, variants in _VARIANTS.items()
    for rank, variant in enumerate(variants)
}
_TITLES = {
    "name": "Họ và tên",
    Column.CITIZEN_ID: "Số CCCD/số định danh",
}
_SPLIT = re.compile(r"[^a-z0-9]+")
_BRACKETS = re.compile(r"\([^)]*\)|\*")
_NUMBERING = re.compile(r"\(?(?:\d{1,2}|[a-z])\)?(?:\s*=.*)?", re.IGNORECASE)
SEARCHED_ROWS = 40


class NoHeader(DomainError):
    """No row looks like the header of a list of people."""

    code = "no_header"


@dataclass(frozen=True)
class Header:
    """Where the header is and what its columns mean. Indexes count from 0.

    `height` is 1 or 2; data starts at `data_index`. `unmapped` are titles without a meaning, by
    column index; `missing_required` are Vietnamese titles.
    """

    row_index: int
    height: int
    mapping: Mapping[Column, int]
    titles: tuple[str, ...]
    unmapped: Mapping[int, str]
    missing_required: tuple[str, ...]

    @property
    def data_index(self) -> int:
        """Index of the first row below the header."""
        return self.row_index + self.height


def title_key(title: object) -> str:
    """Return the comparable form of a header: "Số CCCD (12 số) *" as "so cccd"."""
    if not isinstance(title, str):
        return ""
    return _title_key(title)


@lru_cache(maxsize=4096)
def _title_key(title: str) -> str:
    plain = _SPLIT.sub(" ", _BRACKETS.sub(" ", search_key(title))).strip()
    return plain or _SPLIT.sub(" ", search_key(title)).strip()


def match_title(title: object) -> tuple[Column, int] | None:
    """Return the column a header names and the rank of the variant (0 is best), or None."""
    return _RANKS.get(title_key(title))


def missing_required(mapping: Mapping[Column, int]) -> tuple[str, ...]:
    """Return the titles a list cannot do without that a mapping lacks: the name, the number."""
    missing = []
    if Column.FULL_NAME not in mapping and not (
        Column.FAMILY_NAME in mapping and Column.GIVEN_NAME in mapping
    ):
        missing.append(_TITLES["name"])
    if Column.CITIZEN_ID not in mapping:
        missing.append(_TITLES[Column.CITIZEN_ID])
    return tuple(missing)


def _mapping_of(titles: Sequence[Sequence[str]]) -> dict[Column, int]:
    """Map columns; `titles` holds, per column, the readings to try, the best first."""
    best: dict[Column, tuple[int, int]] = {}
    for index, readings in enumerate(titles):
        for reading in readings:
            if (found := match_title(reading)) is None:
                continue
            column, rank = found
            if column not in best or rank < best[column][0]:
                best[column] = (rank, index)
            break
    mapping = {column: index for column, (_rank, index) in best.items()}
    if Column.MALE in mapping and Column.FEMALE in mapping:
        if mapping.get(Column.BIRTH) in (mapping[Column.MALE], mapping[Column.FEMALE]):
            del mapping[Column.BIRTH]
    else:
        for column in (Column.MALE, Column.FEMALE):
            mapping.pop(column, None)
    return mapping


def _text(cell: object) -> str:
    return nfc(cell) if isinstance(cell, str) else ""


def _filled(row: Sequence[object]) -> list[str]:
    """Titles of a row, a merged title repeated over the empty cells right of it."""
    shown, last = [], ""
    for cell in row:
        last = _text(cell) or last
        shown.append(last)
    return shown


def _two_rows(top: Sequence[object], bottom: Sequence[object]) -> list[list[str]]:
    width = max(len(top), len(bottom))
    upper = [*top, *[""] * (width - len(top))]
    filled = _filled(upper)
    readings = []
    for index in range(width):
        low = _text(bottom[index]) if index < len(bottom) else ""
        if low:
            readings.append([f"{filled[index]} {low}", low])
        else:
            readings.append([_text(upper[index])])
    return readings


def is_numbering(row: Sequence[object]) -> bool:
    """Say whether a row only numbers the columns: (1) (2) (3), A B 1 2."""
    cells = [cell for cell in row if cell not in (None, "")]
    numbers = [cell for cell in cells if isinstance(cell, int | float)]
    return (
        len(cells) >= 3
        and len(set(map(str, cells))) == len(cells)
        and all(0 < number < 100 for number in numbers)
        and all(
            isinstance(cell, int | float) or bool(_NUMBERING.fullmatch(str(cell).strip()))
            for cell in cells
        )
    )


def _holds_data(row: Sequence[object]) -> bool:
    return any(
        isinstance(cell, int | float | date | datetime)
        or (isinstance(cell, str) and sum(map(str.isdigit, cell)) >= 4)
        for cell in row
    )


def _score(mapping: Mapping[Column, int]) -> int:
    """Rate a header: its columns, or 0 when it is none (one title alone is a coincidence)."""
    known = set(mapping) - {Column.ORDINAL, Column.NOTE}
    anchors = {Column.FULL_NAME, Column.GIVEN_NAME, Column.CITIZEN_ID}
    return len(mapping) if len(known) >= 2 and known & anchors else 0


def _split_name(mapping: dict[Column, int], titles: Sequence[str], below: Sequence) -> None:
    """A merged "Họ và tên" over two columns: the given name stands in the untitled second one."""
    index = mapping.get(Column.FULL_NAME)
    if index is None or index + 1 >= len(titles) or titles[index + 1]:
        return
    rows = [row for row in below if index + 1 < len(row) and _text(row[index])]
    given = [row for row in rows if _text(row[index + 1])]
    if rows and len(given) * 2 > len(rows):
        del mapping[Column.FULL_NAME]
        mapping[Column.FAMILY_NAME] = index
        mapping[Column.GIVEN_NAME] = index + 1


def detect_header(rows: Iterable[Sequence[object]]) -> Header:
    """Find the header among the first rows of a sheet and map its columns.

    Title rows above, a header of two rows with merged cells and a numbering row below it are
    expected. Raises NoHeader when no row names at least a name or a number and another column.
    """
    first = [list(row) for row, _n in zip(rows, range(SEARCHED_ROWS), strict=False)]
    # Equal scores: one row before two, the upper before the lower.
    best: tuple[int, int, int, list[list[str]]] = (0, 0, 0, [])
    for index, row in enumerate(first):
        single = [[_text(cell)] for cell in row]
        score = _score(_mapping_of(single))
        if score > best[0] or (score and score == best[0] and best[2] == 2):
            best = (score, index, 1, single)
        if index + 1 < len(first) and not _holds_data(first[index + 1]):
            double = _two_rows(row, first[index + 1])
            if (score := _score(_mapping_of(double))) > best[0]:
                best = (score, index, 2, double)
    if not best[0]:
        raise NoHeader(
            "Không tìm thấy dòng tiêu đề có cột “Họ và tên” và “Số CCCD” trong "
            f"{SEARCHED_ROWS} dòng đầu. Hãy kiểm tra lại tệp."
        )
    _top, index, height, readings = best
    titles = tuple(reading[0] for reading in readings)
    mapping = _mapping_of(readings)
    _split_name(mapping, titles, first[index + height :])
    used = set(mapping.values())
    unmapped = {i: title for i, title in enumerate(titles) if title and i not in used}
    return Header(index, height, mapping, titles, unmapped, missing_required(mapping))
