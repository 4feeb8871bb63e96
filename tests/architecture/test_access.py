"""Every endpoint × role × {anonymous, own unit, sibling, another district} by real requests.

`WRITE_ACCESS=1 script/test tests/architecture/test_access.py` writes docs/access.md anew.
"""

import os
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.architecture.access_table import LOGIN_OF, PUBLIC, ROLES, TABLE
from tests.make.kit import make_kit
from tests.make.world import OTHER_WARD, PASSWORD, World
from tests.pages import Pages
from vneid_field.core.access import Permission
from vneid_field.core.database import writing
from vneid_field.extensions import db
from vneid_field.visits.rules import GUIDE_STEPS
from vneid_field.web.access import stamp_of

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "access.md"
FAR_WARD = "31168"  # Cái Răng: another district
# Roles whose scope a unit leaves: siblings within the district, and another district.
COMMUNE_LEVEL = set(ROLES) - {
    "district_police",
    "district_committee",
    "city_police",
    "city_committee",
    "administrator",
}
BELOW_CITY = set(ROLES) - {"city_police", "city_committee", "administrator"}
# Parameters that point at an object; endpoints without any speak of the actor's own unit.
OBJECTS = {
    "unit_id", "team_id", "user_id", "household_id", "citizen_id", "hand_over_id", "import_id",
    "document_id", "review_id", "job_id", "unlisted_id", "correction_id", "case_id",
    "point_id", "remedy_id", "invitation_id", "session_id", "transmission_id",
}  # fmt: skip
# What a form must say to get as far as the object; anything else may be missing (422).
FORMS = {
    "absences.close": ("case_id",),
    "absences.give_back": ("case_id",),
    "absences.offer": ("case_id", "place_id"),
    "absences.receive": ("case_id",),
    "absences.send": ("case_id",),
    "collection_day.enter": ("what",),
    "households.merge": ("into",),
    "lists.hand_over": ("hamlet_id", "team_id"),
    "lists.move": ("team_id",),
    "review.accept": ("household_id", "team_id", "seen", "on"),
    "review.send_back": ("household_id", "team_id", "seen", "on"),
    "sessions.plan": ("point_id",),
    "review.call": ("household_id", "team_id", "citizen_id", "on"),
}
# Own objects that are of another kind than the role's own: a leader reports for the team, a
# commune for itself; accounts are made for roles below one's own.
TEAM_UNIT = {"team_leader", "volunteer"}
BOARDS = {"boards.show", "boards.sheet", "boards.paper"}


def _rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint)


def test_every_endpoint_is_listed_and_stamped(app):
    found = {rule.endpoint for rule in _rules(app)}
    assert found == set(TABLE), found ^ set(TABLE)
    with app.app_context():
        for endpoint in found - {"static"}:
            stamp = stamp_of(endpoint)
            assert (stamp == "public") == (TABLE[endpoint] is PUBLIC), endpoint
            assert stamp == "public" or isinstance(stamp, Permission), endpoint


def _values(role: str, rule: Rule, kit: dict[str, object]) -> dict[str, object]:
    values = dict(kit)
    values["user_id"] = kit["below"].get(role, kit["user_id"])
    if rule.endpoint == "absences.printing":  # each page of its own kind of work
        values["job_id"] = kit["absent_job_id"]
    if rule.endpoint.startswith("reporting.") and role in TEAM_UNIT:
        values["unit_id"] = kit["team"]
    if rule.endpoint in BOARDS and role in TEAM_UNIT:
        values["unit_id"] = kit["team"]
    if rule.endpoint in BOARDS and role == "beat_officer":
        values["unit_id"] = kit["hamlet_id"]
    return values


def _url(app: Flask, rule: Rule, values: dict[str, object]) -> str:
    samples = {
        "token": "no-such",
        "code": "AAAA-BBBB-CCCC",
        "name": "guide",
        "kind": "daily",
        "group": "new",
        "step": next(iter(GUIDE_STEPS)),
    }
    samples["filename"] = "css/app.css"
    wanted = {name: values.get(name, samples.get(name)) for name in rule.arguments}
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, wanted))


def _send(app: Flask, pages: Pages, rule: Rule, values: dict[str, object]) -> int:
    url = _url(app, rule, values)
    if "POST" not in (rule.methods or ()):
        return pages.client.get(url).status_code
    fields = {name: values[name] for name in FORMS.get(rule.endpoint, ())}
    extra = {"field": "phone", "remark": "a", "reason": "a", "login_name": "x", "password": "x"}
    extra["outcome"] = "refused"
    data = {"csrf_token": pages.token, **extra, **fields}
    data["uuid"] = "4f0c6f0e-1111-4222-8333-444455556666"
    return pages.client.post(url, data=data).status_code


def _is_let_in(rule: Rule, status: int) -> bool:
    """A page is shown; a form may say what is missing or that it is not the moment."""
    return status in ((200, 303, 409, 422) if "POST" in (rule.methods or ()) else (200, 303))


def _login(app: Flask, role: str) -> Pages:
    pages = Pages(app)
    pages.post("/login", login_name=LOGIN_OF[role], password=PASSWORD)
    pages.get("/account")
    return pages


