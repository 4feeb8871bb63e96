"""Which households come, in which order, and what a mark for the whole household touches."""

import re
from datetime import timedelta

from sqlalchemy import select

from tests.conftest import on_both
from tests.databases import START
from tests.make.visits import make_visit
from tests.visits.phone import after, record, words
from vneid_field.extensions import db
from vneid_field.people.models import Citizen
from vneid_field.recount import check
from vneid_field.visits.kinds import Outcome


@on_both
def test_nobody_met_touches_only_who_has_no_result_of_today(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        household = world.households[0].id
        query = select(Citizen).where(Citizen.household_id == household).order_by(Citizen.id)
        first, second = (citizen.id for citizen in db.session.scalars(query))
        record(world, second, make_visit(Outcome.REFUSED))
        given = make_visit(Outcome.REVISIT, next_visit_at=START + timedelta(hours=3))
        record(world, first, given)
    with after(days=1):
        pages = login("volunteer")
        pages.post(f"/citizens/{second}/visits", outcome="otp_not_received")
        assert "Chưa gặp ai (1 người)" in pages.text(f"/households/{household}")
        answer = pages.post(f"/households/{household}/visits", outcome="nobody_home")
        assert "1 người" in pages.text(answer.location)
        assert "Chưa gặp ai" not in pages.text(f"/households/{household}")
        pages.post(f"/households/{household}/visits", 409, outcome="nobody_home")
    with arrange() as world:
        assert [c.visit_status for c in db.session.scalars(query)] == [
            "nobody_home",
            "otp_not_received",
        ]
        assert check(world.campaign) == []


def _hour(world, place, hour):
    """An appointment in the household at a place of the walk, so many hours after START."""
    home = world.households[place]
    query = select(Citizen.id).where(Citizen.household_id == home.id)
    for citizen_id in db.session.scalars(query):
        at = START + timedelta(hours=hour)
        record(world, citizen_id, make_visit(Outcome.REVISIT, next_visit_at=at))
    return home.id


def test_skipping_goes_round_due_appointments_by_hour_then_the_unvisited_in_order(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        late, early = _hour(world, 1, 4), _hour(world, 5, 2)
        homes = [home.id for home in world.households]
    with after(hours=6):
        pages = login("volunteer")
        seen, at = [], None
        for _step in homes:
            url = "/households/next" + (f"?after={at}" if at else "")
            at = int(pages.get(url, 303).location.rsplit("/", 1)[1])
            seen.append(at)
    rest = [one for one in homes if one not in (late, early)]
    assert seen == [early, late, *rest]


def test_one_promise_for_later_does_not_hide_who_was_not_met_in_the_same_house(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        homes = [home.id for home in world.households]
        query = select(Citizen.id).where(Citizen.household_id == homes[2]).order_by(Citizen.id)
        promised, _unmet = db.session.scalars(query)
    pages = login("volunteer")
    later = (START + timedelta(days=3)).date().isoformat()
    pages.post(f"/citizens/{promised}/visits", outcome="revisit", next_day=later, next_hour="18:00")
    for home in homes:
        away = {"outcome": "absent", "sub_reason": "unknown"}
        result = {"outcome": "nobody_home"} if home == homes[2] else away
        pages.post(f"/households/{home}/visits", **result)
    with after(days=1):
        answer = login("volunteer").get("/households/next", 303)
        assert answer.location.endswith(f"/households/{homes[2]}")


def test_starting_here_holds_when_that_household_is_done_until_it_is_cleared(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        homes = [(home.id, home.address_line) for home in world.households]
        query = select(Citizen.id).where(Citizen.household_id == homes[4][0])
        people = list(db.session.scalars(query))
    pages = login("volunteer")
    pages.post(f"/households/{homes[4][0]}/start")
    assert f"bắt đầu từ hộ {homes[4][1]}" in pages.text("/households")
    for citizen_id in people:
        pages.post(f"/citizens/{citizen_id}/visits", outcome="activated_app")
    assert pages.get("/households/next", 303).location.endswith(f"/{homes[5][0]}")
    first = re.search(
        r'class="card household[^"]*" href="/households/(\d+)"', pages.text("/households")
    )
    assert int(first[1]) == homes[5][0]
    pages.post(f"/households/{homes[4][0]}/start", clear="1")
    assert "bắt đầu từ hộ" not in pages.text("/households")
    assert pages.get("/households/next", 303).location.endswith(f"/{homes[0][0]}")


def test_a_search_counts_whole_households_and_its_second_page_is_the_search(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        home = world.households[0]
        query = select(Citizen).where(Citizen.household_id == home.id).order_by(Citizen.id)
        people = list(db.session.scalars(query))
        name, address, size = people[0].full_name, home.address_line, len(people)
        street = address.split(" ", 1)[-1]
    pages = login("volunteer")
    found = words(pages.post("/households/search", 200, words=name))
    assert address in found
    assert f"{size} người, 0 xong" in found
    assert "1 người, 0 xong" not in found
    page = pages.post("/households/search", 200, words=street, page="2").get_data(as_text=True)
    assert 'name="words" value="' in page
    assert "?page=" not in page


def test_a_search_without_a_letter_or_digit_finds_nobody(arrange, login):
    with arrange() as world:
        world.hand_over_all()
    pages = login("volunteer")
    for nothing in ("%", "..", "đường"):
        found = words(pages.post("/households/search", 200, words=nothing))
        assert f"Không thấy ai khớp với “{nothing}”" in found


def test_each_filter_says_how_many_households_it_shows(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        homes = [home.id for home in world.households]
    pages = login("volunteer")
    pages.post(f"/households/{homes[0]}/visits", outcome="nobody_home")
    found = words(pages.get("/households", 200)).replace("\xa0", " ")
    left = len(homes)
    assert f"Còn lại {left} Chưa đến {left - 1} Hẹn lại 0 Chưa gặp 1 Vắng 0 Xong 0" in found
    assert f"Tất cả {left}" in found


def test_at_the_end_of_the_round_the_list_says_so(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        homes = [home.id for home in world.households]
    pages = login("volunteer")
    for home in homes:
        pages.post(f"/households/{home}/visits", outcome="nobody_home")
    answer = pages.get(f"/households/next?after={homes[0]}", 303)
    assert "Không còn hộ nào phải đến lúc này" in pages.text(answer.location)


def test_a_household_only_not_met_is_called_so_and_found_under_its_own_chip(arrange, login, home):
    household, _people = home
    pages = login("volunteer")
    pages.post(f"/households/{household}/visits", outcome="nobody_home")
    link = f'href="/households/{household}"'
    assert link not in pages.text("/households?show=revisit")
    unmet = pages.text("/households?show=unmet")
    assert link in unmet
    assert "chưa gặp</span>" in unmet


def test_nobody_is_skipped_when_everybody_was_answered(login, home):
    household, people = home
    pages = login("volunteer")
    for number, citizen_id in enumerate(people):
        answer = pages.post(f"/citizens/{citizen_id}/visits", 200, htmx=True, outcome="refused")
        assert ("Bỏ qua" in words(answer)) is (number + 1 < len(people))
    assert "Bỏ qua" not in pages.text(f"/households/{household}")
