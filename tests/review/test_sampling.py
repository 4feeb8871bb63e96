"""The draw: whatever arrives and in which order, what was drawn stays; nobody can choose it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vneid_field.review import sampling


@pytest.mark.parametrize(
    ("checklists", "percent", "minimum", "size"),
    [
        (0, 10, 5, 0),
        (3, 10, 5, 3),
        (40, 10, 5, 5),
        (50, 10, 5, 5),
        (51, 10, 5, 6),
        (2000, 10, 5, 200),
        (7, 100, 1, 7),
    ],
)
def test_the_size_is_a_share_rounded_up_at_least_the_minimum_at_most_all(
    checklists, percent, minimum, size
):
    assert sampling.wanted_size(checklists, percent, minimum) == size


def test_a_score_depends_on_seed_and_key_alone_and_fits_every_database():
    one = sampling.score("seed", 5, 9)
    assert one == sampling.score("seed", 5, 9)
    assert one not in (sampling.score("other", 5, 9), sampling.score("seed", 59, 0))
    assert 0 <= one < 2**48


@given(
    st.lists(st.integers(1, 10_000), unique=True, min_size=1, max_size=60),
    st.integers(1, 100),
    st.integers(1, 8),
    st.data(),
)
def test_what_was_drawn_stays_whatever_arrives_later(homes, percent, minimum, data):
    cut, drawn, there = sampling.NOBODY, set(), []
    for count in sorted(data.draw(st.lists(st.integers(1, len(homes)), max_size=6))):
        there = homes[:count]
        scores = [sampling.score("day", home, 1) for home in there]
        cut = sampling.cut_of(scores, percent, minimum, cut)
        now = {home for home in there if sampling.score("day", home, 1) <= cut}
        assert drawn <= now
        assert len(now) >= sampling.wanted_size(len(there), percent, minimum)
        drawn = now
    assert drawn <= set(there)


def test_the_first_draw_has_exactly_the_wanted_size_whatever_the_order():
    homes = list(range(1, 200))
    scores = [sampling.score("day", home, 1) for home in homes]
    cut = sampling.cut_of(scores, 10, 5)
    assert sum(score <= cut for score in scores) == 20
    assert cut == sampling.cut_of(scores[::-1], 10, 5)


def test_shares_are_fair_over_many_days():
    drawn = 0
    for day in range(200):
        scores = [sampling.score(f"day {day}", home, 1) for home in range(20)]
        drawn += scores[0] <= sampling.cut_of(scores, 20, 1)
    assert 20 < drawn < 65  # of 200 days a fifth, give or take
