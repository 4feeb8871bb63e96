"""The absent list of a day names as many people as the day's figure says, whatever came later."""

from datetime import timedelta

import pytest

from tests.conftest import on_both
from tests.databases import START
from tests.make.visits import make_visit
from tests.make.world import DAY
from tests.visits.test_services import Walk, record
from vneid_field.core import clock
from vneid_field.extensions import db
from vneid_field.figures.queries import home_days, performed_days
from vneid_field.people.models import Citizen
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.queries import list_absent_events


def listed(world, on=DAY, team=None):
    scope = world.actor("commune").scope
    team_id = team.id if team else None
    found = list_absent_events(scope, world.campaign.id, world.ward.path, on, team_id)
    return [event.citizen_id for event in found]


def figure(world, on=DAY, team=None):
    scope, campaign = world.actor("commune").scope, world.campaign.id
    if team:
        return performed_days(scope, campaign, [team], on, on).whole_day["out_absent"]
    return home_days(scope, campaign, world.ward.path, on, on).whole_day["out_absent"]


def absent():
    return make_visit(Outcome.ABSENT, sub_reason=AbsentReason.STUDYING)


@pytest.mark.parametrize("seed", [11, 12, 13])
@on_both
def test_the_list_is_as_long_as_the_figure_after_any_history(world, seed):
    walk, seen = Walk(world, seed), 0
    walk.result = lambda make=walk.result: make() if walk.rng.random() < 0.5 else absent()
    for number in range(40):
        with clock.frozen(START + timedelta(hours=2 * number)):
            walk.step()
            if number == 20:
                walk.move_list()
    for on in (DAY + timedelta(days=n) for n in range(-2, 5)):
        for team in (None, world.team, world.other_team):
            people = listed(world, on, team)
            assert len(people) == len(set(people)) == figure(world, on, team), (on, team)
            seen += len(people)
    assert seen > 5


@on_both
def test_a_later_visit_leaves_yesterdays_list_and_an_undo_does_not(world):
    world.hand_over_all()
    first, second, third = world.citizens[:3]
    given = absent()
    for person in (first, second):
        record(world, person, absent())
    record(world, third, given)
    with clock.frozen(START + timedelta(days=1)):
        record(world, first, make_visit(Outcome.ACTIVATED_APP))
        record(world, second, make_visit(Outcome.REFUSED))
        record(world, third, make_visit(None, undoes=given.uuid))
    assert sorted(listed(world)) == [first.id, second.id]
    assert figure(world) == 2


@on_both
def test_somebody_who_moved_since_stays_on_the_list_of_where_they_lived(world):
    world.hand_over_all()
    person = world.citizens[0]
    record(world, person, absent())
    elsewhere = world.unit("31117")
    moved = db.session.get(Citizen, person.id)
    moved.unit_id, moved.unit_path = elsewhere.id, elsewhere.path
    db.session.flush()
    assert listed(world) == [person.id]
    assert figure(world) == 1
