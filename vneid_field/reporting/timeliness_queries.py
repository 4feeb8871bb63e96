"""Who kept the hours of reports: one count for the desk's page and for the papers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, select

from vneid_field.core.access import Scope
from vneid_field.core.database import within
from vneid_field.documents.papers.results import Timeliness
from vneid_field.extensions import db
from vneid_field.reporting.kinds import ObligationState, ReportKind
from vneid_field.reporting.models import Obligation
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind


@dataclass(frozen=True)
class Kept(Timeliness):
    """Obligations by standing, each in exactly one of the five; `pending` are not due yet."""

    pending: int = 0

    @property
    def total(self) -> int:
        """Every obligation, the excused and those not due yet included."""
        return self.due + self.excused + self.pending

    def __add__(self, other: "Kept") -> "Kept":
        """Return both together."""
        return Kept(
            self.on_time + other.on_time,
            self.late + other.late,
            self.missing + other.missing,
            self.excused + other.excused,
            self.pending + other.pending,
        )


Counts = dict[str, dict[ReportKind, Kept]]


def _count(
    campaign_id: int, first_on: date, last_on: date, now: datetime, *which: ColumnElement[bool]
) -> Counts:
    """Count by path and kind the obligations whose period ended between these days."""
    state, is_past = Obligation.state, Obligation.due_at < now

    def many(*condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((and_(*condition), 1), else_=0))

    # The rule of `rules.standing` for many rows: what is expected is missing once its hour is past.
    query = (
        select(
            Obligation.unit_path,
            Obligation.report_kind,
            many(state == ObligationState.SENT_ON_TIME),
            many(state == ObligationState.SENT_LATE),
            many(state == ObligationState.EXPECTED, is_past),
            many(state == ObligationState.EXCUSED),
            many(state == ObligationState.EXPECTED, ~is_past),
        )
        .where(
            Obligation.campaign_id == campaign_id,
            Obligation.period_end_on.between(first_on, last_on),
            *which,
        )
        .group_by(Obligation.unit_path, Obligation.report_kind)
    )
    found: Counts = {}
    for path, kind, *counts in db.session.execute(query):
        found.setdefault(path, {})[kind] = Kept(*counts)
    return found


def count_kept(
    scope: Scope, campaign_id: int, root: Unit, first_on: date, last_on: date, now: datetime
) -> Counts:
    """Return how a root and every unit of its subtree kept the hours, by path and kind of report.

    Of the obligations whose period ended between these days.
    """
    return _count(
        campaign_id,
        first_on,
        last_on,
        now,
        within(Obligation.unit_path, (root.path,)),
        within(Obligation.unit_path, scope.paths),
    )


def count_timeliness(
    campaign_id: int, root: Unit, first_on: date, last_on: date, now: datetime
) -> dict[str, dict[str, int]]:
    """Return how punctual a unit and each unit right below it were, per code: a paper's figures.

    Counts of reports whose period ended between these days, by kind of standing: every one that
    was sent, excused or due is in exactly one of `on_time`, `late`, `missing`, `excused`.
    """
    units = {root.path: root.code}
    query = select(Unit.path, Unit.code).where(Unit.parent_id == root.id, Unit.is_active.is_(True))
    units |= {path: code for path, code in db.session.execute(query)}
    counts = _count(campaign_id, first_on, last_on, now, Obligation.unit_path.in_(units))
    figures = {units[path]: _figures(kinds) for path, kinds in counts.items()}
    return {code: values for code, values in figures.items() if values}


def _figures(kinds: Mapping[ReportKind, Kept]) -> dict[str, int]:
    whole = sum(kinds.values(), Kept())
    names = ("on_time", "late", "missing", "excused")
    return {name: getattr(whole, name) for name in names if getattr(whole, name)}


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit of the page: only what a row prints."""

    id: int
    path: str
    kind: UnitKind
    code: str
    name: str
    short_name: str
    is_active: bool


def list_lines(scope: Scope, root: Unit, kinds: set[UnitKind]) -> list[UnitLine]:
    """Return a root and the units of its subtree of these kinds in tree order, closed ones too."""
    query = select(
        Unit.id, Unit.path, Unit.kind, Unit.code, Unit.name, Unit.short_name, Unit.is_active
    ).where(
        Unit.kind.in_(kinds | {root.kind}),
        within(Unit.path, (root.path,)),
        within(Unit.path, scope.paths),
    )
    return [UnitLine(*row) for row in db.session.execute(query.order_by(Unit.path))]
