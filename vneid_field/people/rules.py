"""What a citizen's fields must be (domain.md section 5). Pure; messages are what people read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from vneid_field.people.kinds import ApplicationState, BirthPrecision, Sex

S = ApplicationState
# The literal table of our own actions; an import may set any state.
NEXT_STATES: Mapping[ApplicationState, frozenset[ApplicationState]] = {
    S.NOT_COLLECTED: frozenset({S.INVITED, S.INELIGIBLE, S.MOVED_OUT, S.DECEASED}),
    S.INVITED: frozenset({S.COLLECTED, S.INELIGIBLE, S.MOVED_OUT, S.DECEASED}),
    S.COLLECTED: frozenset({S.TRANSMITTED, S.MOVED_OUT, S.DECEASED}),
    S.TRANSMITTED: frozenset({S.APPROVED, S.REJECTED, S.MOVED_OUT, S.DECEASED}),
    S.REJECTED: frozenset({S.INVITED, S.INELIGIBLE, S.MOVED_OUT, S.DECEASED}),
    S.APPROVED: frozenset({S.ACTIVATED, S.MOVED_OUT, S.DECEASED}),
    S.ACTIVATED: frozenset(),
    S.INELIGIBLE: frozenset(),
    S.MOVED_OUT: frozenset(),
    S.DECEASED: frozenset(),
}
# A correction goes back one step, by commune police, with a reason.
STEP_BACK: Mapping[ApplicationState, ApplicationState] = {
    S.INVITED: S.NOT_COLLECTED,
    S.COLLECTED: S.INVITED,
    S.TRANSMITTED: S.COLLECTED,
    S.APPROVED: S.TRANSMITTED,
    S.ACTIVATED: S.APPROVED,
    S.REJECTED: S.TRANSMITTED,
}
YOUNGEST = 14  # years, on the campaign's last day
_DIGITS = re.compile(r"[\s.\-]")
_DATE = re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?:\s+00:00(?::00)?)?$")
_MONTH = re.compile(r"^(\d{1,2})[/.\-](\d{4})$")
_ISO = re.compile(r"^(\d{4})-(\d{2})-(\d{2})")
_YEAR = re.compile(r"^(\d{4})(?:\.0)?$")
_EXCEL_START = date(1899, 12, 30)


@dataclass(frozen=True)
class Checked:
    """A cleaned value, or the sentence that says why there is none; warnings never reject."""

    value: str | None
    error: str | None = None
    warnings: tuple[str, ...] = ()


def _digits_of(raw: object) -> str:
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)  # a spreadsheet stored the number as a number
    text = _DIGITS.sub("", str(raw if raw is not None else "").strip().lstrip("'’"))
    return text[:-2] if text.endswith(",0") else text


def check_citizen_id(raw: object) -> Checked:
    """Return 12 digits or the reason: 11 digits lost their leading 0, 9 are an old card."""
    text = _digits_of(raw)
    if re.fullmatch(r"[0-9]{12}", text):
        return Checked(text)
    if not text:
        return Checked(None, "Thiếu số định danh/CCCD.")
    if re.fullmatch(r"[0-9]{11}", text) and not isinstance(raw, str):
        # A number cell cannot hold a leading 0: Excel dropped it.
        return Checked("0" + text, None, ("Đã thêm lại số 0 ở đầu số CCCD.",))
    if re.fullmatch(r"[0-9]{11}", text):
        return Checked(None, f"Số CCCD có 11 chữ số, có thể mất số 0 ở đầu: 0{mask(text)}?")
    if re.fullmatch(r"[0-9]{9}", text):
        return Checked(None, "Đây là số CMND cũ (9 chữ số), cần số CCCD gắn chip 12 chữ số.")
    if not re.fullmatch(r"[0-9]+", text):
        return Checked(None, "Số CCCD có ký tự không phải chữ số.")
    return Checked(None, f"Số CCCD có {len(text)} chữ số, cần đủ 12.")


def id_warnings(citizen_id: str, birth_on: date | None, sex: Sex) -> tuple[str, ...]:
    """Return warnings where the number's own digits differ from the row (never a rejection)."""
    code, year = int(citizen_id[3]), int(citizen_id[4:6])
    found = []
    if birth_on is not None:
        wanted = (birth_on.year // 100 - 19) * 2
        if code // 2 * 2 != wanted or year != birth_on.year % 100:
            found.append("Năm sinh không khớp với số CCCD.")
    if sex is not Sex.UNKNOWN and (code % 2 == 1) != (sex is Sex.FEMALE):
        found.append("Giới tính không khớp với số CCCD.")
    return tuple(found)


def check_phone(raw: object) -> Checked:
    """Return a mobile number as 0xxxxxxxxx; a landline or 11 digits are kept with a warning."""
    text = _digits_of(raw).replace("(", "").replace(")", "")
    if not text:
        return Checked(None)
    text = re.sub(r"^(\+84|0084|84(?=\d{9}$))", "0", text)
    if re.fullmatch(r"[35789][0-9]{8}", text):
        text = "0" + text
    if re.fullmatch(r"0[35789][0-9]{8}", text):
        return Checked(text)
    if re.fullmatch(r"02[0-9]{8,9}", text):
        return Checked(text, None, ("Số điện thoại bàn không nhận được mã OTP.",))
    if re.fullmatch(r"01[0-9]{9}", text):
        return Checked(text, None, ("Số di động 11 số đã đổi đầu số, không nhận được mã OTP.",))
    return Checked(None, None, ("Số điện thoại không đúng, đã bỏ qua.",))


def phone_error(raw: str) -> str | None:
    """Say what a number typed at a door lacks to receive an OTP; None when it is good."""
    checked = check_phone(raw)
    if checked.value is None:
        return "Số điện thoại không đúng. Ví dụ đúng: 0912 345 678."
    return checked.warnings[0] if checked.warnings else None


def mask(number: str | None) -> str:
    """Return an id number or a phone with its middle hidden: 092*****1234, 091****678."""
    if not number:
        return ""
    if len(number) >= 12:
        return number[:3] + "*****" + number[-4:]
    return number[:3] + "****" + number[-3:]


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def parse_date(raw: object) -> date | None:
    """Return a civil day from what a spreadsheet holds (day first), or None."""
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, int | float) and not isinstance(raw, bool) and 3000 < raw < 60000:
        return _EXCEL_START + timedelta(days=int(raw))
    text = str(raw or "").strip()
    if found := _DATE.match(text):
        return _valid(int(found[3]), int(found[2]), int(found[1]))
    if found := _ISO.match(text):
        return _valid(int(found[1]), int(found[2]), int(found[3]))
    return None


