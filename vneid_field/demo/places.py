"""Hamlets and address lines of the demo."""

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from vneid_field.demo.seeds import load_words, rng_for


class Commune(NamedTuple):
    """A commune as in communes.csv: code, commune_type, name_noprefix."""

    code: str
    type: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class DemoAddress:
    """One door; `line` is "" where the house has no number. List order is walking order."""

    line: str
    walking_order: int


def is_ward(commune_type: str) -> bool:
    """Wards count their hamlets (khu vuc); communes and townships name them (ap)."""
    return commune_type in load_words("places")["ward_types"]


def hamlets_for(
    commune_code: str,
    commune_type: str,
    count: int,
    *,
    commune_name: str = "",
    known: Mapping[str, Sequence[str]] | None = None,
) -> list[str]:
    """`count` distinct hamlet names of a commune, the known real ones among them.

    Depends on its arguments only. Known names beyond `count` are dropped. In wards the others
    fill the numbered series; elsewhere they are built on the commune's own first syllable.
    """
    words = load_words("places")
    real = list((known or {}).get(commune_code, ()))[:count]
    if is_ward(commune_type):
        prefix = words["ward_prefix"]
        candidates: Iterable[str] = (f"{prefix} {n}" for n in range(1, count + len(real) + 1))
    else:
        candidates = _rural_candidates(commune_code, commune_name, words)
    names = list(real)
    for candidate in candidates:
        if len(names) == count:
            break
        if candidate not in names:
            names.append(candidate)
    return sorted(names, key=_natural_key)


def _rural_candidates(code: str, commune_name: str, words: dict) -> Iterable[str]:
    rng = rng_for("hamlets", code)
    second = list(words["rural_second_words"])
    rng.shuffle(second)
    first = commune_name.split()[0] if commune_name else rng.choice(second)
    for word in second:
        if word == first:
            continue
        stem = f"{words['rural_prefix']} {first} {word}"
        style = rng.random()
        if style < 0.4:
            yield stem
        elif style < 0.75:
            yield from (f"{stem} A", f"{stem} B")
        else:
            yield from (f"{stem} 1", f"{stem} 2")


def _natural_key(name: str) -> list[tuple[int, str]]:
    """10 after 9; ties by letters."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", name)]


def streets_of(commune_code: str, hamlet: str) -> list[str]:
    """Three streets of a hamlet; neighbours share one, as they do on the map."""
    streets = load_words("places")["streets"]
    pool = streets.get(commune_code, streets[""])
    number = re.search(r"\d+", hamlet)
    start = int(number.group()) - 1 if number else sum(map(ord, hamlet))
    return [pool[(start + step) % len(pool)] for step in range(3)]


def make_addresses(
    rng: random.Random, hamlet: str, n: int, *, commune_code: str = "31120", ward: bool = True
) -> list[DemoAddress]:
    """`n` doors of a hamlet in walking order.

    Lines that are not empty are unique within the hamlet: 0 to 3 slashes, alleys, groups;
    about 2 % of the doors in wards and 25 % elsewhere have no number.
    """
    lines: list[tuple[tuple, str]] = []
    seen: set[str] = set()
    streets = streets_of(commune_code, hamlet)
    while len(lines) < n:
        key, line = _urban_line(rng, streets) if ward else _rural_line(rng)
        if line and line in seen:
            continue
        seen.add(line)
        lines.append((key, line))
    lines.sort()
    return [DemoAddress(line, order) for order, (_, line) in enumerate(lines, start=1)]


def _urban_line(rng: random.Random, streets: Sequence[str]) -> tuple[tuple, str]:
    forms = load_words("places")["lines"]
    index = rng.randrange(len(streets))
    street = streets[index]
    parts = [rng.randint(1, 399)]
    style = rng.random()
    if style < 0.02:
        return (index, parts, 1), ""
    if style < 0.25:
        letter = rng.choice("ABC") if rng.random() < 0.12 else ""
        return (index, parts, 0), f"{parts[0]}{letter} {street}"
    # The alleys are few and deep: many doors share one, as the walking order needs.
    parts = [rng.randrange(3, 400, 24) + index, rng.randint(1, 160)]
    if style < 0.37:
        return (index, parts, 1), forms["alley"].format(
            house=parts[1], alley=parts[0], street=street
        )
    if style < 0.45:
        return (index, parts, 1), forms["alley_first"].format(
            house=parts[1], alley=parts[0], street=street
        )
    if style > 0.75:
        parts.append(rng.randint(1, 40))
    if style > 0.93:
        parts.append(rng.randint(1, 12))
    return (index, parts, 1), f"{'/'.join(map(str, parts))} {street}"


def _rural_line(rng: random.Random) -> tuple[tuple, str]:
    forms = load_words("places")["lines"]
    house = rng.randint(1, 999)
    group = 1 + house // 60
    if rng.random() < 0.25:
        return (group, house), ""
    letter = "A" if rng.random() < 0.08 else ""
    return (group, house), forms["group"].format(house=f"{house}{letter}", group=group)
