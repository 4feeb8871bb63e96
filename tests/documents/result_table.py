"""The table of results as `figures --json` says it must be printed, and as a PDF prints it."""

from decimal import Decimal
from pathlib import Path

import pdfplumber

from vneid_field.core.text import vn_number
from vneid_field.reporting.labels import REST_LABELS
from vneid_field.reporting.lines import RestKind

COLUMNS = 16
DASH = "–"


def _rate(part):
    quota = part.get("quota")
    return vn_number(Decimal(part["cumulative"]) * 100 / quota, 1) if quota else DASH


def _given(number):
    return vn_number(number) if number else DASH


def _day_result(part):
    if not part.get("quota_a_day"):
        return ""
    if part["in_day"] > part["quota_a_day"]:
        return "vượt"
    return "đạt" if part["in_day"] == part["quota_a_day"] else "chưa đạt"


def _row(first, name, part, rank, *, is_team=False):
    done, collected = part["activation"], part["collection"]
    collects = not is_team or collected["cumulative"]
    remaining = max(0, done["quota"] - done["cumulative"]) if done.get("quota") else None
    return [
        first,
        name,
        _given(done.get("quota")),
        _given(done.get("quota_a_day")),
        vn_number(collected["in_day"]) if collects else DASH,
        vn_number(collected["cumulative"]) if collects else DASH,
        _rate(collected) if collects else DASH,
        vn_number(done["in_day"]),
        vn_number(done["cumulative"]),
        _rate(done),
        vn_number(remaining),
        _day_result(done),
        vn_number(part["absent"]),
        vn_number(part["other"]),
        rank,
    ]


def wanted_rows(figures):
    """Return the rows of the table as text, without the last column of notes."""
    rows = [
        _row(
            str(number),
            line["unit_name"],
            line,
            str(line["rank"] or DASH),
            is_team=line["unit_kind"] == "team",
        )
        for number, line in enumerate(figures["lines"], start=1)
    ]
    rows += [_row("", REST_LABELS[RestKind(rest["kind"])], rest, DASH) for rest in figures["rests"]]
    part = figures["not_activated"]
    whole = figures | {"absent": part["absent"], "other": part["total"] - part["absent"]}
    return [*rows, _row("", "Cộng", whole, "")]


def printed_rows(pdf: Path):
    """Return the rows of the table of results in a PDF, as text, without the notes."""
    with pdfplumber.open(pdf) as opened:
        tables = [table for page in opened.pages for table in page.extract_tables()]
    found = [row for table in tables if len(table[0]) == COLUMNS for row in table[2:]]
    return [[" ".join((cell or "").split()) for cell in row[:-1]] for row in found]
