"""Which passwords somebody would guess (OWASP ASVS 5.0, 6.2.4 and 6.2.11)."""

import re
from collections.abc import Iterable

from zxcvbn import zxcvbn

from vneid_field.core.text import search_key

# Words of this project that anybody tries first; zxcvbn knows the world's common passwords, rows
# of keys, repeats and dates.
_WORDS = (
    "vneid", "dinhdanh", "matkhau", "cantho", "vietnam", "canhsat", "congan", "ubnd",
    "tinhnguyen", "totruong", "quantri", "chiendich", "kehoach", "demo",
)  # fmt: skip
_OWN_NUMBER = re.compile(r"0\d{9}|0\d{11}")  # a phone number or id number: colleagues know it
_LEAST_SCORE = 3  # of 0–4: "safely unguessable", more than 10^8 guesses
_LONGEST = 72  # the estimate costs time with the length; what is longer is not weaker


def is_guessable(password: str, names: Iterable[str]) -> bool:
    """Say whether somebody who knows the account's own names would guess a password."""
    known = [*_WORDS]
    for name in names:
        known += [name, *search_key(name).split(), search_key(name).replace(" ", "")]
    plain = re.sub(r"[\W_]", "", search_key(password))  # signs between known words hide nothing
    if _OWN_NUMBER.fullmatch(plain):
        return True
    return min(_score(password, known), _score(plain, known)) < _LEAST_SCORE


def _score(password: str, known: list[str]) -> int:
    return int(zxcvbn(password[:_LONGEST], user_inputs=known)["score"])
