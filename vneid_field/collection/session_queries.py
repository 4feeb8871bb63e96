"""Reading the schedule: sessions of the scope by week and as a list, and who is asked twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import aliased

from vneid_field.collection.kinds import PlaceKind
from vneid_field.collection.labels_points import hours_text
from vneid_field.collection.models import CollectionSession, CollectionSessionUnit
from vneid_field.collection.sessions import INVITED_KINDS, count_open_invitations, may_plan
from vneid_field.core.access import Actor, Scope
from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind
from vneid_field.web.pagination import Page, paginate

Point = aliased(Unit, name="point")
_PARENT = aliased(Unit, name="parent")
_INVITED = aliased(Unit, name="invited")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page filters by."""

    first_on: date
    last_on: date
    place_kind: PlaceKind | None = None
    point_id: int | None = None
    with_cancelled: bool = False


@dataclass
class SessionLine:
    """A session as pages show it. `shared`: other sessions of the day that invite its people."""

    session: CollectionSession
    point: Unit
    units: list[Unit] = field(default_factory=list)
    communes: dict[int, str] = field(default_factory=dict)  # of the hamlets among the units
    invited: int = 0
    shared: list["SessionLine"] = field(default_factory=list)

    @property
    def hours(self) -> str:
        """From and to."""
        return hours_text(self.session.from_minute, self.session.to_minute)

    @property
    def places(self) -> list[str]:
        """The units as people read them: a hamlet's name says nothing without its commune."""
        hamlets: dict[int, list[str]] = {}
        names = [one.name for one in self.units if one.kind is UnitKind.COMMUNE]
        for one in self.units:
            if one.kind is UnitKind.HAMLET and one.parent_id is not None:
                hamlets.setdefault(one.parent_id, []).append(one.name)
        return names + [
            f"{', '.join(few)} ({self.communes.get(parent_id, '')})"
            for parent_id, few in hamlets.items()
        ]

    def shares_people(self, other: "SessionLine") -> bool:
        """Whether a unit of one session holds, or lies in, a unit of the other one's."""
        return any(
            one.path.startswith(two.path) or two.path.startswith(one.path)
            for one in self.units
            for two in other.units
        )


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday, each with its sessions by hour."""

    days: Sequence[tuple[date, Sequence[SessionLine]]]

    @property
    def count(self) -> int:
        """All sessions."""
        return sum(len(lines) for _day, lines in self.days)

    @property
    def expected(self) -> int:
        """The people expected at them."""
        return sum(line.session.expected for _day, lines in self.days for line in lines)


def visible(scope: Scope) -> ColumnElement[bool]:
    """Sessions of the scope's points, and those that invite the scope's citizens."""
    asked = (
        select(CollectionSessionUnit.unit_id)
        .join(_INVITED, _INVITED.id == CollectionSessionUnit.unit_id)
        .where(
            CollectionSessionUnit.session_id == CollectionSession.id,
            within(_INVITED.path, scope.paths),
        )
    )
    return or_(within(Point.path, scope.paths), exists(asked))


def _sessions(scope: Scope, campaign_id: int) -> Select[CollectionSession, Unit]:
    return (
        select(CollectionSession, Point)
        .join(Point, Point.id == CollectionSession.point_id)
        .where(CollectionSession.campaign_id == campaign_id, visible(scope))
        .order_by(
            CollectionSession.on_day,
            CollectionSession.from_minute,
            Point.path,
            CollectionSession.id,
        )
    )


def _filtered(scope: Scope, campaign_id: int, asked: Asked) -> Select[CollectionSession, Unit]:
    query = _sessions(scope, campaign_id).where(
        CollectionSession.on_day >= asked.first_on, CollectionSession.on_day <= asked.last_on
    )
    if asked.place_kind is not None:
        query = query.where(CollectionSession.place_kind == asked.place_kind)
    if asked.point_id is not None:
        query = query.where(CollectionSession.point_id == asked.point_id)
    if not asked.with_cancelled:
        query = query.where(CollectionSession.is_cancelled.is_(False))
    return query


def get_session(scope: Scope, campaign_id: int, session_id: int) -> SessionLine:
    """Return a session of the scope with its units and those that ask its people twice.

    Raises NoResultFound.
    """
    query = _sessions(scope, campaign_id).where(CollectionSession.id == session_id)
    row = db.session.execute(query).first()
    if row is None:
        raise NoResultFound
    line = SessionLine(row[0], row[1])
    _complete(scope, [line])
    return line


def page_sessions(
    scope: Scope, campaign_id: int, asked: Asked, *, number: int = 1, size: int = 50
) -> Page[SessionLine]:
    """Return a page of the schedule in the order of day and hour."""
    query: Any = _filtered(scope, campaign_id, asked)
    found = paginate(query, number=number, size=size, scalars=False)
    lines = _complete(scope, [SessionLine(row[0], row[1]) for row in found.items])
    return Page(lines, found.number, found.size, found.total)


def list_sessions(scope: Scope, campaign_id: int, asked: Asked) -> list[SessionLine]:
    """Return the whole schedule of the filter: for the week and the sheet."""
    rows = db.session.execute(_filtered(scope, campaign_id, asked))
    return _complete(scope, [SessionLine(row[0], row[1]) for row in rows])


def gather_week(scope: Scope, campaign_id: int, asked: Asked) -> Week:
    """Return the days from `asked.first_on` to `asked.last_on` with their sessions."""
    lines = list_sessions(scope, campaign_id, asked)
    days = [
        asked.first_on + timedelta(days=n) for n in range((asked.last_on - asked.first_on).days + 1)
    ]
    return Week([(day, [one for one in lines if one.session.on_day == day]) for day in days])


def _complete(scope: Scope, lines: list[SessionLine]) -> list[SessionLine]:
    """Add units, open invitations and the sessions of the same day that share people."""
    if not lines:
        return lines
    _add_units(lines)
    counts = count_open_invitations([line.session.id for line in lines])
    for line in lines:
        line.invited = counts.get(line.session.id, 0)
    campaign_id = lines[0].session.campaign_id
    days = {line.session.on_day for line in lines}
    query = _sessions(scope, campaign_id).where(
        CollectionSession.on_day.in_(days), CollectionSession.is_cancelled.is_(False)
    )
    others = [SessionLine(row[0], row[1]) for row in db.session.execute(query)]
    _add_units(others)
    for line in lines:
        line.shared = [other for other in others if _shares(line, other)]
    return lines


def _shares(line: SessionLine, other: SessionLine) -> bool:
    return (
        other.session.id != line.session.id
        and not line.session.is_cancelled
        and other.session.on_day == line.session.on_day
        and line.shares_people(other)
    )


def _add_units(lines: Iterable[SessionLine]) -> None:
    by_id = {line.session.id: line for line in lines}
    query = (
        select(CollectionSessionUnit.session_id, Unit, _PARENT.name)
        .join(Unit, Unit.id == CollectionSessionUnit.unit_id)
        .join(_PARENT, _PARENT.id == Unit.parent_id)
        .where(CollectionSessionUnit.session_id.in_(by_id))
        .order_by(Unit.path)
    )
    for session_id, unit, parent in db.session.execute(query):
        by_id[session_id].units.append(unit)
        by_id[session_id].communes[unit.parent_id or 0] = parent


def list_plannable(actor: Actor) -> list[Unit]:
    """Return the points whose sessions a person plans, in tree order."""
    query = (
        select(Unit)
        .where(
            Unit.kind == UnitKind.COLLECTION_POINT,
            Unit.is_active.is_(True),
            within(Unit.path, actor.scope.paths),
        )
        .order_by(Unit.path)
    )
    return [point for point in db.session.scalars(query) if may_plan(actor, point)]


def list_points_seen(scope: Scope, campaign_id: int) -> list[Unit]:
    """Return the points that have sessions in the scope: for the filter."""
    query = _sessions(scope, campaign_id).order_by(None).with_only_columns(Point.id)
    ids = select(query.subquery().c.id)
    return list(db.session.scalars(select(Unit).where(Unit.id.in_(ids)).order_by(Unit.path)))


def list_invitable(point: Unit) -> list[tuple[Unit, list[Unit]]]:
    """Return the units below a point's parent that may be invited: each commune, its hamlets."""
    parent = db.session.get_one(Unit, point.parent_id)
    query = (
        select(Unit)
        .where(
            within(Unit.path, (parent.path,)),
            Unit.kind.in_(INVITED_KINDS),
            Unit.is_active.is_(True),
        )
        .order_by(Unit.path)
    )
    groups: dict[int, tuple[Unit, list[Unit]]] = {}
    hamlets = []
    for unit in db.session.scalars(query):
        if unit.kind is UnitKind.COMMUNE:
            groups[unit.id] = (unit, [])
        else:
            hamlets.append(unit)
    for hamlet in hamlets:
        if hamlet.parent_id in groups:
            groups[hamlet.parent_id][1].append(hamlet)
    return sorted(groups.values(), key=lambda group: (group[0].sort_order, group[0].id))
