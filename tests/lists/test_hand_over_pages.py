"""Handing over on the desk: what the officer reads afterwards."""

from tests.make.people import make_household
from vneid_field.lists.labels import given_sentence


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


def test_several_teams_are_named_with_their_share():
    said = given_sentence({"Tổ số 1": 120, "Tổ số 2": 1116})
    assert said == "Đã giao 1.236 người: Tổ số 1 (120 người), Tổ số 2 (1.116 người)."
