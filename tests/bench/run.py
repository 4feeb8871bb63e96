"""`script/bench`: what quality.md budgets, measured beside its budget."""

import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from tests.bench import city
from tests.bench.lines import quantiles, say, write
from tests.bench.load import Client, run_for, run_paced
from tests.bench.pages import boards, held_by
from tests.browser import Server, serving
from tests.databases import START, make_app, new_database
from tests.documents.make import make_daily_report, make_footer, make_walk_list
from tests.make.sheets import person_rows, xlsx
from tests.make.world import World
from vneid_field.core import clock
from vneid_field.core.database import writing
from vneid_field.documents.render import render_paper
from vneid_field.extensions import db
from vneid_field.home import DEMO_PASSWORD
from vneid_field.jobs.services import run_waiting
from vneid_field.lists import import_services
from vneid_field.lists.kinds import ImportKind
from vneid_field.lists.workbook import Limits

SMALL = (
    "Small demo",
    "13.700 citizens of one ward, figures of 83 communes; real gunicorn with four web processes "
    "of two threads (the default) and the job worker, load on the same",
)
CITY = (
    "City",
    "700.000 citizens, 607 teams, two million visits; servers as above, load on the same",
)


def calibrate() -> float:
    """Seconds of a fixed loop: to compare runs of different machines and moments."""
    began, total = time.perf_counter(), 0
    for number in range(10_000_000):
        total += number
    return time.perf_counter() - began


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


def small() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), world="tests.make.demo_world", workers=4) as server,
    ):
        phone(server)
        boards(server)
    papers()
    intake()


def main() -> None:
    is_city = "--city" in sys.argv
    say("calibration loop (10 million additions)", f"{calibrate():.2f} s", "")
    if is_city:
        with tempfile.TemporaryDirectory() as folder:
            city.city(Path(folder))
    else:
        small()
    say("calibration loop at the end", f"{calibrate():.2f} s", "")
    if "--write" in sys.argv:
        write(*(CITY if is_city else SMALL))


if __name__ == "__main__":
    main()
