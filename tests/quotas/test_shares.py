"""Whole shares of a whole total, for any total and any weights."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vneid_field.core.shares import largest_remainder
from vneid_field.core.text import vn_number
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.rules import choose_weights, read_amount
from vneid_field.quotas.services import propose_split

TOTALS = st.integers(0, 1_000_000)
WEIGHTS = st.dictionaries(st.integers(1, 999), st.integers(0, 50_000), min_size=1, max_size=30)


@given(TOTALS, WEIGHTS)
def test_the_parts_add_up_and_none_is_negative(total, weights):
    parts = largest_remainder(total, weights)
    assert parts.keys() == weights.keys()
    assert sum(parts.values()) == total
    assert min(parts.values()) >= 0


@given(TOTALS, WEIGHTS)
def test_a_part_is_its_exact_share_rounded_down_or_up(total, weights):
    whole = sum(weights.values())
    if not whole:
        weights, whole = dict.fromkeys(weights, 1), len(weights)
    for key, part in largest_remainder(total, weights).items():
        assert total * weights[key] // whole <= part <= -(-total * weights[key] // whole)


@given(TOTALS, WEIGHTS)
def test_a_greater_weight_never_gets_less(total, weights):
    parts = largest_remainder(total, weights)
    ranked = sorted(weights, key=lambda key: weights[key])
    for less, more in pairwise(ranked):
        assert parts[less] <= parts[more] or weights[less] == weights[more]


@given(TOTALS, WEIGHTS, st.integers(0, 40))
def test_a_minimum_is_kept_or_refused(total, weights, minimum):
    if minimum * len(weights) > total:
        with pytest.raises(ValueError, match="not enough"):
            largest_remainder(total, weights, minimum)
        return
    parts = largest_remainder(total, weights, minimum)
    assert sum(parts.values()) == total
    assert min(parts.values()) >= minimum


@pytest.mark.parametrize(("total", "weights"), [(5, {}), (-1, {"a": 1}), (5, {"a": -1})])
def test_nonsense_is_refused(total, weights):
    with pytest.raises(ValueError, match="needs keys"):
        largest_remainder(total, weights)


@given(TOTALS, TOTALS, WEIGHTS)
def test_a_proposal_meets_both_targets_exactly(activation, collection, weights):
    targets = {QuotaKind.ACTIVATION: activation, QuotaKind.COLLECTION: collection}
    parts = propose_split(targets, weights)
    for kind, whole in targets.items():
        assert sum(part[kind] for part in parts.values()) == whole


@given(st.integers(0, 999_999_999))
def test_a_number_is_read_with_and_without_dots(number):
    assert read_amount(str(number)) == read_amount(f" {vn_number(number)} ") == number


@given(st.text(max_size=12))
def test_any_text_is_a_number_or_none(text):
    found = read_amount(text)
    assert found is None or found >= 0


@pytest.mark.parametrize(
    ("sizes", "teams", "basis"),
    [
        ({1: 9, 2: 3}, {1: 1, 2: 1}, "list"),
        ({1: 9, 2: 0}, {1: 1, 2: 1}, "teams"),
        ({1: 9, 2: 0}, {1: 1, 2: 0}, "list"),  # a team beside the digital ones has no hamlet
        ({1: 0, 2: 0}, {1: 0, 2: 0}, "equal"),
    ],
)
def test_a_proposal_weighs_lists_then_teams_then_all_alike(sizes, teams, basis):
    assert choose_weights(sizes, teams)[1] == basis
