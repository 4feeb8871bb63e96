"""The rules that flag: what fires at its threshold, and what is honest just below it."""

import pytest

from tests.make.reviews import at_hour, make_result
from vneid_field.review.flags import contact_counts, contradicted_since, find_flags, seriousness
from vneid_field.review.kinds import FlagKind
from vneid_field.review.labels import FLAG_LABELS, say_flag
from vneid_field.review.thresholds import (
    BOUNDS,
    DEFAULTS,
    NAMES,
    Thresholds,
    read_thresholds,
)
from vneid_field.visits.kinds import Outcome

KEY = (1, 20)


def kinds(facts, limits=DEFAULTS, key=KEY):
    return [flag.kind for flag in find_flags(facts, limits).get(key, ())]


def homes(count, *, apart, **overrides):
    """One result in each of so many households, so many seconds apart."""
    return [make_result(seconds=n * apart, household=n + 1, **overrides) for n in range(count)]


def test_an_honest_evening_has_no_flag():
    facts = homes(12, apart=240)
    facts += [
        make_result(Outcome.NOBODY_HOME, seconds=4000 + n * 20, household=50 + n) for n in range(9)
    ]
    assert find_flags(facts, DEFAULTS) == {}


@pytest.mark.parametrize(("count", "fires"), [(4, False), (5, True)])
def test_activations_of_one_person_within_a_minute(count, fires):
    facts = [make_result(seconds=n * 14, citizen=n) for n in range(count)]
    assert (FlagKind.BURST in kinds(facts)) is fires
    if fires:
        (flag,) = find_flags(facts, DEFAULTS)[KEY]
        assert (flag.found, flag.limit, flag.at) == (5, 5, at_hour(12))


@pytest.mark.parametrize(("apart", "fires"), [(14.9, True), (15, False)])
def test_the_minute_slides_and_its_end_is_not_within_it(apart, fires):
    facts = [make_result(seconds=30 + n * apart, citizen=n) for n in range(5)]
    assert (FlagKind.BURST in kinds(facts)) is fires


