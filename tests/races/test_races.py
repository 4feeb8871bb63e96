"""Two people at once on both databases: one order of things comes out, and every sum is right."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from tests.conftest import on_both
from tests.lists.test_intake import upload
from tests.make.sheets import TITLES, xlsx
from tests.make.visits import make_visit
from vneid_field.core import clock
from vneid_field.core.errors import Conflict, DomainError
from vneid_field.extensions import db
from vneid_field.figures.queries import performed_days, stock_of
from vneid_field.lists import services as lists
from vneid_field.lists.apply import store_piece
from vneid_field.lists.hand_over_queries import get_hand_over, list_hand_overs
from vneid_field.lists.household_views import correct
from vneid_field.lists.import_queries import get_import
from vneid_field.lists.intake import compare, read_rows
from vneid_field.lists.kinds import ImportKind
from vneid_field.lists.models import ListItem
from vneid_field.lists.tasks import _open
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Citizen
from vneid_field.people.queries import get_citizen, get_household, list_members
from vneid_field.people.services import merge_households
from vneid_field.recount import check
from vneid_field.visits.corrections import undo_result
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.rules import GUIDE_STEPS
from vneid_field.visits.services import record_visit, start_here, tick_step

pytestmark = on_both


def visit(given, login="volunteer", number=0):
    """Return an act: this result on the hamlet's so-manieth person."""

    def act(world):
        return record_visit(
            actor=world.actor(login),
            campaign=world.campaign,
            citizen_id=world.citizens[number].id,
            given=given,
        )

    return act


def taking_back(world):
    actor = world.actor("commune")
    given = list_hand_overs(actor.scope, world.campaign.id)[0]
    return lists.take_back(actor=actor, campaign=world.campaign, given=given)


def day_sums(world):
    scope = world.actor("commune").scope
    today = clock.today()
    return performed_days(scope, world.campaign.id, [world.team], today, today).whole_day


def stock(world, basis, path):
    return stock_of(world.actor("commune").scope, world.campaign.id, basis, path)


def agrees(world):
    """Whether recount finds counters and events at one."""
    return check(world.campaign) == []


def test_two_results_on_one_person_at_once_are_folded_one_after_the_other(race, arrange):
    with arrange() as world:
        world.hand_over_all()
    refused, activated = make_visit(Outcome.REFUSED), make_visit(Outcome.ACTIVATED_APP)
    answers = race(visit(refused), visit(activated, "leader"))
    with arrange() as world:
        assert [type(answer).__name__ for answer in answers] == ["Recorded", "Recorded"]
        assert len(answers[1].events) == 2
        sums = day_sums(world)
        assert (sums.activated, sums["visits"], sums["people_visited"]) == (1, 2, 1)
        assert sums["out_refused"] == 0
        assert agrees(world)


def test_a_second_teams_result_and_an_undo_of_the_firsts_at_once_are_both_counted(race, arrange):
    first = make_visit(Outcome.DATA_MISMATCH)
    with arrange() as world:
        given = world.hand_over_all()
        visit(first)(world)
        moved = lists.move(
            actor=world.actor("commune"),
            campaign=world.campaign,
            given=given,
            team=world.other_team,
        )
        lists.receive(actor=world.actor("other.leader"), given=moved)

    def undo(world):
        return undo_result(
            actor=world.actor("commune"),
            campaign=world.campaign,
            citizen_id=world.citizens[0].id,
            given=make_visit(None, undoes=first.uuid, note="ghi nhầm"),
        )

    answers = race(
        visit(make_visit(Outcome.ABSENT, sub_reason=AbsentReason.STUDYING), "other.leader"), undo
    )
    with arrange() as world:
        assert not any(isinstance(answer, Exception) for answer in answers), answers
        assert world.citizens[0].visit_status == "absent"
        assert agrees(world)


def test_the_same_tap_twice_at_once_is_one_event_and_two_successes(race, arrange):
    with arrange() as world:
        world.hand_over_all()
    given = make_visit(Outcome.ACTIVATED_WEB)
    answers = race(visit(given), visit(given))
    with arrange() as world:
        assert [answer.is_repeat for answer in answers] == [False, True]
        assert db.session.scalar(select(func.count()).select_from(VisitEvent)) == 1
        assert day_sums(world)["visits"] == 1
        assert agrees(world)


