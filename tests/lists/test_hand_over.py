"""Hand-over: one holder, received by a person, taken back."""

import pytest
from sqlalchemy import select

from tests.conftest import on_both
from tests.make.people import make_household
from tests.make.visits import make_visit
from vneid_field.core import clock
from vneid_field.core.errors import Conflict
from vneid_field.extensions import db
from vneid_field.figures.services import HOME, StockChange, add_stocks
from vneid_field.lists import holders
from vneid_field.lists.household_views import move_items
from vneid_field.lists.services import hand_over, move, receive, take_back
from vneid_field.recount import check
from vneid_field.review.queries import list_checklists
from vneid_field.units.models import TeamHamlet, Unit
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.services import record_visit


@on_both
def test_a_second_hand_over_is_refused_naming_the_holder(world):
    world.hand_over_all()
    with pytest.raises(Conflict, match=world.team.name):
        hand_over(
            actor=world.actor("commune"),
            campaign=world.campaign,
            from_unit=world.ward,
            team=world.other_team,
            citizens=world.citizens[:1],
        )


@on_both
def test_people_taken_back_can_be_given_to_another_team(world):
    given = world.hand_over_all()
    assert take_back(actor=world.actor("commune"), campaign=world.campaign, given=given) == 24
    again = hand_over(
        actor=world.actor("commune"),
        campaign=world.campaign,
        from_unit=world.ward,
        team=world.other_team,
        citizens=world.citizens,
    )
    assert again.to_unit_id == world.other_team.id


def test_a_leader_opens_today_over_http(login):
    assert "Hôm nay" in login("leader").text("/today")


def refuse(world, login, person):
    return record_visit(
        actor=world.actor(login),
        campaign=world.campaign,
        citizen_id=person.id,
        given=make_visit(Outcome.REFUSED),
    )


def queue_of(world, login):
    """Return (household, team) of the checklists that police of a unit review today."""
    found = list_checklists(world.actor(login).scope, world.campaign.id, clock.today())
    return {one.key for one in found}


@on_both
def test_moving_a_list_moves_who_records_and_its_results_reach_the_same_reviewer(world):
    given, person = world.hand_over_all(), world.citizens[0]
    refuse(world, "leader", person)
    made = move(
        actor=world.actor("commune"), campaign=world.campaign, given=given, team=world.other_team
    )
    receive(actor=world.actor("other.leader"), given=made)
    with pytest.raises(Conflict, match="đã rời danh sách"):
        refuse(world, "leader", person)
    refuse(world, "other.leader", person)
    home = person.household_id
    assert queue_of(world, "commune") == {(home, world.team.id), (home, world.other_team.id)}
    assert queue_of(world, "sibling.commune") == set()


@on_both
def test_whoever_moves_to_another_commune_is_reviewed_there_from_then_on(world):
    world.hand_over_all()
    stays, moves = world.citizens[0], world.citizens[2]
    sibling_team = world.unit_of("sibling-team")
    query = select(Unit).join(TeamHamlet, TeamHamlet.hamlet_id == Unit.id)
    there = db.session.scalars(query.where(TeamHamlet.team_id == sibling_team.id)).first()
    home = make_household(there, address_line="8 Lê Lai")
    before = (HOME, moves.unit_id, moves.unit_path)
    moves.household_id, moves.unit_id, moves.unit_path = home.id, there.id, there.path
    add_stocks(
        world.campaign.id,
        [
            StockChange(*before, {"unvisited": -1}),
            StockChange(HOME, there.id, there.path, {"unvisited": 1}),
        ],
    )
    move_items([moves], home.id)
    refuse(world, "leader", stays)
    refuse(world, "leader", moves)
    assert queue_of(world, "commune") == {(stays.household_id, world.team.id)}
    assert queue_of(world, "sibling.commune") == {(home.id, world.team.id)}
    assert holders.check(world.campaign) == []
    assert check(world.campaign) == []
