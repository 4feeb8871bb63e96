"""Pages that everybody opens before the hour read a few rows (quality.md, lessons.md 10)."""

import re

import pytest

from tests.statements import counted

BUDGET = 12


def people_of(pages, household_id):
    return re.findall(r'id="person-(\d+)"', pages.text(f"/households/{household_id}"))


@pytest.mark.parametrize("login_name", ["commune", "district", "city", "district.ubnd"])
@pytest.mark.parametrize("code", ["own", "31120", "31120.1"])
def test_a_board_costs_at_most_twelve_statements(app, arrange, login, login_name, code):
    with arrange() as world:
        unit = world.actor(login_name).unit.unit_id if code == "own" else world.unit(code).id
    pages = login(login_name)
    pages.get(f"/boards/{unit}")
    with counted(app) as seen:
        pages.get(f"/boards/{unit}")
    assert 5 < len(seen) <= BUDGET, "\n".join(seen)


@pytest.mark.parametrize("login_name", ["commune", "district", "city", "commune.ubnd"])
def test_the_desks_home_costs_at_most_twelve_statements(app, login, login_name):
    pages = login(login_name)
    pages.get("/reports/")
    with counted(app) as seen:
        pages.get("/reports/")
    assert 5 < len(seen) <= BUDGET, "\n".join(seen)


def test_today_on_the_phone_costs_at_most_twelve_statements(app, arrange, login):
    with arrange() as world:
        world.hand_over_all()
        home = world.households[3].id
    pages = login("volunteer")
    # The dearest case: the walk begins at a household that is done.
    pages.post(f"/households/{home}/start")
    for citizen_id in people_of(pages, home):
        pages.post(f"/citizens/{citizen_id}/visits", outcome="activated_app")
    pages.get("/today")
    with counted(app) as seen:
        pages.get("/today")
    assert 5 < len(seen) <= BUDGET, "\n".join(seen)
