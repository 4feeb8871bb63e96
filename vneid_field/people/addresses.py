"""Address lines: the key that groups a household and the key of the walking order. Pure."""

import re

from vneid_field.core.text import search_key

_WORDS = {
    "so": "",
    "so nha": "",
    "nha so": "",
    "duong": "",
    "d": "",
    "hem": "hem",
    "h": "hem",
    "ngo": "hem",
    "to": "to",
    "p": "phuong",
}
_ABBREVIATIONS = (
    (re.compile(r"\bs[oố]\s+nh[aà]\b"), " "),
    (re.compile(r"\bso nha\b|\bnha so\b"), " "),
    (re.compile(r"\bđ\.\s*"), " "),
)
_TOKEN = re.compile(r"[0-9]+[a-z]?(?:/[0-9]+[a-z]?)*|[a-z]+")
_NUMBER = re.compile(r"([0-9]+)([a-z]?)")
_HOUSE = re.compile(r"^(?:so\s+)?([0-9]+[a-z]?(?:/[0-9]+[a-z]?){0,3})\b")
_ALLEY = re.compile(r"\bhem\s+([0-9a-z/]+)")


def _tokens(line: str) -> list[str]:
    text = line.lower()
    for pattern, replacement in _ABBREVIATIONS:
        text = pattern.sub(replacement, text)
    text = re.sub(r"\s*/\s*", "/", search_key(text))
    text = re.sub(r"\bso nha\b|\bnha so\b|\bso\b", " ", text)
    found = _TOKEN.findall(text)
    return [_WORDS.get(token, token) for token in found if _WORDS.get(token, token)]


def address_key(line: str) -> str:
    """Return the grouping key: "Số 2/115, đường Mậu Thân" and "2/115 mau than" meet; 2/11 not."""
    return " ".join(_tokens(line))


def alley_of(line: str) -> str:
    """Return the alley: "115" of "hẻm 115", "2" of "2/14"; "" for a street front."""
    key = address_key(line)
    if found := _ALLEY.search(key):
        return found[1]
    house = _HOUSE.match(key)
    if house and "/" in house[1]:
        return house[1].rsplit("/", 1)[0]
    return ""


def walk_key(line: str) -> str:
    """Return a sort key in walking order: street, then numbers by value (2 < 2/1 < 2/115 < 10)."""
    key = address_key(line)
    house = _HOUSE.match(key)
    street = key[house.end() :].strip() if house else key
    numbers = ""
    if house:
        parts = []
        for part in house[1].split("/"):
            found = _NUMBER.match(part)
            if found:
                parts.append(f"{int(found[1]):06d}{found[2] or ' '}")
        numbers = "/".join(parts)
    return f"{street}|{numbers}"[:200]