def test_a_result_before_a_take_back_at_once_counts_and_closes_its_person(race, arrange):
    with arrange() as world:
        world.hand_over_all()
    answers = race(visit(make_visit(Outcome.ACTIVATED_APP)), taking_back)
    with arrange() as world:
        assert answers[1] == 23
        assert stock(world, "holder", world.team.path).held == 0
        assert day_sums(world).activated == 1
        assert agrees(world)


def test_a_result_during_a_take_back_finds_the_list_gone_and_counts_nothing(race, arrange):
    with arrange() as world:
        world.hand_over_all()
    answers = race(taking_back, visit(make_visit(Outcome.ACTIVATED_APP)))
    with arrange() as world:
        assert answers[0] == 24
        assert isinstance(answers[1], Conflict)
        assert stock(world, "holder", world.team.path).held == 0
        assert day_sums(world)["visits"] == 0
        assert agrees(world)


@pytest.fixture
def piece(arrange):
    """The piece of a list that says of the hamlet's first person: activated."""
    with arrange() as world:
        world.hand_over_all()
        first = world.citizens[0]
        birth = first.birth_on.strftime("%d/%m/%Y")
        rows = [(1, first.full_name, birth, "", first.citizen_id, "", "", "", "")]
        db.session.commit()
        content = xlsx(rows, titles=TITLES)
        import_id = upload(world, content, kind=ImportKind.ACTIVATED).id

    def act(world):
        scope = world.actor("commune").scope
        done = get_import(scope, world.campaign.id, import_id, with_content=True)
        reading = _open(done)
        store_piece(reading, compare(reading, list(read_rows(reading)), is_locked=True))

    return act


@pytest.mark.parametrize("is_visit_first", [True, False])
def test_a_result_during_an_imports_piece_and_the_piece_are_both_counted(
    race, arrange, piece, is_visit_first
):
    result = visit(make_visit(Outcome.REFUSED))
    answers = race(result, piece) if is_visit_first else race(piece, result)
    with arrange() as world:
        person = world.citizens[0]
        assert person.application_state is ApplicationState.ACTIVATED
        # The list closes the person's item: what is found after it is refused, with the moment.
        assert isinstance(answers[1], Conflict) is not is_visit_first, answers
        assert person.visit_status == ("refused" if is_visit_first else None)
        assert stock(world, "holder", world.team.path).held == 23
        assert stock(world, "home", world.ward.path)["activated"] == 1
        assert day_sums(world)["visits"] == int(is_visit_first)
        assert agrees(world)


def test_one_hamlet_handed_over_twice_at_once_goes_to_one_team_and_names_it(race, arrange):
    def giving(team):
        def act(world):
            return lists.hand_over_hamlet(
                actor=world.actor("commune"),
                campaign=world.campaign,
                commune=world.ward,
                hamlet=world.hamlet,
                team=getattr(world, team),
            )

        return act

    answers = race(giving("team"), giving("other_team"))
    with arrange() as world:
        assert len(answers[0]) == 1
        assert isinstance(answers[1], DomainError)
        assert world.team.name in answers[1].message
        assert stock(world, "holder", world.team.path).held == 24
        assert stock(world, "holder", world.other_team.path).held == 0
        assert agrees(world)


def test_a_list_moved_and_taken_back_at_once_ends_once(race, arrange):
    with arrange() as world:
        given_id = world.hand_over_all().id

    def moving(world):
        actor = world.actor("commune")
        given = get_hand_over(actor.scope, given_id)
        return lists.move(actor=actor, campaign=world.campaign, given=given, team=world.other_team)

    answers = race(moving, taking_back)
    with arrange() as world:
        # SQLite: the second finds the moved list as the newest and takes that one back.
        if isinstance(answers[1], Exception):
            assert isinstance(answers[1], Conflict)
            assert stock(world, "holder", world.other_team.path).held == 24
        assert stock(world, "holder", world.team.path).held == 0
        assert agrees(world)


