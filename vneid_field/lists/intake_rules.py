"""Reading one row of a list into clean values, or the reasons why not. Pure and fast.

`read_row` runs 450.000 times for the city's list: it looks values up by index and does nothing
that only new or changed people need (search keys, address keys).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from vneid_field.core.text import nfc, search_key
from vneid_field.lists.columns import Column, Header, is_numbering, title_key
from vneid_field.lists.hamlets import hamlet_in_address, hamlet_key
from vneid_field.lists.kinds import ImportKind
from vneid_field.people.identity import check_citizen_id, check_phone, id_warnings
from vneid_field.people.kinds import BirthPrecision, Sex
from vneid_field.people.rules import is_of_age, parse_birth, parse_date, parse_sex

NAME_LENGTH, ADDRESS_LENGTH, NOTE_LENGTH = 120, 200, 300
_OLDEST = date(1900, 1, 1)
# Letters of the TCVN3 and VNI fonts: the text was written for a font, not in Unicode.
_OLD_FONT = re.compile(r"[¨©ª«¬®¸µ¶·¹»¾¼½¡¢£¤¥¦§]|[a-zA-Z][ÑØÙÏÎÛÖÕ][a-z]")
_WRONG_NAME = re.compile(r"[0-9@#$%^&*_=+<>/\\|~]")
_FOOTER = re.compile(
    r"^(?:tong(?: cong| so)?\b|cong\b(?!.*\d{9})|danh sach (?:nay )?(?:co|gom)\b|"
    r"nguoi (?:lap|ky|kiem)|noi nhan|xac nhan|truong cong an|thu truong|t/m|tm\.|kt\.|ky ten|"
    r"\(ky|ghi chu:|.{0,40}\bngay\s.{0,12}\bthang\s.{0,12}\bnam\b)"
)
_TICKS = frozenset({"x", "1", "v", "✓", "true", "có"})


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the upload says of all its rows.

    `as_of_on` is the list's day, `ends_on` the campaign's last day (age), `commune_key` the
    search key of the commune's bare name when all rows must be of one commune. With
    `has_lost_zeros` (a choice on the preview) 11-digit numbers get their leading 0 back.
    """

    as_of_on: date
    ends_on: date
    commune_key: str = ""
    has_lost_zeros: bool = False


class CitizenRow(NamedTuple):
    """The clean values of one row; "" or None where the list is silent."""

    citizen_id: str
    full_name: str
    birth_on: date | None
    birth_precision: BirthPrecision
    sex: Sex
    phone: str | None
    address_line: str
    hamlet_text: str
    head_name: str
    approved_on: date | None
    note: str
    reason: str = ""  # why the application was rejected


class RowResult(NamedTuple):
    """Values, or None with errors; warnings come with both."""

    values: CitizenRow | None
    errors: tuple[str, ...]
    warnings: tuple[str, ...]


class DataRow(NamedTuple):
    """A row to read: its number in the file (from 1), cells, the section title above it."""

    number: int
    cells: Sequence[object]
    section: str


def _is_blank(cell: object) -> bool:
    return cell is None or cell == "" or (isinstance(cell, str) and not cell.strip())


def _cell(cells: Sequence[object], index: int | None) -> object:
    if index is None or index >= len(cells):
        return None
    return cells[index]


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return nfc(cell) if cell else ""
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        # "1/2" typed as a house number became 1 February in the spreadsheet.
        return f"{cell.day}/{cell.month}"
    return str(cell)


def data_rows(rows: Iterable[Sequence[object]], header: Header) -> Iterator[DataRow]:
    """Yield the rows below a header that speak of a person.

    Blank rows, the numbering row, titles repeated on a new page, hamlet headings between rows
    (they become `section`) and the total and signature rows at the bottom are left out. A row
    without an id number above the bottom is yielded: it is to be rejected with a reason.
    """
    id_index = header.mapping.get(Column.CITIZEN_ID)
    section, is_below = "", False
    for index, cells in enumerate(rows):
        if index < header.data_index:
            continue
        number = _cell(cells, id_index)
        if isinstance(number, str) and len(number) >= 9 and number[-1].isdigit():
            yield DataRow(index + 1, cells, section)  # the usual row, first for speed
            continue
        filled = [cell for cell in cells if not _is_blank(cell)]
        if not filled or (index - header.data_index < 2 and is_numbering(cells)):
            continue
        has_number = not _is_blank(number)
        if _is_footer(filled, number) or (is_below and not has_number):
            is_below = True
        elif _is_title(number, header, id_index):
            continue
        elif len(filled) <= 2 and not has_number and (heading := _heading(filled)):
            section = heading
        else:
            yield DataRow(index + 1, cells, section)


