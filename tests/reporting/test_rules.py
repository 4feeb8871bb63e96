"""Hours, lateness and standings of reports (III.6)."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vneid_field.core.clock import to_local
from vneid_field.reporting.kinds import ReportKind
from vneid_field.reporting.rules import (
    PLAN_128_RULES,
    Period,
    Standing,
    due_instant,
    minutes_late,
    minutes_left,
    open_instant,
    periods,
    shortfalls,
    standing,
)
from vneid_field.units.rules import UnitKind

RULES = {(rule.unit_kind, rule.report_kind): rule for rule in PLAN_128_RULES}
TEAM = RULES[UnitKind.TEAM, ReportKind.DAILY]
COMMUNE = RULES[UnitKind.COMMUNE, ReportKind.DAILY]
POINT = RULES[UnitKind.COLLECTION_POINT, ReportKind.COLLECTION]
DUE = datetime(2023, 7, 5, 1, tzinfo=UTC)  # 08h00
DRIVE = (date(2023, 6, 15), date(2023, 8, 5))
days = st.dates(date(2023, 6, 1), date(2024, 3, 31))


@given(days)
def test_each_report_is_due_at_the_plans_local_hour_every_day_of_the_year(day):
    next_day = day + timedelta(days=1)
    for rule, on, hour in (
        (POINT, day, time(17)),
        (TEAM, next_day, time(8)),
        (COMMUNE, next_day, time(10)),
    ):
        due = to_local(due_instant(rule, day))
        assert (due.date(), due.time()) == (on, hour), rule
        assert open_instant(rule, day) < due_instant(rule, day)


@given(days)
def test_a_team_may_send_from_17h00_and_its_superior_from_midnight(day):
    assert to_local(open_instant(TEAM, day)).replace(tzinfo=None) == datetime.combine(day, time(17))
    opens = to_local(open_instant(COMMUNE, day)).replace(tzinfo=None)
    assert opens == datetime.combine(day + timedelta(days=1), time())


def test_the_drive_has_52_daily_periods_although_the_quota_has_50_days():
    found = periods(ReportKind.DAILY, *DRIVE)
    assert len(found) == 52
    assert (found[0], found[-1]) == (Period(DRIVE[0], DRIVE[0]), Period(DRIVE[1], DRIVE[1]))


def test_weeks_run_to_tuesday_the_first_is_short_and_the_last_days_are_in_the_final_only():
    found = periods(ReportKind.WEEKLY, *DRIVE)
    assert found[0] == Period(date(2023, 6, 15), date(2023, 6, 20))
    assert found[-1] == Period(date(2023, 7, 26), date(2023, 8, 1))
    assert len(found) == 7
    assert [one.days for one in found] == [6, 7, 7, 7, 7, 7, 7]
    assert periods(ReportKind.FINAL, *DRIVE) == [Period(*DRIVE)]


@given(days, st.integers(0, 90), st.integers(0, 6))
def test_weeks_follow_one_another_and_end_on_their_weekday(starts_on, length, week_ends_on):
    ends_on = starts_on + timedelta(days=length)
    found = periods(ReportKind.WEEKLY, starts_on, ends_on, week_ends_on)
    assert all(one.last_on.weekday() == week_ends_on for one in found)
    assert sum(one.days for one in found) <= length + 1
    for before, after in pairwise(found):
        assert after.first_on == before.last_on + timedelta(days=1)
    if found:
        assert found[0].first_on == starts_on
        assert (ends_on - found[-1].last_on).days < 7


@pytest.mark.parametrize(
    ("unit", "kind", "last_on", "due"),
    [
        (UnitKind.DISTRICT, ReportKind.DAILY, "2023-07-04", "2023-07-05 14:00"),
        (UnitKind.TEAM, ReportKind.WEEKLY, "2023-08-01", "2023-08-02 08:00"),
        (UnitKind.COMMUNE, ReportKind.WEEKLY, "2023-08-01", "2023-08-02 10:00"),
        (UnitKind.DISTRICT, ReportKind.WEEKLY, "2023-08-01", "2023-08-02 14:00"),
        (UnitKind.CITY, ReportKind.WEEKLY, "2023-08-01", "2023-08-03 09:00"),
        (UnitKind.COMMUNE, ReportKind.FINAL, "2023-08-05", "2023-08-06 10:00"),
        (UnitKind.DISTRICT, ReportKind.FINAL, "2023-08-05", "2023-08-06 15:00"),
        (UnitKind.CITY, ReportKind.FINAL, "2023-08-05", "2023-08-07 15:00"),
    ],
)
def test_each_level_has_the_plans_hour(unit, kind, last_on, due):
    found = to_local(due_instant(RULES[unit, kind], date.fromisoformat(last_on)))
    assert f"{found:%Y-%m-%d %H:%M}" == due


@pytest.mark.parametrize(
    ("seconds", "late", "left"),
    [
        (-61, 0, 1),
        (-60, 0, 1),
        (-1, 0, 0),
        (0, 0, 0),
        (1, 1, -1),
        (119, 1, -1),
        (120, 2, -2),
        (630, 10, -10),  # 08h10m30s: the clock on the wall says ten past
    ],
)
def test_minutes_are_whole_ones_and_the_first_second_late_is_a_minute(seconds, late, left):
    now = DUE + timedelta(seconds=seconds)
    assert (minutes_late(DUE, now), minutes_left(DUE, now)) == (late, left)


@given(st.integers(-(10**6), 10**6))
def test_a_report_is_late_exactly_when_no_time_is_left(seconds):
    now = DUE + timedelta(seconds=seconds)
    assert (minutes_late(DUE, now) > 0) == (minutes_left(DUE, now) < 0)


@pytest.mark.parametrize(
    ("state", "seconds", "expected"),
    [
        ("expected", 0, Standing.EXPECTED),
        ("expected", 1, Standing.MISSING),
        ("sent_on_time", 9999, Standing.SENT_ON_TIME),
        ("sent_late", 9999, Standing.SENT_LATE),
        ("excused", 9999, Standing.EXCUSED),
    ],
)
def test_only_an_expected_report_turns_missing_when_the_hour_has_passed(state, seconds, expected):
    assert standing(state, DUE, DUE + timedelta(seconds=seconds)) is expected


def figures_of(activated, collected, a_day=14):
    return {
        "activation": {"in_day": activated, "quota_a_day": a_day},
        "collection": {"in_day": collected, "quota_a_day": a_day},
    }


@pytest.mark.parametrize(
    ("kind", "activated", "collected", "short"),
    [
        (UnitKind.COMMUNE, 14, 14, []),
        (UnitKind.COMMUNE, 13, 14, ["activation"]),
        (UnitKind.COMMUNE, 15, 13, ["collection"]),
        (UnitKind.COMMUNE, 0, 0, ["activation", "collection"]),
        (UnitKind.TEAM, 14, 0, []),
        (UnitKind.TEAM, 13, 0, ["activation"]),
    ],
)
def test_police_explain_either_target_below_its_daily_quota_a_team_activation_only(
    kind, activated, collected, short
):
    assert [one.target for one in shortfalls(kind, figures_of(activated, collected))] == short


def test_without_a_quota_there_is_nothing_to_explain():
    assert shortfalls(UnitKind.COMMUNE, figures_of(0, 0, a_day=0)) == []
