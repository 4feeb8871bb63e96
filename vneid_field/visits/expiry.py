"""Whom a team did not touch for so many days waits for a hand-over again: a setting, off by default
(domain.md section 6).
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select

from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.queries import current_campaign
from vneid_field.campaigns.rules import expiry_days
from vneid_field.core import clock
from vneid_field.core.errors import NotFound
from vneid_field.extensions import db
from vneid_field.jobs.services import nightly
from vneid_field.lists.kinds import HandOverState, ItemState, Purpose
from vneid_field.lists.models import HandOver, ListItem
from vneid_field.lists.services import expire
from vneid_field.visits.models import GuideTick, VisitEvent


def expire_untouched(campaign: Campaign) -> int:
    """Return what teams did not touch in time to its commune; returns how many people.

    Touched: a result, whoever sent it and even if it was taken back, or a tick of the guide, since
    the person came on the list. The time runs from the team's receipt, from the hand-over when
    nobody received it.
    """
    days = expiry_days(campaign)
    if days is None:
        return 0
    before = clock.now() - timedelta(days=days)
    lists = db.session.scalars(
        select(HandOver)
        .where(
            HandOver.campaign_id == campaign.id,
            HandOver.purpose == Purpose.ACTIVATE,
            _is_old(before),
            HandOver.id.in_(select(ListItem.hand_over_id).where(_untouched(campaign.id))),
        )
        .order_by(HandOver.id)
    )
    return sum(expire(given=given, days=days, which=_untouched(campaign.id)) for given in lists)


def _is_old(before: datetime) -> ColumnElement[bool]:
    return or_(
        and_(HandOver.state == HandOverState.RECEIVED, HandOver.received_at < before),
        and_(HandOver.state == HandOverState.SENT, HandOver.sent_at < before),
    )


def _untouched(campaign_id: int) -> ColumnElement[bool]:
    visited = exists().where(
        VisitEvent.citizen_id == ListItem.citizen_id,
        VisitEvent.campaign_id == campaign_id,
        VisitEvent.received_at >= ListItem.opened_at,
    )
    ticked = exists().where(
        GuideTick.citizen_id == ListItem.citizen_id,
        GuideTick.campaign_id == campaign_id,
        GuideTick.ticked_at >= ListItem.opened_at,
    )
    return and_(
        ListItem.campaign_id == campaign_id,
        ListItem.purpose == Purpose.ACTIVATE,
        ListItem.state == ItemState.OPEN,
        ListItem.done_at.is_(None),
        ~visited,
        ~ticked,
    )


@nightly
def expire_lists() -> None:
    """Let the current campaign's lists expire, when its setting says so."""
    try:
        campaign = current_campaign()
    except NotFound:
        return  # no campaign yet
    expire_untouched(campaign)
