"""`script/bench`: what quality.md budgets, measured beside its budget."""

import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from sqlalchemy import select

from tests.bench.load import Client, percentile, run_for, run_paced
from tests.browser import ROOT, Server, serving
from tests.databases import START, make_app, new_database
from tests.documents.make import make_daily_report, make_footer, make_walk_list
from tests.make.sheets import person_rows, xlsx
from tests.make.world import World
from tests.pages import Pages
from tests.statements import counted
from vneid_field.config import load
from vneid_field.core import clock
from vneid_field.core.database import writing
from vneid_field.documents.render import render_paper
from vneid_field.extensions import db
from vneid_field.home import DEMO_PASSWORD
from vneid_field.jobs.services import run_waiting
from vneid_field.lists import import_services
from vneid_field.lists.kinds import ImportKind
from vneid_field.lists.models import ListItem
from vneid_field.lists.workbook import Limits
from vneid_field.units.models import Unit

LINES: list[tuple[str, str, str]] = []


def say(what: str, measured: str, budget: str) -> None:
    LINES.append((what, measured, budget))
    print(f"{what:<52} {measured:<42} {budget}", flush=True)


def calibrate() -> float:
    """Seconds of a fixed loop: to compare runs of different machines and moments."""
    began, total = time.perf_counter(), 0
    for number in range(10_000_000):
        total += number
    return time.perf_counter() - began


def held_by(server: Server, code: str) -> list[tuple[int, int]]:
    """Return (citizen, household) on the open lists of a team, read from the database file."""
    from vneid_field import create_app

    with create_app(load(server.environment)).app_context():
        query = select(ListItem.citizen_id, ListItem.household_id).join(
            Unit, Unit.id == ListItem.holder_unit_id
        )
        rows = db.session.execute(query.where(Unit.code == code, ListItem.state == "open")).all()
        db.session.remove()
        return [(row[0], row[1]) for row in rows]


def phone(server: Server) -> None:
    people = held_by(server, "31120.1")
    clients = [Client(server.port, f"totruong.31120.{1 + n % 2}", DEMO_PASSWORD) for n in range(8)]
    first = clients[0]
    homes = {1: [h for _c, h in people], 2: [h for _c, h in held_by(server, "31120.2")]}
    ids = {1: [c for c, _h in people], 2: [c for c, _h in held_by(server, "31120.2")]}
    for what, path in (("checklist", "/households/{}"), ("Today", "/today")):
        times, _rate, bad = run_for(
            6,
            [lambda n: first.get(path.format(homes[1][n % len(homes[1])]))[0]],  # noqa: B023
        )
        say(f"GET {what}, one client", quantiles(times), "p95 ≤ 100 ms" if what != "Today" else "")
        assert not bad
    opening = [
        lambda n, c=client, t=1 + k % 2: c.get(f"/households/{homes[t][n % len(homes[t])]}")[0]
        for k, client in enumerate(clients)
    ]
    times, rate, bad = run_paced(100, 10, opening)
    say("GET checklist at 100/s", f"{quantiles(times)}, {rate:.0f}/s, {bad} failed", "p95 ≤ 100 ms")
    visiting = [
        lambda n, c=client, k=number: c.visit(ids[1 + k % 2][(n * 8 + k) % len(ids[1 + k % 2])])[0]
        for number, client in enumerate(clients)
    ]
    budget = "p95 ≤ 100 ms, p99 ≤ 250 ms"
    times, rate, bad = run_for(6, visiting[:1])
    say("POST visit, one client, saved durably", f"{quantiles(times)}, {rate:.0f}/s", budget)
    assert not bad, bad
    times, rate, bad = run_paced(50, 10, visiting)
    say("POST visit at 50/s", f"{quantiles(times)}, {rate:.0f}/s, {bad} failed", budget)
    times, rate, bad = run_for(12, visiting)
    say(
        "POST visit, eight clients as fast as they can, load on the same cores",
        f"{rate:.0f}/s, {quantiles(times)}, {bad} failed",
        "sustained ≥ 150/s",
    )
    say("recount after the load", server.run("vneid_field.cli", "recount", "--check").strip(), "")
    say(
        "first page on a phone, compressed",
        f"{first.first_load('/today') / 1024:.1f} KB",
        "≤ 60 KB",
    )
    heaviest = max(len(first.visit(citizen_id)[1]) for citizen_id in ids[1][:20])
    say("answer to a tap, compressed, heaviest of 20", f"{heaviest / 1024:.1f} KB", "≤ 4 KB")


