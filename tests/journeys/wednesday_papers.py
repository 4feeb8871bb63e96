"""The papers of the Wednesday's reports: what they must say, what they say, and that they agree."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path

import pdfplumber

from tests.documents.result_table import COLUMNS
from tests.journeys.wednesday import KINDS, Stage
from tests.make.wednesday_world import COLLECTED_A_DAY, DAYS, TREE, TUESDAY, WALKED, WEEK
from vneid_field.visits.kinds import Outcome

PUNCTUALITY = 7  # columns of the table of who reported in time
ACTIVATED = (Outcome.ACTIVATED_APP, Outcome.ACTIVATED_WEB, Outcome.ALREADY_ACTIVATED)
LATE_VISIT = ("31117.2", TUESDAY, Outcome.ACTIVATED_APP)
BELOW = {"31117": ("31117.1", "31117.2"), "31120": ("31120.1", "31120.2")}
BELOW |= {"916": ("31117", "31120", "31123"), "92": ("916", "923")}
NOTES = {
    ("31117.1", "daily"): "báo cáo trễ 2",
    ("31117.1", "weekly"): "báo cáo trễ 2",
    ("31120.2", "daily"): "chưa báo cáo",
    ("31120.2", "weekly"): "chưa báo cáo",
    ("31123", "daily"): "được miễn báo cáo",
    ("31123", "weekly"): "chưa báo cáo",
    ("923", "daily"): "chưa báo cáo",
    ("923", "weekly"): "chưa báo cáo",
}


@dataclass(frozen=True)
class Numbers:
    """What a row of Phụ lục I says of a unit; `of_period` of the day or of the week."""

    collected: int
    collected_whole: int
    activated: int
    activated_whole: int
    absent: int
    other: int

    def __add__(self, more: "Numbers") -> "Numbers":
        mine, others = vars(self).values(), vars(more).values()
        return Numbers(*(a + b for a, b in zip(mine, others, strict=True)))


def truth(code: str, days: Iterable[date], *, with_late: bool = True) -> Numbers:
    """Return what a unit's paper of these days must say, counted from what the world wrote down.

    Who is not activated: of the day in a day's paper; in a week's whoever is not so far, and in
    this world nobody was visited twice.
    """
    days = list(days)
    walked = [*WALKED, LATE_VISIT] if with_late else WALKED
    own = [(on, outcome) for team, on, outcome in walked if _is_in(team, code)]
    now = own if len(days) > 1 else [one for one in own if one[0] in days]
    collected = sum(n for ward, n in COLLECTED_A_DAY.items() if _is_in(ward, code))
    done = [on for on, outcome in own if outcome in ACTIVATED]
    return Numbers(
        collected=collected * len(days),
        collected_whole=collected * len(DAYS),
        activated=sum(on in days for on in done),
        activated_whole=len(done),
        absent=sum(outcome is Outcome.ABSENT for _on, outcome in now),
        other=sum(outcome not in (*ACTIVATED, Outcome.ABSENT) for _on, outcome in now),
    )


def _is_in(place: str, code: str) -> bool:
    ward = place[:5]
    return code in (place, ward, "92") or ward in TREE.get(code, ())


def days_of(kind: str) -> list[date]:
    """Return the days of the period that a kind of report covers."""
    return [TUESDAY] if kind == "daily" else WEEK


def code_of(pdf: Path) -> str:
    """Return the code that a paper carries at its foot."""
    with pdfplumber.open(pdf) as opened:
        found = re.search(r"Mã văn bản: ([\w-]+)", opened.pages[0].extract_text())
    assert found, pdf
    return found[1]


def table_of(pdf: Path) -> dict[str, tuple[Numbers, str]]:
    """Return numbers and note of each row of Phụ lục I, by the name of the unit or of the rest."""
    with pdfplumber.open(pdf) as opened:
        tables = [table for page in opened.pages for table in page.extract_tables()]
    found = [row for table in tables if len(table[0]) == COLUMNS for row in table[2:]]
    rows = [[" ".join((cell or "").split()) for cell in row] for row in found]
    return {row[1]: (_numbers(row), row[-1]) for row in rows}


def _numbers(row: list[str]) -> Numbers:
    return Numbers(*(int(row[n].replace(".", "").replace("–", "0")) for n in (4, 5, 7, 8, 12, 13)))


def punctuality_of(pdf: Path) -> dict[str, tuple[int, int, int, int]]:
    """Return reports due, in time, late and missing by unit, from a week's paper."""
    with pdfplumber.open(pdf) as opened:
        tables = [table for page in opened.pages for table in page.extract_tables()]
    rows = [row for table in tables if len(table[0]) == PUNCTUALITY for row in table[1:]]
    return {" ".join(row[1].split()): tuple(int(cell) for cell in row[2:6]) for row in rows}


