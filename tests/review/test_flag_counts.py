"""Above a commune: how many flagged checklists of a day nobody has answered, by unit below."""

import re

from tests.conftest import on_both
from tests.make.reviews import DAY, day_of, decide, rush, walk, walk_all
from tests.statements import counted
from vneid_field.people.queries import list_members
from vneid_field.review.day_queries import list_facts
from vneid_field.review.flag_counts import count_flags
from vneid_field.review.rates import list_communes
from vneid_field.visits.kinds import Outcome

URL = f"/review/day?on={DAY.isoformat()}"


def flags(world, code, login):
    root = world.unit(code)
    communes = list_communes(world.actor(login).scope, root)
    lines = count_flags(world.campaign, root, communes, DAY)
    return {line.unit.code if line.unit else "": line for line in lines}


@on_both
def test_each_unit_below_counts_what_the_communes_queue_shows(world):
    walk_all(world)
    rush(world)
    for code, login, below in (("916", "district", "31120"), ("92", "city", "916")):
        found = flags(world, code, login)
        own = found[below]
        assert (own.checklists, own.flagged, own.flags_open) == (12, 1, 1)
        assert (found[""].checklists, found[""].flags_open) == (12, 1)
        others = [line for at, line in found.items() if at not in (below, "")]
        assert others
        assert not any(line.checklists or line.flagged for line in others)
    flagged = next(entry for entry in day_of(world).entries if entry.flags)
    decide(world, flagged)
    own = flags(world, "916", "district")["31120"]
    assert (own.flagged, own.flags_open) == (1, 0)


@on_both
def test_a_number_in_two_communes_is_no_sign_that_neither_of_them_sees(world):
    """Shared by two homes of the ward; a third one lies in another ward."""
    world.hand_over_all()
    homes = world.households[:2]
    for number, home in enumerate(homes):
        person = list_members(home.id)[0]
        walk(world, person, Outcome.PHONE_MISMATCH, minutes=number * 9, new_phone="0977000111")
    sibling = world.unit("31117")
    stranger = next(one for one in world.citizens if one.household_id not in {h.id for h in homes})
    learnt = list_members(homes[0].id)[0]
    stranger.field_phone_index, stranger.unit_path = learnt.field_phone_index, sibling.path
    from_ward = list_facts(world.campaign.id, (world.ward.path,), DAY, DAY)
    from_both = list_facts(world.campaign.id, (world.ward.path, sibling.path), DAY, DAY)
    assert [fact.phone_households for _on, _place, fact in from_ward] == [2, 2]
    assert from_both == from_ward


def test_the_page_says_it_with_links_within_twelve_statements(app, arrange, login):
    with arrange() as world:
        walk_all(world)
        rush(world)
        ward, district = world.ward.id, world.unit("916").id
    for who, below in (("district", ward), ("city", district)):
        pages = login(who)
        with counted(app) as seen:
            page = pages.text(f"{URL}&flags=1")
        assert len([one for one in seen if not one.startswith("BEGIN")]) <= 12, "\n".join(seen)
        assert "Dấu hiệu chưa trả lời: 1 phiếu" in page
        row = re.search(rf'<tr><th scope="row"><a[^>]*unit={below}&amp;on=[^>]*>.*?</tr>', page)[0]
        assert re.findall(r">(\d+)<", row) == ["12", "1", "1"]
        assert "An Hòa" in page
    assert "Đếm dấu hiệu" in login("city").text(URL)
    city = login("city")
    page = city.text(f"{URL}&unit={district}")
    assert f"unit={ward}&amp;on=" in page
    assert "Thành phố Cần Thơ</a> ›" in page
    login("commune").get(f"{URL}&unit={district}", 404)
    assert "Dấu hiệu chưa trả lời" not in login("commune").text(URL)


def test_a_day_without_checklists_says_zero(login):
    page = login("district").text("/review/day?on=2023-07-01")
    assert "Dấu hiệu chưa trả lời: 0 phiếu" in page
