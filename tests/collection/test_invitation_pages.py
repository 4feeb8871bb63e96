"""The desk: inviting to a point, answers, the list as a file."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest

from tests.conftest import on_both
from tests.databases import START
from tests.make.collection import ask, make_waiting, point_of
from vneid_field.audit.models import AuditEvent
from vneid_field.collection.kinds import Answer, InvitationEnd
from vneid_field.collection.models import Invitation
from vneid_field.core import clock
from vneid_field.extensions import db

TOMORROW = (clock.to_local(START) + timedelta(days=1)).date().isoformat()
SEEN = re.compile(r'name="seen" value="(\d+)"')


@pytest.fixture
def point(arrange):
    """The ward's point, six people waiting: (point id, hamlet id)."""
    with arrange() as world:
        make_waiting(world, households=3, people=2)
        return point_of(world).id, world.hamlet.id


def invite(desk, point, status=303, **more):
    form = {"on": TOMORROW, "area": point[1], "count": 4, "seen": 0} | more
    return desk.post(f"/invitations/{point[0]}", status, **form)


def stored():
    return db.session.query(Invitation).order_by(Invitation.id).all()


@on_both
def test_police_invite_and_see_the_list_by_hour(point, login, arrange):
    desk = login("commune")
    page = desk.get(f"/invitations/{point[0]}?on={TOMORROW}").text
    assert "6 người chờ" in page
    invite(desk, point)
    page = desk.get(f"/invitations/{point[0]}?on={TOMORROW}").text
    assert "Đã mời 4 người" in page
    assert "1–4 trong 4 lời mời" in page
    assert "2 người chờ" in page
    with arrange():
        assert len(stored()) == 4
        number = stored()[0].citizen_id
    assert SEEN.search(page)[1] == "4"
    assert number


def test_a_second_click_says_how_many_are_invited(point, login, arrange):
    desk = login("commune")
    invite(desk, point)
    page = invite(desk, point, 409).text
    assert "đã có 4 người được mời" in page
    with arrange():
        assert len(stored()) == 4


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"area": ""}, "ít nhất một địa bàn"),
        ({"count": "0"}, "từ 1 đến"),
        ({"count": "x"}, "từ 1 đến"),
        ({"on": "2023-07-03"}, "đã qua"),
    ],
)
def test_a_wrong_form_invites_nobody(point, login, arrange, form, sentence):
    assert sentence in invite(login("commune"), point, 422, **form).text
    with arrange():
        assert stored() == []


def test_answers_and_withdrawals_are_noted(point, login, arrange):
    desk = login("commune")
    with arrange() as world:
        first, second, third, *_rest = [one.id for one in ask(world)]
    later = "2023-07-08"
    desk.post(f"/invitations/answers/{first}", answer="other_day", other_day=later)
    desk.post(f"/invitations/answers/{second}", answer="refuses", note="chờ con")
    desk.post(f"/invitations/{third}/withdraw", reason="mời nhầm")
    with arrange():
        ends = {one.id: one.ended_as for one in stored()}
        assert ends[first] is InvitationEnd.OTHER_DAY
        assert ends[second] is InvitationEnd.REFUSED
        assert ends[third] is InvitationEnd.WITHDRAWN
        assert stored()[-1].on_day.isoformat() == later
        assert stored()[-1].answer is Answer.COMES
    desk.post(f"/invitations/answers/{first}", answer="comes")
    today = clock.to_local(START).date().isoformat()
    assert "đã kết thúc" in desk.get(f"/invitations/{point[0]}?on={today}").text


@on_both
def test_the_file_names_phones_and_messages_and_is_logged(point, login, arrange):
    desk = login("commune")
    invite(desk, point)
    answer = desk.post(f"/invitations/{point[0]}/export", 200, on=TOMORROW)
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.values)
    text = str(rows)
    assert "mời ông/bà" in text
    assert "0912" in text
    assert "Người dùng commune" in text
    with arrange():
        event = db.session.query(AuditEvent).filter_by(event="collection.printed").one()
        assert event.data["count"] == 4


def test_another_commune_finds_neither_point_nor_invitation(point, login, arrange):
    with arrange() as world:
        first = ask(world)[0].id
    other = login("sibling.commune")
    other.get(f"/invitations/{point[0]}", 404)
    invite(other, point, 404)
    other.post(f"/invitations/answers/{first}", 404, answer="refuses")
    other.post(f"/invitations/{first}/withdraw", 404, reason="x")
    other.post(f"/invitations/{point[0]}/export", 404)
    with arrange():
        assert all(one.ended_at is None for one in stored())


def test_the_district_sees_every_point_of_its_communes(point, login):
    page = login("district").get("/invitations/").text
    assert f"/invitations/{point[0]}" in page
