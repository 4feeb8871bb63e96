"""A session that ends in the middle of a form, and typing in a paper list."""

import pytest

from tests.visits.phone import after, events
from vneid_field.core import clock
from vneid_field.visits.kinds import AbsentReason


@pytest.mark.parametrize("has_cookie", [True, False])
@pytest.mark.parametrize("htmx", [True, False])
def test_a_session_that_ended_says_that_the_result_is_lost_and_comes_back_to_the_household(
    arrange, login, home, htmx, has_cookie
):
    household, (first, *_) = home
    pages = login("volunteer")
    page = f"http://localhost/households/{household}"
    if has_cookie:
        with arrange() as world:
            world.user("volunteer").session_epoch += 1
    else:
        pages.client.delete_cookie("vneid_session")
    headers = {"HX-Request": "true", "HX-Current-URL": page} if htmx else {"Referer": page}
    data = {"csrf_token": pages.token, "outcome": "refused"}
    with pages.app.app_context():
        answer = pages.client.post(f"/citizens/{first}/visits", data=data, headers=headers)
    assert answer.status_code == (401 if htmx else 303)
    target = answer.headers["HX-Redirect" if htmx else "Location"]
    html = pages.get(target).get_data(as_text=True)
    assert "CHƯA được lưu" in html
    assert f'name="next" type="hidden" value="/households/{household}"' in html


@pytest.mark.parametrize(
    "told", ["https://evil.example/households/1", "http://localhost//x", "http://localhost/login"]
)
def test_a_foreign_page_is_no_way_back_after_login(app, told):
    with app.app_context():
        answer = app.test_client().post("/households/search", headers={"Referer": told})
    assert "next=" not in answer.location


def test_typing_in_offers_a_time_that_is_past_and_a_day_of_return(arrange, login):
    with arrange() as world:
        given = world.hand_over_all().id
        first = world.citizens[0].id
    for hours, day, hour in (
        (0, "2023-07-04", "17:00"),
        (10, "2023-07-04", "17:00"),
        (16, "2023-07-05", "08:00"),
    ):
        with after(hours=hours):
            pages = login("leader")
            html = pages.text(f"/lists/{given}/type-in")
            local = clock.local_now()
            assert f"{day}T{hour}" < f"{local:%Y-%m-%dT%H:%M}"
            assert f'name="day" required value="{day}"' in html
            assert f'name="hour" value="{hour}"' in html
    fields = {f"outcome-{first}": "absent", f"sub_reason-{first}": AbsentReason.BACK_ON.value}
    with after(hours=3):
        pages = login("leader")
        pages.post(
            f"/lists/{given}/type-in",
            day="2023-07-04",
            hour="08:30",
            **fields,
            **{f"next_day-{first}": "2023-07-12"},
        )
    with arrange():
        assert clock.to_local(events()[0].next_visit_at).day == 12