def _is_footer(filled: Sequence[object], number: object) -> bool:
    if len(_text(number)) >= 9 and _text(number)[-1].isdigit():
        return False
    texts = [search_key(cell) for cell in filled if isinstance(cell, str)]
    return any(_FOOTER.match(text) for text in texts[:2])


def _is_title(cell: object, header: Header, index: int | None) -> bool:
    if not isinstance(cell, str) or index is None or any(map(str.isdigit, cell)):
        return False
    if index >= len(header.titles):  # a column chosen by hand, right of the titles
        return False
    return bool(cell.strip()) and title_key(cell) == title_key(header.titles[index])


def _heading(filled: Sequence[object]) -> str:
    """Return the hamlet a heading row names ("II. KHU VỰC 2" → "KHU VỰC 2"), or ""."""
    for cell in filled:
        text = re.sub(r"^\s*(?:[IVX]+|\d{1,2}|[A-Z])[.\-)/:]\s*", "", _text(cell))
        if not any(map(str.isalpha, text)):
            continue  # the ordinal of a row without an id number is no "Khu vực 3"
        if hamlet_key(text).startswith(("khu vuc ", "ap ", "khom ", "khu pho ", "to ")):
            return text
    return ""


def _read_name(cells: Sequence[object], mapping: Mapping[Column, int]) -> str:
    if (index := mapping.get(Column.FULL_NAME)) is not None:
        name = _text(_cell(cells, index))
    else:
        family = _text(_cell(cells, mapping.get(Column.FAMILY_NAME)))
        given = _text(_cell(cells, mapping.get(Column.GIVEN_NAME)))
        name = f"{family} {given}".strip()
    if name.islower():
        return name.title()
    # "NGUYỄN THỊ Lựu": a word in capitals is an office's habit; a single letter ("Ý") a name.
    return " ".join(w.title() if len(w) > 1 and w.isupper() else w for w in name.split())


def _check_name(name: str, errors: list[str], warnings: list[str]) -> None:
    if not name:
        errors.append("Thiếu họ tên.")
    elif _OLD_FONT.search(name):
        errors.append("Họ tên viết bằng phông chữ cũ (TCVN3/VNI), cần chuyển sang Unicode.")
    elif _WRONG_NAME.search(name):
        errors.append("Họ tên có chữ số hoặc ký hiệu lạ.")
    elif len(name) > NAME_LENGTH:
        errors.append(f"Họ tên dài hơn {NAME_LENGTH} ký tự.")
    elif " " not in name:
        warnings.append("Họ tên chỉ có một chữ.")


def _read_id(raw: object, defaults: Defaults, errors: list[str], warnings: list[str]) -> str:
    checked = check_citizen_id(raw)
    if checked.value is None and checked.hint and defaults.has_lost_zeros:
        warnings.append("Đã thêm lại số 0 ở đầu số CCCD.")
        return checked.hint
    if checked.warnings:
        warnings.extend(checked.warnings)
    if checked.error:
        errors.append(checked.error)
    return checked.value or ""


def _read_birth_and_sex(
    cells: Sequence[object], mapping: Mapping[Column, int], errors: list[str]
) -> tuple[date | None, BirthPrecision, Sex]:
    sex = Sex.UNKNOWN
    raw = _cell(cells, mapping.get(Column.BIRTH))
    if (index := mapping.get(Column.SEX)) is not None:
        sex = parse_sex(_cell(cells, index))
    elif Column.MALE in mapping:
        for column, found in ((Column.MALE, Sex.MALE), (Column.FEMALE, Sex.FEMALE)):
            cell = _cell(cells, mapping.get(column))
            if _is_blank(cell):
                continue
            sex = found
            if str(cell).strip().lower() not in _TICKS and not isinstance(cell, bool):
                raw = cell  # the birth date itself stands under "Nam" or "Nữ"
    if _is_blank(raw):
        return None, BirthPrecision.UNKNOWN, sex
    birth_on, precision = parse_birth(raw)
    if birth_on is None:
        errors.append("Ngày sinh không đọc được, cần dạng ngày/tháng/năm đủ 4 chữ số năm.")
    return birth_on, precision, sex


