"""Reading targets."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from vneid_field.accounts.models import User
from vneid_field.campaigns.models import Campaign, CampaignBaseline
from vneid_field.core.database import within
from vneid_field.core.shares import largest_remainder
from vneid_field.extensions import db
from vneid_field.people.models import Citizen
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.models import Quota, QuotaRevision
from vneid_field.quotas.rules import PlanInput
from vneid_field.units.models import TeamHamlet, Unit
from vneid_field.units.rules import SEGMENT, UnitKind

Targets = dict[QuotaKind, int]


def targets_of(campaign_id: int, unit_ids: Sequence[int]) -> dict[int, Targets]:
    """Return the current targets of units, by unit id; a unit without any has an empty dict."""
    query = select(Quota.unit_id, Quota.kind, Quota.amount).where(
        Quota.campaign_id == campaign_id,
        Quota.is_current.is_(True),
        Quota.unit_id.in_(unit_ids),
    )
    found: dict[int, Targets] = {unit_id: {} for unit_id in unit_ids}
    for unit_id, kind, amount in db.session.execute(query):
        found[unit_id][kind] = amount
    return found


def family_with_targets(
    campaign_id: int, parent: Unit, kinds: Sequence[UnitKind], on: date
) -> tuple[Targets, list[tuple[Unit, Targets]]]:
    """Return a unit's targets of a day, and its active children of these kinds with theirs.

    The newest revision that applies from that day or before; for a day before all of them, the
    first one. One statement; the children in the plan's order.
    """
    beside = or_(
        Unit.id == parent.id,
        and_(Unit.parent_id == parent.id, Unit.kind.in_(kinds), Unit.is_active.is_(True)),
    )
    found = _with_targets(campaign_id, beside, on)
    own_targets = found.pop(parent.id, (parent, {}))[1]
    return own_targets, list(found.values())


def units_with_targets(
    campaign_id: int, root: Unit, kind: UnitKind, on: date
) -> list[tuple[Unit, Targets]]:
    """Return the active units of a kind below a root with their targets of a day, as above."""
    below = and_(
        within(Unit.path, (root.path,)),
        Unit.id != root.id,
        Unit.kind == kind,
        Unit.is_active.is_(True),
    )
    return list(_with_targets(campaign_id, below, on).values())


def _with_targets(
    campaign_id: int, which: ColumnElement[bool], on: date
) -> dict[int, tuple[Unit, Targets]]:
    query = (
        select(Unit, Quota.kind, Quota.amount, QuotaRevision.effective_on)
        .outerjoin(Quota, and_(Quota.unit_id == Unit.id, Quota.campaign_id == campaign_id))
        .outerjoin(QuotaRevision, QuotaRevision.id == Quota.revision_id)
        .where(which)
        .order_by(Unit.sort_order, Unit.id, QuotaRevision.number)
    )
    found: dict[int, tuple[Unit, Targets]] = {}
    for unit, kind, amount, effective_on in db.session.execute(query):
        own = found.setdefault(unit.id, (unit, {}))[1]
        if kind is not None and (effective_on <= on or kind not in own):
            own[kind] = amount
    return found


def list_revisions(campaign_id: int, parent_id: int) -> list[QuotaRevision]:
    """Return a parent's revisions, the newest first."""
    query = select(QuotaRevision).where(
        QuotaRevision.campaign_id == campaign_id, QuotaRevision.parent_unit_id == parent_id
    )
    return list(db.session.scalars(query.order_by(QuotaRevision.number.desc())))


def find_revision(campaign_id: int, parent_id: int, number: int) -> QuotaRevision | None:
    """Return a parent's revision of a number, or None."""
    query = select(QuotaRevision).where(
        QuotaRevision.campaign_id == campaign_id,
        QuotaRevision.parent_unit_id == parent_id,
        QuotaRevision.number == number,
    )
    return db.session.scalar(query)


def list_amounts_of(revision_ids: Sequence[int]) -> dict[int, list[tuple[Quota, Unit]]]:
    """Return what revisions set below their own unit, each with its unit, in the plan's order."""
    query = (
        select(Quota, Unit)
        .join(Unit, Unit.id == Quota.unit_id)
        .join(QuotaRevision, QuotaRevision.id == Quota.revision_id)
        .where(Quota.revision_id.in_(revision_ids), Unit.id != QuotaRevision.parent_unit_id)
        .order_by(Unit.sort_order, Unit.id, Quota.kind)
    )
    found: dict[int, list[tuple[Quota, Unit]]] = {one: [] for one in revision_ids}
    for quota, unit in db.session.execute(query):
        found[quota.revision_id].append((quota, unit))
    return found


def names_of_makers(revisions: Sequence[QuotaRevision]) -> dict[int, str]:
    """Return the display names of who made revisions, by user id."""
    ids = {revision.made_by for revision in revisions if revision.made_by}
    query = select(User.id, User.display_name).where(User.id.in_(ids))
    return {user_id: name for user_id, name in db.session.execute(query)}


