"""What a day brought at collection points: two statements for any number of them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from vneid_field.collection.kinds import CouldNot, EventKind, InvitationEnd
from vneid_field.collection.models import CollectionEvent, Invitation
from vneid_field.extensions import db

# Whoever was asked back or asked for another day is not on this day's list any more.
OFF_THE_LIST = (InvitationEnd.WITHDRAWN, InvitationEnd.OTHER_DAY)


@dataclass
class DayCounts:
    """A point's day, in people."""

    invited: int = 0
    came: int = 0
    collected: int = 0
    walk_ins: int = 0  # who came without an invitation
    could_not: dict[CouldNot, int] = field(default_factory=dict)


def count_days(campaign_id: int, point_ids: Collection[int], on: date) -> dict[int, DayCounts]:
    """Return each point's day; the last event of a person that nobody undid counts.

    Points come from the caller's scope.
    """
    found = {point_id: DayCounts() for point_id in point_ids}
    for point_id, count in _invited(campaign_id, point_ids, on):
        found[point_id].invited = count
    for point_id, kind, reason, is_walk_in, count in _came(campaign_id, point_ids, on):
        day = found[point_id]
        day.came += count
        day.walk_ins += count if is_walk_in else 0
        if kind is EventKind.COLLECTED:
            day.collected += count
        elif kind is EventKind.COULD_NOT:
            why = reason or CouldNot.OTHER
            day.could_not[why] = day.could_not.get(why, 0) + count
    return found


def _invited(campaign_id: int, point_ids: Collection[int], on: date) -> list[tuple[int, int]]:
    query = (
        select(Invitation.point_id, func.count(Invitation.citizen_id.distinct()))
        .where(
            Invitation.campaign_id == campaign_id,
            Invitation.point_id.in_(point_ids),
            Invitation.on_day == on,
            or_(Invitation.ended_as.is_(None), Invitation.ended_as.not_in(OFF_THE_LIST)),
        )
        .group_by(Invitation.point_id)
    )
    return [(point_id, count) for point_id, count in db.session.execute(query)]


def _came(
    campaign_id: int, point_ids: Collection[int], on: date
) -> list[tuple[int, EventKind, CouldNot | None, bool, int]]:
    """Count people by how their last standing event says the day ended for them."""
    undo = aliased(CollectionEvent)
    is_undone = exists().where(
        and_(undo.undoes_uuid == CollectionEvent.uuid, undo.kind == EventKind.UNDO)
    )
    # A phone without a network sends late: the hour it happened decides, not the arrival.
    order = (CollectionEvent.happened_at.desc(), CollectionEvent.id.desc())
    turn = func.row_number().over(
        partition_by=(CollectionEvent.point_id, CollectionEvent.citizen_id), order_by=order
    )
    standing = (
        select(
            CollectionEvent.point_id,
            CollectionEvent.kind,
            CollectionEvent.reason,
            CollectionEvent.invitation_id.is_(None).label("is_walk_in"),
            turn.label("turn"),
        )
        .where(
            CollectionEvent.campaign_id == campaign_id,
            CollectionEvent.point_id.in_(point_ids),
            CollectionEvent.counted_on == on,
            CollectionEvent.kind != EventKind.UNDO,
            ~is_undone,
        )
        .subquery()
    )
    keys = (standing.c.point_id, standing.c.kind, standing.c.reason, standing.c.is_walk_in)
    query = select(*keys, func.count()).where(standing.c.turn == 1).group_by(*keys)
    return [
        (point_id, kind, reason, bool(is_walk_in), count)
        for point_id, kind, reason, is_walk_in, count in db.session.execute(query)
    ]
