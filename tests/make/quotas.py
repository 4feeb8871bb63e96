"""Targets of units, without the splits above them."""

from datetime import date

from sqlalchemy import func, select

from vneid_field.core import clock
from vneid_field.extensions import db
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.models import Quota, QuotaRevision
from vneid_field.units.models import Unit


def make_quota(unit: Unit, amount: int, kind: QuotaKind = QuotaKind.ACTIVATION) -> Quota:
    """Return a stored current target of a unit for the whole drive."""
    number = select(func.max(QuotaRevision.number)).where(
        QuotaRevision.parent_unit_id == unit.parent_id
    )
    revision = QuotaRevision(
        campaign_id=1,
        parent_unit_id=unit.parent_id,
        number=(db.session.scalar(number) or 0) + 1,
        effective_on=date(2023, 6, 15),
        reason="test",
        made_at=clock.now(),
    )
    db.session.add(revision)
    db.session.flush()
    quota = Quota(
        campaign_id=1,
        revision_id=revision.id,
        unit_id=unit.id,
        unit_path=unit.path,
        kind=kind,
        amount=amount,
    )
    db.session.add(quota)
    db.session.flush()
    return quota
