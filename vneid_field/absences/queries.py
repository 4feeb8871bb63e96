"""Reading cases of the absent loop: who holds them, whose they are, what waits for whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from vneid_field.absences.kinds import Leave, Stage
from vneid_field.absences.models import AbsenceCase, AbsenceContact, AbsenceHop, SupportDesk
from vneid_field.accounts.models import User
from vneid_field.core.access import Scope
from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.people.models import Citizen, Household
from vneid_field.units.models import TeamMember, Unit
from vneid_field.units.rules import TEAM_KINDS, UnitKind
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.models import VisitEvent
from vneid_field.web.pagination import Page, paginate

CaseSelect = Select[AbsenceCase, AbsenceHop, Citizen, Household, Unit, Unit, VisitEvent]
Holder, Home = aliased(Unit), aliased(Unit)
_STILL_ABSENT = and_(
    Citizen.visit_status.is_not(None), Citizen.visit_status == Outcome.ABSENT.value
)


def visible(scope: Scope) -> ColumnElement[bool]:
    """Cases the scope may see.

    Field roles: those their unit holds. Police: those of people who live in their area, wherever
    they are held, and those held in their area, wherever the people live.
    """
    if scope.holders:
        held = AbsenceHop.unit_id.in_(scope.holders)
        if scope.only_assigned_to is None:
            return held
        # A volunteer who sees only the own part: what they found themselves, and calls to make.
        mine = VisitEvent.performed_by == scope.only_assigned_to
        return and_(held, or_(AbsenceHop.stage == Stage.WORK, mine))
    if not scope.sees_people:
        return false()
    return or_(within(Citizen.unit_path, scope.paths), within(Holder.path, scope.paths))


def _cases(scope: Scope, campaign_id: int) -> CaseSelect:
    """Open cases with the hop they are at."""
    return (
        select(AbsenceCase, AbsenceHop, Citizen, Household, Holder, Home, VisitEvent)
        .join(AbsenceHop, and_(AbsenceHop.case_id == AbsenceCase.id, AbsenceHop.left_at.is_(None)))
        .join(Citizen, Citizen.id == AbsenceCase.citizen_id)
        .join(Household, Household.id == Citizen.household_id)
        .join(Holder, Holder.id == AbsenceHop.unit_id)
        .join(Home, Home.id == Citizen.unit_id)
        .join(VisitEvent, VisitEvent.id == AbsenceCase.event_id)
        .where(
            AbsenceCase.campaign_id == campaign_id,
            AbsenceCase.closed_at.is_(None),
            visible(scope),
        )
    )


@dataclass(frozen=True)
class CaseLine:
    """An open case as lists show it; numbers of the citizen are masked by the template."""

    case: AbsenceCase
    hop: AbsenceHop
    citizen: Citizen
    household: Household
    holder: Unit
    home: Unit
    event: VisitEvent

    @property
    def is_met(self) -> bool:
        """Whether somebody met the person meanwhile: the newest result is not "absent"."""
        return self.citizen.visit_status != Outcome.ABSENT.value

    def is_late(self, now: datetime) -> bool:
        """Whether the holder should have passed it on by now."""
        return self.hop.due_at < now


def _lines(rows: Sequence[Any]) -> list[CaseLine]:
    return [CaseLine(*row) for row in rows]


@dataclass(frozen=True)
class Wanted:
    """Which cases a page lists; None or "" does not narrow."""

    stages: Collection[Stage] = ()
    unit_id: int | None = None  # the holder
    below_id: int | None = None  # the unit right above the holder
    team_id: int | None = None  # who found the person, or holds the case
    inside: str = ""  # holder's or home's subtree
    late_at: datetime | None = None  # due before this instant
    is_waiting: bool | None = None  # not received yet


def _narrow(query: CaseSelect, wanted: Wanted) -> CaseSelect:
    if wanted.stages:
        query = query.where(AbsenceHop.stage.in_(wanted.stages))
    if wanted.unit_id is not None:
        query = query.where(AbsenceHop.unit_id == wanted.unit_id)
    if wanted.below_id is not None:
        query = query.where(Holder.parent_id == wanted.below_id)
    if wanted.team_id is not None:
        is_theirs = AbsenceHop.unit_id == wanted.team_id
        query = query.where(or_(is_theirs, AbsenceCase.team_id == wanted.team_id))
    if wanted.inside:
        here = (wanted.inside,)
        query = query.where(or_(within(Holder.path, here), within(Citizen.unit_path, here)))
    if wanted.late_at is not None:
        query = query.where(AbsenceHop.due_at < wanted.late_at)
    if wanted.is_waiting is not None:
        is_waiting = AbsenceHop.received_at.is_(None)
        query = query.where(is_waiting if wanted.is_waiting else ~is_waiting)
    return query


def page_cases(
    scope: Scope, campaign_id: int, wanted: Wanted, *, number: int = 1, size: int = 50
) -> Page[CaseLine]:
    """Return a page of open cases, those due first on top."""
    query = _narrow(_cases(scope, campaign_id), wanted)
    query = query.order_by(AbsenceHop.due_at, Home.path, Citizen.sort_key, AbsenceCase.id)
    plain: Any = query  # paginate takes any SELECT
    page = paginate(plain, number=number, size=size, scalars=False)
    return Page(_lines(page.items), page.number, page.size, page.total)


def list_cases(scope: Scope, campaign_id: int, wanted: Wanted) -> list[CaseLine]:
    """Return all open cases of a paper, by place and name."""
    query = _narrow(_cases(scope, campaign_id), wanted)
    query = query.order_by(Home.path, Citizen.sort_key, AbsenceCase.id)
    return _lines(db.session.execute(query).all())


def count_cases(scope: Scope, campaign_id: int, wanted: Wanted) -> int:
    """Return how many open cases there are."""
    query = _narrow(_cases(scope, campaign_id), wanted).with_only_columns(func.count())
    return db.session.scalar(query) or 0


def list_chosen(scope: Scope, campaign_id: int, case_ids: Collection[int]) -> list[CaseLine]:
    """Return the open cases of these ids that the scope may see, read anew, in id order."""
    query = _cases(scope, campaign_id).where(AbsenceCase.id.in_(case_ids))
    query = query.order_by(AbsenceCase.id).execution_options(populate_existing=True)
    return _lines(db.session.execute(query).all())


def list_case_citizens(scope: Scope, campaign_id: int, case_ids: Collection[int]) -> list[int]:
    """Return whom these open cases of the scope are about: to lock them before changing any."""
    query = _cases(scope, campaign_id).where(AbsenceCase.id.in_(case_ids))
    return list(db.session.scalars(query.with_only_columns(Citizen.id)))


def newest_hop_id() -> int:
    """Return the newest hop there is: what a page drawn now knows."""
    return db.session.scalar(select(func.max(AbsenceHop.id))) or 0


def was_held(scope: Scope, campaign_id: int, case_ids: Collection[int]) -> bool:
    """Say whether one of these cases ever was where the scope saw it: it went, or is closed."""
    seen: ColumnElement[bool]
    if scope.holders:
        seen = AbsenceHop.unit_id.in_(scope.holders)
        if scope.only_assigned_to is not None:
            seen = and_(seen, AbsenceHop.stage == Stage.WORK)
    elif scope.sees_people:
        seen = or_(within(Unit.path, scope.paths), within(Citizen.unit_path, scope.paths))
    else:
        return False
    query = (
        select(AbsenceCase.id)
        .join(AbsenceCase.citizen)
        .join(AbsenceHop, AbsenceHop.case_id == AbsenceCase.id)
        .join(AbsenceHop.unit)
        .where(AbsenceCase.campaign_id == campaign_id, AbsenceCase.id.in_(case_ids), seen)
    )
    return db.session.scalar(query.limit(1)) is not None


def find_hop_before(hop: AbsenceHop) -> AbsenceHop:
    """Return where a case was at the unit that sent it to this hop: there it goes back to."""
    query = select(AbsenceHop).where(
        AbsenceHop.case_id == hop.case_id,
        AbsenceHop.id < hop.id,
        AbsenceHop.unit_id == hop.from_unit_id,
    )
    return db.session.scalars(query.order_by(AbsenceHop.id.desc()).limit(1)).one()


def find_doubles(scope: Scope, campaign_id: int, lines: Sequence[CaseLine]) -> set[int]:
    """Return the case ids of lines whose name and birth another open case of the scope bears."""
    keys = {line.citizen.search_key for line in lines}
    query = _cases(scope, campaign_id).where(Citizen.search_key.in_(keys))
    rows = db.session.execute(
        query.with_only_columns(AbsenceCase.id, Citizen.search_key, Citizen.birth_on)
    ).all()
    bearers: dict[tuple[str, Any], set[int]] = {}
    for case_id, key, birth_on in rows:
        if birth_on is not None:
            bearers.setdefault((key, birth_on), set()).add(case_id)
    return set().union(*(ids for ids in bearers.values() if len(ids) > 1))


@dataclass(frozen=True)
class Hopped:
    """A hop of a case's trail: where, from when to when, who received it, how it left."""

    hop: AbsenceHop
    unit: Unit
    received_by: str
    left_as: Leave | None

    @property
    def was_late(self) -> bool:
        """Whether it left after it was due."""
        return self.hop.left_at is not None and self.hop.left_at > self.hop.due_at


