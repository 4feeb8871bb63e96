"""Call-backs: commune police phone people whom a team says it has activated."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.extensions import db
from vneid_field.people.models import Citizen
from vneid_field.review import queries
from vneid_field.review.days import communes_of
from vneid_field.review.kinds import CallResult
from vneid_field.review.labels import say_denied
from vneid_field.review.models import ReviewCall
from vneid_field.review.result_queries import find_claim
from vneid_field.review.services import refuse_own_work
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.queries import fact_of, list_events
from vneid_field.visits.rules import valid_events

NOTE_LIMIT = 300


@dataclass(frozen=True)
class CallInput:
    """What the form says."""

    uuid: str
    household_id: int
    team_id: int
    citizen_id: int
    result: CallResult | None
    note: str


def record_call(*, actor: Actor, campaign: Campaign, on: date, given: CallInput) -> ReviewCall:
    """Add an answer to a call-back; nothing is ever changed, a second call is a second row.

    The same form twice is the same success. Raises NotFound outside the scope, Conflict when no
    activation of that day stands or the work is the caller's own, DomainError without a result.
    """
    held = db.session.scalar(select(ReviewCall).where(ReviewCall.uuid == given.uuid))
    if held is not None:
        return _repeated(held, actor, given)
    checklist = queries.get_checklist(
        actor.scope, campaign.id, on, given.household_id, given.team_id
    )
    if checklist is None:
        raise NotFound("Phiếu này không thuộc địa bàn của bạn.")
    if given.result is None:
        raise DomainError("Hãy chọn kết quả cuộc gọi.")
    if len(given.note) > NOTE_LIMIT:
        raise DomainError(f"Ghi chú dài quá {NOTE_LIMIT} ký tự, hãy rút gọn.")
    claim = _claim(campaign, on, given)
    refuse_own_work(actor, campaign, on, checklist)
    path = checklist.household.unit_path
    call = ReviewCall(
        uuid=given.uuid,
        campaign_id=campaign.id,
        citizen_id=given.citizen_id,
        household_id=given.household_id,
        team_id=given.team_id,
        commune_id=next(cid for at, cid in communes_of(actor).items() if path.startswith(at)),
        counted_on=on,
        event_id=claim.id,
        result=given.result,
        note=given.note,
        at=clock.now(),
        by=actor.user_id,
    )
    _store(call)
    record(
        "review.called",
        actor=actor,
        subject_kind="citizen",
        subject_id=given.citizen_id,
        team_id=given.team_id,
        call_result=given.result.value,
    )
    db.session.flush()
    return call


def _repeated(held: ReviewCall, actor: Actor, given: CallInput) -> ReviewCall:
    same = (held.by, held.citizen_id, held.team_id, held.result, held.note) == (
        *(actor.user_id, given.citizen_id, given.team_id, given.result, given.note),
    )
    if not same:
        raise Conflict("Cuộc gọi này đã được ghi với nội dung khác. Hãy tải lại trang để xem.")
    return held


def _claim(campaign: Campaign, on: date, given: CallInput) -> VisitEvent:
    """The activation the call asks about."""
    events = list_events([given.citizen_id], campaign.id)[given.citizen_id]
    standing = {fact.uuid for fact in valid_events(map(fact_of, events))}
    own = [
        event
        for event in events
        if (event.household_id, event.performed_by_unit_id) == (given.household_id, given.team_id)
    ]
    claim = find_claim(own, {event.uuid for event in own} - standing, on)
    if claim is None:
        raise Conflict(
            "Người này không còn kết quả kích hoạt nào của phiếu, không có gì để gọi hỏi. Hãy tải "
            "lại trang."
        )
    return claim


def _store(call: ReviewCall) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(call)
    except IntegrityError as error:
        raise Conflict("Cuộc gọi này đang được ghi. Hãy tải lại trang để xem.") from error


def remark_after(call: ReviewCall) -> str:
    """Return the remark that a call suggests for returning the checklist; "" when it asks for
    nothing.
    """
    if call.result is not CallResult.DENIED:
        return ""
    born = db.session.get_one(Citizen, call.citizen_id).birth_on
    return say_denied(call.at, born.year if born else None)
