"""Spellings of hamlets: "KV1", "K.vực 01" and "Khu vực I" are one place. Pure."""

import re
from collections.abc import Mapping
from functools import lru_cache

from vneid_field.core.text import search_key

_TAIL = re.compile(r"(?:[,;(]|\s[\-–]\s*(?=\D)).*$")
_COMMUNE = re.compile(r"\s(?:p|phuong|x|xa|tt|thi tran)\.?\s.*$")
_WARD = re.compile(r"^(?:k\s*[.\s]?\s*vuc|kv|khu\s*vuc|khuvuc|k\.v)(?![a-z])[\s.:\-]*(?:so\s+)?")
_HAMLET = re.compile(r"^(?:a\.\s*p\.?|ap|ap\.)(?![a-z])[\s.:\-]*(?=\S)")
_OTHERS = (
    (re.compile(r"^(?:khu\s*pho|kp)(?![a-z])[\s.]*"), "khu pho "),
    (re.compile(r"^(?:to\s*dan\s*pho|tdp|to)(?![a-z])[\s.]*"), "to "),
    (re.compile(r"^(?:khom|kh)(?![a-z])[\s.]*"), "khom "),
)
_ROMANS = {
    roman: str(number)
    for number, roman in enumerate(
        ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"), start=1
    )
}
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_LETTER_NUMBER = re.compile(r"(?<![a-z0-9])([a-z]) (?=\d)")
_NUMBER_LETTER = re.compile(r"(?<=\d) ([a-z])(?![a-z0-9])")
_PREFIX = re.compile(r"^(?:khu vuc|ap|khu pho|khom|to) ")
_IN_ADDRESS = re.compile(
    r"(?:^|[\s,;(\-])((?:khu\s*vuc|kv|k\.?\s?vuc|k\.v)[\s.]*(?:\d{1,2}|[ivx]{1,4}))\b"
    r"|(?:^|[,;(])\s*(ap\.?\s+[^,;()]+)"
)


@lru_cache(maxsize=8192)
def hamlet_key(text: str) -> str:
    """Return the comparable form: "KV 01" as "khu vuc 1", "ấp Thới Bình A 1" as
    "ap thoi binh a1". A bare number is a khu vực: wards count them. "" stays "".
    """
    key = _TAIL.sub("", search_key(text)).strip()
    if re.fullmatch(r"0*\d{1,2}(?:\.0)?", key):
        return f"khu vuc {int(float(key))}"
    key = _COMMUNE.sub("", key)
    if found := _WARD.match(key):
        key = "khu vuc " + key[found.end() :]
    elif found := _HAMLET.match(key):
        key = "ap " + key[found.end() :]
    else:
        for pattern, prefix in _OTHERS:
            key = pattern.sub(prefix, key)
    words = re.sub(r"[^a-z0-9 ]+", " ", key).split()
    if len(words) > 1:
        words[-1] = _ROMANS.get(words[-1], words[-1])
    key = _ZEROS.sub("", " ".join(words))
    return _NUMBER_LETTER.sub(r"\1", _LETTER_NUMBER.sub(r"\1", key))


def match_hamlet(
    text: str | None, known: Mapping[str, int], aliases: Mapping[str, int]
) -> int | None:
    """Return the id of a hamlet, or None for an unknown or ambiguous spelling.

    `known` and `aliases` map `hamlet_key` to ids; an alias was chosen by hand and wins. A name
    without its "ấp" matches when one hamlet only bears it.
    """
    key = hamlet_key(text or "")
    if not key:
        return None
    if (found := aliases.get(key)) is not None or (found := known.get(key)) is not None:
        return found
    bare = _PREFIX.sub("", key)
    if bare.isdigit():
        # "Tổ 3" is not "Khu vực 3"; a number alone may also be an ấp.
        return known.get(f"ap {bare}") if search_key(text)[:1].isdigit() else None
    ids = {id_ for name, id_ in known.items() if _PREFIX.sub("", name) == bare}
    return ids.pop() if len(ids) == 1 else None


def hamlet_in_address(line: str) -> str:
    """Return the hamlet that an address line names ("…, KV3, P. An Hòa" gives "kv3"), or ""."""
    found = _IN_ADDRESS.search(search_key(line))
    return (found[1] or found[2]).strip() if found else ""
