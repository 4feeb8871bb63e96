"""A page for a superior: how each unit below kept the hours of its reports over the campaign."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.queries import list_report_rules
from vneid_field.core import clock
from vneid_field.core.access import Scope
from vneid_field.core.text import sort_key
from vneid_field.reporting.chain import POLICE_UNITS
from vneid_field.reporting.kinds import ReportKind
from vneid_field.reporting.timeliness_queries import Counts, Kept, UnitLine, count_kept, list_lines
from vneid_field.units.models import Unit
from vneid_field.units.rules import SEGMENT, UnitKind


class By(StrEnum):
    """What ?sort= may ask for; every number but the rate with the greatest first."""

    UNIT = "unit"
    NAME = "name"
    DUE = "due"
    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"
    RATE = "rate"  # the worst first: whom to call
    EXCUSED = "excused"
    PENDING = "pending"


@dataclass(frozen=True)
class UnitRow:
    """A unit below and its own reports; `above`: the unit between the page's own and it."""

    unit: UnitLine
    kept: Kept
    above: UnitLine | None
    has_below: bool  # whether units that report stand below it


@dataclass(frozen=True)
class Level:
    """The units of one kind below, together."""

    kind: UnitKind
    units: int
    kept: Kept


@dataclass(frozen=True)
class Asked:
    """What the address asks for: days, a kind of report (None: each), a kind of unit, an order."""

    first_on: date
    last_on: date
    kind: ReportKind | None = None
    level: UnitKind | None = None
    by: By = By.UNIT


@dataclass(frozen=True)
class TimelinessView:
    """The page of a unit.

    `own`: None when the unit itself owes no such report. `rows`: the units of `level`; reports of
    different kinds of unit never stand in one sum, so the points' results are in no other total.
    """

    asked: Asked
    kinds: list[ReportKind]  # that the campaign asks for
    own: Kept | None
    levels: list[Level]
    level: Level | None
    rows: list[UnitRow]


Owing = Mapping[UnitKind, Collection[ReportKind]]
# The worst first; a unit that had nothing to send yet stands last.
_KEYS: dict[By, Callable[[UnitRow], Any]] = {
    By.UNIT: lambda row: 0,
    By.NAME: lambda row: sort_key(row.unit.short_name or row.unit.name),
    By.DUE: lambda row: -row.kept.due,
    By.ON_TIME: lambda row: -row.kept.on_time,
    By.LATE: lambda row: -row.kept.late,
    By.MISSING: lambda row: -row.kept.missing,
    By.RATE: lambda row: 101 if row.kept.rate is None else row.kept.rate,
    By.EXCUSED: lambda row: -row.kept.excused,
    By.PENDING: lambda row: -row.kept.pending,
}


def gather_timeliness(scope: Scope, campaign: Campaign, unit: Unit, asked: Asked) -> TimelinessView:
    """Return the page of a unit that the caller has opened through the scope.

    A unit's numbers are of its own reports, as in the papers of a week and of the drive. Closed
    units keep their row: what they missed stays missed.
    """
    rules = list_report_rules(campaign.id)
    kinds = [kind for kind in ReportKind if any(rule.report_kind == kind for rule in rules)]
    owing: dict[UnitKind, set[ReportKind]] = {}
    for rule in rules:
        if asked.kind in (None, rule.report_kind):
            owing.setdefault(rule.unit_kind, set()).add(ReportKind(rule.report_kind))
    lines = list_lines(scope, unit, {*owing, *POLICE_UNITS})
    counts = count_kept(scope, campaign.id, unit, asked.first_on, asked.last_on, clock.now())
    found = _rows(unit, lines, counts, owing)
    levels = _levels(found)
    level = next((one for one in levels if one.kind is asked.level), next(iter(levels), None))
    rows = [row for row in found if level is not None and row.unit.kind is level.kind]
    own = _sum(counts.get(unit.path, {}), owing.get(unit.kind, ()))
    return TimelinessView(asked, kinds, own, levels, level, sorted(rows, key=_KEYS[asked.by]))


def _sum(kinds: Mapping[ReportKind, Kept], wanted: Collection[ReportKind]) -> Kept | None:
    """Return the wanted kinds together; None when nothing was owed."""
    parts = [kept for kind, kept in kinds.items() if kind in wanted]
    return sum(parts, Kept()) if parts else None


def _rows(unit: Unit, lines: list[UnitLine], counts: Counts, owing: Owing) -> list[UnitRow]:
    by_path = {line.path: line for line in lines}
    reporting = {
        line.path: _sum(counts.get(line.path, {}), owing.get(line.kind, ())) for line in lines
    }
    parents = {path[:-SEGMENT] for path, kept in reporting.items() if kept is not None}
    rows = []
    for line in lines:
        kept, above = reporting[line.path], by_path.get(line.path[:-SEGMENT])
        if line.path == unit.path or kept is None:
            continue
        between = above if above is not None and above.path != unit.path else None
        rows.append(UnitRow(line, kept, between, line.path in parents))
    return rows


def _levels(rows: list[UnitRow]) -> list[Level]:
    """Return each kind of unit below with its numbers, from the top of the tree down."""
    found: dict[UnitKind, Level] = {}
    for row in rows:
        before = found.get(row.unit.kind, Level(row.unit.kind, 0, Kept()))
        found[row.unit.kind] = Level(before.kind, before.units + 1, before.kept + row.kept)
    return [found[kind] for kind in UnitKind if kind in found]