def parse_birth(raw: object) -> tuple[date | None, BirthPrecision]:
    """Return a birth date and its precision; some people have only a year (its 1 January)."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None, BirthPrecision.UNKNOWN
    is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
    text = str(int(raw)) if is_number else str(raw).strip()  # type: ignore[call-overload]
    if (found := _YEAR.match(text)) and 1880 <= int(found[1]) <= 2100:
        return date(int(found[1]), 1, 1), BirthPrecision.YEAR
    if found := _MONTH.match(text):
        day = _valid(int(found[2]), int(found[1]), 1)
        return (day, BirthPrecision.MONTH) if day else (None, BirthPrecision.UNKNOWN)
    day = parse_date(raw)
    return (day, BirthPrecision.DAY) if day else (None, BirthPrecision.UNKNOWN)


def parse_sex(raw: object) -> Sex:
    """Return the sex from "Nam", "Nữ", "x" variants; unknown otherwise."""
    text = str(raw or "").strip().lower()
    if text in {"nam", "m", "male", "1"}:
        return Sex.MALE
    if text in {"nữ", "nu", "nử", "f", "female", "0"}:
        return Sex.FEMALE
    return Sex.UNKNOWN


def is_of_age(birth_on: date, precision: BirthPrecision, ends_on: date) -> bool:
    """Say whether a person is 14 on the campaign's end; a year alone counts in their favour."""
    if precision is BirthPrecision.YEAR:
        return ends_on.year - birth_on.year >= YOUNGEST
    years = ends_on.year - birth_on.year
    return years - ((ends_on.month, ends_on.day) < (birth_on.month, birth_on.day)) >= YOUNGEST


def age_on(birth_on: date | None, day: date) -> int | None:
    """Return the age in whole years."""
    if birth_on is None:
        return None
    before = (day.month, day.day) < (birth_on.month, birth_on.day)
    return day.year - birth_on.year - before
