"""Logging in: throttled, never leading elsewhere, remembered only in the field."""

import pytest

from tests.make.world import PASSWORD
from tests.pages import Pages
from vneid_field.accounts.throttle import LIMITS

TOO_MANY = 429


def attempt(pages, password, status, login_name="volunteer", **fields):
    return pages.post("/login", status, login_name=login_name, password=password, **fields)


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "////evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/\t/evil.example",
    ],
)
def test_the_way_after_login_never_leads_to_another_site(app, target):
    answer = attempt(Pages(app), PASSWORD, 303, next=target)
    assert answer.location == "/"


def test_the_way_after_login_leads_back_to_a_page_of_this_site(app):
    assert (
        attempt(Pages(app), PASSWORD, 303, next="/households?page=2").location
        == "/households?page=2"
    )


def test_too_many_wrong_passwords_close_the_door_even_to_the_right_one(app):
    pages = Pages(app)
    for _ in range(LIMITS["pair"]):
        attempt(pages, "sai mật khẩu", 422)
    attempt(pages, PASSWORD, TOO_MANY)
    attempt(pages, PASSWORD, 303, login_name="leader")


def test_the_right_password_forgets_earlier_slips(app):
    for _ in range(2):
        pages = Pages(app)
        for _ in range(LIMITS["pair"] - 1):
            attempt(pages, "sai mật khẩu", 422)
        attempt(pages, PASSWORD, 303)


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(app):
    sentence = "Tên đăng nhập hoặc mật khẩu không đúng."
    assert sentence in attempt(Pages(app), "sai", 422).get_data(as_text=True)
    assert sentence in attempt(Pages(app), "sai", 422, login_name="khong.co").get_data(as_text=True)


@pytest.mark.parametrize(("login_name", "is_kept"), [("volunteer", True), ("commune", False)])
def test_only_a_phone_in_the_field_stays_logged_in(app, login_name, is_kept):
    answer = attempt(Pages(app), PASSWORD, 303, login_name=login_name, is_remembered="y")
    (cookie,) = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("vneid_session")]
    assert ("Expires=" in cookie) is is_kept
