"""Opening figures: entered per day and counter with a reason, shown apart, part of the recount."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.make.world import DAY
from vneid_field.audit.models import AuditEvent
from vneid_field.boards.services import gather_board
from vneid_field.extensions import db
from vneid_field.figures.models import OpeningFigure
from vneid_field.figures.rules import Counter
from vneid_field.recount import check

GIVEN = {
    "counted_on": "2023-06-20",
    "counter": "activated_app",
    "value": "40",
    "reason": "Báo cáo giấy ngày 20/6",
}


@pytest.fixture
def places(arrange):
    with arrange() as world:
        units = {"ward": world.ward, "district": world.unit("916"), "team": world.team}
        units |= {"sibling": world.unit("31117"), "city": world.unit("92"), "hamlet": world.hamlet}
        return {name: unit.id for name, unit in units.items()}


def test_an_entry_counts_on_its_day_is_audited_and_recounted(arrange, login, places):
    pages = login("commune")
    pages.post(f"/openings/{places['ward']}", **GIVEN)
    pages.post(f"/openings/{places['ward']}", **GIVEN | {"counter": "collected", "value": "7"})
    page = pages.text(f"/openings/{places['ward']}")
    assert "Báo cáo giấy ngày 20/6" in page
    assert "Người dùng commune" in page
    board = pages.text(f"/boards/{places['ward']}")
    assert "có số liệu ban đầu: kích hoạt 40, thu nhận 7." in board
    with arrange() as world:
        for code in ("31120", "916", "92"):
            found = gather_board(world.campaign, world.unit(code), DAY).summary
            assert (found.opening.activated, found.opening.collected) == (40, 7)
            assert (found.activation.cumulative, found.collection.cumulative) == (40, 7)
            assert found.by_day[date(2023, 6, 20)].activated == 40
        assert check(world.campaign) == []
        events = db.session.scalars(
            select(AuditEvent).where(AuditEvent.event == "opening.entered")
        ).all()
        assert [event.data["value"] for event in events] == [40, 7]


def test_a_correction_is_a_negative_entry_that_takes_away_no_more_than_there_is(
    arrange, login, places
):
    pages, url = login("commune"), f"/openings/{places['ward']}"
    pages.post(url, **GIVEN)
    pages.post(url, **GIVEN | {"value": "-15"})
    refused = pages.post(url, 422, **GIVEN | {"value": "-26"})
    assert "mới nhập 25, không trừ được 26" in refused.get_data(as_text=True)
    with arrange() as world:
        found = gather_board(world.campaign, world.ward, DAY).summary
        assert found.opening.activated == found.activation.cumulative == 25


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"reason": " "}, "Hãy ghi căn cứ"),
        ({"counted_on": "2023-06-14"}, "Ngày từ 15/6/2023"),
        ({"counted_on": "2023-07-05"}, "đến 04/7/2023"),
        ({"value": "0"}, "phải khác 0"),
        ({"counter": "visits"}, ""),
    ],
)
def test_a_wrong_entry_is_refused_with_the_words_still_there(arrange, login, places, wrong, words):
    refused = login("commune").post(f"/openings/{places['ward']}", 422, **GIVEN | wrong)
    assert words in refused.get_data(as_text=True)
    with arrange():
        assert db.session.scalars(select(OpeningFigure)).first() is None


@pytest.mark.parametrize(
    ("login_name", "place", "status"),
    [
        ("commune", "hamlet", 303),
        ("commune", "sibling", 404),
        ("commune", "district", 404),
        ("district", "sibling", 303),
        ("district", "city", 404),
        ("city", "city", 303),
        ("admin", "district", 303),
        ("commune.ubnd", "ward", 404),
        ("leader", "team", 404),
    ],
)
def test_police_and_the_administrator_enter_for_their_own_unit_and_below(
    login, places, login_name, place, status
):
    login(login_name).post(f"/openings/{places[place]}", status, **GIVEN)


def test_a_team_has_no_collection_and_chooses_among_its_hamlets(login, places):
    pages, url = login("commune"), f"/openings/{places['team']}"
    page = pages.text(url)
    assert 'value="collected"' not in page
    assert f'<option value="{places["hamlet"]}">' in page
    pages.post(url, 422, **GIVEN | {"home_unit_id": str(places["sibling"])})


def test_a_teams_entry_counts_for_its_hamlet_and_on_its_own_board(arrange, login, places):
    pages, url = login("commune"), f"/openings/{places['team']}"
    pages.post(url, **GIVEN | {"home_unit_id": str(places["hamlet"])})
    with arrange() as world:
        team = gather_board(world.campaign, world.team, DAY).summary
        ward = gather_board(world.campaign, world.ward, DAY).summary
        assert team.opening.activated == team.activation.cumulative == 40
        assert ward.opening.activated == ward.activation.cumulative == 40
        assert ward.rests == []
        row = db.session.scalars(select(OpeningFigure)).one()
        assert (row.unit_id, row.home_unit_id) == (world.team.id, world.hamlet.id)
        assert Counter(row.counter) is Counter.ACTIVATED_APP
        assert check(world.campaign) == []
