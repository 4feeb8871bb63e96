"""Two at the same absence case, support team or printed list: each step once, nobody unheard."""

import pytest
from sqlalchemy import func, select

from tests.conftest import on_both
from tests.make.absences import RETURN, case_of, find_absent, hop_of, make_support
from tests.make.visits import make_uuid, make_visit
from tests.races.test_loops import clean
from tests.races.test_races import visit
from vneid_field.absences import contacts, desks
from vneid_field.absences import services as absences
from vneid_field.absences.kinds import CloseReason, ContactOutcome, Stage
from vneid_field.absences.models import AbsenceCase, AbsenceContact
from vneid_field.absences.papers import ask_paper
from vneid_field.absences.queries import newest_hop_id
from vneid_field.core.access import Role
from vneid_field.core.errors import Conflict
from vneid_field.extensions import db
from vneid_field.jobs.models import Job
from vneid_field.visits.kinds import Outcome

pytestmark = on_both


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def case(arrange):
    """A case at the district, with two support teams below it."""
    with arrange() as world:
        world.hand_over_all()
        find_absent(world, world.citizens[0])
        find_absent(world, world.citizens[1])
        for number in (1, 2):
            make_support(world.unit("916"), number)
        case = case_of(world.citizens[0])
        do(absences.send_up, "leader", case.id)(world)
        do(absences.send_up, "commune", case.id)(world)
        return case.id


def do(act, login, case_id, **fields):
    def acting(world):
        who = {"actor": world.actor(login), "campaign": world.campaign}
        return act(**who, case_ids=[case_id], **fields)

    return acting


def support(world, number):
    return world.unit(f"916.HT{number}").id


def assigning(case, number, seen=None):
    def act(world):
        return do(absences.assign, "district", case, team_id=support(world, number), seen=seen)(
            world
        )

    return act


def offering(case, code="31117", seen=None):
    def act(world):
        return do(
            absences.offer_elsewhere,
            "district",
            case,
            unit_id=world.unit(code).id,
            note="ở trọ",
            seen=seen,
        )(world)

    return act


def declining(case, login):
    def act(world):
        absences.decline(
            actor=world.actor(login), campaign=world.campaign, case_id=case, note="nhầm"
        )
        return "declined"

    return act


def at(world, case):
    hop = hop_of(case_of(world.citizens[0]))
    return (hop.stage, hop.unit_id, hop.received_at is not None) if hop else None


def newest(arrange):
    with arrange():
        return newest_hop_id()


def test_a_case_sent_up_twice_at_once_goes_one_step(race, arrange):
    with arrange() as world:
        world.hand_over_all()
        find_absent(world, world.citizens[0])
        case = case_of(world.citizens[0]).id
    seen = newest(arrange)
    fetch = do(absences.send_up, "commune", case, seen=seen)
    assert race(fetch, fetch) == [1, 0]
    with arrange() as world:
        assert at(world, case)[:2] == (Stage.COMMUNE, world.ward.id)
        assert clean(world)
    seen = newest(arrange)
    fetch = do(absences.send_up, "district", case, seen=seen)
    assert race(fetch, fetch) == [1, 0]


def test_a_case_given_to_two_teams_at_once_is_with_the_first(race, arrange, case):
    seen = newest(arrange)
    answers = race(assigning(case, 1, seen), assigning(case, 2, seen))
    assert answers[0] == 1
    assert isinstance(answers[1], Conflict)
    with arrange() as world:
        assert at(world, case)[:2] == (Stage.WORK, support(world, 1))
        assert clean(world)


def test_a_case_closed_on_a_page_older_than_its_way_is_not_closed(race, arrange, case):
    seen = newest(arrange)
    closing = do(
        absences.close_cases,
        "district",
        case,
        reason=CloseReason.OUTSIDE,
        place="Bình Dương",
        seen=seen,
    )
    answers = race(assigning(case, 1, seen), closing)
    assert isinstance(answers[1], Conflict)
    with arrange() as world:
        assert at(world, case)[0] is Stage.WORK


def test_an_offer_accepted_and_recalled_at_once_is_as_the_first_said(race, arrange, case):
    with arrange() as world:
        offering(case)(world)
    accept = do(absences.receive, "sibling.commune", case)
    answers = race(accept, declining(case, "district"))
    assert answers[0] == 1
    assert isinstance(answers[1], Conflict)
    with arrange() as world:
        assert at(world, case) == (Stage.ELSEWHERE, world.unit("31117").id, True)
        assert clean(world)


def test_an_offer_recalled_while_it_is_accepted_or_declined_is_told_as_gone(race, arrange, case):
    with arrange() as world:
        offering(case)(world)
    accept = do(absences.receive, "sibling.commune", case)
    answers = race(declining(case, "district"), accept)
    answers += race(declining(case, "sibling.commune"), declining(case, "sibling.commune"))
    assert answers[0] == "declined"
    for answer in answers[1:]:
        assert isinstance(answer, Conflict), answer
        assert "vừa được chuyển" in answer.message
    with arrange() as world:
        assert at(world, case)[:2] == (Stage.DISTRICT, world.unit("916").id)
        assert clean(world)


@pytest.mark.parametrize("is_visit_first", [True, False])
def test_a_case_returned_while_a_visit_activates_the_person_is_closed(
    race, arrange, case, is_visit_first
):
    returning = do(absences.give_back, "district", case, back_on=RETURN, note="")
    acts = [visit(make_visit(Outcome.ACTIVATED_APP)), returning]
    answers = race(*(acts if is_visit_first else reversed(acts)))
    assert isinstance(answers[1], Conflict) is is_visit_first
    with arrange() as world:
        assert case_of(world.citizens[0]).close_reason is CloseReason.ACTIVATED
        assert at(world, case) is None
        assert clean(world)


def test_one_tap_on_two_cases_at_once_is_one_contact_and_a_refusal(race, arrange, case):
    uuid = make_uuid()
    with arrange() as world:
        other = case_of(world.citizens[1]).id
        do(absences.send_up, "leader", other)(world)
        do(absences.send_up, "commune", other)(world)
        for one in (case, other):
            assigning(one, 1)(world)

    def calling(case_id):
        def act(world):
            team = world.unit("916.HT1")
            return contacts.record_contact(
                actor=world.actor_on("other.leader", team, Role.VOLUNTEER),
                campaign=world.campaign,
                case_id=case_id,
                given=contacts.ContactInput(uuid=uuid, outcome=ContactOutcome.NO_ANSWER),
            ).case_id

        return act

    answers = race(calling(case), calling(other))
    assert answers[0] == case
    assert isinstance(answers[1], Conflict)
    assert race(calling(case), calling(case)) == [case, case]
    with arrange():
        assert count(AbsenceContact) == 1
        assert db.session.get_one(AbsenceCase, case).tries == 1


def test_a_paper_or_a_desk_asked_for_twice_at_once_is_there_once(race, arrange, case):
    def printing(world):
        actor = world.actor("commune")
        return ask_paper(actor=actor, campaign=world.campaign, unit=world.ward).id

    one, other = race(printing, printing)
    assert one == other
    with arrange():
        assert count(Job) == 1

    def founding(name):
        def act(world):
            return desks.add_desk(
                actor=world.actor("district"),
                parent=world.unit("916"),
                name=name,
                place="Trụ sở",
                hours="Sáng",
            ).code

        return act

    assert race(founding("Tổ A"), founding("Tổ B")) == ["916.HT3", "916.HT4"]
    answers = race(founding("Tổ C"), founding("Tổ C"))
    assert isinstance(answers[1], Conflict)
