"""Handing over on the desk: what the officer reads afterwards."""

import re
from datetime import timedelta

from tests.databases import START
from tests.make.people import make_household
from tests.make.visits import make_visit
from vneid_field.core import clock
from vneid_field.lists.labels import given_sentence
from vneid_field.lists.services import hand_over, receive
from vneid_field.people.queries import list_members
from vneid_field.units.queries import list_children
from vneid_field.units.rules import UnitKind
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.services import record_visit


def test_handing_over_says_who_got_how_many_and_what_is_left(arrange, login):
    with arrange() as world:
        make_household(world.ward, address_line="9 Trần Phú", people=2)  # hamlet unknown
        team = world.team.name
    police = login("commune")
    assert "Đã giao" not in police.text("/lists/")
    police.post("/lists/hand-over-all")
    page = police.text("/lists/")
    assert f"Đã giao 24 người cho {team}." in page
    assert "Còn 2 người chưa rõ khu vực/ấp" in page
    with arrange() as world:
        target = f'href="#hamlet-{world.ward.id}"'
        row = f'id="hamlet-{world.ward.id}"'
    assert target in page
    assert row in page
    assert "Đã giao" not in police.text("/lists/")  # said once


def test_people_of_hamlets_with_one_clear_team_are_not_called_unclear(arrange, login):
    with arrange() as world:
        make_household(world.hamlet, address_line="2 Lê Lai", people=1)
        other = next(h for h in list_children(world.ward, (UnitKind.HAMLET,)) if h != world.hamlet)
        make_household(other, address_line="3 Lê Lai", people=3)
        hamlet_id, team_id = world.hamlet.id, world.team.id
    police = login("commune")
    police.post("/lists/hand-over", hamlet_id=hamlet_id, team_id=team_id)
    page = police.text("/lists/")
    assert "Đã giao 25 người" in page
    assert "nhiều tổ hoặc chưa có tổ" not in page


def test_several_teams_are_named_with_their_share():
    said = given_sentence({"Tổ số 1": 120, "Tổ số 2": 1116})
    assert said == "Đã giao 1.236 người: Tổ số 1 (120 người), Tổ số 2 (1.116 người)."
    assert "1.000 người cho 4 tổ" in given_sentence(dict.fromkeys("abcd", 250))


def test_what_to_see_to_comes_first_and_the_rest_is_folded(arrange, login):
    with arrange() as world:
        teams = world.teams_of(world.ward)[:3]
        for number in range(12):
            person = make_household(world.hamlet, address_line=f"{number} Lê Lai", people=1)
            citizens = list_members(person.id)
            given = hand_over(
                actor=world.actor("commune"),
                campaign=world.campaign,
                from_unit=world.ward,
                team=teams[0],
                citizens=citizens,
            )
            if number:
                receive(actor=world.actor("leader"), given=given)
    police = login("commune")
    page = police.text("/lists/")
    assert "Tổ đang giữ 12 / 36 người" in page
    assert re.search(r'<details id="loads" data-open-wide\s*>', page)  # app.js opens it on a desk
    assert "1 / 7 nơi còn người chờ giao" in page
    assert re.findall(r">Số (\d+)<", page)[:2] == ["1", "12"]  # not received, then the newest
    assert "1–10 trong 12" in page
    assert "Đang giao · 12" in page
    unread = police.text("/lists/?show=sent")
    assert re.findall(r">Số (\d+)<", unread) == ["1"]
    second = police.text("/lists/?page=2")
    assert re.findall(r">Số (\d+)<", second) == ["3", "2"]


def test_the_fold_is_open_while_somebody_has_to_choose_a_team(arrange, login):
    with arrange() as world:
        make_household(world.ward, address_line="9 Trần Phú", people=2)  # hamlet unknown
    page = login("commune").text("/lists/")
    assert '<details id="loads" data-open-wide open>' in page


def test_taking_a_list_back_needs_a_reason_and_the_page_keeps_who_when_and_why(arrange, login):
    with arrange() as world:
        given = world.hand_over_all().id
        name = world.actor("commune").display_name
    police = login("commune")
    page = police.post(f"/lists/{given}/take-back", 422, reason="  ").get_data(as_text=True)
    assert "Hãy ghi lý do thu hồi." in page
    assert "Đã thu hồi" not in page
    police.post(f"/lists/{given}/take-back", reason=" Giao nhầm tổ ")
    page = " ".join(police.text(f"/lists/{given}").split())
    assert f"{name} thu hồi lúc" in page
    assert "“Giao nhầm tổ”" in page


def test_a_team_at_work_has_to_send_first_before_its_list_is_taken_or_moved(arrange, login):
    with arrange() as world:
        given, other = world.hand_over_all().id, world.other_team.id
        person, name = world.citizens[0].id, world.actor("volunteer").display_name
    police = login("commune")
    assert "Tổ đang làm việc" not in police.text(f"/lists/{given}")
    login("volunteer").post(f"/citizens/{person}/visits", outcome="refused")
    page = police.text(f"/lists/{given}")
    assert "Tổ đang làm việc" in page
    assert f"{name}: gửi 1 kết quả hôm nay" in " ".join(page.split())
    refused = police.post(f"/lists/{given}/take-back", 422, reason="Giao nhầm")
    refused = refused.get_data(as_text=True)
    assert "hãy báo tổ gửi hết" in refused
    assert 'value="Giao nhầm"' in refused
    moved = police.post(f"/lists/{given}/move", 422, team_id=other).get_data(as_text=True)
    assert f'<option value="{other}" selected>' in moved
    police.post(f"/lists/{given}/move", team_id=other, is_sent="1")
    assert "Đã thu hồi" in police.text(f"/lists/{given}")


def test_results_of_yesterday_and_typed_in_ones_warn_nobody(arrange, login):
    with arrange() as world:
        given = world.hand_over_all()
        with clock.frozen(START - timedelta(days=1)):
            record_visit(
                actor=world.actor("volunteer"),
                campaign=world.campaign,
                citizen_id=world.citizens[0].id,
                given=make_visit(Outcome.REFUSED),
            )
        record_visit(
            actor=world.actor("leader"),
            campaign=world.campaign,
            citizen_id=world.citizens[1].id,
            given=make_visit(Outcome.REFUSED, is_typed_in=True),
        )
        given = given.id
    police = login("commune")
    assert "Tổ đang làm việc" not in police.text(f"/lists/{given}")
    police.post(f"/lists/{given}/take-back", reason="Giao nhầm")
