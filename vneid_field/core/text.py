"""Vietnamese text: normal form, search and sort keys, numbers and dates as the plan writes them."""

import unicodedata
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PRIMARY = {letter: chr(64 + i) for i, letter in enumerate(_LETTERS)}
# Tone order of Vietnamese dictionaries: ngang, huyền, hỏi, ngã, sắc, nặng (domain.md section 14).
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_SHAPES = {"\u0306", "\u0302", "\u031b"}
# C0 and C1 controls and DEL: a paper cannot print them and PostgreSQL refuses NUL. Those that
# end a line or a field become the blank they stand for.
_CONTROLS = {code: None for code in (*range(0x20), *range(0x7F, 0xA0))} | dict.fromkeys(
    (*range(0x09, 0x0E), *range(0x1C, 0x20), 0x85), " "
)
# Nor what cannot be seen at all: a reason of such letters would be no reason.
_CONTROLS |= dict.fromkeys((0x200B, 0x2060, 0xFEFF))
# Composing takes the square of a run of marks; no language needs more (Unicode's "stream-safe").
_MOST_MARKS = 30
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


def nfc(text: str | None) -> str:
    """Return the text composed (NFC), trimmed, with runs of white space as one space.

    Control characters go. A text of several lines is cleaned line by line.
    """
    text = text or ""
    if not text.isprintable():
        text = text.translate(_CONTROLS)
    return " ".join(unicodedata.normalize("NFC", _without_mark_runs(text)).split())


def _without_mark_runs(text: str) -> str:
    if len(text) <= 2 * _MOST_MARKS or text.isascii():
        return text
    kept, run = [], 0
    for letter in text:
        run = run + 1 if unicodedata.combining(letter) else 0
        if run <= _MOST_MARKS:
            kept.append(letter)
    return "".join(kept)


def typed_text(text: str | None) -> str:
    """Return what somebody typed, as `nfc` does, without marks that turn the writing direction:
    they would spoil a printed line.
    """
    return "".join(letter for letter in nfc(text) if letter not in _DIRECTIONS)


def search_key(text: str | None) -> str:
    """Return lower-case text without marks, đ as d: "Thuý" and "Thúy" meet there."""
    return " ".join(filter(None, map(_plain_word, (text or "").lower().split())))


@lru_cache(maxsize=65_536)  # names and streets are made of few words
def _plain_word(word: str) -> str:
    plain = unicodedata.normalize("NFD", word.replace("đ", "d"))
    return "".join(c for c in plain if not unicodedata.combining(c)).translate(_CONTROLS)


def _split_letter(letter: str) -> tuple[str, str]:
    base, tone = "", "0"
    for part in unicodedata.normalize("NFD", letter):
        if part in _TONES:
            tone = _TONES[part]
        elif not unicodedata.combining(part) or part in _SHAPES:
            base += part
    return unicodedata.normalize("NFC", base), tone


def sort_key(text: str | None) -> str:
    """Return a key whose byte order is Vietnamese dictionary order, tones second.

    Stored beside the text so that SQLite and PostgreSQL agree (column collation "C").
    """
    words = [_word_key(word) for word in nfc(text).lower().split(" ")]
    return '"'.join(word[0] for word in words) + "!" + "".join(word[1] for word in words)


@lru_cache(maxsize=65_536)
def _word_key(word: str) -> tuple[str, str]:
    pairs = [_split_letter(letter) for letter in unicodedata.normalize("NFC", word)]
    return "".join(_PRIMARY.get(b, b) for b, _tone in pairs), "".join(t for _base, t in pairs)


def person_sort_key(full_name: str | None) -> str:
    """Return the sort key of a person: given name, then family name, then middle names.

    Each is decided with its tones before the next counts: every Anh comes before any Ánh.
    """
    words = nfc(full_name).split(" ")
    if len(words) < 2:
        return sort_key(full_name)
    parts = (words[-1], words[0], " ".join(words[1:-1]))
    return " ".join(map(sort_key, parts))


def vn_number(value: int | Decimal | float | None, digits: int = 0) -> str:
    """Return 1234567.5 as "1.234.567,5"; `digits` decimals, rounded half up; None as "–"."""
    if value is None:
        return "–"
    step = Decimal(1).scaleb(-digits)
    rounded = Decimal(str(value)).quantize(step, ROUND_HALF_UP)
    return f"{rounded:,f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def vn_percent(value: Decimal | float | int | None, digits: int = 1) -> str:
    """Return 51.187 as "51,2%"; None (no denominator) as "–"."""
    return "–" if value is None else vn_number(value, digits) + "%"


def vn_count2(value: int) -> str:
    """Return a count as papers write it: below 10 with a leading 0 ("06"), else grouped."""
    return f"{value:02d}" if 0 < value < 10 else vn_number(value)


def mask_phone(number: str | None) -> str:
    """Return "0912345678" as "091****678" (domain.md section 15); "" for None."""
    return f"{number[:3]}****{number[-3:]}" if number else ""


def _month(month: int) -> str:
    # Months 1 and 2 get a leading 0, 3 to 9 do not: nobody can turn 1 into 11 or 2 into 12.
    return f"{month:02d}" if month < 3 else str(month)


def vn_day(value: date | None) -> str:
    """Return a civil day as "05/7"."""
    return "" if value is None else f"{value.day:02d}/{_month(value.month)}"


def vn_date(value: date | None) -> str:
    """Return a civil day as "05/7/2023"."""
    return "" if value is None else f"{vn_day(value)}/{value.year}"


def vn_span(first: date, last: date) -> str:
    """Return a period as written in a line: "04/7/2023", "28/6–04/7/2023"."""
    return vn_date(last) if first == last else f"{vn_day(first)}–{vn_date(last)}"


def vn_date_prose(value: date) -> str:
    """Return a civil day as "ngày 05 tháng 7 năm 2023"."""
    return f"ngày {value.day:02d} tháng {_month(value.month)} năm {value.year}"


def vn_weekday(value: date) -> str:
    """Return "Thứ Tư" for a Wednesday."""
    return WEEKDAYS[value.weekday()]


def vn_time(value: time | datetime | None) -> str:
    """Return a local time as "17h00"; the caller converts instants to local time first."""
    return "" if value is None else f"{value.hour:02d}h{value.minute:02d}"


def vn_moment(at: datetime) -> str:
    """Return a local instant as "17h05 ngày 05/7/2023"."""
    return f"{vn_time(at)} ngày {vn_date(at.date())}"


def vn_duration(minutes: int) -> str:
    """Return 770 as "12 giờ 50", 19 as "19 phút", 4000 as "2 ngày 18 giờ", 1440 as "1 ngày"."""
    minutes = abs(minutes)
    if minutes < 60:
        return f"{minutes} phút"
    if minutes < 24 * 60:
        return f"{minutes // 60} giờ {minutes % 60:02d}"
    hours = minutes % 1440 // 60
    return f"{minutes // 1440} ngày {hours} giờ" if hours else f"{minutes // 1440} ngày"
