"""What happens at a point: states, invitations, figures, repeats, undo."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import on_both
from tests.databases import START
from tests.make.collection import ask, make_input, make_waiting, point_of, put
from tests.make.visits import make_uuid
from vneid_field.collection.day import record_event
from vneid_field.collection.kinds import CouldNot, EventKind, InvitationEnd
from vneid_field.collection.models import CollectionEvent
from vneid_field.core import clock
from vneid_field.core.errors import Conflict, NotFound, WrongField
from vneid_field.extensions import db
from vneid_field.figures.models import Flow
from vneid_field.lists.household_views import correct
from vneid_field.people.changes import tell_changed
from vneid_field.people.kinds import ApplicationState as State
from vneid_field.recount import check


@pytest.fixture
def asked(world):
    """A household of two, invited today: (first person, invitation of the first)."""
    people = make_waiting(world, households=1, people=2)
    made = ask(world)
    return people[0], next(one for one in made if one.citizen_id == people[0].id)


def collected(world, *, on=None):
    query = select(func.sum(Flow.collected)).where(Flow.counted_on == (on or clock.today()))
    return db.session.scalar(query) or 0


@on_both
def test_coming_and_being_collected_moves_state_invitation_and_figures(world, asked):
    person, invitation = asked
    put(world, person, make_input(EventKind.CHECKED_IN))
    assert (person.application_state, invitation.ended_at) == (State.INVITED, None)
    event = put(world, person, make_input()).event
    assert person.application_state is State.COLLECTED
    assert invitation.ended_as is InvitationEnd.COLLECTED
    assert event.invitation_id == invitation.id
    flow = db.session.scalars(select(Flow).where(Flow.collected != 0)).one()
    assert (flow.home_unit_id, flow.performed_by_unit_id) == (world.hamlet.id, point_of(world).id)
    assert flow.collected == 1
    assert check(world.campaign) == []


@on_both
def test_the_same_tap_again_is_one_event_and_another_body_is_refused(world, asked):
    person, _invitation = asked
    given = make_input()
    put(world, person, given)
    assert put(world, person, given).is_repeat
    assert collected(world) == 1
    with pytest.raises(Conflict, match="nội dung khác"):
        put(world, person, make_input(EventKind.CHECKED_IN, uuid=given.uuid))
    assert db.session.scalar(select(func.count()).select_from(CollectionEvent)) == 1


@on_both
def test_an_undo_takes_everything_back(world, asked):
    person, invitation = asked
    given = make_input()
    put(world, person, given)
    put(world, person, make_input(EventKind.UNDO, undoes=given.uuid))
    assert person.application_state is State.INVITED
    assert (invitation.ended_at, invitation.ended_as) == (None, None)
    assert collected(world) == 0
    assert check(world.campaign) == []
    put(world, person, make_input())
    assert collected(world) == 1


def test_only_the_last_result_of_the_own_point_is_taken_back(world, asked):
    person, _invitation = asked
    came = make_input(EventKind.CHECKED_IN)
    put(world, person, came)
    put(world, person, make_input())
    with pytest.raises(Conflict, match="kết quả khác"):
        put(world, person, make_input(EventKind.UNDO, undoes=came.uuid))
    with pytest.raises(NotFound):
        put(world, person, make_input(EventKind.UNDO, undoes=make_uuid()))


def test_an_application_that_went_on_cannot_be_taken_back_here(world, asked):
    person, _invitation = asked
    given = make_input()
    put(world, person, given)
    person.application_state = State.TRANSMITTED
    with pytest.raises(Conflict, match="không hoàn tác"):
        put(world, person, make_input(EventKind.UNDO, undoes=given.uuid))


def test_who_could_not_be_collected_has_a_reason_and_stays_invited(world, asked):
    person, invitation = asked
    with pytest.raises(WrongField, match="lý do"):
        put(world, person, make_input(EventKind.COULD_NOT))
    with pytest.raises(WrongField, match="ghi rõ"):
        put(world, person, make_input(EventKind.COULD_NOT, reason=CouldNot.OTHER))
    put(world, person, make_input(EventKind.COULD_NOT, reason=CouldNot.NO_CHIP_CARD))
    assert person.application_state is State.INVITED
    assert invitation.ended_as is InvitationEnd.COULD_NOT
    assert collected(world) == 0


def test_who_came_already_is_not_checked_in_twice_and_who_is_collected_not_again(world, asked):
    person, _invitation = asked
    put(world, person, make_input(EventKind.CHECKED_IN))
    with pytest.raises(Conflict, match="đã được ghi là đến"):
        put(world, person, make_input(EventKind.CHECKED_IN))
    put(world, person, make_input())
    with pytest.raises(Conflict, match="đã được thu nhận"):
        put(world, person, make_input())


@on_both
def test_a_walk_in_passes_through_invited_and_closes_an_invitation_elsewhere(world):
    (person,) = make_waiting(world, households=1, people=1)
    with pytest.raises(NotFound):
        put(world, person, make_input())
    (other,) = ask(world, on=clock.today() + timedelta(days=1))
    event = put(world, person, make_input(), is_walk_in=True).event
    assert event.invitation_id is None
    assert person.application_state is State.COLLECTED
    assert other.ended_as is InvitationEnd.COLLECTED
    assert check(world.campaign) == []


def test_a_result_kept_by_the_phone_counts_on_its_own_day(world, asked):
    person, _invitation = asked
    at = START
    with clock.frozen(START + timedelta(days=1)):
        given = make_input(device_at=at, device_sent_at=clock.now())
        event = put(world, person, given).event
        assert event.counted_on == clock.to_local(START).date()
        assert collected(world, on=event.counted_on) == 1


def test_an_officer_of_another_point_finds_nobody(world, asked):
    person, _invitation = asked
    with pytest.raises(NotFound):
        record_event(
            actor=world.actor("leader"),
            campaign=world.campaign,
            point=point_of(world),
            citizen_id=person.id,
            given=make_input(),
        )


@on_both
def test_police_who_set_a_collection_back_take_the_points_figure_with_it(world, asked):
    person, _invitation = asked
    put(world, person, make_input())
    correct(
        actor=world.actor("commune"),
        campaign=world.campaign,
        citizen=person,
        reason="ghi nhầm người",
    )
    assert person.application_state is State.INVITED
    assert collected(world) == 0
    assert check(world.campaign) == []
    put(world, person, make_input(), is_walk_in=True)
    assert collected(world) == 1


def test_who_is_rejected_and_comes_again_is_counted_once(world, asked):
    person, _invitation = asked
    put(world, person, make_input())
    person.application_state = State.REJECTED
    tell_changed(world.campaign.id, [person.id])
    assert collected(world) == 1
    put(world, person, make_input(), is_walk_in=True)
    assert collected(world) == 1
    assert check(world.campaign) == []


def test_a_list_that_knows_the_application_withdraws_the_invitation(world, asked):
    person, invitation = asked
    person.application_state = State.APPROVED
    tell_changed(world.campaign.id, [person.id])
    assert invitation.ended_as is InvitationEnd.WITHDRAWN