def list_trail(case_id: int) -> list[Hopped]:
    """Return the hops of a case the caller has opened, oldest first."""
    query = (
        select(AbsenceHop, Unit, func.coalesce(User.display_name, ""))
        .join(Unit, Unit.id == AbsenceHop.unit_id)
        .outerjoin(User, User.id == AbsenceHop.received_by)
        .where(AbsenceHop.case_id == case_id)
        .order_by(AbsenceHop.id)
    )
    return [Hopped(hop, unit, by, hop.left_as) for hop, unit, by in db.session.execute(query)]


def list_contacts(case_id: int) -> list[tuple[AbsenceContact, str, str, VisitEvent | None]]:
    """Return the contacts of a case the caller has opened: unit, person, and the result if any."""
    query = (
        select(AbsenceContact, Unit.name, func.coalesce(User.display_name, ""), VisitEvent)
        .join(Unit, Unit.id == AbsenceContact.unit_id)
        .outerjoin(User, User.id == AbsenceContact.by)
        .outerjoin(VisitEvent, VisitEvent.id == AbsenceContact.event_id)
        .where(AbsenceContact.case_id == case_id)
        .order_by(AbsenceContact.id)
    )
    return [tuple(row) for row in db.session.execute(query)]  # type: ignore[misc]


def find_contact(uuid: str) -> AbsenceContact | None:
    """Return the contact of a tap, or None."""
    return db.session.scalar(select(AbsenceContact).where(AbsenceContact.uuid == uuid))


