"""Citizen id numbers and phone numbers as lists and doors write them. Pure.

Circular 59/2021/TT-BCA, article 4: digits 1–3 are the province or country of birth registration,
digit 4 the sex and century, digits 5–6 the year of birth.
"""

import re
from datetime import date
from typing import NamedTuple

from vneid_field.people.kinds import Sex

_SEPARATORS = re.compile(r"[\s.\-()'’`\u200b\ufeff]")
_NUMBER_TAIL = re.compile(r"[.,]0$")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?e\+?\d+", re.IGNORECASE)
_CITIZEN_ID = re.compile(r"[0-9]{12}")
_MOBILE = re.compile(r"0[35789][0-9]{8}")
_LANDLINE = re.compile(r"02[0-9]{8,9}")
_OLD_MOBILE = re.compile(r"01[2689][0-9]{8}")
_COUNTRY = re.compile(r"(?:\+|00)?84(?=[0-9]{9,10}$)")
_SEVERAL = re.compile(r"[/,;\n]|\bhoặc\b|\s-\s|\s+và\s+")


class Checked(NamedTuple):
    """A cleaned value, or the sentence that says why there is none.

    `hint` is a value to offer instead (never taken by itself); `warnings` never reject.
    """

    value: str | None
    error: str | None = None
    warnings: tuple[str, ...] = ()
    hint: str | None = None


_NOTHING = Checked(None)


def _is_number(raw: object) -> bool:
    return isinstance(raw, int | float) and not isinstance(raw, bool)


def _digits_of(raw: object) -> str:
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)  # a spreadsheet keeps every number as a float
    text = str(raw if raw is not None else "").strip()
    return _SEPARATORS.sub("", _NUMBER_TAIL.sub("", text))


def check_citizen_id(raw: object) -> Checked:
    """Return 12 digits, or the reason and perhaps a hint.

    11 digits lost their leading 0: offered as a hint when typed as text, put back with a warning
    when the cell is a number, which cannot hold it. 9 digits are an old card. Any province is
    accepted: people were registered everywhere (domain.md section 5).
    """
    if isinstance(raw, str) and _CITIZEN_ID.fullmatch(raw):
        return Checked(raw)
    if isinstance(raw, str) and _SCIENTIFIC.fullmatch(raw.strip()):
        return Checked(
            None, "Số CCCD bị bảng tính làm tròn (dạng 9,2E+10), hãy định dạng cột là văn bản."
        )
    text = _digits_of(raw)
    if _CITIZEN_ID.fullmatch(text):
        return Checked(text)
    if not text:
        return Checked(None, "Thiếu số định danh/CCCD.")
    if not text.isascii() or not text.isdigit():
        return Checked(None, "Số CCCD có ký tự không phải chữ số.")
    if len(text) in (10, 11) and _is_number(raw):
        # Provinces 001 to 008 lose two zeros.
        return Checked(text.zfill(12), None, ("Đã thêm lại số 0 ở đầu số CCCD.",))
    if len(text) == 11:
        return Checked(
            None, "Số CCCD có 11 chữ số, có thể mất số 0 ở đầu. Hãy kiểm tra.", (), "0" + text
        )
    if len(text) == 9:
        return Checked(None, "Đây là số CMND cũ (9 chữ số), cần số định danh 12 chữ số.")
    return Checked(None, f"Số CCCD có {len(text)} chữ số, cần đủ 12.")


def id_warnings(citizen_id: str, birth_on: date | None, sex: Sex) -> tuple[str, ...]:
    """Return warnings where the number's own digits differ from the row (never a rejection)."""
    code = ord(citizen_id[3]) - 48
    found: tuple[str, ...] = ()
    if birth_on is not None:
        year = 1900 + code // 2 * 100 + int(citizen_id[4:6])
        if year != birth_on.year:
            found = ("Năm sinh không khớp với số CCCD.",)
    if sex is not Sex.UNKNOWN and (code % 2 == 1) != (sex is Sex.FEMALE):
        found = (*found, "Giới tính không khớp với số CCCD.")
    return found


def _plain_phone(raw: object) -> str:
    text = _COUNTRY.sub("0", _digits_of(raw))
    if text.startswith("00"):
        text = text[1:]  # "+84 0912…"
    # A number cell lost its leading 0.
    return "0" + text if len(text) == 9 and text[:1] in "35789" else text


def check_phone(raw: object) -> Checked:
    """Return a mobile number as 0xxxxxxxxx; a landline or an old 11-digit one with a warning.

    An empty cell is (None, no warning); something that is no phone number is dropped with a
    warning, never a rejection: the person is still to be visited. Of several the first mobile
    number is taken.
    """
    if raw is None or raw == "":
        return _NOTHING
    if isinstance(raw, str) and _MOBILE.fullmatch(raw):
        return Checked(raw)
    text = _plain_phone(raw)
    if _MOBILE.fullmatch(text):
        return Checked(text)
    if not text:
        return _NOTHING
    if _LANDLINE.fullmatch(text):
        return Checked(text, None, ("Số điện thoại bàn không nhận được mã OTP.",))
    if _OLD_MOBILE.fullmatch(text):
        return Checked(text, None, ("Số di động 11 số cũ không còn dùng, không nhận được OTP.",))
    parts = _SEVERAL.split(str(raw))
    if len(parts) > 1:
        for part in parts:
            if _MOBILE.fullmatch(found := _plain_phone(part)):
                return Checked(found, None, ("Có nhiều số điện thoại, đã lấy số đầu tiên.",))
    return Checked(None, None, ("Số điện thoại không đúng, đã bỏ qua.",))
