"""The phone's form and the desk's queue of people outside the list."""

import re

from tests.make.people import make_citizen, make_household
from tests.make.unlisted import NUMBER
from tests.make.visits import make_uuid
from vneid_field.extensions import db
from vneid_field.people.models import Citizen
from vneid_field.review.models import ChecklistReview
from vneid_field.unlisted.kinds import UnlistedState
from vneid_field.unlisted.models import UnlistedPerson

FIELDS = {
    "full_name": "Trần Thị Chợ",
    "citizen_id": NUMBER,
    "place": "market",
    "outcome": "activated_app",
}


def send(pages, status=303, **changed):
    return pages.post("/unlisted/", status, **{**FIELDS, "uuid": make_uuid(), **changed})


def same(html):
    """A page without what differs in every answer: tokens, UUIDs, minutes."""
    return re.sub(r'value="[^"]{20,}"|content="[^"]{20,}"|data-[a-z]+="\d+"', "", html)


def test_the_answer_is_the_same_whether_the_number_is_known_or_not(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        own, elsewhere = world.citizens[0].citizen_id, "092085000888"
        home = make_household(world.unit("31168"), address_line="1 Lê Lai")  # another district
        make_citizen(home, citizen_id=elsewhere)
    pages, answers = login("volunteer"), []
    for number in (NUMBER, elsewhere, own):
        answer = send(pages, citizen_id=number)
        answers.append((answer.status_code, answer.headers["Location"]))
        page = pages.text(answer.headers["Location"])
        assert "Đã ghi nhận" in page
        assert number not in page  # hidden after entry
        cards = re.findall(r'<section class="card">.*?</section>', page, re.DOTALL)
        numbers = re.compile(r"\d{3}\*{5}\d{4}")
        assert len({numbers.sub("", same(card)) for card in cards}) == 1
    assert len(set(answers)) == 1
    with arrange() as world:
        rows = db.session.query(UnlistedPerson).order_by(UnlistedPerson.id)
        assert [row.state for row in rows] == [
            UnlistedState.WAITING,
            UnlistedState.WAITING,
            UnlistedState.MATCHED,
        ]


def test_a_refused_form_says_what_is_wrong_and_keeps_what_was_typed(login):
    pages = login("volunteer")
    page = send(pages, 422, citizen_id="12345678901", phone="028", outcome="").get_data(
        as_text=True
    )
    assert "11 chữ số" in page
    assert "Hãy chọn kết quả." in page
    assert 'value="Trần Thị Chợ"' in page
    assert "9 chữ số" in send(pages, 422, citizen_id="123456789").get_data(as_text=True)
    send(pages, 422, outcome="nobody_home")


def test_the_form_opens_from_a_household_of_the_team_and_from_no_other(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        home = world.citizens[0].household_id
        other = make_household(world.unit("31117"), address_line="2 Lê Lai").id
    pages = login("volunteer")
    assert f"/unlisted/new?household_id={home}" in pages.text(f"/households/{home}")
    assert "Gặp tại hộ" in pages.text(f"/unlisted/new?household_id={home}")
    assert "/unlisted/new" in pages.text("/households")
    pages.get(f"/unlisted/new?household_id={other}", 404)
    send(pages, 404, household_id=other)
    send(pages, household_id=home, place="door")
    with arrange():
        assert db.session.query(UnlistedPerson).one().household_id == home


def test_police_match_and_the_team_reads_it(arrange, login):
    volunteer, police = login("volunteer"), login("commune")
    assert "Không có ai chờ xử lý" in police.text("/unlisted/")
    assert "Tổ chưa ghi ai" in volunteer.text("/unlisted/mine")
    send(volunteer)
    page = police.text("/unlisted/")
    assert "Chưa có ai trong các danh sách" in page
    assert NUMBER not in page
    assert "Người ngoài danh sách · 1" in police.text("/people/")
    with arrange() as world:
        home = make_household(world.hamlet, address_line="40 Lê Lai")
        person = make_citizen(home, citizen_id=NUMBER, full_name="Trần Thị Chở").id
        row = db.session.query(UnlistedPerson).one().id
    page = police.text("/unlisted/")
    assert "Tên tổ ghi khác tên" in page
    assert "40 Lê Lai" in page
    shown = police.post(f"/unlisted/{row}/reveal", 200, htmx=True, field="citizen_id")
    assert NUMBER in shown.get_data(as_text=True)
    login("sibling.commune").post(f"/unlisted/{row}/match", 404)
    login("beat").post(f"/unlisted/{row}/match", 404)
    police.post(f"/unlisted/{row}/match")
    assert "Đã khớp và tính" in police.text("/unlisted/")
    assert "Xem công dân" in police.text("/unlisted/?show=matched")
    assert "Công an đã tính" in volunteer.text("/unlisted/mine")
    with arrange():
        assert db.session.get_one(Citizen, person).visit_status == "activated_app"
        assert db.session.query(ChecklistReview).count() == 0


def test_a_refusal_needs_a_reason_which_the_team_reads(arrange, login):
    volunteer, police = login("volunteer"), login("commune")
    send(volunteer)
    with arrange():
        row = db.session.query(UnlistedPerson).one().id
    failed = police.post(f"/unlisted/{row}/reject", 422, reason=" ").get_data(as_text=True)
    assert "Hãy ghi vì sao không tính" in failed
    police.post(f"/unlisted/{row}/reject", reason="Ở tỉnh khác")
    page = volunteer.text("/unlisted/mine")
    assert "Không tính" in page
    assert "Ở tỉnh khác" in page
    late = police.post(f"/unlisted/{row}/match", 409).get_data(as_text=True)
    assert "bị từ chối lúc" in late


def test_a_case_is_passed_on_to_the_commune_of_the_number(arrange, login):
    with arrange() as world:
        home = make_household(world.unit("31117"), address_line="1 Lê Lai")
        make_citizen(home, citizen_id=NUMBER, full_name="Người Khác")
        sibling, name = world.unit("31117").id, world.unit("31117").name
    send(login("volunteer"))
    police = login("commune")
    page = police.text("/unlisted/")
    assert f"Số này thuộc {name}" in page
    assert "Người Khác" not in page  # nothing else of a person of another commune
    assert f'<option value="{sibling}" selected>' in page
    with arrange():
        row = db.session.query(UnlistedPerson).one().id
    police.post(f"/unlisted/{row}/hand-over", 422, commune_id="")
    police.post(f"/unlisted/{row}/hand-over", commune_id=sibling, reason="Ở đó")
    assert f"Đã chuyển cho Công an {name}" in police.text("/unlisted/?show=handed")
    police.post(f"/unlisted/{row}/hand-over", commune_id=sibling, reason="Ở đó")  # pressed twice
    for act in ("match", "reject", "hand-over"):
        late = police.post(f"/unlisted/{row}/{act}", 409, commune_id=sibling, reason="khác")
        assert f"đã được chuyển cho Công an {name}" in late.get_data(as_text=True)
    there = login("sibling.commune")
    assert "chuyển đến" in there.text("/unlisted/")
    there.post(f"/unlisted/{row}/match")
    assert "đã khớp, đã tính" in police.text("/unlisted/?show=handed")


def test_police_read_where_their_teams_case_went_also_when_it_went_on_from_there(arrange, login):
    with arrange() as world:
        sibling, third = world.unit("31117").id, world.unit("31123")
        third_id, name = third.id, third.name
    send(login("volunteer"))
    with arrange():
        row = db.session.query(UnlistedPerson).one().id
    police, there, stranger = login("commune"), login("sibling.commune"), login("district")
    police.post(f"/unlisted/{row}/hand-over", commune_id=sibling)
    there.post(f"/unlisted/{row}/hand-over", commune_id=third_id)
    assert f"Đã chuyển cho Công an {name}" in police.text("/unlisted/?show=handed")
    late = police.post(f"/unlisted/{row}/match", 409).get_data(as_text=True)
    assert f"đã được chuyển cho Công an {name}" in late
    stranger.post(f"/unlisted/{row}/match", 404)


def test_double_clicks_are_harmless(arrange, login):
    volunteer, uuid = login("volunteer"), make_uuid()
    for _twice in range(2):
        send(volunteer, uuid=uuid)
    with arrange():
        row = db.session.query(UnlistedPerson).one().id
    police = login("commune")
    for _twice in range(2):
        police.post(f"/unlisted/{row}/reject", reason="Trùng")
    send(volunteer, 409, uuid=uuid, full_name="Tên Khác")
