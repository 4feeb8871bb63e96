"""A support team's work by phone and web: tries, results, and what becomes of the case."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from vneid_field.absences import queries
from vneid_field.absences.following import close
from vneid_field.absences.kinds import CloseReason, ContactOutcome, Stage
from vneid_field.absences.labels import ACTIVATIONS, REACHED
from vneid_field.absences.models import AbsenceContact
from vneid_field.absences.queries import CaseLine
from vneid_field.absences.rules import NOTE_LIMIT, PLACE_LIMIT
from vneid_field.absences.services import (
    MOVED,
    check_close,
    give_back,
    lock_cases,
    offer_elsewhere,
)
from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict, DomainError
from vneid_field.extensions import db
from vneid_field.lists.hand_over_queries import find_holder
from vneid_field.lists.kinds import Purpose
from vneid_field.people.models import Citizen
from vneid_field.people.rules import phone_error
from vneid_field.visits.given import VisitInput, VisitRefused
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.queries import list_events
from vneid_field.visits.rules import VisitInvalid, classify_times, validate
from vneid_field.visits.services import append_event, refold

RESULTS = frozenset((*ACTIVATIONS, *REACHED))
TRIED = frozenset({ContactOutcome.NO_ANSWER, ContactOutcome.WRONG_NUMBER})
ENDS = {
    ContactOutcome.OUTSIDE: CloseReason.OUTSIDE,
    ContactOutcome.UNREACHABLE: CloseReason.UNREACHABLE,
}

SAID_OTHERWISE = "Lần bấm này đã được lưu với nội dung khác. Hãy mở lại trang rồi ghi."


@dataclass(frozen=True)
class ContactInput:
    """What is sent for one contact. `result` with RESULT; the rest as its outcome needs it."""

    uuid: str
    outcome: ContactOutcome
    result: Outcome | None = None
    note: str = ""
    call_again_at: datetime | None = None
    back_on: date | None = None
    unit_id: int | None = None
    place: str = ""
    new_phone: str | None = None


def record_contact(
    *, actor: Actor, campaign: Campaign, case_id: int, given: ContactInput
) -> AbsenceContact:
    """Add a contact and let the case go where its outcome leads.

    A result is a visit of the unit that works the case, so the figures credit it there and the
    home team reads it; an activation closes the case (following.py). The same UUID again is the
    same success. Raises NotFound outside the scope, Conflict when the unit has the case no more
    or the UUID came with another contact, DomainError for what is incomplete.
    """
    if (known := _repeated(actor, case_id, given)) is not None:
        return known
    line = lock_cases(actor, campaign, [case_id])[0]
    # Once more: a second tap waited for the first.
    if (known := _repeated(actor, case_id, given)) is not None:
        return known
    _check(actor, line, given)
    if line.hop.received_at is None:
        line.hop.received_at, line.hop.received_by = clock.now(), actor.user_id
    contact = AbsenceContact(
        uuid=given.uuid,
        case_id=case_id,
        unit_id=line.holder.id,
        at=clock.now(),
        by=actor.user_id,
        outcome=given.outcome,
        call_again_at=given.call_again_at,
        note=given.note[:NOTE_LIMIT],
    )
    try:
        with db.session.begin_nested():
            db.session.add(contact)
    except IntegrityError as error:  # the same UUID on another person's case, at once
        raise Conflict(SAID_OTHERWISE) from error
    record(
        "absence.contacted",
        actor=actor,
        subject_kind="absence_case",
        subject_id=case_id,
        contact=given.outcome.value,
    )
    if given.outcome in TRIED:
        line.case.tries += 1
    _carry_out(actor, campaign, line, contact, given)
    db.session.flush()
    return contact


def _repeated(actor: Actor, case_id: int, given: ContactInput) -> AbsenceContact | None:
    """Return what an earlier tap of the same form stored, None for a first one."""
    known = queries.find_contact(given.uuid)
    if known is None:
        return None
    event = db.session.get(VisitEvent, known.event_id) if known.event_id else None
    stored = (known.case_id, known.by, known.outcome, event and event.outcome, known.note)
    sent = (case_id, actor.user_id, given.outcome, given.result, given.note[:NOTE_LIMIT])
    if stored != sent:
        raise Conflict(SAID_OTHERWISE)
    return known


def _check(actor: Actor, line: CaseLine, given: ContactInput) -> None:
    if line.holder.id != actor.unit.unit_id or line.hop.stage is not Stage.WORK:
        raise Conflict(MOVED)
    if len(given.note) > NOTE_LIMIT:
        raise DomainError(f"Ghi chú dài quá {NOTE_LIMIT} ký tự, hãy rút gọn.")
    if given.outcome is ContactOutcome.CALL_AGAIN:
        at = given.call_again_at
        if at is None or at <= clock.now():
            raise DomainError("Hãy chọn ngày, giờ gọi lại, sau lúc này.")
    if given.outcome is ContactOutcome.RESULT and given.result not in RESULTS:
        raise DomainError("Hãy chọn kết quả.")


def _carry_out(
    actor: Actor,
    campaign: Campaign,
    line: CaseLine,
    contact: AbsenceContact,
    given: ContactInput,
) -> None:
    ids = [line.case.id]
    match given.outcome:
        case ContactOutcome.RESULT:
            event = _record_result(actor, campaign, line, given)
            contact.event_id = event.id
            if line.case.closed_at is None and line.hop.left_at is None:
                # Reached, with a reason: the figures have it, the home team goes on.
                close(actor=actor, case=line.case, hop=line.hop, reason=CloseReason.MET)
        case ContactOutcome.BACK_ON:
            give_back(
                actor=actor,
                campaign=campaign,
                case_ids=ids,
                back_on=given.back_on,
                note=given.note,
            )
        case ContactOutcome.ELSEWHERE:
            offer_elsewhere(
                actor=actor,
                campaign=campaign,
                case_ids=ids,
                unit_id=given.unit_id or 0,
                note=given.note or given.place,
            )
        case ContactOutcome.OUTSIDE | ContactOutcome.UNREACHABLE:
            reason = ENDS[given.outcome]
            check_close(campaign, line, reason, given.place)
            place = given.place.strip()[:PLACE_LIMIT]
            close(actor=actor, case=line.case, hop=line.hop, reason=reason, place=place)


def _record_result(
    actor: Actor, campaign: Campaign, line: CaseLine, given: ContactInput
) -> VisitEvent:
    """Append the visit that a call or the web brought about, and fold it with the others."""
    visit = VisitInput(
        uuid=given.uuid, outcome=given.result, note=given.note, new_phone=given.new_phone
    )
    now = clock.now()
    try:
        validate(
            outcome=visit.outcome,
            sub_reason=None,
            next_visit_at=None,
            note=visit.note,
            new_phone=visit.new_phone,
            now=now,
            ends_on=campaign.ends_on,
            phone_error=phone_error,
        )
    except VisitInvalid as error:
        raise VisitRefused(str(error), error.field) from error
    citizen = db.session.get_one(Citizen, line.citizen.id)
    times = classify_times(device_at=None, device_sent_at=None, received_at=now, not_before=now)
    events = list_events([citizen.id], campaign.id)[citizen.id]
    item = find_holder(campaign.id, citizen.id, Purpose.ACTIVATE)
    event = append_event(actor, campaign, citizen, visit, times, actor.unit.unit_id, actor.user_id)
    refold(campaign.id, citizen, item, events, event)
    record(
        "visit.recorded",
        actor=actor,
        subject_kind="visit",
        subject_id=event.id,
        outcome=str(event.outcome),
        citizen_id=event.citizen_id,
        typed_in=False,
        off_list=False,
    )
    return event
