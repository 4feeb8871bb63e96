"""What only boards and the papers made of them ask: how units stand, who works in the best ones."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ScalarSelect, case, func, select

from vneid_field.accounts.models import RoleGrant, User
from vneid_field.campaigns.models import Campaign
from vneid_field.core.access import Role
from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.figures.models import Flow
from vneid_field.lists.kinds import VerdictKind
from vneid_field.lists.models import ListVerdict
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.models import Quota, QuotaRevision
from vneid_field.quotas.queries import units_with_targets
from vneid_field.quotas.rules import percent, rank
from vneid_field.units.models import TeamMember, Unit
from vneid_field.units.rules import UnitKind


def _activated(campaign: Campaign, kind: UnitKind, on: date) -> ScalarSelect[Any]:
    """Return a unit's cumulative activations as a column: teams by what they did, others by homes.

    Correlates to the Unit of the query it stands in.
    """
    activated = func.sum(Flow.activated_app + Flow.activated_web + Flow.activated_self)
    counted = Flow.counted_on.between(min(campaign.starts_on, on), on)
    # "0" follows "/": the subtree of a path is one range of the index.
    below = func.substr(Unit.path, 1, func.length(Unit.path) - 1) + "0"
    where = (
        Flow.performed_path == Unit.path
        if kind is UnitKind.TEAM
        else (Flow.home_path >= Unit.path) & (Flow.home_path < below)
    )
    return (
        select(func.coalesce(activated, 0))
        .where(Flow.campaign_id == campaign.id, where, counted)
        .correlate(Unit)
        .scalar_subquery()
    )


def percents_beside(campaign: Campaign, unit: Unit, on: date) -> dict[int, Decimal | None]:
    """Return the cumulative activation percent of a unit and its siblings of the same kind.

    By unit id, of those that have a target on that day; administrative units by where people live,
    teams by what they did, as on their parent's board. Only ranks are made of it: no scope.
    """
    query = (
        select(
            Unit.id, Quota.amount, QuotaRevision.effective_on, _activated(campaign, unit.kind, on)
        )
        .join(Quota, Quota.unit_id == Unit.id)
        .join(QuotaRevision, QuotaRevision.id == Quota.revision_id)
        .where(
            Unit.parent_id == unit.parent_id,
            Unit.kind == unit.kind,
            Unit.is_active.is_(True),
            Quota.campaign_id == campaign.id,
            Quota.kind == QuotaKind.ACTIVATION,
        )
        .order_by(Unit.id, QuotaRevision.number)
    )
    found: dict[int, tuple[int, int]] = {}
    for unit_id, amount, effective_on, number in db.session.execute(query):
        if effective_on <= on or unit_id not in found:  # as quotas.queries picks targets of a day
            found[unit_id] = (int(number), amount)
    return {
        unit_id: percent(number, amount) for unit_id, (number, amount) in found.items() if amount
    }


@dataclass(frozen=True)
class UnitStanding:
    """A unit among all of its kind below a root; without a target it has no rank."""

    unit: Unit
    quota: int
    done: int
    rank: int | None

    @property
    def percent(self) -> Decimal | None:
        """Cumulative activations in percent of the quota."""
        return percent(self.done, self.quota)


def list_standings(campaign: Campaign, root: Unit, kind: UnitKind, on: date) -> list[UnitStanding]:
    """Return the active units of a kind below a root, the best first; no scope.

    Ranked by cumulative activation percent of the day's target, as boards are; those without a
    target come last, by what they did.
    """
    inside = (within(Unit.path, (root.path,)), Unit.kind == kind)
    query = select(Unit.id, _activated(campaign, kind, on)).where(*inside)
    done = {unit_id: int(number) for unit_id, number in db.session.execute(query)}
    found = [
        (unit, targets.get(QuotaKind.ACTIVATION, 0), done[unit.id])
        for unit, targets in units_with_targets(campaign.id, root, kind, on)
    ]
    ranks = rank({unit.id: percent(number, quota) for unit, quota, number in found})
    lines = [UnitStanding(unit, quota, number, ranks[unit.id]) for unit, quota, number in found]
    return sorted(lines, key=lambda line: (line.rank is None, line.rank or 0, -line.done))


def names_of_units(ids: Collection[int]) -> dict[int, str]:
    """Return names of units already found."""
    query = select(Unit.id, Unit.name).where(Unit.id.in_(ids))
    return {unit_id: name for unit_id, name in db.session.execute(query)}


@dataclass(frozen=True)
class MemberVerdicts:
    """What national lists said of the claims somebody of a team recorded."""

    name: str
    confirmed: int
    contradicted: int

    @property
    def rate(self) -> Decimal | None:
        """Contradicted in per cent of the claims judged."""
        return percent(self.contradicted, self.confirmed + self.contradicted)


def list_member_verdicts(campaign: Campaign, team: Unit, on: date) -> list[MemberVerdicts]:
    """Return the judged claims of a team by whoever had them, the most contradicted first."""
    contradicted = func.sum(case((ListVerdict.kind == VerdictKind.CONTRADICTED, 1), else_=0))
    query = (
        select(User.display_name, func.count() - contradicted, contradicted)
        .select_from(ListVerdict)
        .outerjoin(User, User.id == ListVerdict.performed_by)
        .where(
            ListVerdict.campaign_id == campaign.id,
            ListVerdict.performed_by_unit_id == team.id,
            ListVerdict.taken_back_at.is_(None),
            ListVerdict.counted_on <= on,
        )
        .group_by(User.id, User.display_name)
        .order_by(contradicted.desc(), User.display_name, User.id)
    )
    return [
        MemberVerdicts(name or "không rõ ai", int(confirmed), int(wrong))
        for name, confirmed, wrong in db.session.execute(query)
    ]


@dataclass
class Worker:
    """Somebody of a team: a member, or an account that no member is linked to.

    `key` names them for good: "12.m5" is member 5 of unit 12, "12.a7" the account 7.
    """

    key: str
    team_id: int
    name: str
    is_leader: bool
    users: list[int]


def list_workers(team_ids: Collection[int]) -> list[Worker]:
    """Return who belongs to teams today, with the accounts they record under; no scope.

    A closed account is no reason to forget what somebody did: accounts end with the campaign.
    """
    found: dict[str, Worker] = {}
    members = (
        select(TeamMember, User.id)
        .outerjoin(User, User.team_member_id == TeamMember.id)
        .where(TeamMember.team_id.in_(team_ids), TeamMember.left_at.is_(None))
        .order_by(TeamMember.sort_key, TeamMember.id)
    )
    for member, user_id in db.session.execute(members):
        key = f"{member.team_id}.m{member.id}"
        new = Worker(key, member.team_id, member.full_name, member.is_leader, [])
        found.setdefault(key, new).users.extend([user_id] if user_id else [])
    accounts = (
        select(RoleGrant.unit_id, RoleGrant.role, User)
        .join(User, User.id == RoleGrant.user_id)
        .where(
            RoleGrant.unit_id.in_(team_ids),
            RoleGrant.role.in_((Role.TEAM_LEADER, Role.VOLUNTEER)),
            User.team_member_id.is_(None),
        )
        .order_by(User.display_name, User.id)
    )
    for team_id, role, user in db.session.execute(accounts):
        key = f"{team_id}.a{user.id}"
        one = found.setdefault(key, Worker(key, team_id, user.display_name, False, [user.id]))
        one.is_leader |= role is Role.TEAM_LEADER
    return list(found.values())
