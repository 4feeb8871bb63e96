"""Results that arrive after their person left the team's list (ADR 020)."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from tests.conftest import on_both
from tests.databases import START
from tests.make.visits import make_uuid, make_visit
from tests.visits.test_services import count_events, give_to_other_team, record
from vneid_field.audit.models import AuditEvent
from vneid_field.core import clock
from vneid_field.core.errors import Conflict, NotFound
from vneid_field.extensions import db
from vneid_field.figures.queries import performed_days
from vneid_field.lists.models import ListItem
from vneid_field.lists.services import take_back
from vneid_field.recount import check
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.late import LATE_HOURS
from vneid_field.visits.services import mark_household
from vneid_field.visits.whole import household_inputs


def at_door(outcome=Outcome.ACTIVATED_APP, *, minutes_ago, **more):
    """A tap so many minutes ago on a phone whose clock is right."""
    now = clock.now()
    return make_visit(
        outcome, device_at=now - timedelta(minutes=minutes_ago), device_sent_at=now, **more
    )


@pytest.fixture
def taken_back(world):
    """The team held and received everybody two hours ago; police took them back an hour ago."""
    given = world.hand_over_all()
    with clock.frozen(START + timedelta(hours=1)):
        take_back(actor=world.actor("commune"), campaign=world.campaign, given=given)
    with clock.frozen(START + timedelta(hours=2)):
        yield given


def sums(world):
    today = clock.today()
    scope = world.actor("commune").scope
    return performed_days(scope, world.campaign.id, [world.team], today, today).whole_day


@on_both
def test_what_happened_while_the_team_held_the_person_counts(world, taken_back):
    person = world.citizens[0]
    recorded = record(world, person, at_door(minutes_ago=90))
    assert (recorded.is_off_list, recorded.is_repeat) == (True, False)
    assert recorded.event.performed_by_unit_id == world.team.id
    assert person.visit_status == "activated_app"
    assert sums(world).activated == 1
    assert check(world.campaign) == []
    trail = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "visit.recorded")).all()
    assert [event.data["off_list"] for event in trail] == [True]


@on_both
def test_a_late_result_sent_again_is_the_same_success(world, taken_back):
    given = at_door(minutes_ago=90)
    record(world, world.citizens[0], given)
    assert record(world, world.citizens[0], given).is_repeat
    assert count_events() == 1


@on_both
@pytest.mark.parametrize("minutes_ago", [0, 59, 60])
def test_what_happened_after_the_person_left_is_refused_with_the_moment(
    world, taken_back, minutes_ago
):
    with pytest.raises(Conflict, match="đã rời danh sách của tổ từ"):
        record(world, world.citizens[0], at_door(minutes_ago=minutes_ago))
    assert count_events() == 0


@on_both
def test_a_result_without_the_phones_times_is_of_now_and_refused(world, taken_back):
    with pytest.raises(Conflict, match="đã rời danh sách"):
        record(world, world.citizens[0], make_visit(Outcome.ACTIVATED_APP))


@on_both
@pytest.mark.parametrize(("hours", "counts"), [(LATE_HOURS, True), (LATE_HOURS + 1, False)])
def test_two_days_after_it_no_late_result_is_taken(world, taken_back, hours, counts):
    ended = db.session.scalar(select(ListItem.ended_at).limit(1))
    with clock.frozen(ended + timedelta(hours=hours)):
        given = at_door(minutes_ago=hours * 60 + 30)
        if counts:
            assert record(world, world.citizens[0], given).event.id
        else:
            with pytest.raises(Conflict, match="quá 48 giờ"):
                record(world, world.citizens[0], given)
    assert count_events() == int(counts)


@on_both
def test_the_next_teams_item_follows_and_both_results_are_kept(world, taken_back):
    person = world.citizens[0]
    give_to_other_team(world, [person])
    record(world, person, make_visit(Outcome.REFUSED), "other.leader")
    recorded = record(world, person, at_door(minutes_ago=90))
    assert recorded.fold.winner.performed_by_unit_id == world.team.id
    assert len(recorded.events) == 2
    item = db.session.scalar(
        select(ListItem).where(
            ListItem.citizen_id == person.id, ListItem.holder_unit_id == world.other_team.id
        )
    )
    assert item.done_at is not None
    assert check(world.campaign) == []


@on_both
def test_who_never_held_the_person_learns_nothing(world, taken_back):
    with pytest.raises(NoResultFound):
        record(world, world.citizens[0], at_door(minutes_ago=90), "other.leader")


@on_both
def test_a_late_undo_takes_the_teams_own_result_back(world):
    given = world.hand_over_all()
    result = make_visit(Outcome.ABSENT, sub_reason=AbsentReason.STUDYING)
    record(world, world.citizens[0], result)
    with clock.frozen(START + timedelta(hours=1)):
        take_back(actor=world.actor("commune"), campaign=world.campaign, given=given)
    with clock.frozen(START + timedelta(hours=2)):
        undo = at_door(None, minutes_ago=90, undoes=result.uuid)
        record(world, world.citizens[0], undo)
    assert world.citizens[0].visit_status is None
    assert check(world.campaign) == []


@on_both
def test_the_mark_for_a_household_that_left_counts_person_by_person(world, taken_back):
    household = world.citizens[0].household_id
    members = [one for one in world.citizens if one.household_id == household]
    form = {f"uuid_{one.id}": make_uuid() for one in members} | {"outcome": "nobody_home"}
    now = clock.now()
    form["device_sent_at"] = now.isoformat()
    actor = world.actor("volunteer")
    form["device_at"] = (now - timedelta(minutes=30)).isoformat()
    with pytest.raises(NotFound):
        household_inputs(actor, world.campaign, None, form)
    form["device_at"] = (now - timedelta(minutes=90)).isoformat()
    inputs = household_inputs(actor, world.campaign, None, form)
    assert sorted(inputs) == sorted(one.id for one in members)
    done = mark_household(actor=actor, campaign=world.campaign, inputs=inputs)
    assert all(one.is_off_list for one in done)
    assert {one.visit_status for one in members} == {"nobody_home"}


def test_the_phone_is_told_that_a_late_result_is_saved(arrange, login):
    with arrange() as world:
        given = world.hand_over_all()
        person = world.citizens[0].id
        with clock.frozen(START + timedelta(hours=1)):
            take_back(actor=world.actor("commune"), campaign=world.campaign, given=given)
    phone = login("volunteer")
    tap = {"outcome": "activated_app", "uuid": make_uuid()}
    with clock.frozen(START + timedelta(hours=2)):
        late = {"device_at": START.isoformat(), "device_sent_at": clock.now().isoformat()}
        page = phone.post(f"/citizens/{person}/visits", 200, **tap, **late)
    assert "không cần gửi lại" in page.text
    with arrange():
        assert count_events() == 1
