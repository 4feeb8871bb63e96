"""Every page a role can reach from its menu, looked at on the demo: axe, width, script errors."""

import re

import pytest

from tests.browser import DESK, PHONE, Person, chromium, serving
from vneid_field.home import DEMO_PASSWORD

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("pages")]
# Each role walks all pages it can reach, one of each kind; a kind that a role before has shown in
# the same size is opened for its links and not examined again.
MOST = 80
ROLES = (
    ("tinhnguyen.31120.1", PHONE),
    ("totruong.31120.1", PHONE),
    ("diem.31120", PHONE),
    ("phuong.31120", DESK),
    ("phuong.31120", PHONE),
    ("canhsat.31120.1", PHONE),
    ("ubnd.31120", DESK),
    ("quan.916", DESK),
    ("ubnd.916", PHONE),
    ("thanhpho", DESK),
    ("quantri", DESK),
)


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    with serving(folder, world="tests.make.demo_world") as server, chromium() as browser:
        yield server, browser, {PHONE: set(), DESK: set()}


@pytest.mark.parametrize(("login", "size"), ROLES, ids=lambda value: str(value))
def test_pages_are_sound(stage, login, size):
    server, browser, known = stage
    person = Person(browser, server, login, size, password=DEMO_PASSWORD)
    seen = set(map(kind_of, person.looked))
    waiting = links(person)
    while waiting:
        path = waiting.pop(0)
        if kind_of(path) in seen:
            continue
        seen.add(kind_of(path))
        assert len(seen) < MOST, "do links lead round in circles?"
        if kind_of(path) in known[size]:
            person.page.goto(server.url + path)
        else:
            person.open(path)
        waiting += links(person)
    person.close()
    known[size] |= seen
    assert len(seen) > 3


def kind_of(path: str) -> str:
    """Pages that differ by a number, a verification code or a query are one kind."""
    return re.sub(r"[0-9a-f-]{36}|(?:[0-9A-Z]{4}-){2}[0-9A-Z]{4}|\d+", "N", path.split("?")[0])


def is_page(path: str) -> bool:
    return not path.endswith(".csv") and "/fetch/" not in path


def links(person: Person) -> list[str]:
    found = person.page.evaluate(
        "[...document.querySelectorAll('main a[href], nav a[href]')]"
        ".map(a => a.getAttribute('href'))"
    )
    return [path for path in found if path.startswith("/") and is_page(path)]
