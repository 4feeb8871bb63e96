"""The brake on guessing: an office is not shut by its own slips, a sprayer is (docs/adr/014)."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import on_both
from tests.make.world import PASSWORD
from tests.pages import Pages
from tests.write_lock import watch
from vneid_field.accounts import passwords
from vneid_field.accounts.models import KnownPlace, LoginThrottle
from vneid_field.accounts.throttle import (
    KNOWN_FOR,
    LIMITS,
    WINDOW,
    Attempt,
    forget_old_throttles,
    look,
    note_failure,
    note_success,
)
from vneid_field.core import clock
from vneid_field.extensions import db

OFFICE, HOME = "203.0.113.7", "198.51.100.9"
SECRET = "test-secret"  # of Settings.for_tests
TOO_MANY = 429


def of(name, address=OFFICE):
    return Attempt(name, address, SECRET)


def fail(name, address=OFFICE, times=1):
    for _ in range(times):
        note_failure(of(name, address))


def spray(count, address=OFFICE):
    for number in range(count):
        fail(f"nguoi.{number}", address)


def attempt(app, password, status, login_name="leader", address=OFFICE):
    pages = Pages(app)
    pages.client.environ_base["REMOTE_ADDR"] = address
    answer = pages.post("/login", status, login_name=login_name, password=password)
    return answer.get_data(as_text=True)


@on_both
def test_a_training_morning_of_thirty_phones_shuts_nobody_out(world):
    for phone in range(30):
        fail(f"nguoi.{phone}", times=3)
    assert not look(of("leader")).is_shut
    for phone in range(30):
        note_success(of(f"nguoi.{phone}"))
    spray(LIMITS["names"] - 1, OFFICE)
    assert not look(of("leader")).is_shut


@on_both
def test_a_name_has_five_tries_at_a_place_and_then_waits(world, monkeypatch):
    fail("leader", times=LIMITS["pair"] - 1)
    assert not look(of("leader")).is_shut
    fail("leader")
    gate = look(of("leader"))
    assert (gate.is_shut, gate.minutes) == (True, 15)
    assert not look(of("volunteer")).is_shut
    assert not look(of("leader", HOME)).is_shut
    then = clock.real_now() + WINDOW
    monkeypatch.setattr(clock, "real_now", lambda: then)
    assert not look(of("leader")).is_shut
    fail("leader")
    assert not look(of("leader")).is_shut


@on_both
def test_the_brake_on_spraying_spares_those_who_were_here_before(world):
    note_success(of("leader"))
    spray(LIMITS["names"])
    assert look(of("volunteer")).is_shut
    assert not look(of("leader")).is_shut
    assert not look(of("volunteer", HOME)).is_shut
    fail("leader", times=LIMITS["pair"])
    assert look(of("leader")).is_shut


@on_both
def test_many_tries_at_few_names_are_braked_too(world):
    tried = LIMITS["address"] // LIMITS["pair"]
    for number in range(tried):
        fail(f"nguoi.{number}", times=LIMITS["pair"])
    assert look(of("volunteer")).is_shut


@on_both
def test_guessing_from_elsewhere_does_not_lock_the_owner_out_where_he_works(world):
    note_success(of("leader"))
    for number in range(LIMITS["name"]):
        fail("leader", f"192.0.2.{number}")
    assert look(of("leader", HOME)).is_shut
    assert not look(of("leader")).is_shut


def test_a_place_is_known_for_a_campaign(world, monkeypatch):
    note_success(of("leader"))
    then = clock.real_now() + KNOWN_FOR
    monkeypatch.setattr(clock, "real_now", lambda: then)
    spray(LIMITS["names"])
    assert look(of("leader")).is_shut


def test_the_addresses_of_one_subscriber_are_one_place():
    assert of("a", "2001:db8:1:2::1").place == of("a", "2001:db8:1:2:ffff::9").place
    assert of("a", "2001:db8:1:2::1").place != of("a", "2001:db8:1:3::1").place
    assert of("a", "::ffff:203.0.113.7").place == of("a", OFFICE).place
    assert of("a", "").place == of("b", "").place


def test_old_counters_and_places_are_deleted(world):
    note_success(of("leader"))
    fail("leader")
    for row in db.session.scalars(select(LoginThrottle)):
        row.window_started_at -= WINDOW + timedelta(minutes=1)
    db.session.scalars(select(KnownPlace)).one().seen_at -= KNOWN_FOR + timedelta(minutes=1)
    fail("volunteer")
    note_success(of("volunteer"))
    forget_old_throttles()
    assert db.session.scalar(select(func.count(KnownPlace.key))) == 1
    assert db.session.scalar(select(func.count(LoginThrottle.key))) == 1  # of the name


def test_nothing_tells_who_is_known_while_the_place_is_braked(app, arrange, monkeypatch):
    attempt(app, PASSWORD, 303)
    with arrange():
        spray(LIMITS["names"])
    spent = []
    verify = passwords.verify_password
    monkeypatch.setattr(
        passwords, "verify_password", lambda *given: spent.append(1) or verify(*given)
    )
    known = attempt(app, "sai mật khẩu", TOO_MANY)
    stranger = attempt(app, "sai mật khẩu", TOO_MANY, login_name="volunteer")
    nobody = attempt(app, "sai mật khẩu", TOO_MANY, login_name="khong.co")
    sentence = "Hãy thử lại sau 15 phút."
    assert sentence in known
    assert sentence in stranger
    assert sentence in nobody
    assert len(spent) == 3  # the same time, too
    attempt(app, PASSWORD, TOO_MANY, login_name="volunteer")
    attempt(app, PASSWORD, 303)


def test_tries_while_known_are_counted(app, arrange):
    attempt(app, PASSWORD, 303)
    with arrange():
        spray(LIMITS["names"])
    for _ in range(LIMITS["pair"]):
        attempt(app, "sai mật khẩu", TOO_MANY)
    attempt(app, PASSWORD, TOO_MANY)


@pytest.mark.parametrize("login_name", ["leader", "khong.co"])
def test_five_tries_over_http(app, login_name):
    for _ in range(LIMITS["pair"]):
        attempt(app, "sai mật khẩu", 422, login_name=login_name)
    attempt(app, "sai mật khẩu", TOO_MANY, login_name=login_name)


def test_others_write_while_a_password_is_checked(app, monkeypatch):
    free = watch(monkeypatch, passwords, "verify_password")
    attempt(app, "sai mật khẩu", 422)
    attempt(app, PASSWORD, 303)
    assert free == [True, True]
