"""Whom a team did not touch in time waits anew: a setting, off by default."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import on_both
from tests.databases import START
from tests.make.visits import make_visit
from vneid_field.audit.models import AuditEvent
from vneid_field.campaigns.services import set_expiry
from vneid_field.core import clock
from vneid_field.core.errors import DomainError
from vneid_field.extensions import db
from vneid_field.lists import holders
from vneid_field.lists.hand_over_queries import find_ending, list_waiting_citizens
from vneid_field.lists.kinds import HandOverState
from vneid_field.lists.models import HandOver
from vneid_field.recount import check
from vneid_field.visits.expiry import expire_lists, expire_untouched
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.services import record_visit, tick_step


def expire_after(world, days):
    set_expiry(actor=world.actor("admin"), campaign=world.campaign, days=days)


def visit(world, number, given):
    return record_visit(
        actor=world.actor("volunteer"),
        campaign=world.campaign,
        citizen_id=world.citizens[number].id,
        given=given,
    )


def waiting(world):
    scope = world.actor("commune").scope
    return list_waiting_citizens(scope, world.campaign.id, world.hamlet.id, 100)


@on_both
def test_untouched_people_return_and_the_others_stay(world):
    given = world.hand_over_all()
    visit(world, 0, make_visit(Outcome.NOBODY_HOME))
    first = make_visit(Outcome.REFUSED)
    visit(world, 1, first)
    visit(world, 1, make_visit(None, undoes=first.uuid))  # taken back: the team was there
    visit(world, 2, make_visit(Outcome.ACTIVATED_APP))
    tick_step(
        actor=world.actor("volunteer"),
        campaign=world.campaign,
        citizen_id=world.citizens[3].id,
        step="agrees",
        is_done=True,
    )
    expire_after(world, 3)
    with clock.frozen(START + timedelta(days=2, hours=23)):
        assert expire_untouched(world.campaign) == 0
    with clock.frozen(START + timedelta(days=3, minutes=1)):
        assert expire_untouched(world.campaign) == 20
        assert expire_untouched(world.campaign) == 0  # a second night finds nothing
    touched = {citizen.id for citizen in world.citizens[:4]}
    assert not touched & {citizen.id for citizen in waiting(world)}
    assert len(waiting(world)) == 20
    assert given.state is HandOverState.RECEIVED
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "list.expired")).one()
    assert (event.data, event.actor_id) == ({"count": 20, "days": 3}, None)
    assert check(world.campaign) == []
    assert holders.check(world.campaign) == []


@on_both
def test_a_list_that_nobody_received_expires_whole_and_ends(world):
    given = world.hand_over_all(is_received=False)
    expire_after(world, 1)
    with clock.frozen(START + timedelta(days=2)):
        expire_lists()
    assert given.state is HandOverState.ENDED
    assert len(waiting(world)) == 24
    ending = find_ending(given)
    assert ending is not None
    assert ending[1:] == ("", "hết hạn, tổ chưa đến")
    assert holders.check(world.campaign) == []
    assert check(world.campaign) == []


def test_it_is_off_by_default_and_can_be_switched_off_again(world):
    world.hand_over_all()
    with clock.frozen(START + timedelta(days=40)):
        assert expire_untouched(world.campaign) == 0
        expire_after(world, 5)
        expire_after(world, 0)
        assert expire_untouched(world.campaign) == 0
    with pytest.raises(DomainError, match="từ 0"):
        expire_after(world, 61)


def test_the_administrator_sets_it_and_the_pages_say_so(arrange, login):
    admin = login("admin")
    fields = {"name": "Cao điểm", "plan_title": "Kế hoạch 128", "keep_people_days": "90"}
    admin.post("/campaign/", 422, **fields, expire_untouched_days="99")
    admin.post("/campaign/", **fields, expire_untouched_days="5")
    assert 'value="5"' in admin.text("/campaign/")
    with arrange() as world:
        given = world.hand_over_all().id
    assert "chưa đến sau 5 ngày" in login("commune").text(f"/lists/{given}")
    assert "chưa đến sau 5 ngày" in login("leader").text("/lists/mine")
    with arrange() as world, clock.frozen(START + timedelta(days=6)):
        expire_untouched(world.campaign)
        assert db.session.get_one(HandOver, given).state is HandOverState.ENDED
    page = login("commune").text(f"/lists/{given}")
    assert "Hết hạn lúc" in page
    assert "trở về chờ giao" in page
