"""Largest remainder: whole parts of a whole total."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vneid_field.core.shares import largest_remainder

WEIGHTS = st.dictionaries(st.integers(), st.integers(0, 10**6), min_size=1, max_size=30)


@given(st.integers(0, 10**7), WEIGHTS)
def test_the_parts_add_up_and_miss_the_exact_share_by_less_than_one(total, weights):
    parts = largest_remainder(total, weights)
    assert sum(parts.values()) == total
    whole = sum(weights.values())
    for key, weight in weights.items():
        share = total * weight / whole if whole else total / len(weights)
        assert abs(parts[key] - share) < 1 + 1e-6


@given(st.integers(0, 10**5), WEIGHTS)
def test_more_weight_never_gets_less(total, weights):
    parts = largest_remainder(total, weights)
    for one in weights:
        for other in weights:
            if weights[one] > weights[other]:
                assert parts[one] >= parts[other]


@given(WEIGHTS, st.integers(0, 5), st.integers(0, 500))
def test_nobody_gets_less_than_the_minimum(weights, minimum, more):
    total = minimum * len(weights) + more
    parts = largest_remainder(total, weights, minimum)
    assert sum(parts.values()) == total
    assert min(parts.values()) >= minimum


def test_a_tie_goes_to_the_earlier_key():
    assert largest_remainder(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}


def test_no_weight_at_all_splits_evenly():
    assert largest_remainder(7, {"a": 0, "b": 0}) == {"a": 4, "b": 3}


@pytest.mark.parametrize(
    ("total", "weights", "minimum"),
    [(5, {}, 0), (-1, {"a": 1}, 0), (5, {"a": -1, "b": 2}, 0), (5, {"a": 1, "b": 1}, 3)],
)
def test_a_split_that_cannot_be_is_refused(total, weights, minimum):
    with pytest.raises(ValueError, match=r"."):
        largest_remainder(total, weights, minimum)
