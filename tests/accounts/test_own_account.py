"""The own account over HTTP: a new password and every way to get it wrong, sessions, roles."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.make.world import PASSWORD
from tests.pages import Pages
from vneid_field.accounts.guessing import is_guessable
from vneid_field.accounts.models import RoleGrant
from vneid_field.accounts.services import reset_password
from vneid_field.accounts.sessions import ABSOLUTE, IDLE, REMEMBERED
from vneid_field.accounts.throttle import LIMITS, WINDOW
from vneid_field.audit.models import AuditEvent
from vneid_field.core import clock
from vneid_field.core.access import Role
from vneid_field.extensions import db

TOO_MANY = 429
GOOD = "ghe cam trời mưa 47"


def change(pages, status=422, **fields):
    values = dict(old=PASSWORD, new=GOOD, again=fields.get("new", GOOD)) | fields
    return pages.post("/account/password", status, **values).get_data(as_text=True)


def enter(pages, login_name, password, status=303, **ticked):
    pages.client.delete_cookie("vneid_session")
    pages.get("/login")
    pages.post("/login", status, login_name=login_name, password=password, **ticked)
    return pages


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"old": "không phải 2023"}, "Mật khẩu hiện tại không đúng."),
        ({"old": ""}, "Mục này cần được điền."),
        ({"new": ""}, "Mục này cần được điền."),
        ({"new": "ngắn 2023"}, "cần ít nhất 10 ký tự"),
        ({"again": "ghe cam trời mưa 48"}, "Hai lần nhập chưa giống nhau."),
        ({"new": "của Volunteer riêng 7"}, "không được chứa tên đăng nhập"),
        ({"new": PASSWORD}, "phải khác mật khẩu hiện tại"),
        ({"new": "1234567890"}, "dễ đoán"),
        ({"new": "x" * 201}, "dài quá 200 ký tự"),
    ],
)
def test_a_refused_password_says_why_and_changes_nothing(login, fields, words):
    pages = login("volunteer")
    html = change(pages, **fields)
    assert words in html
    assert "Người dùng volunteer" in html
    pages.get("/account")
    enter(pages, "volunteer", PASSWORD)


def test_a_temporary_password_is_not_its_own_successor(arrange, app):
    with arrange() as world:
        secret = reset_password(actor=world.actor("commune"), user=world.user("volunteer"))
    pages = Pages(app)
    pages.post("/login", login_name="volunteer", password=secret)
    pages.get("/account")
    assert "phải khác mật khẩu hiện tại" in change(pages, old=secret, new=secret)
    pages.get("/today", 303)
    change(pages, 303, old=secret)
    pages.get("/today")


@pytest.mark.parametrize(
    "password",
    [
        "1234567890", "12345678901", "0987654321", "abcdefghij", "qwertyuiop1", "aaaaaaaaaaaa",
        "1q2w3e4r5t", "password123", "manchester", "Matkhau@12345", "mật khẩu 2023",
        "cantho2023", "CầnThơ-2023!", "vneid123456", "0912 345 678", "0918273645", "0939 482 716", "092085017263",
        "092123456789", "abc123abc123", "Nguyễn Thị Ánh 85", "anh.nt.1985",
    ],
)  # fmt: skip
def test_what_anybody_would_try_is_guessable(password):
    assert is_guessable(password, ("Nguyễn Thị Ánh", "anh.nt"))


@pytest.mark.parametrize("password", [GOOD, "kmpt-4x7r-wq9d", PASSWORD, "con mèo đen ngủ trưa"])
def test_words_that_do_not_belong_together_are_not_guessable(password):
    assert not is_guessable(password, ("Nguyễn Thị Ánh", "anh.nt"))


def test_a_new_password_ends_the_other_devices_and_keeps_this_one(login):
    phone, desk = login("leader"), login("leader")
    change(phone, 303)
    phone.get("/today")
    desk.get("/today", 303)
    enter(desk, "leader", PASSWORD, status=422)
    enter(desk, "leader", GOOD)


def test_logging_out_everywhere_ends_every_device(login):
    phone, desk = login("leader"), login("leader")
    phone.post("/account/logout-everywhere")
    phone.get("/today", 303)
    desk.get("/today", 303)


def later(monkeypatch, step):
    then = clock.real_now() + step
    monkeypatch.setattr(clock, "real_now", lambda: then)


def test_a_phone_is_remembered_for_the_campaign_and_no_longer(app, monkeypatch):
    pages = enter(Pages(app), "leader", PASSWORD, is_remembered="y")
    assert pages.client.get_cookie("vneid_session").expires is not None
    later(monkeypatch, timedelta(days=52))
    pages.get("/today")
    later(monkeypatch, REMEMBERED - timedelta(days=51))
    pages.get("/today", 303)


def test_a_desk_that_nobody_uses_is_logged_out(app, monkeypatch):
    pages = enter(Pages(app), "leader", PASSWORD)
    assert pages.client.get_cookie("vneid_session").expires is None
    later(monkeypatch, IDLE - timedelta(minutes=1))
    pages.get("/today")
    later(monkeypatch, IDLE - timedelta(minutes=1))
    pages.get("/today?poll=1")
    later(monkeypatch, timedelta(minutes=2))
    pages.get("/today", 303)


def test_a_desk_in_use_is_logged_out_after_a_working_day(app, monkeypatch):
    pages = enter(Pages(app), "leader", PASSWORD)
    for _turn in range(int(ABSOLUTE / timedelta(minutes=40)) - 1):
        later(monkeypatch, timedelta(minutes=40))
        pages.get("/today")
    later(monkeypatch, timedelta(minutes=41))
    pages.get("/today", 303)


def test_a_person_with_two_teams_works_for_one_at_a_time_and_chooses_which(app, arrange, login):
    with arrange() as world:
        second = RoleGrant(
            user_id=world.user("leader").id, role=Role.TEAM_LEADER, unit_id=world.other_team.id
        )
        db.session.add(second)
        db.session.flush()
        names, wanted, stranger = (world.team.name, world.other_team.name), second.id, 999_999
    pages = login("leader")
    page = pages.text("/account")
    assert f"{names[0]} (đang dùng)" in page
    assert f"{names[1]} (đang dùng)" not in page
    pages.post("/account/role", grant=str(stranger))
    assert f"{names[0]} (đang dùng)" in pages.text("/account")
    pages.post("/account/role", grant=str(wanted))
    assert f"{names[1]} (đang dùng)" in pages.text("/account")
    change(pages, 303)
    assert f"{names[1]} (đang dùng)" in pages.text("/account")


def test_a_refusal_stands_on_the_first_screen_of_a_phone(login):
    html = change(login("volunteer"), old="không phải 2023")
    assert html.index("Mật khẩu hiện tại không đúng.") < html.index("Đăng xuất khỏi máy này")


def guess(pages, times, status=422):
    for _ in range(times):
        html = change(pages, status, old="không phải 2023")
    return html


def test_guessing_the_current_password_is_braked_on_every_copy_of_the_session(login, monkeypatch):
    pages, other = login("leader"), login("leader")
    assert "Mật khẩu hiện tại không đúng." in guess(pages, LIMITS["own"])
    assert "Hãy thử lại sau 15 phút." in guess(other, 1, TOO_MANY)
    assert "Hãy thử lại sau 15 phút." in change(pages, TOO_MANY)
    enter(login("volunteer"), "leader", PASSWORD)
    later(monkeypatch, WINDOW)
    pages = login("leader")
    guess(pages, LIMITS["own"] - 1)
    change(pages, 303)
    enter(pages, "leader", GOOD).get("/account")
    html = change(pages, old="không phải 2023", new=GOOD)
    assert "Mật khẩu hiện tại không đúng." in html


def test_guesses_at_the_current_password_are_in_the_log(login, arrange):
    guess(login("leader"), 1)
    with arrange() as world:
        row = db.session.scalars(
            select(AuditEvent).where(AuditEvent.event == "account.password_refused")
        ).one()
        assert row.actor_id == world.user("leader").id
        assert row.data == {"is_throttled": False}
