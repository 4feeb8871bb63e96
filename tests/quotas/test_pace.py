"""Pace and ranks at their boundaries (domain.md section 11)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from vneid_field.quotas.rules import days_left, expected_by, needed_pace, rank

START, END = date(2023, 6, 15), date(2023, 8, 5)


@pytest.mark.parametrize(
    ("day", "left"),
    [(START, 52), (date(2023, 7, 5), 32), (END, 1), (END + timedelta(days=1), 0)],
)
def test_days_left_count_both_ends(day, left):
    assert days_left(day, END) == left


@pytest.mark.parametrize(
    ("quota", "before", "day", "pace"),
    [
        (5_200, 0, START, 100),
        (5_201, 0, START, 101),  # a part of a person is a person
        (1_000, 999, END, 1),
        (1_000, 1_000, END, 0),
        (1_000, 1_500, START, 0),
        (1_000, 0, END + timedelta(days=1), None),
    ],
)
def test_the_needed_pace_spreads_what_lacks_over_the_days_left(quota, before, day, pace):
    assert needed_pace(quota, before, day, END) == pace


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (START - timedelta(days=1), 0),
        (START, 691),  # 690,5 rounded half up
        (START + timedelta(days=1), 1_381),
        (START + timedelta(days=49), 34_525),
        (END, 34_525),  # 52 calendar days, never more than the quota
        (END + timedelta(days=9), 34_525),
    ],
)
def test_what_is_expected_grows_evenly_over_the_quota_days_and_stops(day, expected):
    assert expected_by(34_525, day, START, 50) == expected


def test_ties_share_a_rank_the_next_follows_their_number_and_none_has_none():
    percents = {"a": Decimal(50), "b": Decimal(70), "c": Decimal(50), "d": Decimal(1), "e": None}
    assert rank(percents) == {"a": 2, "b": 1, "c": 2, "d": 4, "e": None}
    assert rank({}) == {}
