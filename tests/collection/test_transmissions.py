"""Batches to the department: sent, sent twice, of a part, taken back."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from tests.conftest import on_both
from tests.make.delta import states, total
from tests.make.transmissions import (
    SENT_AT,
    ends,
    make_collected,
    send,
)
from vneid_field.audit.models import AuditEvent
from vneid_field.collection.transmission_kinds import TransmissionEnd
from vneid_field.collection.transmission_queries import (
    NO_POINT,
    Chosen,
    count_items,
    get_batch,
    list_waiting_points,
)
from vneid_field.collection.transmission_rules import end_of, number_key
from vneid_field.collection.transmissions import take_back
from vneid_field.core import clock
from vneid_field.core.errors import Conflict, DomainError, WrongField
from vneid_field.extensions import db
from vneid_field.people.changes import tell_changed
from vneid_field.people.kinds import ApplicationState as S
from vneid_field.people.models import ApplicationEvent
from vneid_field.people.services import take_off
from vneid_field.recount import check

E = TransmissionEnd


@on_both
def test_a_batch_transmits_whoever_was_collected_and_counts_once_each(world):
    people = make_collected(world)
    batch = send(world)
    assert set(states(people)) == {S.TRANSMITTED}
    assert {one.application_state_at for one in people} == {SENT_AT}
    assert total("transmitted") == 3
    assert count_items([batch.id])[batch.id].waiting == 3
    event = db.session.scalars(
        select(ApplicationEvent).where(ApplicationEvent.source == "transmission")
    ).first()
    assert (event.from_state, event.to_state, event.source_id) == (
        S.COLLECTED,
        S.TRANSMITTED,
        batch.id,
    )
    assert db.session.scalars(
        select(AuditEvent).where(AuditEvent.event == "transmission.sent")
    ).one().data == {"count": 3, "on": "2023-07-04"}
    assert check(world.campaign) == []


@on_both
def test_a_second_tap_is_the_same_batch_and_a_used_number_is_refused(world):
    make_collected(world)
    batch = send(world)
    assert send(world, number="12 /th-cap", expected=3).id == batch.id
    make_collected(world, 1)
    later = SENT_AT + timedelta(minutes=5)
    with pytest.raises(WrongField, match="Số 12/TH-CAP đã dùng cho đợt truyền lúc 17h15"):
        send(world, sent_at=later)
    assert send(world, number="13/TH-CAP", sent_at=later).id != batch.id
    assert total("transmitted") == 4


@on_both
def test_what_was_not_seen_is_not_sent(world):
    make_collected(world, 2)
    with pytest.raises(Conflict, match="nay là 2, lúc mở trang là 1"):
        send(world, expected=1)
    with pytest.raises(DomainError, match="Không có hồ sơ nào"):
        send(world, chosen=Chosen(on=date(2023, 7, 3)))
    with pytest.raises(WrongField, match="không được sau hiện tại"):
        send(world, sent_at=clock.now() + timedelta(minutes=1))
    with pytest.raises(WrongField, match="2 hồ sơ được thu nhận sau giờ này"):
        send(world, sent_at=SENT_AT - timedelta(hours=12))
    with pytest.raises(WrongField, match="trước ngày bắt đầu"):
        send(world, sent_at=clock.at_local(date(2023, 6, 1), time(9)))


@on_both
def test_a_batch_may_be_of_one_point_or_one_day(world):
    today = make_collected(world, 2)
    yesterday = make_collected(world, 1, on=date(2023, 7, 3))
    unnamed = make_collected(world, 1, has_event=False)
    scope, point = world.actor("commune").scope, world.unit_of("point")
    assert [(row[0], row[2]) for row in list_waiting_points(scope, world.ward)] == [
        (point.id, 3),
        (NO_POINT, 1),
    ]
    send(world, number="1", chosen=Chosen(point_id=point.id, on=date(2023, 7, 4)))
    assert set(states(today)) == {S.TRANSMITTED}
    assert states([*yesterday, *unnamed]) == [S.COLLECTED, S.COLLECTED]
    send(world, number="2", chosen=Chosen(point_id=NO_POINT))
    assert states(unnamed) == [S.TRANSMITTED]
    send(world, number="3", chosen=Chosen(on=date(2023, 7, 3)))
    assert states(yesterday) == [S.TRANSMITTED]


@on_both
def test_only_own_people_and_only_the_sender_takes_back(world):
    other = world.unit("31117")
    ours, theirs = make_collected(world, 1), make_collected(world, 1, home=other)
    batch = send(world)
    assert states([*ours, *theirs]) == [S.TRANSMITTED, S.COLLECTED]
    sibling, district = world.actor("sibling.commune"), world.actor("district")
    with pytest.raises(Exception, match="No row was found"):
        get_batch(sibling.scope, world.campaign.id, batch.id)
    assert get_batch(district.scope, world.campaign.id, batch.id).id == batch.id
    for actor in (sibling, district):
        with pytest.raises(Conflict, match=f"do {world.ward.name} truyền"):
            take_back(actor=actor, campaign=world.campaign, batch=batch, reason="nhầm")
    send(world, number="1", login="district")  # who is left of the whole district
    assert states(theirs) == [S.TRANSMITTED]


@on_both
def test_a_batch_made_by_mistake_goes_back_whole_and_frees_its_number(world):
    people = make_collected(world)
    collected_at = people[0].application_state_at
    batch, commune = send(world), world.actor("commune")
    with pytest.raises(WrongField, match="lý do"):
        take_back(actor=commune, campaign=world.campaign, batch=batch, reason=" ")
    done = take_back(actor=commune, campaign=world.campaign, batch=batch, reason="nhầm điểm")
    assert done == 3
    assert set(states(people)) == {S.COLLECTED}
    assert people[0].application_state_at == collected_at
    assert set(ends(batch)) == {E.TAKEN_BACK}
    assert total("transmitted") == 0
    assert check(world.campaign) == []
    again = take_back(actor=commune, campaign=world.campaign, batch=batch, reason="nhầm điểm")
    assert again == 0
    assert send(world).id != batch.id  # same number
    assert check(world.campaign) == []


@on_both
def test_who_left_meanwhile_goes_back_with_the_batch_but_stays_away(world):
    people = make_collected(world, 2)
    batch, commune = send(world), world.actor("commune")
    take_off(actor=commune, citizen=people[0], to=S.MOVED_OUT, reason="chuyển tỉnh khác")
    tell_changed(world.campaign.id, [people[0].id])
    assert ends(batch) == [E.LEFT, None]
    assert total("transmitted") == 2  # it was sent all the same
    assert take_back(actor=commune, campaign=world.campaign, batch=batch, reason="nhầm") == 1
    assert states(people) == [S.MOVED_OUT, S.COLLECTED]
    assert set(ends(batch)) == {E.TAKEN_BACK}
    assert total("transmitted") == 0
    assert check(world.campaign) == []


@pytest.mark.parametrize(
    ("before", "state", "after"),
    [
        (None, S.APPROVED, E.APPROVED),
        (None, S.ACTIVATED, E.APPROVED),
        (None, S.REJECTED, E.REJECTED),
        (None, S.COLLECTED, E.TAKEN_BACK),
        (None, S.MOVED_OUT, E.LEFT),
        (None, S.NOT_COLLECTED, E.LEFT),
        (E.REJECTED, S.INVITED, E.REJECTED),
        (E.REJECTED, S.COLLECTED, E.REJECTED),
        (E.REJECTED, S.APPROVED, E.APPROVED),
        (E.APPROVED, S.MOVED_OUT, E.APPROVED),
        (E.REJECTED, S.TRANSMITTED, None),
        (E.LEFT, S.TRANSMITTED, None),
        (E.TAKEN_BACK, S.TRANSMITTED, E.TAKEN_BACK),
        (E.TAKEN_BACK, S.APPROVED, E.TAKEN_BACK),
    ],
)
def test_what_an_item_ends_as(before, state, after):
    assert end_of(before, state) is after


def test_numbers_are_compared_without_blanks_and_case():
    assert number_key("12/TH-CAP") == number_key(" 12 / th-cap")
    assert number_key("12/TH") != number_key("13/TH")