def _check_birth(
    birth_on: date, precision: BirthPrecision, defaults: Defaults, errors: list[str]
) -> None:
    if birth_on > defaults.as_of_on or birth_on < _OLDEST:
        errors.append("Ngày sinh không hợp lý.")
    elif not is_of_age(birth_on, precision, defaults.ends_on):
        errors.append("Chưa đủ 14 tuổi khi chiến dịch kết thúc.")


def _read_approved(
    raw: object, kind: ImportKind, defaults: Defaults, warnings: list[str]
) -> date | None:
    if kind in (ImportKind.NOT_COLLECTED, ImportKind.REJECTED) or _is_blank(raw):
        return None
    approved_on = parse_date(raw if not isinstance(raw, str) else raw.strip()[:10])
    if approved_on is None:
        warnings.append("Ngày phê duyệt không đọc được, đã bỏ qua.")
    elif approved_on > defaults.as_of_on:
        warnings.append("Ngày phê duyệt sau ngày của danh sách, đã bỏ qua.")
        return None
    return approved_on


def _read_reason(raw: object, kind: ImportKind, warnings: list[str]) -> str:
    if kind is not ImportKind.REJECTED:
        return ""
    reason = _shortened(_text(raw), NOTE_LENGTH, "Lý do từ chối", warnings)
    if not reason:
        warnings.append("Không ghi lý do từ chối.")
    return reason


def _check_commune(raw: object, defaults: Defaults, errors: list[str]) -> None:
    text = search_key(_text(raw))
    if not text or text.replace(".", "").isdigit():
        return  # a code: codes are compared where units are known
    bare = re.sub(r"^(?:p|phuong|x|xa|tt|thi tran)(?:\.\s*|\s+)", "", text)
    if bare != defaults.commune_key:
        errors.append("Người này thuộc phường/xã khác với đơn vị đã chọn.")


def _shortened(text: str, length: int, what: str, warnings: list[str]) -> str:
    if len(text) > length:
        warnings.append(f"{what} dài hơn {length} ký tự, đã cắt bớt.")
        return text[:length]
    return text


def _read_place(
    cells: Sequence[object], mapping: Mapping[Column, int], section: str, warnings: list[str]
) -> tuple[str, str]:
    address = _text(_cell(cells, mapping.get(Column.ADDRESS)))
    address = _shortened(address, ADDRESS_LENGTH, "Địa chỉ", warnings)
    hamlet = _text(_cell(cells, mapping.get(Column.HAMLET))) or section
    hamlet = hamlet or (hamlet_in_address(address) if address else "")
    return address, hamlet[:NAME_LENGTH]


def read_row(
    cells: Sequence[object],
    mapping: Mapping[Column, int],
    *,
    kind: ImportKind,
    defaults: Defaults,
    section: str = "",
) -> RowResult:
    """Read one row: clean values, or None with all the reasons.

    Id number and name are required, a birth date must be readable when given and make the person
    14 by the campaign's end; the rest only warns. `section` is the hamlet heading above the row.
    """
    errors: list[str] = []
    warnings: list[str] = []
    at = mapping.get
    citizen_id = _read_id(_cell(cells, at(Column.CITIZEN_ID)), defaults, errors, warnings)
    name = _read_name(cells, mapping)
    _check_name(name, errors, warnings)
    birth_on, precision, sex = _read_birth_and_sex(cells, mapping, errors)
    if birth_on is not None:
        _check_birth(birth_on, precision, defaults, errors)
    if defaults.commune_key:
        _check_commune(_cell(cells, at(Column.COMMUNE)), defaults, errors)
    if errors:
        return RowResult(None, tuple(errors), tuple(warnings))
    warnings.extend(id_warnings(citizen_id, birth_on, sex))
    phone = check_phone(_cell(cells, at(Column.PHONE)))
    warnings.extend(phone.warnings)
    address, hamlet = _read_place(cells, mapping, section, warnings)
    head = _text(_cell(cells, at(Column.HEAD_NAME)))[:NAME_LENGTH]
    approved_on = _read_approved(_cell(cells, at(Column.APPROVED_ON)), kind, defaults, warnings)
    note = _shortened(_text(_cell(cells, at(Column.NOTE))), NOTE_LENGTH, "Ghi chú", warnings)
    person = (citizen_id, name, birth_on, precision, sex, phone.value)
    reason = _read_reason(_cell(cells, at(Column.REASON)), kind, warnings)
    values = CitizenRow(*person, address, hamlet, head, approved_on, note, reason)
    return RowResult(values, (), tuple(warnings))
