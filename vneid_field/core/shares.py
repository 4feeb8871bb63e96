"""Whole shares of a whole total: the largest-remainder method."""

from collections.abc import Mapping
from typing import TypeVar

Key = TypeVar("Key")


def largest_remainder(total: int, weights: Mapping[Key, int], minimum: int = 0) -> dict[Key, int]:
    """Split `total` over the keys by weight; the parts add up exactly and are ≥ `minimum`.

    Ties go to the earlier key; weights that are all zero split evenly. Raises ValueError for no
    keys, a negative weight or total, or a minimum that alone is more than the total.
    """
    if not weights or total < 0 or min(weights.values()) < 0:
        raise ValueError("a split needs keys, and no negative number")
    if minimum * len(weights) > total:
        raise ValueError(f"{total} is not enough for {len(weights)} parts of {minimum}")
    whole = sum(weights.values())
    weight_of = dict(weights) if whole else dict.fromkeys(weights, 1)
    whole = whole or len(weights)
    parts = {key: max(minimum, total * weight // whole) for key, weight in weight_of.items()}
    while sum(parts.values()) > total:
        parts[max(parts, key=lambda key: parts[key])] -= 1
    ranked = sorted(weight_of, key=lambda key: -(total * weight_of[key] % whole))
    for key in ranked[: total - sum(parts.values())]:
        parts[key] += 1
    return parts
