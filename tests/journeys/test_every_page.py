"""Every page a role can reach from its menu, looked at on the demo: axe, width, script errors."""

import pytest

from tests.browser import DESK, PHONE, Person, chromium, serving
from vneid_field.home import DEMO_PASSWORD

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("pages")]
MOST = 14  # pages per person: one of each kind
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
        yield server, browser


@pytest.mark.parametrize(("login", "size"), ROLES, ids=lambda value: str(value))
def test_pages_are_sound(stage, login, size):
    server, browser = stage
    person = Person(browser, server, login, size, password=DEMO_PASSWORD)
    seen = set(person.looked)
    while len(seen) < MOST + 1:
        found = person.page.evaluate(
            "[...document.querySelectorAll('main a[href], nav a[href]')]"
            ".map(a => a.getAttribute('href'))"
        )
        fresh = [p for p in found if p.startswith("/") and kind_of(p) not in seen and is_page(p)]
        if not fresh:
            fresh = [p for p in menu(person) if kind_of(p) not in seen]
        if not fresh:
            break
        seen.add(kind_of(fresh[0]))
        person.open(fresh[0])
    person.close()
    assert len(seen) > 3


def kind_of(path: str) -> str:
    """Pages that differ by a number or a query are one kind."""
    return "".join("N" if c.isdigit() else c for c in path.split("?")[0])


def is_page(path: str) -> bool:
    return not path.endswith(".csv") and "/fetch/" not in path


def menu(person: Person) -> list[str]:
    return person.page.evaluate(
        "[...document.querySelectorAll('nav a[href]')].map(a => a.getAttribute('href'))"
    )
