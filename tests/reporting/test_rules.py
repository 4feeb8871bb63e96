"""Hours, lateness and standings of reports (III.6)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vneid_field.core.clock import to_local
from vneid_field.reporting.kinds import ReportKind
from vneid_field.reporting.rules import (
    PLAN_128_RULES,
    Standing,
    daily_periods,
    due_instant,
    minutes_late,
    minutes_left,
    open_instant,
    shortfalls,
    standing,
)
from vneid_field.units.rules import UnitKind

RULES = {(rule.unit_kind, rule.report_kind): rule for rule in PLAN_128_RULES}
TEAM = RULES[UnitKind.TEAM, ReportKind.DAILY]
COMMUNE = RULES[UnitKind.COMMUNE, ReportKind.DAILY]
POINT = RULES[UnitKind.COLLECTION_POINT, ReportKind.COLLECTION]
DUE = datetime(2023, 7, 5, 1, tzinfo=UTC)  # 08h00
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
    periods = list(daily_periods(date(2023, 6, 15), date(2023, 8, 5)))
    assert len(periods) == 52
    assert (periods[0], periods[-1]) == (date(2023, 6, 15), date(2023, 8, 5))


@pytest.mark.parametrize(
    ("seconds", "late", "left"),
    [(-61, 0, 1), (-60, 0, 1), (-1, 0, 0), (0, 0, 0), (1, 1, -1), (60, 1, -1), (61, 2, -2)],
)
def test_minutes_late_round_up_and_minutes_left_round_down(seconds, late, left):
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
