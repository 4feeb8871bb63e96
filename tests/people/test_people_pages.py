"""Citizens on the desk: searching, coming back, households put together by hand."""

import base64
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.make.people import make_citizen, make_household
from tests.write_lock import watch
from vneid_field.audit.models import AuditEvent
from vneid_field.extensions import db
from vneid_field.people import queries, views
from vneid_field.people.models import Household


def test_the_way_back_and_the_next_page_keep_the_search_without_words_in_the_url(arrange, login):
    with arrange() as world:
        home = make_household(world.hamlet, address_line="70 Trần Phú")
        for number in range(60):
            make_citizen(home, full_name=f"Tôn Nữ Tìm {number:02d}")
    police = login("commune")
    answer = police.post("/people/", words="tôn nữ tìm")
    assert answer.location == "/people/?found=1"
    page = police.text(answer.location)
    assert "60 người khớp với “tôn nữ tìm”" in page
    assert "Tôn Nữ Tìm 00" in page
    assert "1–50 trong 60" in page
    following = re.search(r'href="([^"]+)" rel="next"', page)[1].replace("&amp;", "&")
    assert "t%C3%B4n" not in following
    assert "Tôn Nữ Tìm 59" in police.text(following)
    swapped = police.post("/people/", 200, htmx=True, words="tôn nữ tìm")
    assert swapped.headers["HX-Push-Url"] == "/people/?found=1"
    citizen = re.search(r"/people/\d+", page)[0]
    assert 'href="/people/?found=1"' in police.text(citizen)
    # The words are sealed: nobody reads them from the browser's cookie.
    with police.client.session_transaction() as held:
        assert b"t\xc3\xb4n" not in base64.b64decode(held["search"][0])


def test_an_old_search_is_forgotten(login, monkeypatch):
    police = login("commune")
    police.post("/people/", words="Nguyễn")
    assert "người khớp với" in police.text("/people/?found=1")
    monkeypatch.setattr(views, "KEPT", timedelta(seconds=-1))
    assert "đã hết hạn" in police.text("/people/?found=1")


def test_a_refused_split_comes_back_as_typed_with_the_sentence(arrange, login):
    with arrange() as world:
        citizen, household = world.citizens[1].id, world.citizens[1].household_id
        everybody = [c.id for c in world.citizens if c.household_id == household]
    police, url = login("commune"), f"/people/households/{household}/split"
    for chosen in ([], everybody):
        sent = {"back": citizen, "address_line": "3/1 Mậu Thân", "citizen_id": chosen}
        html = police.post(url, 422, **sent).get_data(as_text=True)
        assert html.count("Chọn ít nhất một người") == 1
        assert 'name="address_line" maxlength="200" value="3/1 Mậu Thân"' in html
        boxes = re.findall(r'name="citizen_id" value="(\d+)" checked', html)
        assert sorted(map(int, boxes)) == sorted(chosen)
    assert "Chọn ít nhất một người" not in police.text(f"/people/{citizen}")


def test_other_refused_forms_of_the_page_keep_what_was_typed(arrange, login):
    with arrange() as world:
        citizen, household = world.citizens[0].id, world.households[0].id
        other = world.households[1].id
    police = login("commune")
    sent = {"to": "deceased", "reason": " "}
    html = police.post(f"/people/{citizen}/take-off", 422, **sent).get_data(as_text=True)
    assert "Hãy ghi lý do" in html
    assert 'value="deceased" required checked' in html
    with arrange() as world:
        world.households[1].merged_into_id = world.households[2].id
    url = f"/people/households/{household}/merge"
    police.post(url, 404, into=other, back=citizen)
    html = police.post(url, 422, into=household, back=citizen).get_data(as_text=True)
    assert "Hãy chọn một hộ khác" in html


def test_every_household_of_the_hamlet_can_be_found_to_merge_with(arrange, login):
    with arrange() as world:
        alley = [make_household(world.hamlet, address_line=f"115/{n} Lê Lợi") for n in range(1, 71)]
        citizen = make_citizen(alley[0])
        far = make_household(world.hamlet, address_line="9 Hòa Bình", people=1)
        at, far_id, first, last = f"/people/{citizen.id}", far.id, alley[0].id, alley[-1].id
    police = login("commune")
    page = police.text(at)
    assert "60 trong 69 hộ cùng hẻm, đường" in page
    found = police.post(f"{at}/neighbours", 200, near="115/70 lê lợi").get_data(as_text=True)
    assert f'<option value="{last}"' in found
    found = police.post(f"{at}/neighbours", 200, htmx=True, near="hòa bình")
    found = found.get_data(as_text=True)
    assert f'<option value="{far_id}"' in found
    assert "<html" not in found
    with arrange() as world:  # an earlier member: the page of the one who was open comes back
        older = db.session.get(Household, first)
        last_id = make_citizen(older).id
    answer = police.post(f"/people/households/{first}/merge", into=far_id, back=last_id)
    assert answer.location == f"/people/{last_id}"
    with arrange():
        assert db.session.get(Household, first).merged_into_id == far_id


@pytest.mark.parametrize("htmx", [False, True])
def test_others_write_while_a_person_is_sought(login, monkeypatch, htmx):
    police = login("commune")
    free = watch(monkeypatch, queries, "search_people")
    police.post("/people/", 200 if htmx else 303, htmx=htmx, words="Nguyễn")
    assert free
    assert all(free)
    with police.app.app_context():
        found = select(AuditEvent.data).where(AuditEvent.event == "person.searched")
        assert db.session.scalars(found).one()["by"] == "name"
