"""The phone over HTTP, without script and as htmx asks: what a volunteer sees after each tap."""

import re

import pytest
from sqlalchemy import func, select

from tests.conftest import on_both
from tests.make.visits import make_uuid, make_visit
from tests.visits.phone import after, events, record, words
from vneid_field.core import clock
from vneid_field.extensions import db
from vneid_field.lists.models import HandOver
from vneid_field.lists.services import hand_over, receive, take_back
from vneid_field.people.models import Citizen
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.models import VisitEvent


@pytest.mark.parametrize("htmx", [True, False])
def test_a_refused_result_comes_back_in_its_form_as_typed_with_the_sentence(login, home, htmx):
    _household, (first, second, *_) = home
    answer = login("volunteer").post(
        f"/citizens/{first}/visits",
        422,
        htmx=htmx,
        outcome="phone_mismatch",
        new_phone="12",
        note="gọi lại tối",
    )
    html = answer.get_data(as_text=True)
    assert f'id="person-{first}"' in html
    assert (f'id="person-{second}"' in html) is not htmx  # the card for htmx, else the page
    assert 'value="12" aria-invalid="true"' in html
    assert 'value="gọi lại tối"' in html
    assert re.search(r'value="phone_mismatch" required checked', html)
    assert "Số điện thoại không đúng" in html
    (group,) = re.findall(r'<details class="more" name="([^"]+)" open>', html)
    assert html.count(group) == 3 or not htmx  # one of the card's three forms


def test_an_absence_without_a_reason_keeps_its_date_and_note(login, home):
    _household, (first, *_) = home
    html = (
        login("volunteer")
        .post(
            f"/citizens/{first}/visits",
            422,
            htmx=True,
            outcome="absent",
            next_day="2023-07-09",
            note="đi Cà Mau",
        )
        .get_data(as_text=True)
    )
    assert "Hãy chọn lý do vắng mặt" in html
    assert 'value="2023-07-09"' in html
    assert 'value="đi Cà Mau"' in html


def test_a_clash_shows_both_contents_in_plain_words_and_offers_to_replace(arrange, login, home):
    _household, (first, *_) = home
    uuid, pages = make_uuid(), login("volunteer")
    pages.post(f"/citizens/{first}/visits", outcome="refused", uuid=uuid)
    answer = pages.post(
        f"/citizens/{first}/visits", 409, htmx=True, outcome="system_error", uuid=uuid
    )
    text = words(answer)
    assert "Đã ghi: Chưa đồng ý, " in text
    assert "ngày 04/7" in text
    assert "Vừa gửi: Lỗi hệ thống" in text
    assert "Thay kết quả" in text
    html = answer.get_data(as_text=True)
    fresh = re.search(r'name="uuid" value="([^"]+)"', html)[1]
    assert fresh != uuid
    pages.post(f"/citizens/{first}/visits", outcome="system_error", uuid=fresh)
    with arrange():
        assert db.session.get(Citizen, first).visit_status == "system_error"


@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": "refused", "new_phone": "0987654321"},
        {"outcome": "refused", "next_day": "2023-07-09"},
        {"outcome": "refused", "sub_reason": "abroad"},
    ],
)
def test_what_does_not_go_with_the_outcome_is_refused_never_dropped(arrange, login, home, fields):
    _household, (first, *_) = home
    login("volunteer").post(f"/citizens/{first}/visits", 422, **fields)
    with arrange():
        assert events() == []


def test_an_absent_persons_day_of_return_is_kept_with_any_reason(arrange, login, home):
    _household, (first, *_) = home
    fields = {"outcome": "absent", "sub_reason": "working_away", "next_day": "2023-07-09"}
    login("volunteer").post(f"/citizens/{first}/visits", **fields)
    with arrange():
        assert clock.to_local(events()[0].next_visit_at).day == 9


