"""Pages of the desk and what their load needs from the database."""

import re

from sqlalchemy import select

from tests.bench.lines import say
from tests.bench.load import Client, percentile, run_for
from tests.browser import Server
from tests.pages import Pages
from tests.statements import counted
from vneid_field import create_app
from vneid_field.config import load
from vneid_field.extensions import db
from vneid_field.home import DEMO_PASSWORD
from vneid_field.lists.models import ListItem
from vneid_field.units.models import Unit


def held_by(server: Server, code: str) -> list[tuple[int, int]]:
    """Return (citizen, household) on the open lists of a team, read from the database file."""
    with create_app(load(server.environment)).app_context():
        query = select(ListItem.citizen_id, ListItem.household_id).join(
            Unit, Unit.id == ListItem.holder_unit_id
        )
        rows = db.session.execute(query.where(Unit.code == code, ListItem.state == "open")).all()
        db.session.remove()
        return [(row[0], row[1]) for row in rows]


def boards(server: Server, prefix: str = "") -> None:
    for login, label in (("phuong.31120", "commune"), ("quan.916", "district"),
                         ("thanhpho", "city")):  # fmt: skip
        client = Client(server.port, login, DEMO_PASSWORD)
        for name, path in (("obligations", "/reports/"), ("timeliness", None), ("board", None)):
            if name == "timeliness":
                path = re.search(r"/reports/timeliness/\d+", client.get("/reports/")[1])[0]
            elif path is None:
                client.send("GET", "/boards", None)
                _status, raw = client.send("GET", "/boards", None)
                path = raw.decode().split('href="')[1].split('"')[0]
            times, _rate, bad = run_for(4, [lambda _n, p=path, c=client: c.get(p)[0]])
            assert not bad
            say(
                f"{prefix}{name} of the {label}",
                f"p95 {percentile(times, 0.95):.0f} ms, {statements(server, login, path)} SQL",
                "p95 ≤ 150 ms, ≤ 12 SQL",
            )


def statements(server: Server, login: str, path: str) -> int:
    """Count the SQL statements of one request in this process."""
    app = create_app(load(server.environment))
    pages = Pages(app)
    pages.post("/login", login_name=login, password=DEMO_PASSWORD)
    with counted(app) as seen:
        pages.get(path)
    return len(seen)
