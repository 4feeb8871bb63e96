"""A tap that arrives again: the same success whatever became of the list meanwhile (section 7)."""

from collections.abc import Iterable

from sqlalchemy import or_, select

from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict
from vneid_field.core.text import vn_day, vn_time
from vneid_field.extensions import db
from vneid_field.visits.given import Recorded, VisitInput
from vneid_field.visits.labels import say_outcome
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.queries import fact_of, list_events
from vneid_field.visits.rules import fold


def list_own_events(actor: Actor, campaign_id: int, uuids: Iterable[str]) -> list[VisitEvent]:
    """Return the events of these UUIDs that the actor, or their unit, recorded.

    Whoever guesses a UUID of others finds nothing: not even that it exists.
    """
    scope = actor.scope
    own = VisitEvent.recorded_by == actor.user_id
    if scope.holders and scope.only_assigned_to is None:
        own = or_(own, VisitEvent.performed_by_unit_id.in_(scope.holders))
    query = select(VisitEvent).where(
        VisitEvent.campaign_id == campaign_id, VisitEvent.uuid.in_(list(uuids)), own
    )
    return list(db.session.scalars(query))


def find_own_event(actor: Actor, campaign_id: int, uuid: str) -> VisitEvent | None:
    """Return the actor's own event of a UUID, or None."""
    return next(iter(list_own_events(actor, campaign_id, [uuid])), None)


def answer_repeat(
    actor: Actor,
    given: VisitInput,
    citizen_id: int,
    event: VisitEvent,
    events: list[VisitEvent] | None = None,
    *,
    is_off_list: bool = False,
) -> Recorded:
    """Return the success of an event that was sent again; `events`: all of the person's.

    Raises Conflict when the UUID came with another body, naming both contents to those whose
    person or work it is.
    """
    if event.body_digest != given.digest or event.citizen_id != citizen_id:
        is_known = event.citizen_id == citizen_id or bool(
            list_own_events(actor, event.campaign_id, [event.uuid])
        )
        raise (
            _clash(given, event)
            if is_known
            else Conflict("Lần bấm này chưa được lưu. Hãy bấm lưu lại.")
        )
    if events is None:
        events = list_events([citizen_id], event.campaign_id)[citizen_id]
    folded = fold([fact_of(one) for one in events])
    return Recorded(event, folded, events, is_repeat=True, is_off_list=is_off_list)


def _clash(given: VisitInput, event: VisitEvent) -> Conflict:
    at = clock.to_local(event.received_at)
    return Conflict(
        "Lần bấm này đã được lưu với nội dung khác. Nếu nội dung mới mới đúng, hãy bấm lưu lại.",
        details={
            "Đã ghi": f"{say_outcome(event.outcome)}, {vn_time(at)} ngày {vn_day(at.date())}",
            "Vừa gửi": say_outcome(given.outcome),
        },
    )
