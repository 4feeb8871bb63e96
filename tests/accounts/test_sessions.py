"""Sessions that the server knows: a copied cookie stops working, each can be ended alone."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.make.world import PASSWORD
from tests.pages import Pages
from tests.statements import counted
from vneid_field.accounts.devices import device_of
from vneid_field.accounts.labels import device_label
from vneid_field.accounts.models import LoginSession
from vneid_field.accounts.sessions import ABSOLUTE, REMEMBERED
from vneid_field.core import clock
from vneid_field.extensions import db
from vneid_field.jobs import worker  # noqa: F401 - registers the duty
from vneid_field.jobs.services import run_nightly

ANDROID = (
    "Mozilla/5.0 (Linux; Android 13; SM-A146P) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Mobile Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"


def enter(app, login_name="leader", agent=ANDROID, **ticked):
    pages = Pages(app)
    pages.client.environ_base["HTTP_USER_AGENT"] = agent
    pages.post("/login", login_name=login_name, password=PASSWORD, **ticked)
    pages.get("/account")
    return pages


def copy_of(pages):
    """Another browser with the same cookie: a thief's, or one restored from a backup."""
    thief = Pages(pages.app)
    thief.client.set_cookie("vneid_session", pages.client.get_cookie("vneid_session").value)
    return thief


def others_of(html):
    """The ids of the sessions that the page offers to end."""
    return [part.split('"')[0] for part in html.split('name="session" value="')[1:]]


def test_after_logout_a_copied_cookie_opens_nothing(app):
    pages = enter(app)
    thief, other = copy_of(pages), enter(app)
    thief.get("/today")
    pages.post("/logout")
    thief.get("/today", 303)
    other.get("/today")


def test_logging_in_anew_ends_the_session_that_this_browser_had(app):
    pages = enter(app)
    thief = copy_of(pages)
    pages.post("/login", login_name="leader", password=PASSWORD)
    thief.get("/today", 303)
    pages.get("/today")


def test_a_new_password_ends_the_cookie_that_was_copied_before(app):
    pages = enter(app)
    thief = copy_of(pages)
    new = "ghe cam trời mưa 47"
    pages.post("/account/password", old=PASSWORD, new=new, again=new)
    pages.get("/today")
    thief.get("/today", 303)


def test_the_account_page_lists_the_open_sessions_and_ends_one_of_them(app):
    desk, phone = enter(app, agent=EDGE), enter(app, is_remembered="y")
    html = phone.text("/account")
    assert "Điện thoại Android, Chrome" in html
    assert "Máy tính Windows, Edge" in html
    (one,) = others_of(html)  # this phone's own is ended by logging out
    phone.post("/account/sessions/end", session=one)
    desk.get("/today", 303)
    phone.get("/today")
    assert others_of(phone.text("/account")) == []
    phone.post("/account/sessions/end", session=one)  # pressed twice


def test_nobody_ends_the_session_of_somebody_else(app):
    leader, volunteer = enter(app), enter(app, "volunteer")
    enter(app)
    (one,) = others_of(leader.text("/account"))
    volunteer.post("/account/sessions/end", 404, session=one)
    volunteer.post("/account/sessions/end", 404, session="khong-co")
    assert others_of(leader.text("/account")) == [one]


def test_a_session_past_its_end_is_not_listed(app, monkeypatch):
    enter(app)
    enter(app, is_remembered="y")
    then = clock.real_now() + ABSOLUTE + timedelta(minutes=1)
    monkeypatch.setattr(clock, "real_now", lambda: then)
    assert len(others_of(enter(app).text("/account"))) == 1


def test_a_request_costs_no_statement_more_for_its_session(app):
    pages = enter(app)
    with counted(app) as seen:
        pages.get("/handbook/")
    asked = [one for one in seen if "login_session" in one or "FROM user_account" in one]
    assert len(asked) == 1


def test_sessions_nobody_can_use_any_more_are_forgotten(app, arrange):
    enter(app)
    with arrange():
        row = db.session.scalars(select(LoginSession)).one()
        row.opened_at -= REMEMBERED + timedelta(minutes=1)
    enter(app)
    with arrange():
        run_nightly()
    with arrange():
        assert db.session.scalar(select(func.count(LoginSession.id))) == 1


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        (ANDROID, "Điện thoại Android, Chrome"),
        (ANDROID + " Zalo/1.0", "Điện thoại Android, Zalo"),
        (IPHONE, "iPhone, Safari"),
        (IPHONE.replace("Version/17.5", "CriOS/126.0"), "iPhone, Chrome"),
        (EDGE, "Máy tính Windows, Edge"),
        (FIREFOX, "Máy tính Linux, Firefox"),
        ("curl/8", "Thiết bị khác"),
        ("", "Thiết bị khác"),
    ],
)
def test_a_device_is_named_by_its_family_alone(agent, label):
    assert device_label(device_of(agent)) == label
