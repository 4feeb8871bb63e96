"""Decisions by file: approved, rejected, undone, corrected; and what teams see of them."""

import re
from datetime import date, time

import pytest
from sqlalchemy import select

from tests.conftest import on_both
from tests.make.delta import at, load, states, total, undo, upload
from tests.make.transmissions import (
    DECIDED,
    LOADED,
    TITLES,
    approve,
    ends,
    items_of,
    make_collected,
    reject,
    rejected_rows,
    send,
)
from vneid_field.collection.transmission_kinds import TransmissionEnd
from vneid_field.collection.transmission_queries import (
    count_items,
    find_rejections,
)
from vneid_field.collection.transmissions import take_back
from vneid_field.core import clock
from vneid_field.core.errors import Conflict
from vneid_field.extensions import db
from vneid_field.lists.hand_over_queries import list_waiting_citizens
from vneid_field.lists.kinds import ImportKind
from vneid_field.lists.services import hand_over, receive
from vneid_field.people.changes import tell_changed
from vneid_field.people.kinds import ApplicationState as S
from vneid_field.people.models import ApplicationEvent
from vneid_field.people.services import correct_state
from vneid_field.recount import check

E = TransmissionEnd


@on_both
def test_the_approved_and_the_rejected_come_back_by_file(world):
    people = make_collected(world, 4)
    batch = send(world)
    db.session.commit()
    approve(world, people[:2])
    reject(world, people[2:3])
    assert states(people) == [S.APPROVED, S.APPROVED, S.REJECTED, S.TRANSMITTED]
    assert ends(batch) == [E.APPROVED, E.APPROVED, E.REJECTED, None]
    first, _second, refused, _open = items_of(batch)
    assert first.decided_on == date(2023, 7, 5)  # the list's column
    assert people[0].approved_on == date(2023, 7, 5)
    assert (refused.decided_on, refused.reason) == (DECIDED, "Ảnh chân dung không đạt")
    assert find_rejections(world.campaign.id, [one.id for one in people]) == {
        people[2].id: (DECIDED, "Ảnh chân dung không đạt")
    }
    counts = count_items([batch.id])[batch.id]
    assert (counts.sent, counts.approved, counts.rejected, counts.waiting) == (4, 2, 1, 1)
    assert total("transmitted") == 4
    assert total("approved") == 2
    with pytest.raises(Conflict, match="Đã có kết quả của 3 hồ sơ"):
        take_back(actor=world.actor("commune"), campaign=world.campaign, batch=batch, reason="nhầm")


@on_both
def test_an_undone_list_of_the_rejected_opens_the_items_again(world):
    people = make_collected(world, 2)
    batch = send(world)
    db.session.commit()
    done = reject(world, people)
    assert set(ends(batch)) == {E.REJECTED}
    with at(LOADED, 9):
        undo(world, done)
    assert set(states(people)) == {S.TRANSMITTED}
    assert ends(batch) == [None, None]
    assert {item.reason for item in items_of(batch)} == {""}


@on_both
def test_a_correction_takes_one_person_out_of_a_batch(world):
    (one,) = make_collected(world, 1)
    batch, commune = send(world), world.actor("commune")
    correct_state(actor=commune, citizen=one, reason="chưa truyền được")
    tell_changed(world.campaign.id, [one.id])
    assert ends(batch) == [E.TAKEN_BACK]
    assert total("transmitted") == 0
    assert check(world.campaign) == []


@on_both
def test_who_was_rejected_is_sent_again_and_the_old_reason_stays(world):
    (one,) = make_collected(world, 1)
    batch = send(world)
    db.session.commit()
    reject(world, [one])
    one.application_state = S.COLLECTED  # invited and collected again
    one.application_state_at = clock.at_local(LOADED, time(10))
    db.session.flush()
    with at(LOADED, 12):
        second = send(world, number="14", sent_at=clock.at_local(LOADED, time(11)))
    assert ends(batch) == [E.REJECTED]
    assert ends(second) == [None]
    assert total("transmitted") == 2
    assert find_rejections(world.campaign.id, [one.id]) == {}


@on_both
def test_the_approved_wait_for_the_next_hand_over_by_themselves(world):
    world.hand_over_all()
    people = make_collected(world, 2)
    send(world)
    db.session.commit()
    scope = world.actor("commune").scope
    assert list_waiting_citizens(scope, world.campaign.id, world.hamlet.id, 50) == []
    approve(world, people)
    waiting = list_waiting_citizens(scope, world.campaign.id, world.hamlet.id, 50)
    assert {one.id for one in waiting} == {one.id for one in people}


@pytest.mark.parametrize(
    ("on", "mark"), [(date(2023, 7, 12), "pill-info"), (date(2023, 7, 13), "pill-warn")]
)
def test_the_team_sees_the_age_of_the_approval_with_its_mark_after_7_days(arrange, login, on, mark):
    with arrange() as world:
        people = make_collected(world, 1)
        send(world)
        db.session.commit()
        approve(world, people)  # on 05/7
        given = hand_over(
            actor=world.actor("commune"),
            campaign=world.campaign,
            from_unit=world.ward,
            team=world.team,
            citizens=people,
        )
        receive(actor=world.actor("leader"), given=given)
        household_id = people[0].household_id
    with at(on):
        page = login("volunteer").text(f"/households/{household_id}")
    days = (on - date(2023, 7, 5)).days
    assert re.search(rf'class="pill {mark}"[^<]*>duyệt {days} ngày<', page), page


def test_a_list_of_the_rejected_takes_nobody_back_who_went_on(world):
    """Who was invited again, or has an account, stays; an older list moves nobody."""
    invited, activated, late = make_collected(world, 3)
    invited.application_state = S.INVITED
    activated.application_state = S.ACTIVATED
    late.application_state_at = clock.at_local(LOADED, time(9))
    db.session.commit()
    with at(LOADED, 10):
        done = upload(
            world,
            rejected_rows([invited, activated, late]),
            as_of=DECIDED,
            kind=ImportKind.REJECTED,
            titles=TITLES,
        )
    assert done.counts["restated"] == 0
    assert done.counts["unchanged"] == 3


def test_headers_and_titles_of_lists_of_the_rejected(world):
    (one,) = make_collected(world, 1)
    batch = send(world)
    db.session.commit()
    with at(LOADED):
        titles = (*TITLES[:5], "Lý do không được phê duyệt (*)")
        load(world, rejected_rows([one]), as_of=DECIDED, kind=ImportKind.REJECTED, titles=titles)
    assert items_of(batch)[0].reason == "Ảnh chân dung không đạt"


def test_someone_new_in_a_list_of_the_rejected_keeps_the_reason(world):
    with at(LOADED):
        rows = [(1, "Trần Văn Mới", "092090000001", "", "Khu vực 1", "Sai vân tay")]
        load(world, rows, as_of=DECIDED, kind=ImportKind.REJECTED, titles=TITLES)
    event = db.session.scalars(
        select(ApplicationEvent).where(ApplicationEvent.to_state == S.REJECTED)
    ).one()
    assert event.reason == "Sai vân tay"