def test_each_household_of_a_burst_is_asked_about_with_the_greatest_count():
    facts = [make_result(seconds=n * 8, household=1 + n // 3, citizen=n) for n in range(9)]
    found = find_flags(facts, Thresholds(pace_seconds=0))
    assert [found[home, 20][0].found for home in (1, 2, 3)] == [8, 8, 8]


def test_two_people_are_no_burst_and_one_person_tapped_twice_counts_once():
    shared = [make_result(seconds=n * 5, citizen=n, performed_by=7 + n % 2) for n in range(8)]
    assert kinds(shared) == []
    again = [make_result(seconds=n * 5, citizen=1) for n in range(9)]
    assert kinds(again) == []


def test_what_was_taken_back_or_typed_in_from_paper_tells_no_time():
    for overrides in ({"is_undone": True}, {"is_typed_in": True}):
        facts = [make_result(seconds=n, household=n + 1, **overrides) for n in range(9)]
        assert find_flags(facts, DEFAULTS) == {}
    nobody = [make_result(seconds=n, citizen=n, performed_by=None) for n in range(9)]
    assert kinds(nobody) == []


@pytest.mark.parametrize(("seconds", "fires"), [(59, True), (60, False)])
def test_an_activation_seconds_after_another_household(seconds, fires):
    facts = [
        make_result(Outcome.NOBODY_HOME, household=9),
        make_result(seconds=seconds),
    ]
    assert (FlagKind.PACE in kinds(facts)) is fires


@pytest.mark.parametrize(
    "second",
    [
        {"household": 1, "citizen": 5},  # the next of the same family
        {"household": 2, "outcome": Outcome.ALREADY_ACTIVATED},  # told at the door
        {"household": 2, "outcome": Outcome.NOBODY_HOME},
        {"household": 2, "performed_by": 8},  # a colleague across the street
    ],
)
def test_what_may_well_follow_within_seconds(second):
    outcome = second.pop("outcome", Outcome.ACTIVATED_APP)
    assert find_flags([make_result(), make_result(outcome, seconds=20, **second)], DEFAULTS) == {}


def test_of_several_short_ways_the_shortest_is_told():
    facts = [
        make_result(Outcome.NOBODY_HOME, household=9),
        make_result(seconds=50),
        make_result(Outcome.NOBODY_HOME, seconds=100, household=9),
        make_result(seconds=112, citizen=101),
    ]
    (flag,) = find_flags(facts, DEFAULTS)[KEY]
    assert (flag.kind, flag.found) == (FlagKind.PACE, 12)


@pytest.mark.parametrize(
    ("tried", "met", "fires"), [(40, 40, True), (39, 39, False), (50, 49, True), (50, 48, False)]
)
def test_nearly_everybody_met_over_a_day(tried, met, fires):
    facts = homes(met, apart=300, outcome=Outcome.REFUSED)
    facts += [
        make_result(Outcome.NOBODY_HOME, seconds=50_000 + n, household=met + 1 + n)
        for n in range(tried - met)
    ]
    assert contact_counts(facts) == (met, tried)
    fired = kinds(facts, Thresholds(night_from=24, night_until=0))
    assert (FlagKind.CONTACT_RATE in fired) is fires


def test_met_in_the_second_round_is_met():
    facts = [
        make_result(Outcome.NOBODY_HOME),
        make_result(Outcome.REFUSED, seconds=3600),
        make_result(Outcome.ABSENT, seconds=4000, household=2),
    ]
    assert contact_counts(facts) == (1, 2)


@pytest.mark.parametrize(
    ("at", "fires"),
    [
        (at_hour(21, 59), False),
        (at_hour(22), True),
        (at_hour(4, 59), True),
        (at_hour(5), False),
    ],
)
def test_results_at_night(at, fires):
    assert (FlagKind.NIGHT in kinds([make_result(happened_at=at)])) is fires


@pytest.mark.parametrize(("skew", "fires"), [(300, False), (301, True), (-301, True)])
def test_a_wrong_clock(skew, fires):
    assert (FlagKind.SKEW in kinds([make_result(skew_s=skew)])) is fires


@pytest.mark.parametrize(("households", "fires"), [(2, False), (3, True)])
def test_one_new_number_for_many_households(households, fires):
    fact = make_result(Outcome.PHONE_MISMATCH, phone_households=households)
    assert (FlagKind.SHARED_PHONE in kinds([fact])) is fires


def test_a_list_contradicts_claims_and_nothing_else():
    later = at_hour(20)
    facts = [
        make_result(citizen=1, contradicted_at=at_hour(19)),
        make_result(citizen=2, seconds=120, contradicted_at=later),
        make_result(citizen=3, seconds=240, contradicted_at=later, is_undone=True),
        make_result(Outcome.REFUSED, citizen=4, seconds=300, contradicted_at=later),
    ]
    (flag,) = find_flags(facts, DEFAULTS)[KEY]
    assert (flag.kind, flag.found, flag.at) == (FlagKind.CONTRADICTED, 2, later)
    assert contradicted_since(facts) == {KEY: later}
    assert find_flags([make_result()], DEFAULTS) == {}


def test_the_most_serious_comes_first_and_every_kind_has_its_sentence_with_numbers():
    facts = [make_result(seconds=n * 5, citizen=n, skew_s=1200) for n in range(6)]
    facts.append(make_result(citizen=9, seconds=40, contradicted_at=at_hour(20), skew_s=1200))
    flags = find_flags(facts, DEFAULTS)[KEY]
    assert [flag.kind for flag in flags] == [
        FlagKind.CONTRADICTED,
        FlagKind.BURST,
        FlagKind.SKEW,
    ]
    assert seriousness(flags) < seriousness(flags[1:])
    words = [say_flag(flag) for flag in flags]
    assert "20h00 ngày 04/7/2023" in words[0]
    assert "01 người" in words[0]
    assert "07 kết quả kích hoạt trong 60 giây, từ 12h00 (ngưỡng 5)" in words[1]
    assert "lệch 20 phút so với máy chủ (ngưỡng 5 phút)" in words[2]
    assert set(FLAG_LABELS) == set(FlagKind)


def test_each_threshold_may_be_switched_off_or_moved():
    facts = [make_result(seconds=n * 5, citizen=n, skew_s=1200) for n in range(6)]
    assert kinds(facts, Thresholds(burst_activations=0, skew_minutes=0)) == []
    assert kinds(facts, Thresholds(burst_activations=7, skew_minutes=20)) == []
    assert kinds(facts, Thresholds(burst_activations=6, skew_minutes=19)) == [
        FlagKind.BURST,
        FlagKind.SKEW,
    ]
    night = [make_result(happened_at=at_hour(23)), make_result(happened_at=at_hour(1), citizen=2)]
    assert kinds(night, Thresholds(night_from=24, night_until=0)) == []
    many = homes(40, apart=300)
    assert kinds(many, Thresholds(contact_percent=0)) == []
    phone = [make_result(Outcome.PHONE_MISMATCH, phone_households=9)]
    assert kinds(phone, Thresholds(shared_phone_households=0)) == []


def test_thresholds_are_read_from_the_campaigns_settings():
    assert read_thresholds({}) == DEFAULTS
    held = {"review": {"pace_seconds": {"value": 30, "by": 1, "at": "2023-07-04T10:00:00+00:00"}}}
    assert read_thresholds(held) == Thresholds(pace_seconds=30)
    assert set(BOUNDS) == set(NAMES)
    for name in NAMES:
        assert BOUNDS[name].holds(getattr(DEFAULTS, name)), name
        assert not BOUNDS[name].holds(BOUNDS[name].most + 1), name
