"""Reading the tree. Every query of records takes the scope first."""

from collections.abc import Sequence

from sqlalchemy import func, select

from vneid_field.core.access import Scope
from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.units.models import TeamHamlet, TeamMember, Unit
from vneid_field.units.rules import Union, UnitKind


def find_unit_by_code(code: str) -> Unit | None:
    """Return the unit that bears a code today, or None: for commands and seeds, no scope."""
    return db.session.scalar(select(Unit).where(Unit.code == code, Unit.valid_to.is_(None)))


def get_unit(scope: Scope, unit_id: int) -> Unit:
    """Return a unit of the scope; raises NoResultFound."""
    query = select(Unit).where(Unit.id == unit_id, within(Unit.path, scope.paths))
    return db.session.scalars(query).one()


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


def list_ancestors(unit: Unit) -> list[Unit]:
    """Return the units from the root to `unit`, it included."""
    ids = [int(part) for part in unit.path.split("/") if part]
    return list(db.session.scalars(select(Unit).where(Unit.id.in_(ids)).order_by(Unit.path)))


def list_hamlets_of_team(team_id: int) -> list[Unit]:
    """Return the hamlets a team serves."""
    query = select(Unit).join(TeamHamlet, TeamHamlet.hamlet_id == Unit.id)
    return list(db.session.scalars(query.where(TeamHamlet.team_id == team_id).order_by(Unit.path)))


def list_teams_of_hamlet(hamlet_id: int) -> list[Unit]:
    """Return the active teams that serve a hamlet."""
    query = select(Unit).join(TeamHamlet, TeamHamlet.team_id == Unit.id)
    query = query.where(TeamHamlet.hamlet_id == hamlet_id, Unit.is_active.is_(True))
    return list(db.session.scalars(query.order_by(Unit.sort_order, Unit.id)))


def count_union_it_members(scope: Scope, root: Unit) -> dict[int, int]:
    """Return, for each active team below `root`, its union members who know IT (III.4.b)."""
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
            within(Unit.path, (root.path,)),
            within(Unit.path, scope.paths),
        )
        .group_by(Unit.id)
    )
    return {team_id: count for team_id, count in db.session.execute(query)}