def sums_below(campaign_id: int, parent_ids: Sequence[int]) -> dict[int, Targets]:
    """Return what the active children of units were given in sum, by the parents' ids."""
    query = (
        select(Unit.parent_id, Quota.kind, func.sum(Quota.amount))
        .join(Quota, Quota.unit_id == Unit.id)
        .where(
            Quota.campaign_id == campaign_id,
            Quota.is_current.is_(True),
            Quota.kind.in_((QuotaKind.ACTIVATION, QuotaKind.COLLECTION)),
            Unit.parent_id.in_(parent_ids),
            Unit.is_active.is_(True),
        )
        .group_by(Unit.parent_id, Quota.kind)
    )
    found: dict[int, Targets] = {parent_id: {} for parent_id in parent_ids}
    for parent_id, kind, amount in db.session.execute(query):
        found[parent_id or 0][kind] = int(amount)
    return found


def list_sizes(parent: Unit, children: Sequence[Unit]) -> dict[int, int]:
    """Return how many listed citizens live where each child works.

    A commune counts everybody below it; a community digital team the people of its hamlets,
    shared evenly with the other such teams of a hamlet. Teams that serve a whole ward beside
    them weigh nothing: the plan counts the digital teams (columns 11 and 12).
    """
    child = func.substr(Citizen.unit_path, 1, len(parent.path) + SEGMENT)
    counted = select(child, func.count()).where(within(Citizen.unit_path, (parent.path,)))
    people = {path: size for path, size in db.session.execute(counted.group_by(child))}
    team = aliased(Unit)
    serving = (
        select(TeamHamlet.team_id, Unit.path)
        .join(Unit, Unit.id == TeamHamlet.hamlet_id)
        .join(team, team.id == TeamHamlet.team_id)
        .where(
            team.parent_id == parent.id,
            team.is_active.is_(True),
            team.subtype == "community_digital",
        )
        .order_by(TeamHamlet.team_id)
    )
    teams_of: dict[str, list[int]] = {}
    for team_id, path in db.session.execute(serving):
        teams_of.setdefault(path, []).append(team_id)
    sizes = {unit.id: people.get(unit.path, 0) for unit in children}
    for path, teams in teams_of.items():
        for team_id, share in largest_remainder(
            people.get(path, 0), dict.fromkeys(teams, 1)
        ).items():
            if team_id in sizes:
                sizes[team_id] += share
    return sizes


def count_teams(parent: Unit, children: Sequence[Unit]) -> dict[int, int]:
    """Return the community digital teams at work below each child; a team counts itself."""
    counts = _count_below(parent, UnitKind.TEAM, "community_digital")
    return {child.id: counts.get(child.path, 0) for child in children}


def _count_below(parent: Unit, kind: UnitKind, subtype: str = "") -> dict[str, int]:
    child = func.substr(Unit.path, 1, len(parent.path) + SEGMENT)
    query = select(child, func.count()).where(
        within(Unit.path, (parent.path,)),
        Unit.path != parent.path,
        Unit.kind == kind,
        Unit.is_active.is_(True),
    )
    if subtype:
        query = query.where(Unit.subtype == subtype)
    return {path: count for path, count in db.session.execute(query.group_by(child))}


def plan_inputs(campaign: Campaign, parent: Unit, children: Sequence[Unit]) -> dict[int, PlanInput]:
    """Return columns 3, 5, 8, 9 and 11 for each child of a parent.

    Column 3 and 6 are the current targets; column 5 is the plan's baseline for districts and
    3 − 6 below them, where the plan is silent.
    """
    targets = targets_of(campaign.id, [child.id for child in children])
    baselines = dict(
        db.session.execute(
            select(CampaignBaseline.unit_id, CampaignBaseline.collected_not_activated).where(
                CampaignBaseline.campaign_id == campaign.id
            )
        )
        .tuples()
        .all()
    )
    fixed = _count_below(parent, UnitKind.COLLECTION_POINT, "fixed")
    mobile = _count_below(parent, UnitKind.COLLECTION_POINT, "mobile")
    teams = _count_below(parent, UnitKind.TEAM, "community_digital")
    result = {}
    for child in children:
        own = targets[child.id]
        total = own.get(QuotaKind.ACTIVATION, 0)
        collected = total - own.get(QuotaKind.COLLECTION, 0)
        result[child.id] = PlanInput(
            total,
            baselines.get(child.id, collected),
            fixed.get(child.path, 0),
            mobile.get(child.path, 0),
            teams.get(child.path, 0),
        )
    return result


def newest_number(campaign_id: int, parent_id: int) -> int:
    """Return the number of a parent's newest revision, 0 when there is none."""
    query = select(func.max(QuotaRevision.number)).where(
        and_(QuotaRevision.campaign_id == campaign_id, QuotaRevision.parent_unit_id == parent_id)
    )
    return db.session.scalar(query) or 0
