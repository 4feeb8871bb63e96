"""What only boards ask: how the units beside one stand."""

from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from vneid_field.campaigns.models import Campaign
from vneid_field.extensions import db
from vneid_field.figures.models import Flow
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.models import Quota
from vneid_field.quotas.rules import percent
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind


def percents_beside(campaign: Campaign, unit: Unit, on: date) -> dict[int, Decimal | None]:
    """Return the cumulative activation percent of a unit and its siblings of the same kind.

    By unit id, of those that have a target; administrative units by where people live, teams by
    what they did, as on their parent's board. Only ranks are made of it: no scope.
    """
    activated = func.sum(Flow.activated_app + Flow.activated_web + Flow.activated_self)
    counted = Flow.counted_on.between(min(campaign.starts_on, on), on)
    # "0" follows "/": the subtree of a path is one range of the index.
    below = func.substr(Unit.path, 1, func.length(Unit.path) - 1) + "0"
    where = (
        Flow.performed_path == Unit.path
        if unit.kind is UnitKind.TEAM
        else (Flow.home_path >= Unit.path) & (Flow.home_path < below)
    )
    done = (
        select(func.coalesce(activated, 0))
        .where(Flow.campaign_id == campaign.id, where, counted)
        .correlate(Unit)
        .scalar_subquery()
    )
    query = (
        select(Unit.id, Quota.amount, done)
        .join(Quota, Quota.unit_id == Unit.id)
        .where(
            Unit.parent_id == unit.parent_id,
            Unit.kind == unit.kind,
            Unit.is_active.is_(True),
            Quota.campaign_id == campaign.id,
            Quota.is_current.is_(True),
            Quota.kind == QuotaKind.ACTIVATION,
            Quota.amount > 0,
        )
    )
    return {
        unit_id: percent(int(number), amount)
        for unit_id, amount, number in db.session.execute(query)
    }
