"""Inviting to a point, answers, and the end of a day."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.conftest import on_both
from tests.databases import START
from tests.make.collection import ask, make_waiting, point_of
from tests.make.collection_points import TOMORROW, make_session, mobile_points
from vneid_field.collection.invitation_queries import count_invited, list_areas, list_waiting
from vneid_field.collection.invitations import answer, end_past_days, invite, withdraw
from vneid_field.collection.kinds import Answer, InvitationEnd
from vneid_field.collection.models import CollectionSession, Invitation
from vneid_field.collection.rules import MOST_ROUNDS
from vneid_field.core import clock
from vneid_field.core.errors import Conflict, DomainError, WrongField
from vneid_field.extensions import db
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import ApplicationEvent
from vneid_field.people.rules import ApplicationState as State


def reply(world, invitation, said, **more):
    return answer(
        actor=world.actor("commune"),
        campaign=world.campaign,
        invitation=invitation,
        said=said,
        **more,
    )


def still_waiting(world):
    scope = world.actor("commune").scope
    areas = list_areas(scope, world.campaign.id, [world.ward.path])
    return sum(area.waiting for area in areas)


@on_both
def test_people_of_an_area_are_invited_household_by_household(world):
    people = make_waiting(world, households=4, people=2)
    made = ask(world, 5)
    assert len(made) == 6  # three whole households
    assert {one.citizen_id for one in made} == {one.id for one in people[:6]}
    homes = {}
    for one in made:
        homes.setdefault(db.session.get(type(people[0]), one.citizen_id).household_id, set()).add(
            one.at_minute
        )
    assert all(len(minutes) == 1 for minutes in homes.values())
    assert len(set.union(*homes.values())) == 3  # at three hours of the day
    assert all(person.application_state is State.INVITED for person in people[:6])
    assert people[6].application_state is State.NOT_COLLECTED
    changes = db.session.scalars(
        select(ApplicationEvent).where(ApplicationEvent.source == "collection")
    ).all()
    assert [one.to_state for one in changes] == [ApplicationState.INVITED] * 6
    assert still_waiting(world) == 2


@on_both
def test_the_same_click_twice_does_not_invite_twice_as_many(world):
    make_waiting(world, households=4)
    ask(world, 2)
    with pytest.raises(Conflict, match="đã có 2 người được mời"):
        ask(world, 2)
    assert len(ask(world, 2, seen=2)) == 2


@on_both
def test_nobody_is_invited_to_two_places(world):
    make_waiting(world, households=1)
    ask(world)
    with pytest.raises(Conflict, match="Không còn ai chờ mời"):
        ask(world, on=clock.today() + timedelta(days=1))


def test_only_a_coming_day_of_the_campaign_and_a_sensible_number(world):
    make_waiting(world)
    for on in (clock.today() - timedelta(days=1), world.campaign.ends_on + timedelta(days=1)):
        with pytest.raises(WrongField):
            ask(world, on=on)
    for count in (0, -1, 1001):
        with pytest.raises(WrongField, match=r"từ 1 đến 1\.000"):
            ask(world, count)
    assert db.session.scalars(select(Invitation)).all() == []


def test_police_of_another_commune_invite_nobody_here(world):
    make_waiting(world)
    scope = world.actor("sibling.commune").scope
    waiting = list_waiting(scope, world.campaign.id, [world.ward.path], [world.hamlet.id], 10)
    assert waiting == []


@on_both
def test_who_did_not_come_is_invited_again_until_somebody_goes_to_the_home(world):
    make_waiting(world, households=1, people=1)
    for number in range(MOST_ROUNDS):
        with clock.frozen(START + timedelta(days=number)):
            (one,) = ask(world)
            assert one.round == number + 1
            assert still_waiting(world) == 0
        with clock.frozen(START + timedelta(days=number + 1)):
            assert end_past_days(world.campaign) == 1
            assert one.ended_as is InvitationEnd.NO_SHOW
            assert still_waiting(world) == int(number + 1 < MOST_ROUNDS)


def test_the_day_itself_is_not_missed_yet(world):
    make_waiting(world)
    ask(world)
    assert end_past_days(world.campaign) == 0


@on_both
def test_another_day_ends_one_invitation_and_opens_the_next(world):
    make_waiting(world, households=1, people=1)
    (one,) = ask(world)
    tomorrow = clock.today() + timedelta(days=1)
    following = reply(world, one, Answer.OTHER_DAY, other_day=tomorrow)
    assert (one.ended_as, following.on_day) == (InvitationEnd.OTHER_DAY, tomorrow)
    assert following.round == one.round
    point = point_of(world)
    assert count_invited(world.campaign.id, point.id, clock.today(), None) == 0
    assert count_invited(world.campaign.id, point.id, tomorrow, None) == 1
    with pytest.raises(Conflict, match="đã kết thúc"):
        reply(world, one, Answer.COMES)


@pytest.mark.parametrize("days", [None, 0, -1, 100])
def test_a_wrong_other_day_changes_nothing(world, days):
    make_waiting(world, households=1, people=1)
    (one,) = ask(world)
    day = None if days is None else clock.today() + timedelta(days=days)
    with pytest.raises(WrongField):
        reply(world, one, Answer.OTHER_DAY, other_day=day)
    assert (one.answer, one.ended_at) == (None, None)


def test_refusing_and_being_away_end_it_and_are_not_invited_by_the_rule(world):
    make_waiting(world, households=2, people=1)
    first, second = ask(world)
    reply(world, first, Answer.REFUSES, note="đợi con về")
    reply(world, second, Answer.AWAY)
    assert (first.ended_as, second.ended_as) == (InvitationEnd.REFUSED, InvitationEnd.AWAY)
    assert first.note == "đợi con về"
    assert still_waiting(world) == 0


def test_a_withdrawn_invitation_needs_a_reason_and_frees_the_person(world):
    make_waiting(world, households=1, people=1)
    (one,) = ask(world)
    with pytest.raises(DomainError, match="lý do"):
        withdraw(actor=world.actor("commune"), invitation=one, reason=" ")
    withdraw(actor=world.actor("commune"), invitation=one, reason="mời nhầm ngày")
    assert one.ended_as is InvitationEnd.WITHDRAWN
    assert still_waiting(world) == 1


def ask_mobile(world, session, count=10):
    return invite(
        actor=world.actor("district"),
        campaign=world.campaign,
        point=mobile_points(world)[0],
        on=TOMORROW,
        areas=[world.hamlet.id],
        count=count,
        seen=0,
        session=session,
    )


@on_both
def test_a_session_invites_the_people_of_its_units_within_its_hours(world):
    make_waiting(world, households=4, people=2)
    session = make_session(world, mobile_points(world)[0], world.ward)
    made = ask_mobile(world, session)
    assert len(made) == 8
    assert {one.session_id for one in made} == {session.id}
    minutes = {one.at_minute for one in made}
    assert min(minutes) == session.from_minute
    assert max(minutes) < session.to_minute
    assert len(minutes) == 4  # a household each


def test_a_mobile_point_without_a_session_invites_nobody(world):
    make_waiting(world)
    with pytest.raises(DomainError, match="lập lịch"):
        ask_mobile(world, None)


def test_a_session_of_other_units_leaves_the_hamlets_people_alone(world):
    make_waiting(world)
    elsewhere = world.unit("31117")  # another commune of the district
    with pytest.raises(Conflict, match="Không còn ai chờ mời"):
        ask_mobile(world, make_session(world, mobile_points(world)[0], elsewhere))


def test_a_session_cancelled_meanwhile_invites_nobody(world):
    make_waiting(world)
    session = make_session(world, mobile_points(world)[0], world.ward)
    db.session.execute(
        update(CollectionSession)
        .values(is_cancelled=True)
        .execution_options(synchronize_session=False)
    )
    with pytest.raises(Conflict, match="vừa bị hủy"):
        ask_mobile(world, session)
