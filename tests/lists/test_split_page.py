"""The page that splits a list: alleys in walking order; who leaves the team keeps no part."""

import re
from html import unescape

import pytest
from sqlalchemy import func, select

from tests.conftest import on_both
from tests.make.people import make_household
from vneid_field.accounts.models import RoleGrant
from vneid_field.core.access import Role
from vneid_field.extensions import db
from vneid_field.lists.hand_over_queries import list_alleys
from vneid_field.lists.models import ListItem
from vneid_field.lists.services import assign


@on_both
def test_alleys_stand_in_walking_order_street_by_street(world):
    for line in (
        "291/4 Mậu Thân",
        "28/3 Mậu Thân",
        "243/1 Mậu Thân",
        "12 Hoàng Quốc Việt",
        "9/2 Hoàng Quốc Việt",
        "243/2 Mậu Thân",
    ):
        make_household(world.hamlet, address_line=line, people=1)
    given = world.hand_over_all()
    found = [alley.alley for alley in list_alleys(given)]
    assert found == [
        "Hẻm 9 Hoàng Quốc Việt",
        "Hoàng Quốc Việt",
        "Mậu Thân",
        "Hẻm 28 Mậu Thân",
        "Hẻm 243 Mậu Thân",
        "Hẻm 291 Mậu Thân",
    ]


def part_of(world, login):
    query = select(func.count()).select_from(ListItem)
    return db.session.scalar(query.where(ListItem.assigned_to == world.user(login).id))


def grants_of(user_id):
    query = select(RoleGrant.id).where(RoleGrant.user_id == user_id).order_by(RoleGrant.id)
    return list(db.session.scalars(query))


@pytest.mark.parametrize("act", ["disable", "roles/take"])
def test_who_leaves_the_team_leaves_no_household_behind(arrange, login, act):
    """Volunteers who see only their own part would never come to it."""
    with arrange() as world:
        given, volunteer = world.hand_over_all(), world.user("volunteer")
        alley = list_alleys(given)[0]
        assign(
            actor=world.actor("leader"),
            given=given,
            user_id=volunteer.id,
            hamlet_id=alley.hamlet_id,
            alley=alley.alley,
        )
        for team in world.teams_of(world.ward)[1:3]:
            db.session.add(RoleGrant(user_id=volunteer.id, role=Role.VOLUNTEER, unit_id=team.id))
        db.session.flush()
        people, url = alley.people, f"/accounts/{volunteer.id}"
        here, elsewhere, _third = grants_of(volunteer.id)
        assert part_of(world, "volunteer") == people
    commune = login("commune")
    commune.post(f"{url}/roles/take", grant=str(elsewhere))
    with arrange() as world:
        assert part_of(world, "volunteer") == people  # another team was left, not this one
    commune.post(f"{url}/{act}", grant=str(here))
    with arrange() as world:
        assert part_of(world, "volunteer") == 0


@pytest.mark.parametrize("member", ["²", "1" * 5_000, "-1", "ai đó"])
def test_a_member_that_is_no_number_is_nobody(arrange, login, member):
    with arrange() as world:
        given = world.hand_over_all()
        url, alley = f"/lists/{given.id}/assign", list_alleys(given)[0]
    field = f"member-{alley.hamlet_id}-{alley.alley}"
    login("leader").post(url, 404, **{field: member})


def test_every_choice_of_the_page_can_be_saved(arrange, login):
    """As a browser sends the form: what nobody holds stays with the whole team."""
    with arrange() as world:
        given = world.hand_over_all()
        at = f"/lists/{given.id}"
    leader = login("leader")
    page = leader.text(f"{at}/split")
    fields = re.findall(r'<select id="[^"]*" name="([^"]+)"', page)
    choices = set(re.findall(r'<option value="([^"]+)"', page))
    assert "none" in choices
    for value in choices:
        leader.post(f"{at}/assign", **dict.fromkeys(map(unescape, fields), value))
