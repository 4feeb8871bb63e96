"""The ageing board: how many cases, where, how long, and which hop is late."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from vneid_field.absences.kinds import CloseReason, Stage
from vneid_field.absences.models import AbsenceCase, AbsenceHop
from vneid_field.absences.queries import Holder, visible
from vneid_field.absences.rules import AGES
from vneid_field.core.access import Scope
from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.people.models import Citizen
from vneid_field.units.models import Unit
from vneid_field.units.queries import list_children
from vneid_field.units.rules import UnitKind
from vneid_field.visits.models import VisitEvent

BELOW = (UnitKind.DISTRICT, UnitKind.COMMUNE, UnitKind.TEAM, UnitKind.SUPPORT_TEAM)


@dataclass
class AgeLine:
    """The open cases that a unit and those below it hold. `unit` None: held outside the area."""

    unit: Unit | None
    is_self: bool = False  # the unit of the board itself, without those below it
    stages: dict[Stage, int] = field(default_factory=dict)
    late: dict[Stage, int] = field(default_factory=dict)
    ages: list[int] = field(default_factory=lambda: [0] * len(AGES))
    oldest_at: datetime | None = None

    @property
    def count(self) -> int:
        """All of them."""
        return sum(self.stages.values())

    @property
    def late_count(self) -> int:
        """Those whose holder is late."""
        return sum(self.late.values())

    def oldest_days(self, now: datetime) -> int | None:
        """For how many days the oldest one has been open."""
        return None if self.oldest_at is None else (now - self.oldest_at).days

    def add(self, row: Any) -> None:
        """Add what a holder has at one stage."""
        self.stages[row.stage] = self.stages.get(row.stage, 0) + row.count
        self.late[row.stage] = self.late.get(row.stage, 0) + row.late
        for place in range(len(AGES)):
            self.ages[place] += row[5 + place]
        if self.oldest_at is None or row.oldest_at < self.oldest_at:
            self.oldest_at = row.oldest_at


@dataclass(frozen=True)
class AgeBoard:
    """Lines that hold something, their sum, and how cases of the area ended."""

    lines: Sequence[AgeLine]
    total: AgeLine
    closed: dict[CloseReason, int]


def _tally(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _age_columns(now: datetime) -> list[Any]:
    """One sum per group of AGES: days that are over, as `rules.age_group` counts them."""
    columns, younger = [], None
    for most, _label in AGES:
        parts = []
        if most is not None:
            parts.append(AbsenceCase.opened_at > now - timedelta(days=most + 1))
        if younger is not None:
            parts.append(AbsenceCase.opened_at <= now - timedelta(days=younger + 1))
        columns.append(_tally(and_(*parts)))
        younger = most
    return columns


def gather_ages(scope: Scope, campaign_id: int, root: Unit, now: datetime) -> AgeBoard:
    """Return the board of a unit of the scope: a line per unit right below it."""
    here = (root.path,)
    query = (
        select(
            Holder.path.label("path"),
            AbsenceHop.stage.label("stage"),
            func.count().label("count"),
            _tally(AbsenceHop.due_at < now).label("late"),
            func.min(AbsenceCase.opened_at).label("oldest_at"),
            *_age_columns(now),
        )
        .select_from(AbsenceCase)
        .join(AbsenceHop, and_(AbsenceHop.case_id == AbsenceCase.id, AbsenceHop.left_at.is_(None)))
        .join(Citizen, Citizen.id == AbsenceCase.citizen_id)
        .join(VisitEvent, VisitEvent.id == AbsenceCase.event_id)
        .join(Holder, Holder.id == AbsenceHop.unit_id)
        .where(
            AbsenceCase.campaign_id == campaign_id,
            AbsenceCase.closed_at.is_(None),
            visible(scope),
            or_(within(Holder.path, here), within(Citizen.unit_path, here)),
        )
        .group_by(Holder.path, AbsenceHop.stage)
    )
    rows = db.session.execute(query).all()
    children = list_children(root, BELOW)
    children.sort(key=lambda child: child.kind is UnitKind.SUPPORT_TEAM)  # behind the communes
    lines = _lines(root, children, rows)
    total = AgeLine(None)
    for row in rows:
        total.add(row)
    return AgeBoard(lines, total, _closed(scope, campaign_id, root))


def _lines(root: Unit, children: Sequence[Unit], rows: Iterable[Any]) -> list[AgeLine]:
    lines = {child.path: AgeLine(child) for child in children}
    own, outside = AgeLine(root, is_self=True), AgeLine(None)
    width = len(root.path) + 7  # a child's path: six digits and "/"
    for row in rows:
        if not row.path.startswith(root.path):
            outside.add(row)
        else:
            lines.get(row.path[:width], own).add(row)
    return [line for line in (own, *lines.values(), outside) if line.count]


def _closed(scope: Scope, campaign_id: int, root: Unit) -> dict[CloseReason, int]:
    query = (
        select(AbsenceCase.close_reason, func.count())
        .join(Citizen, Citizen.id == AbsenceCase.citizen_id)
        .where(
            AbsenceCase.campaign_id == campaign_id,
            AbsenceCase.closed_at.is_not(None),
            within(Citizen.unit_path, (root.path,)),
            within(Citizen.unit_path, scope.paths if scope.sees_people else ()),
        )
        .group_by(AbsenceCase.close_reason)
    )
    found = {reason: count for reason, count in db.session.execute(query)}
    return {reason: found[reason] for reason in CloseReason if reason in found}
