"""Campaigns whose chain differs from the plan's."""

from sqlalchemy import delete, select

from vneid_field.campaigns.models import ReportRule
from vneid_field.extensions import db
from vneid_field.reporting.models import Obligation
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind


def silence_districts(world) -> None:
    """Let districts report nothing, so that the city reads the communes' reports."""
    districts = select(Unit.id).where(Unit.kind == UnitKind.DISTRICT)
    db.session.execute(delete(Obligation).where(Obligation.unit_id.in_(districts)))
    rules = ReportRule.campaign_id == world.campaign.id
    db.session.execute(delete(ReportRule).where(rules, ReportRule.unit_kind == UnitKind.DISTRICT))
    db.session.flush()
