"""Births, sex, age, masks and the state table of people (domain.md section 5). Pure."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache

from vneid_field.core.text import mask_phone
from vneid_field.people.identity import Checked, check_citizen_id, check_phone, id_warnings
from vneid_field.people.kinds import ApplicationState, BirthPrecision, Sex

__all__ = [
    "EXITS",
    "NEXT_STATES",
    "STEP_BACK",
    "YOUNGEST",
    "ApplicationState",
    "BirthPrecision",
    "Checked",
    "Sex",
    "age_on",
    "check_citizen_id",
    "check_phone",
    "id_warnings",
    "is_of_age",
    "mask",
    "mask_citizen_id",
    "mask_phone",
    "next_states",
    "parse_birth",
    "parse_date",
    "parse_sex",
    "phone_error",
    "step_back",
]

S = ApplicationState
# The literal table of our own actions; an import may set any state.
NEXT_STATES: Mapping[ApplicationState, frozenset[ApplicationState]] = {
    S.NOT_COLLECTED: frozenset({S.INVITED, S.INELIGIBLE, S.MOVED_OUT, S.DECEASED}),
    S.INVITED: frozenset({S.COLLECTED, S.INELIGIBLE, S.MOVED_OUT, S.DECEASED}),
    S.COLLECTED: frozenset({S.TRANSMITTED, S.INELIGIBLE, S.MOVED_OUT, S.DECEASED}),
    S.TRANSMITTED: frozenset({S.APPROVED, S.REJECTED, S.INELIGIBLE, S.MOVED_OUT, S.DECEASED}),
    S.REJECTED: frozenset({S.INVITED, S.INELIGIBLE, S.MOVED_OUT, S.DECEASED}),
    S.APPROVED: frozenset({S.ACTIVATED, S.INELIGIBLE, S.MOVED_OUT, S.DECEASED}),
    S.ACTIVATED: frozenset({S.MOVED_OUT, S.DECEASED}),
    S.INELIGIBLE: frozenset(),
    S.MOVED_OUT: frozenset(),
    S.DECEASED: frozenset(),
}
# A correction goes back one step, by commune police, with a reason. From an exit the step back
# depends on where the person came from: the event that led there says it.
STEP_BACK: Mapping[ApplicationState, ApplicationState] = {
    S.INVITED: S.NOT_COLLECTED,
    S.COLLECTED: S.INVITED,
    S.TRANSMITTED: S.COLLECTED,
    S.APPROVED: S.TRANSMITTED,
    S.ACTIVATED: S.APPROVED,
    S.REJECTED: S.TRANSMITTED,
}
EXITS = (S.MOVED_OUT, S.DECEASED, S.INELIGIBLE)  # off the lists; a double goes as ineligible
YOUNGEST = 14  # years, on the campaign's last day
_DAY = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{4})(?:\s+0?0:00(?::00)?)?")
_MONTH = re.compile(r"(?:0{1,2}[/.\-])?(\d{1,2})[/.\-](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]0?0:00(?::00)?)?")
_YEAR = re.compile(r"(?:0{1,2}[/.\-]0{1,2}[/.\-])?(\d{4})(?:[.,]0+)?")
_EXCEL_START = date(1899, 12, 30)
_SERIALS = range(3_000, 60_000)  # 1908 … 2064; a smaller number is a year
_YEARS = range(1880, 2101)
_MALE = frozenset({"nam", "m", "male", "ông", "trai"})
_FEMALE = frozenset({"nữ", "nử", "nu", "f", "female", "bà", "gái"})


def next_states(state: ApplicationState) -> frozenset[ApplicationState]:
    """Return the states that our own action may lead to from `state`; empty at an exit."""
    return NEXT_STATES[state]


def step_back(
    state: ApplicationState, came_from: ApplicationState | None = None
) -> ApplicationState | None:
    """Return the state a correction leads back to, or None when there is no step back.

    `came_from`: where the newest event came from; it says the step back from an exit.
    """
    return came_from if state in EXITS else STEP_BACK.get(state)


def phone_error(raw: str) -> str | None:
    """Say what a number typed at a door lacks to receive an OTP; None when it is good."""
    checked = check_phone(raw)
    if checked.value is None:
        return "Số điện thoại không đúng. Ví dụ đúng: 0912 345 678."
    return checked.warnings[0] if checked.warnings else None


def mask_citizen_id(number: str | None) -> str:
    """Return "092099001234" as "092*****1234" (domain.md section 15); "" for None."""
    return f"{number[:3]}*****{number[-4:]}" if number else ""


def mask(number: str | None) -> str:
    """Return an id number or a phone, told apart by length, with its middle hidden."""
    return mask_citizen_id(number) if number and len(number) >= 12 else mask_phone(number)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


def parse_date(raw: object) -> date | None:
    """Return a civil day from what a sheet holds, or None.

    Day first (15/6/2023, 15.6.2023, 15-06-2023), ISO, a date cell, or an Excel serial number.
    A two-digit year is refused: 5/6/23 may be a birth in 1923.
    """
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _EXCEL_START + timedelta(days=int(raw)) if int(raw) in _SERIALS else None
    return _day_of(str(raw or "").strip())


@lru_cache(maxsize=65_536)  # a list repeats its days of approval, and births after a while
def _day_of(text: str) -> date | None:
    if found := _DAY.fullmatch(text):
        return _valid(int(found[4]), int(found[3]), int(found[1]))
    if found := _ISO.fullmatch(text):
        return _valid(int(found[1]), int(found[2]), int(found[3]))
    return None


def parse_birth(raw: object) -> tuple[date | None, BirthPrecision]:
    """Return a birth date and its precision; a year alone is its 1 January.

    Reads what `parse_date` reads, and "1968", 1968.0, "00/00/1968", "5/1968". Nothing readable
    is (None, UNKNOWN): the caller tells an empty cell from a wrong one.
    """
    if isinstance(raw, datetime | date):
        return parse_date(raw), BirthPrecision.DAY
    text = str(raw if raw is not None else "").strip()
    if len(text) == 10 and (day := parse_date(raw)):
        return day, BirthPrecision.DAY
    if (found := _YEAR.fullmatch(text)) and int(found[1]) in _YEARS:
        return date(int(found[1]), 1, 1), BirthPrecision.YEAR
    if isinstance(raw, str) and (found := _MONTH.fullmatch(text)):
        day = _valid(int(found[2]), int(found[1]), 1)
        return (day, BirthPrecision.MONTH) if day else (None, BirthPrecision.UNKNOWN)
    day = parse_date(raw)
    return (day, BirthPrecision.DAY) if day else (None, BirthPrecision.UNKNOWN)


def parse_sex(raw: object) -> Sex:
    """Return the sex from "Nam", "Nữ", "NU" …; unknown otherwise."""
    text = unicodedata.normalize("NFC", str(raw or "").strip().lower())
    if text in _MALE:
        return Sex.MALE
    return Sex.FEMALE if text in _FEMALE else Sex.UNKNOWN


def is_of_age(birth_on: date, precision: BirthPrecision, ends_on: date) -> bool:
    """Say whether a person is 14 on the campaign's end; a year or month alone counts for them."""
    if precision is BirthPrecision.YEAR:
        return ends_on.year - birth_on.year >= YOUNGEST
    if precision is BirthPrecision.MONTH:
        birth_on = birth_on.replace(day=1)
    years = age_on(birth_on, ends_on)
    return years is not None and years >= YOUNGEST


def age_on(birth_on: date | None, day: date) -> int | None:
    """Return the age in whole years on a day."""
    if birth_on is None:
        return None
    before = (day.month, day.day) < (birth_on.month, birth_on.day)
    return day.year - birth_on.year - before
