"""The point's phone: the day by hour, results in place, looking a card's number up."""

import re

import pytest

from tests.conftest import on_both
from tests.make.collection import ask, make_waiting
from tests.make.visits import make_uuid
from vneid_field.audit.models import AuditEvent
from vneid_field.collection.models import CollectionEvent
from vneid_field.extensions import db
from vneid_field.people.kinds import ApplicationState as State
from vneid_field.people.models import Citizen

PASS = re.compile(r'name="pass" value="([^"]+)"')


@pytest.fixture
def people(arrange):
    """Two people invited today, one who is not: (id, name, full number) each."""
    with arrange() as world:
        made = make_waiting(world, households=2, people=2)
        ask(world, 2)
        return [(one.id, one.full_name, one.citizen_id) for one in made]


def event_url(person):
    return f"/collection/day/{person[0]}/events"


def count():
    return db.session.query(CollectionEvent).count()


def test_the_day_shows_who_is_asked_by_hour_with_masked_numbers(people, login):
    page = login("point").get("/collection/day/").text
    assert "07h30" in page
    for _id, name, number in people[:2]:
        assert name in page
        assert number not in page
    assert f"/collection/day/{people[2][0]}/events" not in page


@on_both
def test_a_result_answers_with_the_card_and_can_be_taken_back(people, login, arrange):
    phone, first = login("point"), people[0]
    uuid = make_uuid()
    card = phone.post(event_url(first), 200, htmx=True, what="collected", uuid=uuid).text
    assert "Đã thu nhận" in card
    assert "Hoàn tác" in card
    phone.post(event_url(first), 200, htmx=True, what="collected", uuid=uuid)
    with arrange():
        assert count() == 1
    card = phone.post(f"{event_url(first)}/{uuid}/undo", 200, htmx=True, uuid=make_uuid()).text
    assert "chưa đến" in card
    with arrange():
        assert db.session.get(Citizen, first[0]).application_state is State.INVITED


def test_without_script_the_page_comes_back(people, login):
    phone = login("point")
    answer = phone.post(event_url(people[0]), 303, what="checked_in")
    assert "/collection/day/" in answer.headers["Location"]
    assert "Đang chờ" in phone.get("/collection/day/?show=here").text


def test_a_result_without_its_reason_says_so_on_the_card(people, login, arrange):
    phone = login("point")
    card = phone.post(event_url(people[0]), 422, htmx=True, what="could_not", note="máy").text
    assert "Hãy chọn lý do" in card
    assert 'value="máy"' in card
    with arrange():
        assert count() == 0


@pytest.mark.parametrize(
    "form", [{"what": "undo"}, {"what": "x"}, {}, {"what": "could_not", "reason": "x"}]
)
def test_what_the_page_never_sends_is_refused(people, login, arrange, form):
    login("point").post(event_url(people[0]), 422, **form)
    with arrange():
        assert count() == 0


@on_both
def test_a_walk_in_is_found_by_the_full_number_only_and_then_collected(people, login, arrange):
    phone, stranger = login("point"), people[2]
    phone.post(event_url(stranger), 404, what="collected")
    page = phone.post("/collection/day/look-up", 200, number=stranger[2]).text
    assert stranger[1] in page
    assert stranger[2] not in page
    ticket = PASS.search(page)[1]
    phone.post(event_url(stranger), 200, htmx=True, what="collected", **{"pass": ticket})
    assert stranger[1] in phone.get("/collection/day/?show=done").text
    with arrange():
        assert db.session.get(Citizen, stranger[0]).application_state is State.COLLECTED
        looked = db.session.query(AuditEvent).filter_by(event="collection.looked_up").one()
        assert stranger[2] not in str(looked.data)


def test_a_pass_opens_only_its_own_person(people, login, arrange):
    phone = login("point")
    page = phone.post("/collection/day/look-up", 200, number=people[2][2]).text
    ticket = PASS.search(page)[1]
    phone.post(event_url(people[3]), 404, what="collected", **{"pass": ticket})
    phone.post(event_url(people[2]), 404, what="collected", **{"pass": ticket + "x"})
    with arrange():
        assert count() == 0


@pytest.mark.parametrize("number", ["", "092", "092099999999", "abc", "0" * 20])
def test_an_unknown_number_says_what_to_do(people, login, number):
    page = login("point").post("/collection/day/look-up", 200, number=number).text
    assert "Không tìm thấy số này" in page


def test_a_search_by_name_needs_no_accents(people, login, arrange):
    phone = login("point")
    name = people[0][1]
    with arrange():
        words = db.session.get(Citizen, people[0][0]).search_key
    page = phone.post("/collection/day/search", 200, words=words).text
    assert name in page
    assert "Không có ai" in phone.post("/collection/day/search", 200, words="khongcoai").text


def test_a_volunteer_and_another_unit_have_no_such_page(people, login):
    login("volunteer").get("/collection/day/", 404)
    login("commune").get("/collection/day/", 404)