def test_without_script_a_form_sent_twice_is_one_visit(arrange, login, home):
    household, (first, *_) = home
    pages = login("volunteer")
    html = pages.text(f"/households/{household}")
    uuids = re.findall(r'name="uuid" value="([^"]+)" data-mint', html)
    assert len(uuids) == len(set(uuids)) >= 4
    for _again in range(2):
        pages.post(f"/citizens/{first}/visits", outcome="refused", uuid=uuids[0])
    mark = re.search(r'name="(uuid_\d+)" value="([^"]+)"', html)
    people = dict(re.findall(r'name="(uuid_\d+)" value="([^"]+)"', html))
    assert mark
    for _again in range(2):
        pages.post(f"/households/{household}/visits", outcome="nobody_home", **people)
    with arrange():
        assert [e.outcome for e in events()] == [Outcome.REFUSED, Outcome.NOBODY_HOME]


def test_a_weaker_result_is_shown_beside_what_stands_with_an_undo_of_its_own(arrange, login, home):
    household, (first, *_) = home
    pages = login("volunteer")
    pages.post(f"/citizens/{first}/visits", outcome="not_approved")
    with after(minutes=5):
        fields = {"outcome": "revisit", "next_day": "2023-07-06", "next_hour": "18:30"}
        answer = pages.post(f"/citizens/{first}/visits", 200, htmx=True, **fields)
        text = words(answer)
        assert "Hẹn lại , hẹn 18h30 ngày 06/7/2023. Đã lưu" in text
        assert "vẫn là “Hồ sơ chưa được duyệt”" in text
        assert "Kết quả đang tính vẫn là" in answer.get_data(as_text=True)
        with arrange():
            uuid = events()[-1].uuid
        assert f"/visits/{uuid}/undo" in pages.text(f"/households/{household}")
        pages.post(f"/citizens/{first}/visits/{uuid}/undo")
        assert "Đã lưu, nhưng" not in pages.text(f"/households/{household}")


def test_the_other_team_whose_result_stands_is_named(arrange, login, home):
    _household, (first, *_) = home
    with arrange() as world:
        record(world, first, make_visit(Outcome.DATA_MISMATCH))
        person = db.session.get_one(Citizen, first)
        held = db.session.scalars(select(HandOver)).one()
        take_back(actor=world.actor("commune"), campaign=world.campaign, given=held)
        again = hand_over(
            actor=world.actor("commune"),
            campaign=world.campaign,
            from_unit=world.ward,
            team=world.other_team,
            citizens=[person],
        )
        receive(actor=world.actor("other.leader"), given=again)
        name = world.team.name
    with after(minutes=5):
        answer = login("other.leader").post(
            f"/citizens/{first}/visits", 200, htmx=True, outcome="refused"
        )
    assert f"vẫn là “Sai lệch thông tin hồ sơ” của {name}" in words(answer)
    assert f"{name} ghi" in words(answer)


