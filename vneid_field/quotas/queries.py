"""Reading targets."""

from collections.abc import Sequence

from sqlalchemy import and_, func, select

from vneid_field.campaigns.models import Campaign, CampaignBaseline
from vneid_field.core.access import Scope
from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.models import Quota, QuotaRevision
from vneid_field.quotas.rules import PlanInput
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind

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


def targets_of_children(
    scope: Scope, campaign_id: int, parent: Unit, kinds: Sequence[UnitKind]
) -> dict[int, Targets]:
    """Return the current targets of a parent's children of these kinds."""
    query = (
        select(Quota.unit_id, Quota.kind, Quota.amount)
        .join(Unit, Unit.id == Quota.unit_id)
        .where(
            Quota.campaign_id == campaign_id,
            Quota.is_current.is_(True),
            Unit.parent_id == parent.id,
            Unit.kind.in_(kinds),
            within(Quota.unit_path, scope.paths),
        )
    )
    found: dict[int, Targets] = {}
    for unit_id, kind, amount in db.session.execute(query):
        found.setdefault(unit_id, {})[kind] = amount
    return found


def list_revisions(campaign_id: int, parent_id: int) -> list[QuotaRevision]:
    """Return a parent's revisions, the newest first."""
    query = select(QuotaRevision).where(
        QuotaRevision.campaign_id == campaign_id, QuotaRevision.parent_unit_id == parent_id
    )
    return list(db.session.scalars(query.order_by(QuotaRevision.number.desc())))


def list_quotas_of_revision(revision_id: int) -> list[Quota]:
    """Return the targets one revision set."""
    query = select(Quota).where(Quota.revision_id == revision_id)
    return list(db.session.scalars(query.order_by(Quota.unit_path, Quota.kind)))


def _count_below(parent: Unit, kind: UnitKind, subtype: str = "") -> dict[str, int]:
    child = func.substr(Unit.path, 1, len(parent.path) + 7)
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
