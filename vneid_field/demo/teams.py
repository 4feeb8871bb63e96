"""How the plan's teams, points and quotas spread over communes in the demo."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zlib import crc32

from vneid_field.demo.places import Commune, is_ward
from vneid_field.demo.seeds import load_words

# The central district as people know it: its sum is the plan's column 3 (150.650), so that the
# share of An Hoa (31120) is exactly 13.695 people and 7 of the district's 71 teams.
_KNOWN_WEIGHTS = {
    "31117": 16762,
    "31120": 13695,
    "31123": 8275,
    "31126": 4838,
    "31129": 10397,
    "31135": 6153,
    "31141": 6960,
    "31144": 19691,
    "31147": 25250,
    "31149": 21006,
    "31150": 17623,
}
_WARD_WEIGHT = 12000
_RURAL_WEIGHT = 8500
MOBILE_STOP_DAYS = 2


@dataclass(frozen=True, slots=True)
class DemoStop:
    """Where a mobile point stands: kind of place (III.3.e), name, first and last day."""

    kind: str
    place: str
    commune_code: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class DemoPoint:
    """A collection point: fixed at a commune's police, or mobile (no commune of its own)."""

    kind: str
    number: int
    commune_code: str | None


def commune_weight(commune: Commune) -> int:
    """About how many people of the quota live there; the same on every run."""
    if commune.code in _KNOWN_WEIGHTS:
        return _KNOWN_WEIGHTS[commune.code]
    base = _WARD_WEIGHT if is_ward(commune.type) else _RURAL_WEIGHT
    return base * (70 + crc32(commune.code.encode()) % 61) // 100


def commune_weights(communes: Sequence[Commune]) -> dict[str, int]:
    """Weight of each commune by code, in the given order."""
    return {commune.code: commune_weight(commune) for commune in communes}


def split_total(total: int, weights: Mapping[str, int], minimum: int = 0) -> dict[str, int]:
    """Split `total` by largest remainder; the parts add up to it exactly and are ≥ `minimum`.

    Ties go to the earlier key. Raises ValueError when the minimum alone is more than the total.
    """
    if minimum * len(weights) > total:
        raise ValueError(f"{total} is not enough for {len(weights)} parts of {minimum}")
    whole = sum(weights.values())
    parts = {key: max(minimum, total * weight // whole) for key, weight in weights.items()}
    while sum(parts.values()) > total:
        largest = max(parts, key=lambda key: parts[key])
        parts[largest] -= 1
    by_remainder = sorted(weights, key=lambda key: -(total * weights[key] % whole))
    for key in by_remainder[: total - sum(parts.values())]:
        parts[key] += 1
    return parts


def spread_teams(district_total: int, communes: Sequence[Commune]) -> dict[str, int]:
    """Community digital teams per commune code; the sum is the plan's column 11, each ≥ 1."""
    return split_total(district_total, commune_weights(communes), minimum=1)


def spread_points(fixed: int, mobile: int, communes: Sequence[Commune]) -> list[DemoPoint]:
    """A district's points (columns 8 and 9): one fixed in each commune, the mobile ones after.

    Raises ValueError when the plan's fixed number is not the number of communes.
    """
    if fixed != len(communes):
        raise ValueError(f"{fixed} fixed points for {len(communes)} communes")
    points = [DemoPoint("fixed", 1, commune.code) for commune in communes]
    return points + [DemoPoint("mobile", number, None) for number in range(1, mobile + 1)]


def mobile_schedule(
    rng: random.Random, communes: Sequence[Commune], days: Sequence[date]
) -> list[DemoStop]:
    """Stops of one mobile point over `days` (III.3.e): a place every two days."""
    kinds = load_words("places")["mobile_places"]
    stops = []
    for at in range(0, len(days), MOBILE_STOP_DAYS):
        starts_on = days[at]
        commune = rng.choice(list(communes))
        kind = rng.choice(list(kinds))
        place = rng.choice(kinds[kind]).format(commune=commune.name).strip()
        ends_on = min(starts_on + timedelta(days=MOBILE_STOP_DAYS - 1), days[-1])
        stops.append(DemoStop(kind, place, commune.code, starts_on, ends_on))
    return stops
