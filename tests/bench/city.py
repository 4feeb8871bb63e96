"""`script/bench --city`: the same pages and the rush at the city's size, on both databases."""

import json
import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.lines import quantiles, say
from tests.bench.load import Client, percentile, run_for, run_paced
from tests.bench.pages import boards, held_by
from tests.browser import ROOT, Server, serving
from tests.databases import blank_database
from tests.make.sheets import person_rows, xlsx
from vneid_field.home import DEMO_PASSWORD

RUSH = (
    ("reports sent (team, commune, district)", "{team_reports} + {commune_reports} + "
     "{district_reports} in {seconds:.0f} s, {unsent} unsent", "607 in 10 minutes"),
    ("answers; 5xx; refused; none", "{answers}; {server_errors}; {refused}; {unanswered}",
     "no 5xx"),
    ("late through our fault", "{late_by_our_fault}", "0"),
    ("open the report", "p95 {open_p95:.0f} ms", ""),
    ("send the report", "p50 {send_p50:.0f}, p95 {send_p95:.0f}, p99 {send_p99:.0f} ms", ""),
    ("reminder polled; paper polled; PDF", "p95 {reminder_p95:.0f}; {poll_p95:.0f}; "
     "{pdf_p95:.0f} ms", ""),
    ("papers made, doubled", "{papers}, {doubled_papers}", "each once"),
    ("sending to paper", "p95 {paper_wait_p95_s:.0f} s", ""),
    ("last paper after the hour", "{last_paper_after_s:.0f} s", "≤ 300 s"),
)  # fmt: skip


def timed(server: Server, *command: str) -> tuple[float, float, str]:
    """Run a console command; returns seconds, the most memory (MB) and what it printed."""
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "vneid_field.cli", *command],
        cwd=ROOT,
        env=server.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    printed = process.stdout.read()
    _pid, status, used = os.wait4(process.pid, 0)
    assert status == 0, printed[-2000:]
    return time.monotonic() - began, used.ru_maxrss / 1024, printed


def fill(server: Server, engine: str) -> None:
    """Load the city's demo; say how long it took and the most memory it held."""
    seconds, most, _printed = timed(server, "demo", "--size", "city")
    say(f"demo --size city, {engine}", f"{seconds:.0f} s, {most:.0f} MB at most",
        "≤ 10 min, ≤ 1 GB")  # fmt: skip


def rush(server: Server, engine: str, minutes: float) -> None:
    """Replay the minutes before 08h00."""
    _seconds, _most, text = timed(server, "rush", "--json", "--minutes", str(minutes))
    found = json.loads(text[text.index("{\n") :])
    for what, measured, budget in RUSH:
        say(f"rush, {engine}: {what}", measured.format(**found), budget)


def check_recount(server: Server, engine: str) -> None:
    """Recount two million events."""
    seconds, most, words = timed(server, "recount", "--check")
    say(f"recount --check, {engine}", f"{words.strip()} {seconds:.0f} s, {most:.0f} MB",
        "no difference")  # fmt: skip


def phones(server: Server, engine: str) -> None:
    """Eight phones of two teams, as in the small demo's rows."""
    teams = ("31120.1", "31120.2")
    held = [held_by(server, code) for code in teams]
    clients = [Client(server.port, f"totruong.{teams[n % 2]}", DEMO_PASSWORD) for n in range(8)]
    opening = [
        lambda n, c=one, own=held[k % 2]: c.get(f"/households/{own[n % len(own)][1]}")[0]
        for k, one in enumerate(clients)
    ]
    times, rate, bad = run_paced(100, 10, opening)
    say(f"city, {engine}: GET checklist at 100/s",
        f"{quantiles(times)}, {rate:.0f}/s, {bad} failed", "p95 ≤ 100 ms")  # fmt: skip
    visiting = [
        lambda n, c=one, k=k, own=held[k % 2]: c.visit(own[(n * 8 + k) % len(own)][0])[0]
        for k, one in enumerate(clients)
    ]
    times, rate, bad = run_paced(50, 10, visiting)
    say(f"city, {engine}: POST visit at 50/s",
        f"{quantiles(times)}, {rate:.0f}/s, {bad} failed", "p95 ≤ 100 ms, p99 ≤ 250 ms")  # fmt: skip
    times, rate, bad = run_for(12, visiting)
    say(f"city, {engine}: POST visit, eight clients",
        f"{rate:.0f}/s, {quantiles(times)}, {bad} failed", "sustained ≥ 150/s")  # fmt: skip


def _write(file: Path, rows: int, hamlets: list[str]) -> None:
    file.write_bytes(xlsx(person_rows(rows, hamlets=hamlets)))


def whole_list(server: Server, folder: Path, rows: int = 450_000) -> None:
    """One file of the whole city's people, read and stored by the console command."""
    file = folder / "450000.xlsx"
    hamlets = [f"Khu vực {n}" for n in range(1, 8)]
    # In a process of its own: what a child inherits at its start counts as its own memory.
    maker = multiprocessing.get_context("spawn").Process(target=_write, args=(file, rows, hamlets))
    maker.start()
    maker.join()
    seconds, most, _printed = timed(
        server, "import-citizens", str(file), "--kind", "approved_not_activated",
        "--unit", "31120", "--as", "phuong.31120",
    )  # fmt: skip
    say(f"intake of one XLSX of {rows} rows ({file.stat().st_size / 2**20:.0f} MB)",
        f"{rows / seconds:.0f} rows/s read, checked and stored, {most:.0f} MB at most",
        "memory ≤ 500 MB")  # fmt: skip


def growth(small: Server, big: Server) -> None:
    """The same pages of the same team in both sizes, in turns: how p95 grows."""
    told: dict[str, list[list[float]]] = {}
    calls = []
    for place, server in enumerate((small, big)):
        own = held_by(server, "31120.1")
        client = Client(server.port, "totruong.31120.1", DEMO_PASSWORD)
        police = Client(server.port, "thanhpho", DEMO_PASSWORD)
        calls += [
            ("checklist", place, lambda n, c=client, o=own: c.get(f"/households/{o[n % len(o)][1]}")[0]),
            ("visit", place, lambda n, c=client, o=own: c.visit(o[n % len(o)][0])[0]),
            ("city's obligations", place, lambda _n, c=police: c.get("/reports/")[0]),
        ]  # fmt: skip
    for _turn in range(3):
        for what, place, call in calls:
            times, _rate, bad = run_for(4, [call])
            assert not bad
            told.setdefault(what, [[], []])[place] += times
    for what, (few, many) in told.items():
        small_p95, big_p95 = (percentile(sorted(one), 0.95) for one in (few, many))
        say(f"growth of {what}, small to city", f"p95 {small_p95:.0f} to {big_p95:.0f} ms, "
            f"x {big_p95 / small_p95:.2f}", "≤ 1,2")  # fmt: skip


def city(folder: Path, minutes: float = 10) -> None:
    """Measure everything at the city's size."""
    for name in ("small", "sqlite", "postgresql"):
        (folder / name).mkdir()
    with serving(folder / "small", world="tests.make.demo_world", workers=4) as small:
        for engine in ("sqlite", "postgresql"):
            url = blank_database() if engine == "postgresql" else ""
            server = Server(folder / engine, url, workers=4)
            fill(server, engine)
            rush(server, engine, minutes)
            with serving(folder / engine, database_url=url, workers=4) as running:
                phones(running, engine)
                if engine == "sqlite":
                    boards(running, "city, ")
                    growth(small, running)
            check_recount(server, engine)
    whole_list(small, folder)
