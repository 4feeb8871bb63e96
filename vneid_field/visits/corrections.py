"""Commune police take a team's wrong result back: an undo with a reason (section 8)."""

from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.lists.hand_over_queries import find_holder
from vneid_field.lists.kinds import Purpose
from vneid_field.people.queries import get_citizen, lock_citizens
from vneid_field.visits.checklist import UndoPlan, undo_plan
from vneid_field.visits.given import Recorded, VisitInput
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.queries import fact_of, list_events, list_events_and_namesake
from vneid_field.visits.repeats import answer_repeat
from vneid_field.visits.rules import classify_times, valid_events
from vneid_field.visits.services import append_event, refold

REASON_LIMIT = 150  # the sentence the team reads around it has to fit a remark


def plan_correction(actor: Actor, campaign: Campaign, citizen_id: int, uuid: str) -> UndoPlan:
    """Return what taking a result of somebody of the scope back would change.

    Raises NoResultFound outside the scope, NotFound when there is nothing to take back.
    """
    citizen = get_citizen(actor.scope, citizen_id)
    return undo_plan(citizen, list_events([citizen.id], campaign.id)[citizen.id], uuid)


def undo_result(
    *, actor: Actor, campaign: Campaign, citizen_id: int, given: VisitInput
) -> tuple[Recorded, VisitEvent]:
    """Take a team's result back for the police unit that acts; returns the undo and what it undid.

    `given.undoes` names the result, `given.note` the reason. Whoever holds the person now, or
    nobody: a wrong result is wrong all the same. Figures follow by the difference. The same UUID
    and body again is the same success. Raises NoResultFound outside the scope, NotFound for an
    unknown result, DomainError without a reason, Conflict when it was taken back already.
    """
    get_citizen(actor.scope, citizen_id)
    (citizen,) = lock_citizens([citizen_id])
    events, repeat = list_events_and_namesake(citizen.id, campaign.id, given.uuid)
    target = next((one for one in events if one.uuid == given.undoes and one.outcome), None)
    if target is None:
        raise NotFound("Không tìm thấy kết quả cần hoàn tác.")
    if repeat is not None:
        return answer_repeat(actor, given, citizen.id, repeat, events), target
    if not given.note:
        raise DomainError("Hãy ghi lý do hoàn tác, để tổ biết sai ở đâu.")
    if len(given.note) > REASON_LIMIT:
        raise DomainError(f"Lý do dài quá {REASON_LIMIT} ký tự, hãy rút gọn.")
    if target.uuid not in {fact.uuid for fact in valid_events(map(fact_of, events))}:
        raise Conflict("Kết quả này vừa được hoàn tác. Hãy tải lại trang.")
    now = clock.now()
    times = classify_times(device_at=None, device_sent_at=None, received_at=now, not_before=now)
    unit_id = actor.unit.unit_id
    event = append_event(actor, campaign, citizen, given, times, unit_id, actor.user_id)
    item = find_holder(campaign.id, citizen.id, Purpose.ACTIVATE)
    folded = refold(campaign.id, citizen, item, events, event)
    record(
        "visit.corrected",
        actor=actor,
        subject_kind="visit",
        subject_id=target.id,
        citizen_id=citizen.id,
        team_id=target.performed_by_unit_id,
    )
    return Recorded(event, folded, [*events, event]), target
