"""The loop: opened by a visit, consolidated, sent, assigned, worked, closed; receipts and refusals."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select

from tests.conftest import on_both
from tests.make.absences import RETURN, case_of, contact, find_absent, hop_of, visit
from tests.make.visits import make_visit
from tests.make.world import DAY
from vneid_field.absences import services
from vneid_field.absences.following import open_missing
from vneid_field.absences.kinds import CloseReason, ContactOutcome, Leave, Stage
from vneid_field.absences.models import AbsenceCase, AbsenceContact, AbsenceHop
from vneid_field.absences.queries import Wanted, count_cases, find_doubles, list_cases
from vneid_field.core import clock
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.extensions import db
from vneid_field.figures.models import Flow
from vneid_field.jobs.services import run_waiting
from vneid_field.lists import import_services
from vneid_field.lists.kinds import ImportKind
from vneid_field.lists.models import ListImport
from vneid_field.people.models import Citizen
from vneid_field.recount import check
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.models import VisitEvent


def at(case):
    hop = hop_of(case)
    return (hop.stage, hop.unit_id) if hop else None


def do(loop, act, actor, ids=None, **fields):
    return act(actor=actor, campaign=loop.campaign, case_ids=ids or loop.ids, **fields)


def set_tries(campaign, count):
    held = {"absence_tries": {"value": count, "by": None, "at": "2023-07-01T00:00:00+00:00"}}
    campaign.settings = {**campaign.settings, "absences": held}


def at_the_district(loop):
    services.send_found(actor=loop.leader, campaign=loop.campaign)
    do(loop, services.send_up, loop.commune)


def at_work(loop):
    at_the_district(loop)
    do(loop, services.assign, loop.district, team_id=loop.support.id)


@on_both
def test_the_days_absentees_build_the_list_by_themselves(loop):
    for case in loop.cases:
        assert at(case) == (Stage.FOUND, loop.world.team.id)
        assert case.reason is AbsentReason.WORKING_AWAY
        assert clock.to_local(hop_of(case).due_at).hour == 8
    seen = count_cases(loop.leader.scope, loop.campaign.id, Wanted())
    assert seen == 4


@on_both
def test_a_case_goes_from_the_team_to_a_support_team_with_receipts_and_is_activated_there(loop):
    world, case = loop.world, loop.cases[0]
    assert services.send_found(actor=loop.leader, campaign=loop.campaign) == 4
    assert at(case) == (Stage.COMMUNE, world.ward.id)
    assert do(loop, services.receive, loop.commune) == 4
    assert do(loop, services.receive, loop.commune) == 0  # twice is once
    assert hop_of(case).received_by == loop.commune.user_id
    assert do(loop, services.send_up, loop.commune) == 4
    assert do(loop, services.send_up, loop.commune) == 0
    assert at(case) == (Stage.DISTRICT, loop.district_unit.id)
    assert do(loop, services.assign, loop.district, team_id=loop.support.id) == 4
    assert at(case) == (Stage.WORK, loop.support.id)
    contact(world, loop.caller, case, ContactOutcome.RESULT, result=Outcome.ACTIVATED_WEB)
    assert at(case) is None
    assert case.close_reason is CloseReason.ACTIVATED
    citizen = db.session.get_one(Citizen, case.citizen_id)
    assert citizen.visit_status == "activated_web"
    done_by_support = db.session.scalar(
        select(func.sum(Flow.activated_web)).where(Flow.performed_by_unit_id == loop.support.id)
    )
    assert done_by_support == 1
    assert check(loop.campaign) == []
    trail = db.session.scalars(
        select(AbsenceHop).where(AbsenceHop.case_id == case.id).order_by(AbsenceHop.id)
    ).all()
    assert [hop.stage for hop in trail] == [Stage.FOUND, Stage.COMMUNE, Stage.DISTRICT, Stage.WORK]
    assert all(hop.received_at and hop.left_at for hop in trail)
    assert trail[-1].left_as is Leave.CLOSED


@on_both
def test_a_second_tap_of_a_contact_is_the_same_contact(loop):
    at_work(loop)
    first = contact(loop.world, loop.caller, loop.cases[0], uuid="u-1")
    again = contact(loop.world, loop.caller, loop.cases[0], uuid="u-1")
    assert first.id == again.id
    assert loop.cases[0].tries == 1
    assert db.session.scalar(select(func.count()).select_from(AbsenceContact)) == 1


def test_the_team_that_meets_the_person_closes_the_case_wherever_it_is_when_it_activates(loop):
    at_work(loop)
    visit(loop.world, loop.people[0], make_visit(Outcome.ACTIVATED_APP))
    assert loop.cases[0].close_reason is CloseReason.ACTIVATED
    assert hop_of(loop.cases[0]) is None


def test_a_recount_names_a_case_that_nobody_holds_and_one_of_somebody_activated(loop):
    assert check(loop.campaign) == []
    hop = hop_of(loop.cases[0])
    hop.left_at = clock.now()
    loop.people[1].visit_status = "activated_app"
    db.session.flush()
    found = {one.key for one in check(loop.campaign) if one.place == "absence"}
    assert found == {str(loop.cases[0].id), str(loop.cases[1].id)}


def test_a_national_list_that_says_activated_closes_the_case(app, arrange):
    with arrange() as world:
        world.hand_over_all()
        citizen, other = world.citizens[:2]
        for one in (citizen, other):
            find_absent(world, one)
        done = import_services.upload(
            actor=world.actor("commune"),
            campaign=world.campaign,
            unit=world.ward,
            kind=ImportKind.ACTIVATED,
            as_of_on=DAY,
            content=f"Họ và tên;Số CCCD\n{citizen.full_name};{citizen.citizen_id}\n".encode(),
            extension="csv",
        )
        ids, import_id = (case_of(citizen).id, case_of(other).id), done.id
    with arrange():
        run_waiting()
    with arrange() as world:
        done = db.session.get_one(ListImport, import_id)
        import_services.apply_import(actor=world.actor("commune"), done=done)
    with arrange():
        run_waiting()
    with arrange() as world:
        assert db.session.get_one(AbsenceCase, ids[0]).close_reason is CloseReason.ACTIVATED
        assert db.session.get_one(AbsenceCase, ids[1]).closed_at is None
        assert check(world.campaign) == []


def test_taking_the_activation_back_puts_the_case_where_it_was(loop):
    at_work(loop)
    done = visit(loop.world, loop.people[0], make_visit(Outcome.ACTIVATED_APP))
    visit(loop.world, loop.people[0], make_visit(None, undoes=done.uuid))
    assert loop.cases[0].closed_at is None
    assert at(loop.cases[0]) == (Stage.WORK, loop.support.id)


def test_taking_the_absent_result_back_withdraws_the_case_that_nobody_else_has_yet(loop):
    event = db.session.get_one(VisitEvent, loop.cases[0].event_id)
    visit(loop.world, loop.people[0], make_visit(None, undoes=event.uuid))
    assert loop.cases[0].close_reason is CloseReason.WITHDRAWN


def test_a_person_met_meanwhile_is_shown_to_the_holder_who_decides(loop):
    at_the_district(loop)
    with clock.frozen(clock.now() + timedelta(hours=2)):
        visit(loop.world, loop.people[0], make_visit(Outcome.REFUSED))
    case = loop.cases[0]
    assert at(case) == (Stage.DISTRICT, loop.district_unit.id)
    lines = list_cases(loop.district.scope, loop.campaign.id, Wanted())
    assert [line.case.id for line in lines if line.is_met] == [case.id]
    with pytest.raises(DomainError, match="chưa được gặp"):
        do(loop, services.close_cases, loop.district, [loop.ids[1]], reason=CloseReason.MET)
    do(loop, services.close_cases, loop.district, [case.id], reason=CloseReason.MET)
    assert case.close_reason is CloseReason.MET


def test_one_person_found_absent_twice_is_one_case(loop):
    event = find_absent(loop.world, loop.people[0], sub_reason=AbsentReason.STUDYING)
    assert db.session.scalar(select(func.count()).select_from(AbsenceCase)) == 4
    assert loop.cases[0].event_id == event.id
    assert loop.cases[0].reason is AbsentReason.STUDYING


def test_two_records_with_one_name_and_birth_are_marked_as_doubles(loop):
    first, second = loop.people[0], loop.people[1]
    second.search_key, second.birth_on = first.search_key, first.birth_on
    db.session.flush()
    lines = list_cases(loop.commune.scope, loop.campaign.id, Wanted())
    assert find_doubles(loop.commune.scope, loop.campaign.id, lines) == set(loop.ids[:2])
    do(loop, services.send_up, loop.commune)
    do(loop, services.close_cases, loop.commune, loop.ids[:1], reason=CloseReason.DUPLICATE)
    assert loop.cases[0].close_reason is CloseReason.DUPLICATE


def test_a_unit_fetches_what_the_one_below_it_did_not_send(loop):
    assert do(loop, services.send_up, loop.commune) == 4
    hop = hop_of(loop.cases[0])
    assert (hop.stage, hop.unit_id) == (Stage.COMMUNE, loop.world.ward.id)
    assert hop.received_by == loop.commune.user_id
    assert do(loop, services.send_up, loop.district) == 4
    assert at(loop.cases[0]) == (Stage.DISTRICT, loop.district_unit.id)


def test_a_case_returns_to_the_team_on_a_date_and_starts_anew_when_nobody_came(loop):
    at_work(loop)
    case = loop.cases[0]
    contact(loop.world, loop.caller, case, ContactOutcome.BACK_ON, back_on=RETURN)
    assert at(case) == (Stage.BACK, loop.world.team.id)
    assert clock.to_local(hop_of(case).due_at).date() == RETURN + timedelta(days=1)
    with clock.frozen(clock.at_local(RETURN, clock.to_local(clock.now()).time())):
        find_absent(loop.world, loop.people[0])
        assert at(case) == (Stage.FOUND, loop.world.team.id)
        assert case.closed_at is None


def test_a_case_back_at_the_team_ends_when_the_team_meets_the_person(loop):
    at_the_district(loop)
    do(loop, services.give_back, loop.district, loop.ids[:1], back_on=RETURN, note="về giỗ")
    with clock.frozen(clock.now() + timedelta(days=4)):
        visit(loop.world, loop.people[0], make_visit(Outcome.REFUSED))
    assert loop.cases[0].close_reason is CloseReason.MET


@pytest.mark.parametrize("day", [date(2023, 7, 3), date(2023, 8, 6), None])
def test_nobody_returns_yesterday_or_after_the_campaign(loop, day):
    at_the_district(loop)
    with pytest.raises(DomainError):
        do(loop, services.give_back, loop.district, back_on=day, note="")


@on_both
def test_another_locality_takes_over_accepts_and_lets_its_own_team_call(loop):
    world, case = loop.world, loop.cases[0]
    at_the_district(loop)
    other = world.unit("31117")
    with pytest.raises(DomainError, match="đang ở đâu"):
        do(loop, services.offer_elsewhere, loop.district, [case.id], unit_id=other.id, note=" ")
    do(loop, services.offer_elsewhere, loop.district, [case.id], unit_id=other.id, note="trọ")
    assert at(case) == (Stage.ELSEWHERE, other.id)
    seen = list_cases(loop.other.scope, loop.campaign.id, Wanted())
    assert [line.case.id for line in seen] == [case.id]  # though the person lives elsewhere
    team = world.teams_of(other)[0]
    with pytest.raises(Conflict, match="bấm Nhận"):
        do(loop, services.assign, loop.other, [case.id], team_id=team.id)
    do(loop, services.receive, loop.other, [case.id])
    do(loop, services.assign, loop.other, [case.id], team_id=team.id)
    caller = world.actor("sibling.leader")
    contact(world, caller, case, ContactOutcome.RESULT, result=Outcome.ACTIVATED_APP)
    assert case.close_reason is CloseReason.ACTIVATED
    assert check(loop.campaign) == []


def test_who_is_asked_may_decline_with_a_reason_and_the_case_goes_back(loop):
    at_the_district(loop)
    case, other = loop.cases[0], loop.world.unit("31117")
    do(loop, services.offer_elsewhere, loop.district, [case.id], unit_id=other.id, note="trọ")
    with pytest.raises(DomainError, match="lý do"):
        services.decline(actor=loop.other, campaign=loop.campaign, case_id=case.id, note="")
    services.decline(actor=loop.other, campaign=loop.campaign, case_id=case.id, note="không có")
    assert at(case) == (Stage.DISTRICT, loop.district_unit.id)
    assert hop_of(case).note == "không có"


def test_an_offer_nobody_accepted_is_taken_back_by_who_made_it_and_by_nobody_else(loop):
    at_the_district(loop)
    case, other = loop.cases[0], loop.world.unit("31117")
    do(loop, services.offer_elsewhere, loop.district, [case.id], unit_id=other.id, note="trọ")
    with pytest.raises((Conflict, NotFound)):
        services.decline(actor=loop.commune, campaign=loop.campaign, case_id=case.id, note="nhầm")
    services.decline(actor=loop.district, campaign=loop.campaign, case_id=case.id, note="nhầm")
    assert at(case) == (Stage.DISTRICT, loop.district_unit.id)
    do(loop, services.offer_elsewhere, loop.district, [case.id], unit_id=other.id, note="trọ")
    do(loop, services.receive, loop.other, [case.id])
    with pytest.raises(Conflict):  # accepted: it is theirs
        services.decline(actor=loop.district, campaign=loop.campaign, case_id=case.id, note="nhầm")


def test_an_offer_is_not_closed_before_it_is_accepted(loop):
    at_the_district(loop)
    case, other = loop.cases[0], loop.world.unit("31117")
    do(loop, services.offer_elsewhere, loop.district, [case.id], unit_id=other.id, note="trọ")
    with pytest.raises(Conflict, match="Nhận"):
        do(loop, services.close_cases, loop.other, [case.id], reason=CloseReason.OUTSIDE, place="X")
    assert case.closed_at is None


def test_outside_the_city_is_an_outcome_with_the_place_written(loop):
    at_work(loop)
    with pytest.raises(DomainError, match="ngoài thành phố"):
        contact(loop.world, loop.caller, loop.cases[0], ContactOutcome.OUTSIDE)
    contact(loop.world, loop.caller, loop.cases[1], ContactOutcome.OUTSIDE, place="Bình Dương")
    assert loop.cases[1].close_reason is CloseReason.OUTSIDE
    assert loop.cases[1].place == "Bình Dương"


def test_unreachable_takes_as_many_tries_as_the_setting_says(loop):
    set_tries(loop.campaign, 2)
    at_work(loop)
    case = loop.cases[0]
    contact(loop.world, loop.caller, case)
    with pytest.raises(DomainError, match="Mới liên hệ 1 lần"):
        contact(loop.world, loop.caller, case, ContactOutcome.UNREACHABLE)
    contact(loop.world, loop.caller, case, ContactOutcome.WRONG_NUMBER)
    contact(loop.world, loop.caller, case, ContactOutcome.UNREACHABLE)
    assert case.close_reason is CloseReason.UNREACHABLE


def test_an_unreachable_case_opens_again_only_when_the_team_finds_the_person_absent_anew(loop):
    set_tries(loop.campaign, 0)
    at_work(loop)
    case = loop.cases[0]
    contact(loop.world, loop.caller, case, ContactOutcome.UNREACHABLE)
    with clock.frozen(clock.now() + timedelta(days=1)):
        met = visit(loop.world, loop.people[0], make_visit(Outcome.NOBODY_HOME))
        visit(loop.world, loop.people[0], make_visit(None, undoes=met.uuid))
        assert case_of(loop.people[0]).id == case.id
        assert case.closed_at is not None
        find_absent(loop.world, loop.people[0])
    new = case_of(loop.people[0])
    assert new.id != case.id
    assert at(new) == (Stage.FOUND, loop.world.team.id)


def test_reached_and_not_activated_counts_by_its_reason_and_leaves_the_loop(loop):
    at_work(loop)
    case = loop.cases[0]
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        contact(
            loop.world, loop.caller, case, ContactOutcome.RESULT, result=Outcome.REFUSED, note="bận"
        )
    assert case.close_reason is CloseReason.MET
    assert db.session.get_one(Citizen, case.citizen_id).visit_status == "refused"
    assert check(loop.campaign) == []


def test_nobody_acts_on_a_case_that_another_unit_holds(loop):
    at_work(loop)
    with pytest.raises(NotFound):  # a sibling commune does not even see it
        do(loop, services.receive, loop.other)
    with pytest.raises(Conflict, match="vừa được chuyển"):  # the team has sent it
        contact(loop.world, loop.leader, loop.cases[0])
    with pytest.raises(Conflict, match="đang do"):
        do(loop, services.give_back, loop.commune, back_on=RETURN, note="")
    with pytest.raises(NotFound):  # a team of another parent
        do(loop, services.assign, loop.district, team_id=loop.world.team.id)
    assert at(loop.cases[0]) == (Stage.WORK, loop.support.id)


def test_the_district_gives_a_case_to_another_support_team(loop):
    from tests.make.absences import make_support

    at_work(loop)
    second = make_support(loop.district_unit, 2)
    do(loop, services.assign, loop.district, loop.ids[:1], team_id=second.id)
    assert at(loop.cases[0]) == (Stage.WORK, second.id)


def test_a_volunteer_of_the_own_part_sees_whom_they_found_themselves(loop):
    from dataclasses import replace

    own = replace(loop.world.actor("volunteer"), only_own_part=True)
    leader = replace(own, user_id=loop.leader.user_id)
    assert count_cases(own.scope, loop.campaign.id, Wanted()) == 4
    assert count_cases(leader.scope, loop.campaign.id, Wanted()) == 0


def test_a_campaign_that_began_before_the_loop_gets_its_cases_at_the_upgrade(loop):
    for model in (AbsenceHop, AbsenceCase):
        db.session.execute(delete(model))
    with clock.frozen(clock.now() + timedelta(days=5)):
        assert open_missing(loop.campaign.id) == 4
        assert open_missing(loop.campaign.id) == 0
        case = case_of(loop.people[0])
        assert at(case) == (Stage.FOUND, loop.world.team.id)
        assert hop_of(case).due_at > clock.now()
        assert (clock.now() - case.opened_at).days == 5