def form_of(pdf: Path) -> dict[str, int]:
    """Return a team's form: whole numbers by their label, without what stands in brackets."""
    with pdfplumber.open(pdf) as opened:
        tables = [table for page in opened.pages for table in page.extract_tables()]
    rows = [[" ".join((cell or "").split()) for cell in row] for table in tables for row in table]
    return {row[0]: int(row[-1]) for row in rows if row[-1].isdigit()}


def papers_agree(stage: Stage) -> None:
    """Each paper says what was written down; a row says what the paper of its unit says."""
    for kind in KINDS:
        days = days_of(kind)
        totals = {code: table_of(stage.papers[code, kind])["Cộng"][0] for code in BELOW}
        for code, below in BELOW.items():
            table = table_of(stage.papers[code, kind])
            assert totals[code] == truth(code, days)
            for unit in below:
                row, note = table.pop(stage.names[unit])
                wanted = truth(unit, days)
                if "." in unit:  # the points collect, teams do not
                    wanted = Numbers(0, 0, *list(vars(wanted).values())[2:])
                assert row == wanted, (unit, kind)
                assert row == totals.get(unit, row)
                assert note.startswith(NOTES.get((unit, kind), "")), (unit, note)
                assert bool(note) == ((unit, kind) in NOTES), (unit, note)
        _forms_agree(stage, kind, days)


def papers_tell_who_was_punctual(stage: Stage) -> None:
    """Seven days and the week, of every unit right below: due, in time, late, missing."""
    wanted = {
        "31117": {"31117.1": (8, 5, 3, 0), "31117.2": (8, 8, 0, 0)},
        "31120": {"31120.1": (8, 8, 0, 0), "31120.2": (8, 6, 0, 2)},
        "916": {"31117": (8, 8, 0, 0), "31120": (8, 8, 0, 0), "31123": (7, 6, 0, 1)},
        "92": {"916": (8, 8, 0, 0), "923": (8, 6, 0, 2)},
    }
    for code, below in wanted.items():
        found = punctuality_of(stage.papers[code, "weekly"])
        total = found.pop("Cộng")
        assert found == {stage.names[unit]: counts for unit, counts in below.items()}
        assert total == tuple(map(sum, zip(*below.values(), strict=True)))


def _forms_agree(stage: Stage, kind: str, days: list[date]) -> None:
    """Teams' forms: what they had at their hour; the tap that came later is in none of them."""
    for unit in ("31117.1", "31117.2", "31120.1"):
        form = form_of(stage.papers[unit, kind])
        wanted = truth(unit, days, with_late=False)
        within = "trong ngày" if kind == "daily" else "trong tuần"
        left = "Không" if kind == "daily" else "Đang không"
        assert form[f"Đã kích hoạt {within}"] == wanted.activated
        assert form["Lũy kế từ đầu đợt"] == wanted.activated_whole
        assert form["Vắng mặt tại nơi cư trú"] == wanted.absent
        assert form[f"{left} kích hoạt được"] == wanted.absent + wanted.other


def papers_agree_with_the_command_line(stage: Stage) -> None:
    """`figures` prints the papers' numbers, `report-pdf` writes the bytes that were downloaded."""
    for code in ("31117", "31120", "916", "92"):
        values = json.loads(stage.cli("figures", "--unit", code, "--on", "2023-07-04", "--json"))
        table = table_of(stage.papers[code, "daily"])
        assert _as_numbers(values) == table["Cộng"][0]
        for line in values["lines"]:
            assert _as_numbers(line) == table[line["unit_name"]][0]
    for code, kind in product(("31120.1", "31117", "916", "92"), KINDS):
        path, again = stage.papers[code, kind], stage.folder / "again.pdf"
        stage.cli(
            "report-pdf", "--unit", code, "--report", kind, "--on", "2023-07-04", "-o", str(again)
        )  # fmt: skip
        assert _digest(again) == _digest(path), (code, kind)
        again.unlink()


def _as_numbers(values: dict) -> Numbers:
    part = values.get("not_activated")
    return Numbers(
        values["collection"]["in_day"],
        values["collection"]["cumulative"],
        values["activation"]["in_day"],
        values["activation"]["cumulative"],
        part["absent"] if part else values["absent"],
        part["total"] - part["absent"] if part else values["other"],
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
