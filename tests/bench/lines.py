"""The lines of docs/benchmarks.md: said at once, written in the end."""

import os
import platform
import re
import subprocess
from datetime import date

from tests.bench.load import percentile
from tests.browser import ROOT

LINES: list[tuple[str, str, str]] = []
FILE = ROOT / "docs" / "benchmarks.md"


def say(what: str, measured: str, budget: str) -> None:
    """Print a line and keep it."""
    LINES.append((what, measured, budget))
    print(f"{what:<52} {measured:<42} {budget}", flush=True)


def quantiles(times: list[float]) -> str:
    """Say the median and the tail of sorted latencies."""
    return ", ".join(
        f"{name} {percentile(times, part):.0f} ms"
        for name, part in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    )


def write(title: str, about: str) -> None:
    """Put what was said under its title in the file; the other titles stay as they are."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    section = (
        f"## {title}\n\n{about} {os.cpu_count()} cores, {date.today()}, commit {commit}, "
        f"Python {platform.python_version()}.\n\n"
        "| what | measured | budget (quality.md) |\n|---|---|---|\n"
    ) + "".join(f"| {what} | {measured} | {budget} |\n" for what, measured, budget in LINES)
    text = FILE.read_text()
    old = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
    if old.search(text):
        text = old.sub(lambda _found: section + "\n", text)
    else:
        text = f"{text.rstrip()}\n\n{section}"
    FILE.write_text(text.rstrip() + "\n")
