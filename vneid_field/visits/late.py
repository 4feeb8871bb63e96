"""A result that reaches the server after its person left the team's list (ADR 020).

A phone without signal keeps what was found at the door; meanwhile a list may say "activated", or
commune police take the person back. What happened while the team held the person still counts.
"""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict
from vneid_field.core.text import vn_moment
from vneid_field.extensions import db
from vneid_field.lists.kinds import ItemState, Purpose
from vneid_field.lists.models import ListItem
from vneid_field.people.models import Citizen
from vneid_field.people.queries import lock_citizens
from vneid_field.visits.given import VisitInput
from vneid_field.visits.rules import Times, classify_times

LATE_HOURS = 48  # lists leave a phone after the day or on logout (section 15)


def list_left(actor: Actor, campaign_id: int, citizen_ids: Collection[int]) -> list[ListItem]:
    """Return the newest ended item of each citizen whom the actor's unit once received and held.

    A volunteer who works only an own part finds what was assigned to them. Police hold no list:
    they find none.
    """
    scope = actor.scope
    query = (
        select(ListItem)
        .where(
            ListItem.campaign_id == campaign_id,
            ListItem.citizen_id.in_(citizen_ids),
            ListItem.purpose == Purpose.ACTIVATE,
            ListItem.state != ItemState.OPEN,
            ListItem.holder_unit_id.in_(scope.holders),
        )
        .options(joinedload(ListItem.hand_over))
        .order_by(ListItem.ended_at, ListItem.id)
    )
    if scope.only_assigned_to is not None:
        query = query.where(ListItem.assigned_to == scope.only_assigned_to)
    newest = {item.citizen_id: item for item in db.session.scalars(query)}
    return [item for item in newest.values() if item.hand_over.received_at is not None]


def get_left(
    actor: Actor, campaign_id: int, citizen_id: int
) -> tuple[Citizen, ListItem, ListItem | None] | None:
    """Lock a citizen who left the actor's list; return them, that item, and the open item if any.

    The open item is another unit's by now: its state follows what is found out late. None when
    the actor's unit never held the citizen.
    """
    if not actor.scope.holders:
        return None
    lock_citizens([citizen_id])
    left = next(iter(list_left(actor, campaign_id, [citizen_id])), None)
    if left is None:
        return None
    is_open = select(ListItem).where(
        ListItem.campaign_id == campaign_id,
        ListItem.citizen_id == citizen_id,
        ListItem.purpose == Purpose.ACTIVATE,
        ListItem.state == ItemState.OPEN,
    )
    return db.session.get_one(Citizen, citizen_id), left, db.session.scalar(is_open)


def late_times(given: VisitInput, left: ListItem) -> Times:
    """Return the times of a result that arrives after `left` ended.

    Raises Conflict, saying since when the person is gone, when it did not happen before that or
    comes more than LATE_HOURS after it.
    """
    now, ended_at = clock.now(), left.ended_at or left.opened_at
    times = classify_times(
        device_at=given.device_at,
        device_sent_at=given.device_sent_at,
        received_at=now,
        not_before=left.hand_over.received_at or left.opened_at,
    )
    since = f"Người này đã rời danh sách của tổ từ {vn_moment(ended_at)}"
    if times.happened_at >= ended_at:
        raise Conflict(f"{since}, nên kết quả ghi sau lúc đó không được tính.")
    if now > ended_at + timedelta(hours=LATE_HOURS):
        raise Conflict(
            f"{since}; kết quả gửi muộn quá {LATE_HOURS} giờ không được tính. Hãy báo công an xã."
        )
    return times


def is_in_time(given: VisitInput, left: ListItem) -> bool:
    """Say whether a result that arrives after `left` ended still counts."""
    try:
        late_times(given, left)
    except Conflict:
        return False
    return True
