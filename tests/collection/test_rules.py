"""Who is invited when, and what of the events counts."""

from datetime import UTC, date, datetime, timedelta

import pytest

from vneid_field.collection.kinds import EventKind
from vneid_field.collection.rules import (
    FIXED_HOURS,
    Fact,
    Wait,
    clock_text,
    contributions,
    slots,
    spread,
    wanted,
)
from vneid_field.figures.rules import Counter, FlowKey

NOON = datetime(2023, 7, 4, 5, tzinfo=UTC)


def fact(kind, uuid, *, citizen_id=1, minutes=0, day=4, **more):
    values = dict(
        uuid=uuid,
        citizen_id=citizen_id,
        home_unit_id=10,
        point_id=20,
        kind=kind,
        happened_at=NOON + timedelta(minutes=minutes),
        counted_on=date(2023, 7, day),
    )
    return Fact(**values | more)


@pytest.mark.parametrize(
    ("quota", "margin", "invited", "more"),
    [(90, 20, 0, 108), (90, 20, 100, 8), (90, 0, 95, 0), (7, 15, 0, 9), (0, 20, 0, 0)],
)
def test_the_quota_and_its_margin_are_filled_up(quota, margin, invited, more):
    assert wanted(quota, margin, invited) == more


def test_half_hours_of_a_fixed_point_leave_the_last_one_for_who_is_late():
    found = [clock_text(minute) for minute in slots(FIXED_HOURS)]
    assert (found[0], found[-1]) == ("07h30", "16h00")
    assert len(found) == 13


def test_a_household_comes_together_and_hours_are_even():
    waiting = [Wait(n, n // 3) for n in range(30)]  # ten households of three
    placed = spread(waiting, 12, [450, 480, 510, 540])
    assert len(placed) == 12
    by_minute = {}
    for citizen_id, minute in placed:
        by_minute.setdefault(minute, set()).add(citizen_id)
    assert {minute: len(who) for minute, who in by_minute.items()} == {
        450: 3,
        480: 3,
        510: 3,
        540: 3,
    }
    assert by_minute[450] == {0, 1, 2}


def test_the_last_household_is_not_torn_apart():
    assert len(spread([Wait(n, n // 4) for n in range(8)], 5, [450])) == 8


def test_members_of_a_household_who_stand_apart_still_come_together():
    waiting = [Wait(1, 1), Wait(2, 2), Wait(3, 1)]
    assert spread(waiting, 1, [450]) == [(1, 450), (3, 450)]


def test_nobody_waits():
    assert spread([], 5, [450, 480]) == []


KEY = FlowKey(10, 20, date(2023, 7, 4)), Counter.COLLECTED


def test_a_person_counts_once_however_often_it_is_said():
    facts = [fact(EventKind.COLLECTED, "a"), fact(EventKind.COLLECTED, "b", minutes=5, day=5)]
    assert contributions(facts) == {KEY: 1}


def test_what_is_taken_back_does_not_count_in_whatever_order_it_comes():
    done = fact(EventKind.COLLECTED, "a")
    undo = fact(EventKind.UNDO, "b", minutes=1, undoes_uuid="a")
    assert contributions([undo, done]) == contributions([done, undo]) == {}
    again = fact(EventKind.COLLECTED, "c", minutes=2)
    assert contributions([done, undo, again]) == {KEY: 1}


def test_coming_and_failing_collects_nothing():
    facts = [fact(EventKind.CHECKED_IN, "a"), fact(EventKind.COULD_NOT, "b", minutes=1)]
    assert contributions(facts) == {}
