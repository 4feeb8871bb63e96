"""Rates of teams and of who worked in them: what they count, who sees them, in no ranking."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.conftest import on_both
from tests.make.reviews import DAY, contradict, day_of, decide, phone, walk
from tests.make.visits import make_visit
from vneid_field.people.queries import list_members
from vneid_field.review import services
from vneid_field.review.kinds import CallResult, ReviewState
from vneid_field.review.rates import Rate, rates_of_members, rates_of_teams
from vneid_field.visits.kinds import Outcome


def set_the_days(world):
    """The volunteer: two activations, one taken back, one not met; the leader: one refusal; and
    a paper typed in for nobody in particular.
    """
    world.hand_over_all()
    people = world.citizens
    one = walk(world, people[0])
    walk(world, people[2], minutes=5)
    taken = walk(world, people[4], minutes=10)
    walk(world, people[6], Outcome.NOBODY_HOME, minutes=15)
    services.undo_result(
        actor=world.actor("commune"),
        campaign=world.campaign,
        citizen_id=taken.citizen_id,
        given=make_visit(None, undoes=taken.uuid, note="Ghi nhầm"),
    )
    walk(world, people[8], Outcome.REFUSED, minutes=20, login="leader")
    return one


def of_team(world, since=DAY, on=DAY):
    ((_team, rate),) = rates_of_teams(world.campaign, [world.team], since, on)
    return rate


@on_both
def test_each_rate_has_its_part_and_its_whole(world):
    one = set_the_days(world)
    phone(world, one, CallResult.NO_ANSWER)
    phone(world, one, CallResult.DENIED)
    decide(world, day_of(world).find((one.household_id, world.team.id)), ReviewState.RETURNED)
    rate = of_team(world)
    assert (rate.activated, rate.met, rate.tried) == (2, 3, 4)  # who was undone is none of them
    assert (rate.checklists, rate.returned) == (5, 2)  # the undone one came back, too
    assert (rate.confirmed, rate.denied) == (0, 1)
    assert (rate.contact, rate.agreement, rate.return_share) == (75, 0, 40)
    assert (rate.contradicted, rate.contradiction) == (0, 0)
    members = rates_of_members(world.campaign, world.team, DAY, DAY)
    assert [m.name for m in members] == ["Người dùng leader", "Người dùng volunteer"]
    leader, volunteer = members
    assert (leader.activated, leader.met, leader.tried, leader.checklists) == (0, 1, 1, 1)
    assert leader.contradiction is None
    assert (volunteer.activated, volunteer.met, volunteer.tried) == (2, 2, 3)
    assert (volunteer.denied, volunteer.returned) == (1, 2)


@on_both
def test_a_later_list_contradicts_what_was_claimed(world):
    set_the_days(world)
    contradict(world)
    rate = of_team(world)
    assert (rate.activated, rate.contradicted, rate.contradiction) == (2, 2, 100)
    next_day = DAY + timedelta(days=1)
    assert of_team(world, next_day, next_day) == Rate(world.team.name)


@on_both
def test_who_is_met_on_two_days_is_tried_twice_and_activated_once(world):
    world.hand_over_all()
    one = world.citizens[0]
    walk(world, one, Outcome.NOBODY_HOME)
    walk(world, one, Outcome.REFUSED, minutes=60)
    walk(world, one, Outcome.ACTIVATED_APP, minutes=24 * 60)
    rate = of_team(world, DAY, DAY + timedelta(days=1))
    assert (rate.tried, rate.met, rate.activated, rate.checklists) == (2, 2, 1, 2)
    assert rate.contact == Decimal(100)


@on_both
def test_a_paper_of_the_whole_team_is_nobodys(world):
    world.hand_over_all()
    walk(world, world.citizens[0], login="commune", is_typed_in=True)
    (rate,) = rates_of_members(world.campaign, world.team, DAY, DAY)
    assert rate.tried == 1


@pytest.fixture
def ready(arrange):
    with arrange() as world:
        one = set_the_days(world)
        assert list_members(one.household_id)
        return world.ward.id, world.team.id, [team.name for team in world.teams_of(world.ward)]


def test_superiors_see_teams_in_their_order_and_a_teams_people_by_name(ready, login):
    ward_id, team_id, names = ready
    commune, district = login("commune"), login("district")
    page = commune.text("/review/rates")
    places = [page.index(f">{name}</a>") for name in names]
    assert places == sorted(places)
    assert "không phải bảng xếp hạng" in page
    assert "75,0%" in page or "75%" in page
    assert "3/4" in page
    for pages in (commune, district, login("city")):
        shown = pages.text(f"/review/rates/{team_id}?since=2023-07-01&on={DAY}")
        assert shown.index("Người dùng leader") < shown.index("Người dùng volunteer")
        assert "Cả tổ" in shown
        assert pages.text(f"/review/rates?unit={ward_id}").count("3/4") == 1
    assert f"unit={ward_id}" in district.text("/review/rates")
    district.get(f"/review/rates/{ward_id}", 404)
    for page in ("rates", "day"):  # of a team there is no coverage by team
        district.get(f"/review/{page}?unit={team_id}", 404)


@pytest.mark.parametrize("who", ["leader", "volunteer", "beat", "commune.ubnd", "admin"])
def test_whom_they_are_not_for_finds_nothing(ready, login, who):
    login(who).get("/review/rates", 404)
    login(who).get(f"/review/rates/{ready[1]}", 404)


def test_another_commune_finds_nothing(ready, login):
    sibling = login("sibling.commune")
    sibling.get(f"/review/rates?unit={ready[0]}", 404)
    sibling.get(f"/review/rates/{ready[1]}", 404)


@pytest.mark.parametrize(
    "asked", ["since=2030-01-01&on=2030-01-02", "since=x&on=y", "on=1990-01-01"]
)
def test_days_outside_the_campaign_are_brought_inside(ready, login, asked):
    page = login("commune").text(f"/review/rates?{asked}")
    assert f'max="{DAY.isoformat()}"' in page
    assert f'min="{date(2023, 6, 15).isoformat()}"' in page
