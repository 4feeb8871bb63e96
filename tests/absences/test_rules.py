"""When a case is due, where it may go, what a status means for it."""

from datetime import date, datetime, time

import pytest

from vneid_field.absences.kinds import CloseReason, Stage
from vneid_field.absences.rules import age_group, closed_by_fact, due_at, may_go
from vneid_field.core.clock import TZ, to_local
from vneid_field.figures.rules import Bucket
from vneid_field.units.rules import UnitKind


def local(day, hour, minute=0):
    return datetime(2023, 7, day, hour, minute, tzinfo=TZ)


@pytest.mark.parametrize(
    ("stage", "arrives", "due"),
    [
        (Stage.FOUND, local(4, 7), local(5, 8)),  # the day's list by 08h00 of the next day
        (Stage.FOUND, local(4, 23, 59), local(5, 8)),
        (Stage.COMMUNE, local(5, 7, 50), local(5, 10)),
        (Stage.COMMUNE, local(4, 17, 30), local(5, 10)),
        (Stage.COMMUNE, local(5, 10), local(6, 10)),
        (Stage.DISTRICT, local(5, 9, 50), local(5, 14)),
        (Stage.WORK, local(5, 14), local(8, 17)),
        (Stage.ELSEWHERE, local(5, 9), local(6, 10)),
        (Stage.BACK, local(5, 9), local(7, 8)),
    ],
)
def test_each_hop_is_due_at_the_hours_of_section_9(stage, arrives, due):
    assert to_local(due_at(stage, arrives, {})) == due


def test_a_case_that_is_back_at_the_team_is_due_on_the_morning_after_the_return():
    due = due_at(Stage.BACK, local(5, 9), {}, back_on=date(2023, 7, 9))
    assert to_local(due) == local(10, 8)


def test_the_hours_are_those_of_the_campaign():
    due = due_at(Stage.COMMUNE, local(5, 7), {UnitKind.COMMUNE: time(9, 30)})
    assert to_local(due) == local(5, 9, 30)


def test_a_case_goes_up_is_assigned_and_comes_back_and_nowhere_else():
    assert may_go(Stage.FOUND, Stage.COMMUNE, is_received=True)
    assert may_go(Stage.WORK, Stage.WORK, is_received=False)
    assert not may_go(Stage.FOUND, Stage.DISTRICT, is_received=True)
    assert not may_go(Stage.COMMUNE, Stage.WORK, is_received=True)
    assert not may_go(Stage.ELSEWHERE, Stage.WORK, is_received=False)


@pytest.mark.parametrize("stage", Stage)
def test_an_activation_closes_a_case_at_every_stage(stage):
    assert closed_by_fact(stage, Bucket.ACTIVATED, "activated_app") is CloseReason.ACTIVATED
    assert closed_by_fact(stage, None, "absent") is CloseReason.LEFT
    assert closed_by_fact(stage, Bucket.ABSENT, "absent") is None


def test_another_result_closes_it_only_while_the_team_has_it():
    assert closed_by_fact(Stage.BACK, Bucket.PENDING, "revisit") is CloseReason.MET
    assert closed_by_fact(Stage.FOUND, Bucket.UNVISITED, None) is CloseReason.WITHDRAWN
    assert closed_by_fact(Stage.DISTRICT, Bucket.PENDING, "revisit") is None


@pytest.mark.parametrize(("days", "group"), [(0, 0), (1, 0), (2, 1), (7, 2), (8, 3)])
def test_ages_fall_into_groups(days, group):
    assert age_group(days) == group
