"""Reading the tree. Every query of records takes the scope first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import aliased, joinedload

from vneid_field.core.access import Scope
from vneid_field.core.database import within
from vneid_field.core.text import search_key
from vneid_field.extensions import db
from vneid_field.units.models import TeamHamlet, TeamMember, Unit
from vneid_field.units.rules import (
    REQUIRED_UNION_IT_MEMBERS,
    SEGMENT,
    Union,
    UnitKind,
    lacks_union_members,
)
from vneid_field.web.pagination import Page, paginate


def find_unit_by_code(code: str) -> Unit | None:
    """Return the unit that bears a code today, or None: for commands and seeds, no scope."""
    return db.session.scalar(select(Unit).where(Unit.code == code, Unit.valid_to.is_(None)))


def get_unit(scope: Scope, unit_id: int) -> Unit:
    """Return a unit of the scope; raises NoResultFound.

    A unit this request has read already (the actor's own) costs no statement; the parent comes
    along, for crumbs.
    """
    unit = db.session.get(Unit, unit_id, options=[joinedload(Unit.parent)])
    if unit is None or not scope.covers(unit.path):
        raise NoResultFound
    return unit


def stays_open(unit: Unit) -> bool:
    """Say whether a unit is active, and hold it so until the transaction ends.

    Nobody closes it while somebody gives it work: that would be work which nobody sees.
    """
    db.session.refresh(unit, ["is_active"], with_for_update={"read": True})
    return unit.is_active


def list_children(unit: Unit, kinds: Sequence[UnitKind]) -> list[Unit]:
    """Return the active direct children of these kinds in the plan's order."""
    query = select(Unit).where(
        Unit.parent_id == unit.id, Unit.kind.in_(kinds), Unit.is_active.is_(True)
    )
    return list(db.session.scalars(query.order_by(Unit.sort_order, Unit.id)))


def list_subtree(scope: Scope, root: Unit, kinds: Sequence[UnitKind]) -> list[Unit]:
    """Return active units of these kinds below `root` that the scope covers, in tree order."""
    query = select(Unit).where(
        within(Unit.path, (root.path,)),
        within(Unit.path, scope.paths),
        Unit.kind.in_(kinds),
        Unit.is_active.is_(True),
    )
    return list(db.session.scalars(query.order_by(Unit.path)))


def list_of_kinds(
    scope: Scope, kinds: Sequence[UnitKind], inside: Unit | None = None
) -> list[tuple[Unit, str]]:
    """Return active units of these kinds in the scope with their parents' names, in tree order.

    `inside` narrows to one subtree. The city has no parent: "".
    """
    parent = aliased(Unit)
    query = (
        select(Unit, func.coalesce(parent.name, ""))
        .outerjoin(parent, parent.id == Unit.parent_id)
        .where(within(Unit.path, scope.paths), Unit.kind.in_(kinds), Unit.is_active.is_(True))
        .order_by(Unit.path)
    )
    if inside is not None:
        query = query.where(within(Unit.path, (inside.path,)))
    return [(unit, name) for unit, name in db.session.execute(query)]


def list_ancestors(unit: Unit) -> list[Unit]:
    """Return the units from the root to `unit`, it included."""
    ids = [int(part) for part in unit.path.split("/") if part]
    return list(db.session.scalars(select(Unit).where(Unit.id.in_(ids)).order_by(Unit.path)))


def list_above(scope: Scope, unit: Unit) -> list[Unit]:
    """Return the units above `unit` that the scope covers, from the top: for crumbs."""
    parts = unit.path.rstrip("/").split("/")
    prefixes = ["/".join(parts[:depth]) + "/" for depth in range(1, len(parts))]
    ids = [int(path.rstrip("/")[-SEGMENT + 1 :]) for path in prefixes if scope.covers(path)]
    return [db.session.get_one(Unit, unit_id) for unit_id in ids]


def list_hamlets_of_team(team_id: int) -> list[Unit]:
    """Return the hamlets a team serves."""
    query = select(Unit).join(TeamHamlet, TeamHamlet.hamlet_id == Unit.id)
    return list(db.session.scalars(query.where(TeamHamlet.team_id == team_id).order_by(Unit.path)))


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team as the administration lists it; members who left do not count."""

    team: Unit
    commune_name: str
    members: int
    union_it: int
    trained: int
    leader_name: str
    hamlets: Sequence[str]

    @property
    def lacks_union_members(self) -> bool:
        """Whether it lacks its 02 union members who know IT (III.4.b)."""
        return lacks_union_members(self.union_it)


def _tally(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_UNION_IT = _tally(TeamMember.knows_it.is_(True) & (TeamMember.union != Union.NONE))


def _teams(scope: Scope, search: str) -> Select[Any]:
    commune = aliased(Unit)
    leader = func.max(case((TeamMember.is_leader.is_(True), TeamMember.full_name)))
    query = (
        select(
            Unit,
            commune.name,
            func.count(TeamMember.id),
            _UNION_IT,
            _tally(TeamMember.trained_on.is_not(None)),
            func.coalesce(leader, ""),
        )
        .join(commune, commune.id == Unit.parent_id)
        .outerjoin(TeamMember, (TeamMember.team_id == Unit.id) & TeamMember.left_at.is_(None))
        .where(Unit.kind == UnitKind.TEAM, Unit.is_active.is_(True), within(Unit.path, scope.paths))
        .group_by(Unit.id, commune.id)
        .order_by(commune.path, Unit.sort_order, Unit.id)
    )
    if key := search_key(search):
        query = query.where(
            or_(
                Unit.search_key.contains(key, autoescape=True),
                Unit.code.startswith(key, autoescape=True),
                commune.search_key.contains(key, autoescape=True),
            )
        )
    return query


def page_teams(
    scope: Scope, *, search: str = "", only_lacking: bool = False, number: int = 1, size: int = 50
) -> Page[TeamLine]:
    """Return a page of active teams in the scope; `only_lacking` keeps those under the 02."""
    query = _teams(scope, search)
    if only_lacking:
        query = query.having(_UNION_IT < REQUIRED_UNION_IT_MEMBERS)
    page = paginate(query, number=number, size=size, scalars=False)
    hamlets = _hamlet_names([row[0].id for row in page.items])
    lines = [
        TeamLine(team, commune_name, members, union_it, trained, leader, hamlets.get(team.id, []))
        for team, commune_name, members, union_it, trained, leader in page.items
    ]
    return Page(lines, page.number, page.size, page.total)


def _hamlet_names(team_ids: Sequence[int]) -> dict[int, list[str]]:
    query = (
        select(TeamHamlet.team_id, Unit.name)
        .join(Unit, Unit.id == TeamHamlet.hamlet_id)
        .where(TeamHamlet.team_id.in_(team_ids))
        .order_by(Unit.path)
    )
    names: dict[int, list[str]] = {}
    for team_id, name in db.session.execute(query):
        names.setdefault(team_id, []).append(name)
    return names


def get_team(scope: Scope, team_id: int) -> Unit:
    """Return an active team of the scope; raises NoResultFound."""
    query = select(Unit).where(
        Unit.id == team_id,
        Unit.kind == UnitKind.TEAM,
        Unit.is_active.is_(True),
        within(Unit.path, scope.paths),
    )
    return db.session.scalars(query).one()


def list_members(team: Unit, *, has_left: bool = False) -> list[TeamMember]:
    """Return the members of a team: the leader first, then by name."""
    left = TeamMember.left_at.is_not(None) if has_left else TeamMember.left_at.is_(None)
    query = select(TeamMember).where(TeamMember.team_id == team.id, left)
    return list(
        db.session.scalars(
            query.order_by(TeamMember.is_leader.desc(), TeamMember.sort_key, TeamMember.id)
        )
    )


def get_member(team: Unit, member_id: int) -> TeamMember:
    """Return a member of a team that was found in the scope; raises NoResultFound."""
    query = select(TeamMember).where(TeamMember.id == member_id, TeamMember.team_id == team.id)
    return db.session.scalars(query).one()


def count_union_it_members(scope: Scope, root: Unit | None = None) -> dict[int, int]:
    """Return, for each active team (below `root`), its union members who know IT (III.4.b)."""
    counted = func.count(TeamMember.id)
    query = (
        select(Unit.id, counted)
        .outerjoin(
            TeamMember,
            (TeamMember.team_id == Unit.id)
            & TeamMember.knows_it.is_(True)
            & TeamMember.left_at.is_(None)
            & (TeamMember.union != Union.NONE),
        )
        .where(
            Unit.kind == UnitKind.TEAM,
            Unit.is_active.is_(True),
            within(Unit.path, (root.path if root else "",)),
            within(Unit.path, scope.paths),
        )
        .group_by(Unit.id)
    )
    return {team_id: count for team_id, count in db.session.execute(query)}