def quantiles(times: list[float]) -> str:
    """Say the median and the tail of sorted latencies."""
    return ", ".join(
        f"{name} {percentile(times, part):.0f} ms"
        for name, part in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    )


def boards(server: Server) -> None:
    for login, label in (("phuong.31120", "commune"), ("quan.916", "district"),
                         ("thanhpho", "city")):  # fmt: skip
        client = Client(server.port, login, DEMO_PASSWORD)
        for name, path in (("obligations", "/reports/"), ("timeliness", None), ("board", None)):
            if name == "timeliness":
                _status, raw = client._send("GET", "/reports/", None)
                path = re.search(r"/reports/timeliness/\d+", raw.decode())[0]
            elif path is None:
                client._send("GET", "/boards", None)
                _status, raw = client._send("GET", "/boards", None)
                path = raw.decode().split('href="')[1].split('"')[0]
            times, _rate, bad = run_for(4, [lambda _n, p=path, c=client: c.get(p)[0]])
            assert not bad
            say(
                f"{name} of the {label}",
                f"p95 {percentile(times, 0.95):.0f} ms, {statements(server, login, path)} SQL",
                "p95 ≤ 150 ms, ≤ 12 SQL",
            )


def statements(server: Server, login: str, path: str) -> int:
    """Count the SQL statements of one request in this process."""
    from vneid_field import create_app

    app = create_app(load(server.environment))
    pages = Pages(app)
    pages.post("/login", login_name=login, password=DEMO_PASSWORD)
    with counted(app) as seen:
        pages.get(path)
    return len(seen)


def intake(rows: int = 50_000) -> None:
    for engine in ("sqlite", "postgresql"):
        app = make_app(new_database(engine))
        with app.app_context(), clock.frozen(START), writing():
            world = World()
            content = xlsx(person_rows(rows, hamlets=[f"Khu vực {n}" for n in range(1, 8)]))
            import_services.refuse_unreadable(content, Limits())
            done = import_services.upload(
                actor=world.actor("commune"),
                campaign=world.campaign,
                unit=world.ward,
                kind=ImportKind.APPROVED_NOT_ACTIVATED,
                as_of_on=date(2023, 7, 4),
                content=content,
                extension="xlsx",
            )
            db.session.commit()
            began = time.perf_counter()
            run_waiting()
            read = time.perf_counter() - began
            import_services.apply_import(actor=world.actor("commune"), done=done)
            db.session.commit()
            began = time.perf_counter()
            run_waiting()
            stored = time.perf_counter() - began
            db.session.remove()
        say(
            f"intake of {rows} rows, {engine}",
            f"read {rows / read:.0f} rows/s, validated and stored {rows / stored:.0f} rows/s",
            "≥ 5.000 rows/s",
        )


def papers() -> None:
    times = []
    for _turn in range(5):
        began = time.perf_counter()
        render_paper(make_daily_report(), make_footer())
        times.append(time.perf_counter() - began)
    say("commune's daily report PDF, median of 5", f"{statistics.median(times):.2f} s", "≤ 1 s")
    began = time.perf_counter()
    render_paper(make_walk_list(1000), make_footer())
    say("walk list of 1.000 people (a job)", f"{time.perf_counter() - began:.1f} s", "")


def main() -> None:
    slow = calibrate()
    say("calibration loop (10 million additions)", f"{slow:.2f} s", "")
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), world="tests.make.demo_world", workers=4) as server,
    ):
        phone(server)
        boards(server)
    papers()
    intake()
    say("calibration loop at the end", f"{calibrate():.2f} s", "")
    if "--write" in sys.argv:
        write()


def write() -> None:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    head = (
        "# Benchmarks\n\nOutput of `script/bench --write`: the small demo (13.700 citizens of one "
        "ward, figures of 83 communes), real gunicorn with four web processes of two threads (the "
        "default) and the job worker, "
        f"load on the same {os.cpu_count()} cores. {date.today()}, commit {commit}, "
        f"Python {platform.python_version()}.\n\n"
        "Timings are noisy: compare them with the calibration loop of the same run.\n\n"
        "| what | measured | budget (quality.md) |\n|---|---|---|\n"
    )
    body = "".join(f"| {what} | {measured} | {budget} |\n" for what, measured, budget in LINES)
    (ROOT / "docs" / "benchmarks.md").write_text(head + body)


if __name__ == "__main__":
    main()
