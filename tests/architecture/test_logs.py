"""No line of a log holds what somebody typed, uploaded or looked for; errors included."""

import io
import logging

import pytest
from sqlalchemy import text

from tests.conftest import on_both
from tests.make.sheets import TITLES, xlsx
from tests.make.visits import make_uuid
from vneid_field.extensions import db
from vneid_field.jobs.services import run_waiting
from vneid_field.lists import tasks
from vneid_field.people import queries

NAME, NUMBER, PHONE, STREET = "Trần Thị Bí Mật", "092180001234", "0912777888", "Hẻm Kín Đáo"
PLANTED = (NAME, NUMBER, PHONE, STREET, "Bí Mật", "BI MAT", "bi mat")
ROW = [[1, NAME, "05/03/1980", "Nữ", NUMBER, STREET, "Khu vực 1", PHONE, "27/06/2023"]]


@pytest.fixture
def lines(app):
    """Everything that any logger says during the test, tracebacks included."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    root = logging.getLogger()
    root.addHandler(handler)
    app.testing = False  # as on a server: an error becomes a page and a line
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield out
    root.removeHandler(handler)


def break_with_what_was_typed(*_args, **_kwargs):
    """A fault whose message quotes a row: PostgreSQL prints all of it."""
    with db.session.begin_nested():
        db.session.execute(
            text("insert into team_member (id, team_id, full_name) values (1, :number, :name)"),
            {"number": 1, "name": f"{NAME} {NUMBER} {PHONE}"},
        )


def break_plainly(*_args, **_kwargs):
    raise ValueError(f"invalid literal for int(): {NAME} {NUMBER}")


def upload(pages, unit_id):
    sheet = (io.BytesIO(xlsx(ROW, titles=TITLES)), f"{NAME}.xlsx")
    fields = {"kind": "approved_not_activated", "unit_id": unit_id, "as_of_on": "2023-07-04"}
    pages.post("/imports/", files={"file": sheet}, **fields)


def said_nothing(lines):
    found = lines.getvalue()
    assert not [word for word in PLANTED if word in found], found[:3000]
    return found


@on_both
def test_a_days_requests_leave_no_personal_data_in_the_log(app, arrange, login, lines):
    with arrange() as world:
        world.hand_over_all()
        ward, team, citizen = world.ward.id, world.team.id, world.citizens[0].id
    commune, volunteer = login("commune"), login("volunteer")
    for words in (NAME, NUMBER, PHONE):
        found = commune.post("/people/", words=words)
        assert not [word for word in PLANTED if word in found.location]
        commune.get(found.location)
        commune.client.get("/accounts/", query_string={"q": words})
        commune.client.get(f"/khong-co/{words}")
    upload(commune, ward)
    with arrange():
        run_waiting()
    commune.post(
        f"/teams/{team}/members/new", full_name=NAME, phone=PHONE, union="youth", status=303
    )
    volunteer.post(
        f"/citizens/{citizen}/visits",
        outcome="phone_mismatch",
        new_phone=PHONE,
        note=f"{NAME} {STREET}",
        uuid=make_uuid(),
    )
    commune.post("/logout")
    commune.get("/login")
    commune.post("/login", 422, login_name=NAME, password=NUMBER)
    said_nothing(lines)


@on_both
@pytest.mark.parametrize("fault", [break_with_what_was_typed, break_plainly])
def test_an_error_is_logged_by_kind_and_place_only(arrange, login, lines, monkeypatch, fault):
    commune = login("commune")
    monkeypatch.setattr(queries, "search_people", fault)
    commune.post("/people/", 500, words=NAME)
    found = said_nothing(lines)
    assert "people.find" in found
    assert fault.__name__ in found


@on_both
def test_an_error_of_the_commit_is_logged_without_the_row(arrange, login, lines, monkeypatch):
    commune = login("commune")
    monkeypatch.setattr(db.session, "commit", break_with_what_was_typed)
    commune.post("/people/", 500, words=NAME)
    assert "IntegrityError" in said_nothing(lines)


@on_both
@pytest.mark.parametrize("fault", [break_with_what_was_typed, break_plainly])
def test_an_error_of_a_job_is_logged_without_what_it_read(
    arrange, login, lines, monkeypatch, fault
):
    with arrange() as world:
        ward = world.ward.id
    monkeypatch.setattr(tasks, "_read", fault)
    upload(login("commune"), ward)
    with arrange():
        run_waiting()
    assert fault.__name__ in said_nothing(lines)