def test_a_state_corrected_during_a_result_moves_the_stock_the_result_left(race, arrange):
    with arrange() as world:
        world.hand_over_all()

    def correcting(world):
        actor = world.actor("commune")
        citizen = get_citizen(actor.scope, world.citizens[0].id)
        correct(actor=actor, campaign=world.campaign, citizen=citizen, reason="Duyệt nhầm")

    answers = race(visit(make_visit(Outcome.REFUSED)), correcting)
    with arrange() as world:
        assert not any(isinstance(answer, Exception) for answer in answers), answers
        assert stock(world, "home", world.ward.path).held == 23
        assert stock(world, "holder", world.team.path).held == 23
        assert agrees(world)


def merging(household_id, into_id):
    """Return an act: merge one household into another."""

    def act(world):
        actor = world.actor("commune")
        household = get_household(actor.scope, household_id)
        into = get_household(actor.scope, into_id)
        return len(merge_households(actor=actor, household=household, into=into))

    return act


@pytest.fixture
def newcomers(arrange):
    """Two households, and the piece of a list that brings somebody new to the first one and moves
    somebody of a third into it."""
    with arrange() as world:
        one, other, third = world.households[:3]
        mover = next(c for c in world.citizens if c.household_id == third.id)
        birth, number = mover.birth_on.strftime("%d/%m/%Y"), mover.citizen_id
        new = ("01/02/1990", "Nam", "092090009999")
        place = (one.address_line, world.hamlet.name, "", "27/06/2023")
        rows = [(1, "Trần Mới", *new, *place), (2, mover.full_name, birth, "", number, *place)]
        ids = one.id, other.id
        db.session.commit()
        import_id = upload(world, xlsx(rows, titles=TITLES)).id

    def act(world):
        scope = world.actor("commune").scope
        done = get_import(scope, world.campaign.id, import_id, with_content=True)
        reading = _open(done)
        store_piece(reading, compare(reading, list(read_rows(reading)), is_locked=True))

    return *ids, act


@pytest.mark.parametrize("is_merge_first", [True, False])
def test_whom_a_list_brings_to_a_household_being_merged_lives_in_the_merged_one(
    race, arrange, newcomers, is_merge_first
):
    one, other, piece = newcomers
    merge = merging(one, other)
    answers = race(merge, piece) if is_merge_first else race(piece, merge)
    with arrange() as world:
        assert not any(isinstance(answer, Exception) for answer in answers), answers
        assert (len(list_members(one)), len(list_members(other))) == (0, 6)
        assert agrees(world)


def test_two_households_merged_into_each_other_at_once_are_merged_once(race, arrange):
    with arrange() as world:
        one, other = (household.id for household in world.households[:2])
    answers = race(merging(one, other), merging(other, one))
    with arrange():
        assert answers[0] == 2
        assert isinstance(answers[1], (Conflict, NoResultFound))
        assert (len(list_members(one)), len(list_members(other))) == (0, 4)


def test_a_person_is_never_on_two_open_items(race, arrange):
    def giving(world):
        actor = world.actor("commune")
        return lists.hand_over(
            actor=actor,
            campaign=world.campaign,
            from_unit=world.ward,
            team=world.team,
            citizens=world.citizens[:2],
        )

    answers = race(giving, giving)
    with arrange() as world:
        assert isinstance(answers[1], Conflict)
        assert world.team.name in answers[1].message
        assert db.session.scalar(select(func.count()).select_from(ListItem)) == 2
        assert db.session.scalar(select(func.count()).select_from(Citizen)) == 24
        assert agrees(world)


def test_two_at_the_same_step_of_the_guide_and_at_the_same_start(race, arrange):
    with arrange() as world:
        world.hand_over_all()
        citizen_id, household_id = world.citizens[0].id, world.households[0].id

    def act(world):
        actor, campaign = world.actor("volunteer"), world.campaign
        start_here(actor=actor, household_id=household_id)
        tick_step(
            actor=actor, campaign=campaign, citizen_id=citizen_id, step=GUIDE_STEPS[0], is_done=True
        )

    assert race(act, act) == [None, None]
