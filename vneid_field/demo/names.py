"""Plausible names of the Mekong delta; any likeness to a person is chance."""

import random
from functools import cache
from itertools import accumulate
from typing import Literal

from vneid_field.demo.seeds import load_words

Sex = Literal["male", "female"]


def generation(birth_year: int) -> str:
    """The fashion in names that a birth year belongs to: old, middle or young."""
    if birth_year < 1965:
        return "old"
    return "middle" if birth_year < 1993 else "young"


@cache
def _cumulative(*path: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Words and running weights under a path of names.json, ready for random.choices."""
    node = load_words("names")
    for key in path:
        node = node[key]
    return tuple(node), tuple(accumulate(node.values()))


def _draw(rng: random.Random, *path: str) -> str:
    words, weights = _cumulative(*path)
    return rng.choices(words, cum_weights=weights)[0]


def make_family_name(rng: random.Random) -> str:
    """A family name by its frequency in the delta."""
    return _draw(rng, "family")


def make_name(rng: random.Random, sex: Sex, birth_year: int, family_name: str | None = None) -> str:
    """A full name in Vietnamese order: family, middle, given.

    Children pass their father's `family_name`; without it one is drawn.
    """
    age_group = generation(birth_year)
    family = family_name or make_family_name(rng)
    middle = _draw(rng, "middle", sex, age_group)
    choices = [
        given
        for given in load_words("names")["given"][sex][age_group]
        if given not in (middle, family)
    ]
    return f"{family} {middle} {rng.choice(choices)}"
