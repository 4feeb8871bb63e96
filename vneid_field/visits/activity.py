"""Who of a team is at work: what somebody has to know who takes its list away."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from vneid_field.accounts.models import User
from vneid_field.core import clock
from vneid_field.extensions import db
from vneid_field.visits.models import VisitEvent


@dataclass(frozen=True)
class AtWork:
    """Somebody whose phone sent results of a team today: how many, and the last one when."""

    name: str
    results: int
    last_at: datetime


def list_at_work(campaign_id: int, team_id: int) -> list[AtWork]:
    """Return whose results of a team (which the caller has opened) arrived today, the last first.

    Only a phone knows what it has not sent yet; whoever is at work may hold some. What was typed
    in from paper comes from no phone at the door.
    """
    start, _end = clock.day_bounds(clock.today())
    last_at = func.max(VisitEvent.received_at)
    query = (
        select(User.display_name, func.count(), last_at)
        .join(VisitEvent, VisitEvent.recorded_by == User.id)
        .where(
            VisitEvent.campaign_id == campaign_id,
            VisitEvent.performed_by_unit_id == team_id,
            VisitEvent.received_at >= start,
            VisitEvent.is_typed_in.is_(False),
        )
        .group_by(User.id, User.display_name)
        .order_by(last_at.desc(), User.id)
    )
    return [AtWork(*row) for row in db.session.execute(query)]
