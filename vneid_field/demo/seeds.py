"""Random numbers and word lists of the demo: one place for each."""

import json
import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parent / "data"


def rng_for(*parts: object) -> random.Random:
    """A generator that depends on the parts only ("7", "history", "31120"), never on the process.

    Separate streams keep one part of the demo unchanged when another draws more numbers.
    """
    return random.Random("/".join(str(part) for part in parts))  # noqa: S311 - invented data


@cache
def load_words(name: str) -> Any:
    """The word list `data/<name>.json`, read once; Vietnamese words live there, not in code."""
    return json.loads((_DATA / f"{name}.json").read_text(encoding="utf-8"))


def pick(rng: random.Random, weighted: Mapping[str, float]) -> str:
    """One key of a mapping of key to weight."""
    return rng.choices(list(weighted), weights=list(weighted.values()))[0]
