"""The plan's table and the arithmetic of targets (domain.md section 11). Pure, exact decimals."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def round_half_up(value: Decimal) -> int:
    """Round to a whole number, halves up: 690.5 → 691."""
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def _ratio(numerator: int, denominator: int) -> Decimal:
    return Decimal(numerator) / Decimal(denominator)


@dataclass(frozen=True)
class PlanInput:
    """What the plan gives for a unit: columns 3, 5, 8, 9 and 11."""

    quota_total: int
    collected_not_activated: int
    fixed_points: int
    mobile_points: int
    teams: int


@dataclass(frozen=True)
class PlanRow:
    """Columns 3 to 12 of the plan's table; an average without divisor is None."""

    quota_total: int  # 3
    activation_per_day: int  # 4 = 3/50
    collected_not_activated: int  # 5
    to_collect: int  # 6 = 3-5
    collection_per_day: int  # 7 = 6/50
    fixed_points: int  # 8
    mobile_points: int  # 9
    collection_per_point: int | None  # 10 = 7/(8+9)
    teams: int  # 11
    activation_per_team: int | None  # 12 = 4/11


def plan_row(given: PlanInput, quota_days: int) -> PlanRow:
    """Compute a row; every average is taken from the unrounded value and rounded half up once."""
    to_collect = given.quota_total - given.collected_not_activated
    per_day = _ratio(given.quota_total, quota_days)
    collect_per_day = _ratio(to_collect, quota_days)
    points = given.fixed_points + given.mobile_points
    return PlanRow(
        quota_total=given.quota_total,
        activation_per_day=round_half_up(per_day),
        collected_not_activated=given.collected_not_activated,
        to_collect=to_collect,
        collection_per_day=round_half_up(collect_per_day),
        fixed_points=given.fixed_points,
        mobile_points=given.mobile_points,
        collection_per_point=round_half_up(collect_per_day / points) if points else None,
        teams=given.teams,
        activation_per_team=round_half_up(per_day / given.teams) if given.teams else None,
    )


def plan_total(rows: Sequence[PlanInput], quota_days: int) -> PlanRow:
    """Compute the totals row from unrounded totals: column 7 is 8.938, not the rows' 8.939.

    The plan prints no total in columns 10 and 12 (they are averages): None.
    """
    total = plan_row(
        PlanInput(
            sum(row.quota_total for row in rows),
            sum(row.collected_not_activated for row in rows),
            sum(row.fixed_points for row in rows),
            sum(row.mobile_points for row in rows),
            sum(row.teams for row in rows),
        ),
        quota_days,
    )
    return PlanRow(**{**vars(total), "collection_per_point": None, "activation_per_team": None})


def daily_quota(quota: int, quota_days: int) -> int:
    """Return the flat daily quota (column 4 or 7)."""
    return round_half_up(_ratio(quota, quota_days))


def days_left(today: date, ends_on: date) -> int:
    """Return the days from today to the end, both inclusive (05/7 to 05/8: 32); 0 after it."""
    return max(0, (ends_on - today).days + 1)


def needed_pace(quota: int, before_today: int, today: date, ends_on: date) -> int | None:
    """Return what each day left must bring, today included; None after the end, 0 when met."""
    left = days_left(today, ends_on)
    if left == 0:
        return None
    missing = max(0, quota - before_today)
    return -(-missing // left)


def expected_by(quota: int, day: date, starts_on: date, quota_days: int) -> int:
    """Return what the flat pace has brought by the end of `day`: quota × min(days, 50)/50."""
    elapsed = min(max(0, (day - starts_on).days + 1), quota_days)
    return round_half_up(_ratio(quota * elapsed, quota_days))


def percent(part: int, whole: int) -> Decimal | None:
    """Return part of whole in percent, unrounded; None without a denominator."""
    return Decimal(part * 100) / Decimal(whole) if whole else None


def rank(values: Mapping[Key, Decimal | None]) -> dict[Key, int | None]:
    """Return ranks from 1, the greatest first; ties share one, and None has none.

    After two firsts comes the third (competition ranking) *(ours)*.
    """
    known = sorted((value for value in values.values() if value is not None), reverse=True)
    return {key: None if value is None else known.index(value) + 1 for key, value in values.items()}


def choose_weights(
    sizes: Mapping[int, int], teams: Mapping[int, int]
) -> tuple[dict[int, int], str]:
    """Return what a proposal weighs units by, and the name of it: list sizes, teams or equal.

    List sizes count only when every unit with teams has its list already: a district where one
    ward has sent its list would otherwise give that ward everything.
    """
    if any(sizes.values()) and all(sizes[unit_id] for unit_id in sizes if teams[unit_id]):
        return dict(sizes), "list"
    if any(teams.values()):
        return dict(teams), "teams"
    return dict.fromkeys(sizes, 1), "equal"


def read_amount(text: str) -> int | None:
    """Read a typed whole number, with or without the dots of thousands; None when it is not one."""
    plain = "".join(text.split())
    groups = plain.split(".")
    if len(groups) > 1 and (len(groups[0]) > 3 or any(len(group) != 3 for group in groups[1:])):
        return None
    digits = "".join(groups)
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 9):
        return None
    return int(digits)
