"""What no column can hold is not there or not readable, never a fault of ours (500)."""

import re

import pytest

from tests.conftest import on_both
from tests.make.visits import make_uuid
from vneid_field.visits.queries import list_events

HUGE = (2**31, 2**63, 10**30)
SAFE_QUERIES = (
    "/lists/printing/{0}",
    "/letterhead/?unit={0}",
    "/lists/?unit={0}",
    "/accounts/new?role=volunteer&at={0}",
    "/households/next?after={0}",
    "/review/?team={0}",
    "/audit/?page={0}",
)


@on_both
@pytest.mark.parametrize("login_name", ["admin", "commune", "volunteer"])
def test_a_number_too_large_for_an_id_is_not_found(app, login, login_name):
    pages = login(login_name)
    for huge in HUGE:
        for rule in app.url_map.iter_rules():
            if "<int:" not in rule.rule or "GET" not in rule.methods:
                continue
            url = re.sub(r"<int:\w+>", str(huge), rule.rule)
            url = re.sub(r"<[^>]+>", "2023-07-04", url)
            assert pages.client.get(url).status_code == 404, url
        for query in SAFE_QUERIES:
            response = pages.client.get(query.format(huge))
            assert response.status_code in {200, 302, 303, 404}, (query, response.status_code)


@on_both
def test_a_number_too_large_in_a_form_is_told(login):
    pages = login("commune")
    for huge in HUGE:
        for url, field in (
            ("/lists/hand-over", "hamlet_id"),
            ("/review/accept", "household_id"),
            ("/imports/", "unit_id"),
        ):
            data = {"csrf_token": pages.token, field: str(huge)}
            assert pages.client.post(url, data=data).status_code in {404, 422}, url


@on_both
def test_a_null_character_in_a_form_or_an_address_is_no_fault(login):
    commune, admin = login("commune"), login("admin")
    assert commune.client.post("/people/", data={"csrf_token": commune.token, "words": "An\0h"})
    for pages, url, data in (
        (commune, "/people/", {"words": "ab\0c"}),
        (commune, "/people/", {"words": "0912\0345678"}),
        (commune, "/review/return", {"household_id": "1", "team_id": "1", "remark": "a\0"}),
        (commune, "/letterhead/", {"organ": "A\0"}),
    ):
        response = pages.client.post(url, data={"csrf_token": pages.token, **data})
        assert response.status_code in {200, 303, 404, 422}, (url, response.status_code)
    for url in (
        "/audit/?login=%00",
        "/audit/?event=a%00",
        "/audit/?subject=a%00b",
        "/accounts/?q=%00",
    ):
        assert admin.client.get(url).status_code in {200, 404}, url


@on_both
def test_a_login_name_with_a_null_character_is_no_fault(login):
    pages = login("volunteer")
    pages.post("/logout")
    pages.get("/login")
    pages.post("/login", 422, login_name="a\0b", password="x\0y")


@on_both
@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31", "2023-07-04"])
def test_the_log_of_a_day_at_the_ends_of_time_is_a_page(login, on):
    admin, commune = login("admin"), login("commune")
    admin.get(f"/audit/?on={on}")
    for url in ("/review/", "/reports/", "/boards", "/documents/"):
        assert commune.client.get(f"{url}?on={on}", follow_redirects=True).status_code == 200, url


@on_both
@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1e999"])
def test_a_phone_with_a_broken_clock_still_gets_its_result_in(arrange, login, at):
    with arrange() as world:
        world.hand_over_all()
        citizen_id = world.citizens[0].id
    for device_at, device_sent_at in (
        (at, at),
        (at, "2023-07-04T10:30:00+00:00"),
        ("2023-07-04T10:30:00+00:00", at),
    ):
        login("volunteer").post(
            f"/citizens/{citizen_id}/visits",
            outcome="refused",
            uuid=make_uuid(),
            device_at=device_at,
            device_sent_at=device_sent_at,
        )
    with arrange() as world:
        events = list_events([world.citizens[0].id], world.campaign.id)
        assert len(events[world.citizens[0].id]) == 3


@pytest.mark.parametrize(
    "rows", ["[[1e999, 1, 1, 1, 1]]", "[" * 100_000, '[[1, "a", "b", "volunteer", 1e999]]', "{}"]
)
def test_altered_rows_of_a_staff_sheet_are_told(login, rows):
    pages = login("commune")
    pages.post("/accounts/sheet/create", 422, rows=rows)
