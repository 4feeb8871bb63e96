"""Address lines: grouping key of a household, walking order, alley. Pure.

Cần Thơ writes "2/115 Mậu Thân" (house 115 of alley 2), "Số 115, hẻm 2 Mậu Thân", "Hẻm 2", or
only "Tổ 5". The grouping key joins spellings of one door and never two doors: where a line may
mean two places it is kept apart, because a wrong merge hides a family from the team.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from vneid_field.core.text import nfc, search_key

_KEY_LENGTH = 200  # of household.address_key and household.walk_key
_ALLEY_LENGTH = 120
# "đường", "đ." and "số (nhà)" carry no information; cut while đ and the dots are still there.
# A numbered street ("đường 91B") keeps its word, else "5, đường 3" would read as two numbers.
_STREET_WORD = re.compile(r"\b(?:đường|duong|đg|đ|d(?=\.))\b\.?\s*(?=[^\d\s])")
_NUMBERED_STREET = re.compile(r"\b(?:đường|đg|đ|d(?=\.))\b\.?\s*(?=\d)")
_HOUSE_WORD = re.compile(r"\b(?:số\s+nhà|so\s+nha|nhà\s+số|nha\s+so|nhà(?=\s+\d)|số|so)\b\.?:?")
_ALLEY_WORD = re.compile(
    r"\b(?:hxh|hẻm\s+xe\s+hơi|hem\s+xe\s+hoi|hẻm|hẽm|hem|ngõ)\b\.?|\bh(?:\.\s*|\s*)(?=\d)"
)
# A tail that names the commune and above: the household's unit already says it.
_TAIL = re.compile(
    r"\s*[,;\-]?\s*(?:\b(?:phường|quận|thị trấn|thành phố|tỉnh)\s|"
    r"(?<=[\s,;])(?:p|q|tp|tt)\.\s*\w|"
    r"(?<=[,;])\s*(?:p|q|tp|phuong|quan|xã|huyện|khu vực|kv|k\.\s?vực|ấp|khóm)\b[\s.]*\w|"
    r"(?<=[,;])\s*(?:cần thơ|can tho|việt nam)\b).*$"
)
_SLASH = re.compile(r"\s*/\s*")
_TOKEN = re.compile(r"\d+[a-z]?(?![a-z])(?:/\d+[a-z]?(?![a-z]))*|\d+|[a-z]+")
_SPACED_LETTER = re.compile(r"^(\d+(?:/\d+)*) ([a-z])(?= (?!\d)|$)")
_HOUSE = re.compile(r"^(\d+[a-z]?(?:/\d+[a-z]?)*)(?:\s|$)")
_ALLEY = re.compile(r"\bhem (\d+[a-z]?(?:/\d+[a-z]?)*|[a-z]+\b)")
_GROUP = re.compile(r"\bto (\d+[a-z]?)\b")
_GROUP_FIRST = re.compile(r"^to \d+[a-z]? (?=\d)")  # "Tổ 5, 12 Mậu Thân"
# "Nhà không số", "chưa có số nhà": says that there is no number, and names no street. The grouping
# key keeps the words, so that households already stored are found again.
_WITHOUT_NUMBER = re.compile(
    r"(?:\bnhà\s+|\bnha\s+)?\b(?:không|chưa|khong|chua|ko)\s+(?:có\s+|co\s+)?(?:số|so)\b"
    r"(?:\s+(?:nhà|nha)\b)?(?!\s*\d)[\s,;.:-]*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+")
_SHOWN_HOUSE = re.compile(r"^\s*\d+[a-zA-Z]?(?:/\d+[a-zA-Z]?)*(?:\s[a-zA-Z](?=[\s,]))?\s*[,;]?\s*")
_SHOWN_GROUP = re.compile(r"\btổ\s*\d+\w?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HouseholdKey:
    """Two people belong together when their keys are equal."""

    unit_id: int
    address_key: str


def _without_tail(line: str) -> str:
    cut = _TAIL.sub("", line)
    return cut if cut.strip(" ,.;-") else line


@lru_cache(maxsize=4096)  # members of a household follow each other in a list
def address_key(line: str) -> str:
    """Return the grouping key: "Số 2/115, đường Mậu Thân" and "2/115 mau than" meet; 2/11 not.

    Insensitive to case, marks, spacing, punctuation, "số", "đường" and a tail that names the
    commune. "Số 115, hẻm 2" and "2/115" stay apart: the number may be of another alley.
    """
    text = _without_tail(nfc(line).lower())
    text = _ALLEY_WORD.sub(" hem ", _HOUSE_WORD.sub(" ", text))
    text = _NUMBERED_STREET.sub(" duong ", _STREET_WORD.sub(" ", text))
    text = _SLASH.sub("/", search_key(text))
    key = _SPACED_LETTER.sub(r"\1\2", " ".join(_TOKEN.findall(text)))
    if _HOUSE.match(key) or _GROUP_FIRST.match(key):
        # With a numbered house on a named street the self-governing group adds nothing.
        shorter = " ".join(_GROUP.sub(" ", key).split())
        if re.search(r"[a-z]{2}", shorter.replace("hem", "")):
            key = shorter
    return key[:_KEY_LENGTH]


def household_key(unit_id: int, line: str, head_name: str, full_name: str) -> HouseholdKey:
    """Return the key that groups people into households within a hamlet.

    A numbered door groups by itself. A line without a house number ("Tổ 5", "") is shared by a
    whole street, so it groups only people of one named head; without a head everyone stands alone
    until somebody merges them by hand.
    """
    key = address_key(line)
    if not _HOUSE.match(key):
        key = f"{key}|{search_key(head_name or full_name)}"
    return HouseholdKey(unit_id, key[:_KEY_LENGTH])


def _padded(text: str) -> str:
    return _NUMBER.sub(lambda found: found[0].lstrip("0").zfill(6), text)


def _without_no_number(line: str) -> str:
    line = nfc(line)
    if not _WITHOUT_NUMBER.search(line):
        return line
    # The tail first: with nothing before it, it would be taken for a street.
    return _WITHOUT_NUMBER.sub("", _without_tail_shown(line))


def walk_key(line: str) -> str:
    """Return a sort key in walking order: street, then numbers by value.

    2 < 2/1 < 2/115 < 2a < 10. "Số 12, hẻm 115 Mậu Thân" walks as 115/12 Mậu Thân, so that all
    doors of an alley follow each other whichever way they were written.
    """
    key = address_key(_without_no_number(line))
    numbers: list[str] = []
    if house := _HOUSE.match(key):
        numbers = house[1].split("/")
        key = key[house.end() :]
    if (alley := _ALLEY.search(key)) and alley[1][0].isdigit():
        numbers = alley[1].split("/") + numbers
        key = key[: alley.start()] + key[alley.end() :]
    shown = "/".join(
        f"{_padded(part)}" if part[-1].isalpha() else f"{_padded(part)} " for part in numbers
    )
    return f"{_padded(' '.join(key.split()))}|{shown}"[:_KEY_LENGTH]


def _street_as_written(line: str) -> str:
    text = _without_tail_shown(nfc(line))
    for pattern in (_HOUSE_WORD, _ALLEY_WORD, _STREET_WORD):
        text = re.sub(pattern.pattern, " ", text, flags=re.IGNORECASE)
    text = _SHOWN_HOUSE.sub("", _SLASH.sub("/", _SHOWN_GROUP.sub(" ", text)))
    text = _SHOWN_HOUSE.sub("", " ".join(text.replace(",", " ").split()))
    text = " ".join(text.split()).strip(" ,.;-")
    return text.title() if text.islower() or text.isupper() else text


def _without_tail_shown(line: str) -> str:
    # The pattern is written for lower case; positions agree because NFC lower keeps lengths.
    return line[: len(_without_tail(line.lower()))]


def alley_of(line: str) -> str:
    """Return what a list is split by: "Hẻm 115 Mậu Thân", a street front as "Mậu Thân".

    An alley is the first number of 115/2/14; a line with only a group gives "Tổ 5"; "" when the
    line names neither ("Nhà không số").
    """
    line = _without_no_number(line)
    key = address_key(line)
    house, alley = _HOUSE.match(key), _ALLEY.search(key)
    number = ""
    if alley:
        number = alley[1].split("/")[0]
    elif house and "/" in house[1]:
        number = house[1].split("/")[0]
    street = _street_as_written(line)
    if number:
        return f"Hẻm {number.upper()} {street}".strip()[:_ALLEY_LENGTH]
    if street:
        return street[:_ALLEY_LENGTH]
    group = _GROUP.search(key)
    return f"Tổ {group[1].upper()}" if group else ""
