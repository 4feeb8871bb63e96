"""Who is proposed for a commendation: units by the boards' figures, people by whom they guided."""

from datetime import timedelta

import pytest

from tests.conftest import on_both
from tests.databases import START
from tests.make.commendations import set_the_scene, visit
from tests.make.flows import make_flow
from tests.make.world import DAY
from vneid_field.boards.commendations import gather_candidates
from vneid_field.boards.queries import list_standings
from vneid_field.core import clock
from vneid_field.extensions import db
from vneid_field.reporting.summary import summarise
from vneid_field.units.models import TeamMember
from vneid_field.units.rules import UnitKind
from vneid_field.visits.kinds import Outcome


@on_both
@pytest.mark.parametrize("code", ["92", "916"])
def test_units_stand_as_on_the_board_the_best_first(world, code):
    set_the_scene(world)
    world.unit("31117").sort_order = 99  # the plan's order is not the best one
    db.session.flush()
    root = world.unit(code)
    lines = summarise(world.campaign, root, DAY).lines
    found = list_standings(world.campaign, root, lines[0].unit.kind, DAY)
    assert {(one.unit.id, one.quota, one.done, one.percent, one.rank) for one in found} == {
        (
            line.unit.id,
            line.activation.quota,
            line.activation.cumulative,
            line.activation.percent,
            line.rank,
        )
        for line in lines
    }
    ranks = [one.rank for one in found]
    assert ranks[0] == 1
    assert ranks == [*sorted(r for r in ranks if r), *(r for r in ranks if not r)]


@on_both
def test_a_team_stands_by_what_it_did_and_a_place_by_who_lives_there(world):
    set_the_scene(world)
    make_flow(world.hamlet, DAY, 5, world.other_team)
    teams = list_standings(world.campaign, world.unit("916"), UnitKind.TEAM, DAY)
    assert (teams[0].unit.id, teams[0].done, teams[0].rank) == (world.team.id, 2, 1)
    assert (teams[1].unit.id, teams[1].done, teams[1].rank) == (world.other_team.id, 5, None)


@on_both
def test_a_person_has_the_merit_of_whom_they_guided_first(world):
    """Undone, activated before by another or by the citizen alone, later than the day: nobody's."""
    world.hand_over_all()
    people = world.citizens
    for citizen in people[:5]:
        visit(world, citizen, Outcome.ACTIVATED_WEB)
    undone = visit(world, people[5], Outcome.ACTIVATED_APP)
    visit(world, people[5], None, undoes=undone.event.uuid)
    visit(world, people[6], Outcome.ALREADY_ACTIVATED)
    visit(world, people[6], Outcome.ACTIVATED_APP, "volunteer")  # the citizen was first
    visit(world, people[0], Outcome.ACTIVATED_APP, "volunteer")  # the leader was first
    visit(world, people[7], Outcome.ACTIVATED_APP, "volunteer")
    visit(world, people[8], Outcome.REFUSED, "volunteer")
    undone = visit(world, people[9], Outcome.ACTIVATED_APP, "volunteer")
    visit(world, people[9], None, "volunteer", undoes=undone.event.uuid)
    with clock.frozen(START + timedelta(days=1)):
        visit(world, people[9], Outcome.ACTIVATED_APP, "volunteer")
    db.session.flush()

    def merits(on):
        found = gather_candidates(world.campaign, world.unit("916"), on)
        return {one.row.name: (one.activated, one.row.duty) for one in found.individuals}

    assert merits(DAY) == {
        "Người dùng leader": (5, "Tổ trưởng"),
        "Người dùng volunteer": (1, "Thành viên tổ"),
    }
    assert merits(DAY.replace(day=3)) == {}
    assert merits(DAY.replace(day=5))["Người dùng volunteer"][0] == 2


def test_a_members_account_is_the_member_and_who_left_is_proposed_no_more(world):
    set_the_scene(world)
    member = TeamMember(team_id=world.team.id, full_name="Lê Thị Thử", sort_key="a")
    db.session.add(member)
    db.session.flush()
    world.user("leader").team_member_id = member.id
    db.session.flush()

    def names():
        found = gather_candidates(world.campaign, world.unit("916"), DAY).individuals
        return [(one.row.name, one.activated) for one in found]

    assert names() == [("Lê Thị Thử", 2)]
    world.user("leader").is_active = False  # accounts end with the campaign, merits do not
    assert names() == [("Lê Thị Thử", 2)]
    member.left_at = world.user("leader").created_at
    db.session.flush()
    assert names() == []