@pytest.fixture
def kits(app):
    """Objects of the own ward, a sibling ward and a ward of another district."""

    def build(asker: str) -> dict[str, dict[str, object]]:
        with app.app_context(), writing():
            world = World()
            made = {
                place: make_kit(world, world.unit(code), asker=asker)
                for place, code in (("own", "31120"), ("sibling", OTHER_WARD), ("far", FAR_WARD))
            }
            db.session.commit()
            return made

    return build


# Jobs are their asker's, whatever unit they are about.
PRINTING = {"lists.printing", "absences.printing"}
# Endpoints that end the session or move the clock: everybody may, nothing depends on a unit.
APART = {"accounts.logout", "accounts.logout_everywhere", "accounts.change_password"}
# Allowed, but the own sample object is not one this role handles: 404 tells nothing.
NO_SAMPLE = {
    ("absences.assign", None),  # wants a support team: tests/absences/test_pages.py
    ("support.show", None),
    ("support.save", None),
    ("support.join", None),
    ("collection_day.enter", None),  # somebody invited today: tests/collection/test_day_pages.py
    ("collection_day.undo", None),
    ("support.leave", None),
    ("support.bring_back", None),
    ("reporting.send", "district_police"),  # they owe no report yet
    ("reporting.send", "city_police"),
    ("reporting.make_paper", None),  # districts and the city, for themselves
    ("commendations.make", None),  # likewise: tests/boards/test_commendations.py
    ("commendations.write", None),
    ("accounts_admin.create", None),  # wants a role and a unit that go together
    ("quotas.make_plan", None),  # a table of districts or communes
    ("lists.show", "beat_officer"),
    ("accounts.end_session", None),  # one of the own, tested in tests/accounts/test_sessions.py
    ("documents.fetch", None),
    ("decisions.decide", None),  # the own report goes to the superior: tests/reporting/test_life.py
    ("decisions.read", None),
    ("excuses.show", None),  # of the own units below only: tests/reporting/test_excuses.py
    ("excuses.excuse", None),
    ("excuses.take_back", None),
    ("documents.number", None),  # the sample is a team's form, which bears no number
    ("letterheads.show", None),
    ("letterheads.save", None),
    ("letterheads.preview", None),
    ("readiness.leave", None),  # the sample member is a team's: tests/collection/test_readiness.py
    ("quotas.points", None),
    ("quotas.save_points", None),
    ("quotas.make_split", None),
    ("quotas.save_split", None),
}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_its_own_and_nothing_else(app, kits, role, monkeypatch):
    made = kits(LOGIN_OF[role])
    pages = _login(app, role)
    # Requests leave no trace, so that their order does not matter.
    monkeypatch.setattr(db.session, "commit", db.session.rollback)
    wrong = []
    for rule in _rules(app):
        roles, endpoint = TABLE[rule.endpoint], rule.endpoint
        if roles is PUBLIC or endpoint in APART:
            continue
        status = _send(app, pages, rule, _values(role, rule, made["own"]))
        if role not in roles and status != 404:
            wrong.append(f"{endpoint}: {role} got {status}, expected 404")
        if role not in roles:
            continue
        is_known = {(endpoint, role), (endpoint, None)} & NO_SAMPLE
        if not _is_let_in(rule, status) and not (status == 404 and is_known):
            wrong.append(f"{endpoint}: {role} got {status} on an own object")
        places = [("sibling", COMMUNE_LEVEL), ("far", BELOW_CITY)]
        touches = bool(OBJECTS & rule.arguments) or endpoint in FORMS
        for place, shut in places:
            if not touches or role not in shut or endpoint in PRINTING:
                continue
            status = _send(app, pages, rule, _values(role, rule, made[place]))
            if status != 404:
                wrong.append(f"{endpoint}: {role} got {status} on a {place} object")
    assert not wrong, "\n".join(wrong)


def test_strangers_are_sent_to_the_login_page(app, kits):
    made = kits("city")["own"]
    pages = Pages(app)
    pages.get("/login")
    for rule in _rules(app):
        status = _send(app, pages, rule, made)
        if TABLE[rule.endpoint] is PUBLIC:
            assert status not in (303, 401), rule.endpoint
        else:
            assert status == 303, (rule.endpoint, status)


@pytest.mark.parametrize("path", ["/people/", "/review/accept", "/citizens/1/visits"])
def test_an_unsafe_request_without_a_token_is_refused(app, path):
    pages = _login(app, "commune_police")
    assert pages.client.post(path, data={}).status_code == 400


def _document(app: Flask) -> str:
    lines = [
        "# Access",
        "",
        "Output of `tests/architecture/test_access.py`, which sends real requests: a role without",
        "a mark gets 404; an object outside its units gets 404 as well; strangers are sent to the",
        "login page. Units: own, sibling in the district, another district.",
        "",
        "| endpoint | methods | permission | " + " | ".join(ROLES) + " |",
        "|---|---|---|" + "---|" * len(ROLES),
    ]
    with app.app_context():
        for rule in _rules(app):
            roles = TABLE[rule.endpoint]
            methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
            marks = ["open" if roles is PUBLIC else "✓" if r in roles else "" for r in ROLES]
            stamp = str(stamp_of(rule.endpoint))
            lines.append(f"| {rule.endpoint} | {methods} | {stamp} | {' | '.join(marks)} |")
    return "\n".join(lines) + "\n"


def test_the_table_in_the_documentation_is_this_one(app):
    text = _document(app)
    if os.environ.get("WRITE_ACCESS"):
        DOCUMENT.write_text(text)
    assert DOCUMENT.read_text() == text