@on_both
def test_undoing_a_wrong_number_brings_the_number_before_it_back(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        first = world.citizens[0].id
        numbers = ("0987654321", "0912345678")
        sent = []
        for minutes, number in enumerate(numbers):
            with after(minutes=minutes):
                given = make_visit(Outcome.PHONE_MISMATCH, new_phone=number)
                sent.append(given)
                record(world, first, given)
    pages = login("volunteer")
    for given, left in ((sent[1], numbers[0]), (sent[0], None)):
        pages.post(f"/citizens/{first}/visits/{given.uuid}/undo")
        with arrange():
            person = db.session.get_one(Citizen, first)
            assert person.field_phone == left
            assert (person.field_phone_index is None) == (left is None)


def test_a_result_of_an_earlier_day_is_taken_back_only_after_saying_what_changes(
    arrange, login, home
):
    household, (first, *_) = home
    given = make_visit(Outcome.ACTIVATED_APP)
    with arrange() as world:
        record(world, first, make_visit(Outcome.REFUSED))
        with after(minutes=5):
            record(world, first, given)
    url = f"/citizens/{first}/visits/{given.uuid}/undo"
    with after(days=1):
        pages = login("volunteer")
        assert f'href="{url}"' in pages.text(f"/households/{household}")
        assert pages.post(url).location == url  # one tap asks
        text = words(pages.get(url))
        assert "người này trở lại: “Chưa đồng ý”" in text
        assert "Số liệu ngày 04/7/2023 sẽ giảm" in text
        pages.post(url, confirmed="1")
        pages.get(url, 404)  # nothing left to take back
    with arrange():
        assert db.session.get_one(Citizen, first).visit_status == "refused"


@pytest.mark.parametrize(
    "instant", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "1200-01-01T00:00:00Z"]
)
@on_both
def test_an_absurd_clock_counts_as_none(arrange, login, instant):
    with arrange() as world:
        world.hand_over_all()
        first = world.citizens[0].id
    pages = login("volunteer")
    times = {"device_at": instant, "device_sent_at": "2023-07-04T02:00:00Z"}
    pages.post(f"/citizens/{first}/visits", outcome="refused", **times)
    pages.post(
        f"/citizens/{first}/visits",
        422,
        outcome="revisit",
        next_day="0001-01-01",
        next_hour="00:00",
    )
    with arrange():
        (event,) = events()
        assert (event.device_at, event.happened_at) == (None, event.received_at)


@on_both
def test_control_characters_of_a_note_are_not_kept(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        first = world.citizens[0].id
    pages = login("volunteer")
    pages.post(f"/citizens/{first}/visits", outcome="refused", note="nhà\x00 có\x1b chó\u202e dữ")
    pages.post("/households/search", 200, words="a\x00b")
    with arrange():
        assert events()[0].note == "nhà có chó dữ"


def test_a_tick_answers_with_its_step_and_the_new_count(login, home):
    _household, (first, *_) = home
    answer = login("volunteer").post(f"/citizens/{first}/guide/agrees", 200, htmx=True, done="1")
    html = answer.get_data(as_text=True)
    assert html.count("<li") == 1
    assert f'<span id="steps-{first}" hx-swap-oob="true">1/9</span>' in html


def test_somebody_who_died_is_done_but_no_success(login, home):
    _household, (first, *_) = home
    answer = login("volunteer").post(
        f"/citizens/{first}/visits", 200, htmx=True, outcome="deceased"
    )
    html = answer.get_data(as_text=True)
    assert "✓" not in html
    assert 'class="card person done' not in html
    assert "Chờ Công an xã xác nhận" in html


def test_a_corrected_result_is_one_call_and_counts_its_visits(arrange, home):
    _household, (first, *_) = home
    with arrange() as world:
        for minutes in (0, 1, 2, 3, 90):
            with after(minutes=minutes):
                record(world, first, make_visit(Outcome.NOBODY_HOME))
        assert db.session.get_one(Citizen, first).visit_attempts == 2
        assert db.session.scalar(select(func.count()).select_from(VisitEvent)) == 5


def test_a_result_whose_answer_fails_is_stored_and_sending_it_again_succeeds(
    monkeypatch, arrange, login, home
):
    def fail(*_given):
        raise RuntimeError("no answer")

    _household, (first, *_) = home
    uuid, pages = make_uuid(), login("volunteer")
    with monkeypatch.context() as patched:
        patched.setattr("vneid_field.visits.views.find_answer", fail)
        with pytest.raises(RuntimeError):
            pages.post(f"/citizens/{first}/visits", 200, htmx=True, outcome="refused", uuid=uuid)
    with arrange():
        assert [event.uuid for event in events()] == [uuid]
    pages.post(f"/citizens/{first}/visits", 200, htmx=True, outcome="refused", uuid=uuid)
    with arrange():
        assert [event.uuid for event in events()] == [uuid]
        assert db.session.get(Citizen, first).visit_status == "refused"