def next_calls(case_ids: Collection[int]) -> dict[int, datetime]:
    """Return when to call again, per case whose newest contact says so."""
    newest = (
        select(func.max(AbsenceContact.id))
        .where(AbsenceContact.case_id.in_(case_ids))
        .group_by(AbsenceContact.case_id)
    )
    query = select(AbsenceContact.case_id, AbsenceContact.call_again_at).where(
        AbsenceContact.id.in_(newest), AbsenceContact.call_again_at.is_not(None)
    )
    return {case_id: at for case_id, at in db.session.execute(query) if at is not None}


def get_closed(scope: Scope, campaign_id: int, case_id: int) -> AbsenceCase:
    """Return a case of somebody who lives in the scope, open or closed; raises NoResultFound."""
    paths = scope.paths if scope.sees_people and not scope.holders else ()
    query = (
        select(AbsenceCase)
        .join(AbsenceCase.citizen)
        .options(joinedload(AbsenceCase.event))
        .where(
            AbsenceCase.id == case_id,
            AbsenceCase.campaign_id == campaign_id,
            within(Citizen.unit_path, paths),
        )
    )
    return db.session.scalars(query).one()


@dataclass(frozen=True)
class DeskLine:
    """A fixed support team: place, hours, members and what it has to do."""

    unit: Unit
    place: str
    hours: str
    members: int
    open: int
    late: int


def list_desks(scope: Scope, campaign_id: int, parent: Unit, now: datetime) -> list[DeskLine]:
    """Return the active support teams right below a unit of the scope, in order."""
    held = (
        select(
            AbsenceHop.unit_id,
            func.count().label("open"),
            func.count().filter(AbsenceHop.due_at < now).label("late"),
        )
        .join(AbsenceCase, AbsenceCase.id == AbsenceHop.case_id)
        .where(AbsenceHop.left_at.is_(None), AbsenceCase.campaign_id == campaign_id)
        .group_by(AbsenceHop.unit_id)
        .subquery()
    )
    members = (
        select(TeamMember.team_id, func.count().label("members"))
        .where(TeamMember.left_at.is_(None))
        .group_by(TeamMember.team_id)
        .subquery()
    )
    query = (
        select(
            Unit,
            func.coalesce(SupportDesk.place, ""),
            func.coalesce(SupportDesk.hours, ""),
            func.coalesce(members.c.members, 0),
            func.coalesce(held.c.open, 0),
            func.coalesce(held.c.late, 0),
        )
        .outerjoin(SupportDesk, SupportDesk.unit_id == Unit.id)
        .outerjoin(members, members.c.team_id == Unit.id)
        .outerjoin(held, held.c.unit_id == Unit.id)
        .where(
            Unit.parent_id == parent.id,
            Unit.kind == UnitKind.SUPPORT_TEAM,
            Unit.is_active.is_(True),
            within(Unit.path, scope.paths),
        )
        .order_by(Unit.sort_order, Unit.id)
    )
    return [DeskLine(*row) for row in db.session.execute(query)]


def get_desk(scope: Scope, unit_id: int) -> Unit:
    """Return an active support team of the scope; raises NoResultFound."""
    query = select(Unit).where(
        Unit.id == unit_id,
        Unit.kind == UnitKind.SUPPORT_TEAM,
        Unit.is_active.is_(True),
        within(Unit.path, scope.paths),
    )
    return db.session.scalars(query).one()


def list_workers(scope: Scope, parent: Unit) -> list[Unit]:
    """Return the teams right below a unit that may be given cases: support teams first."""
    query = (
        select(Unit)
        .where(
            Unit.parent_id == parent.id,
            Unit.kind.in_(TEAM_KINDS),
            Unit.is_active.is_(True),
            within(Unit.path, scope.paths),
        )
        .order_by(Unit.kind, Unit.sort_order, Unit.id)
    )
    return list(db.session.scalars(query))
