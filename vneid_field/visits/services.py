"""Recording what was found at a door: append, fold, count, in one transaction (section 7)."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.orm.attributes import set_committed_value

from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict, NotFound
from vneid_field.extensions import db
from vneid_field.figures.rules import difference
from vneid_field.figures.services import HOLDER, HOME, StockChange, add_stocks, apply_flows, moved
from vneid_field.figures.stocks import ANSWERED, bucket_of
from vneid_field.lists.kinds import HandOverState
from vneid_field.lists.models import ListItem
from vneid_field.lists.services import touch_item
from vneid_field.people.changes import tell_changed
from vneid_field.people.models import Citizen
from vneid_field.people.queries import lock_citizens
from vneid_field.people.rules import phone_error
from vneid_field.units.models import Unit
from vneid_field.visits import late, queries
from vneid_field.visits.given import Recorded, UndoUnconfirmed, VisitInput, VisitRefused
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.models import GuideTick, VisitEvent, WalkStart
from vneid_field.visits.phones import keep_field_phone
from vneid_field.visits.repeats import answer_repeat, find_own_event
from vneid_field.visits.rules import (
    GUIDE_STEPS,
    NOTE_LIMIT,
    Fold,
    Times,
    VisitInvalid,
    claim_columns,
    classify_times,
    contributions,
    fold,
    validate,
)


def _times(given: VisitInput, item: ListItem) -> Times:
    return classify_times(
        device_at=given.device_at,
        device_sent_at=given.device_sent_at,
        received_at=clock.now(),
        not_before=item.hand_over.received_at or item.opened_at,
    )


def _check(given: VisitInput, campaign: Campaign, happened_at: datetime) -> None:
    """Check against the moment at the door: an offline result may arrive after its appointment."""
    if given.undoes is not None:
        if len(given.note) > NOTE_LIMIT:
            raise VisitRefused(f"Ghi chú dài quá {NOTE_LIMIT} ký tự, hãy rút gọn.", "note")
        return
    try:
        validate(
            outcome=given.outcome,
            sub_reason=given.sub_reason,
            next_visit_at=given.next_visit_at,
            note=given.note,
            new_phone=given.new_phone,
            now=happened_at,
            ends_on=campaign.ends_on,
            phone_error=phone_error,
        )
    except VisitInvalid as error:
        raise VisitRefused(str(error), error.field) from error


def _performing_unit(actor: Actor, item: ListItem) -> int:
    """The unit that did it: the actor's team, or the holder when police type in a paper."""
    return actor.unit.unit_id if actor.is_field else item.holder_unit_id


def record_visit(
    *,
    actor: Actor,
    campaign: Campaign,
    citizen_id: int,
    given: VisitInput,
    performed_by: int | None = None,
) -> Recorded:
    """Append one result, fold it, and move counters and stocks by the difference.

    The same UUID and body again gives the same success, also after the list was taken back;
    another body raises Conflict (409). What happened before the person left the list counts when
    it arrives after it (`late`). `performed_by` names who did it when somebody else types it in.
    Raises NoResultFound outside the actor's scope, DomainError when a rule of section 7 is broken.
    """
    try:
        citizen, item = queries.get_visitable(actor.scope, campaign.id, citizen_id, to_write=True)
    except NoResultFound:
        recorded = _record_off_list(actor, campaign, citizen_id, given)
        if recorded is None:
            raise
        return recorded
    events, repeat = queries.list_events_and_namesake(citizen.id, campaign.id, given.uuid)
    if repeat is not None:
        return answer_repeat(actor, given, citizen.id, repeat, events)
    if item.hand_over.state is HandOverState.SENT:
        raise Conflict("Danh sách này chưa được tổ trưởng bấm nhận, chưa ghi kết quả được.")
    times = _times(given, item)
    _check(given, campaign, times.happened_at)
    _check_undo(actor, given, events)
    performer = performed_by if given.is_typed_in else actor.user_id
    event = append_event(
        actor, campaign, citizen, given, times, _performing_unit(actor, item), performer
    )
    folded = refold(campaign.id, citizen, item, events, event)
    _audit(actor, event)
    db.session.flush()
    return Recorded(event, folded, [*events, event], other_team_id=_other_team(folded, event))


def _record_off_list(
    actor: Actor, campaign: Campaign, citizen_id: int, given: VisitInput
) -> Recorded | None:
    """Answer a repeat, or record what happened while the actor's unit held the person.

    None when neither: the person is nobody's business of theirs.
    """
    if sent := find_own_event(actor, campaign.id, given.uuid):
        return answer_repeat(actor, given, citizen_id, sent, is_off_list=True)
    found = late.get_left(actor, campaign.id, citizen_id)
    if found is None:
        return None
    citizen, left, item = found
    events, repeat = queries.list_events_and_namesake(citizen.id, campaign.id, given.uuid)
    if repeat is not None:
        return answer_repeat(actor, given, citizen.id, repeat, events, is_off_list=True)
    times = late.late_times(given, left)
    _check(given, campaign, times.happened_at)
    _check_undo(actor, given, events)
    event = append_event(actor, campaign, citizen, given, times, left.holder_unit_id, actor.user_id)
    folded = refold(campaign.id, citizen, item, events, event)
    _audit(actor, event, is_off_list=True)
    db.session.flush()
    other = _other_team(folded, event)
    return Recorded(event, folded, [*events, event], is_off_list=True, other_team_id=other)


def _check_undo(actor: Actor, given: VisitInput, events: list[VisitEvent]) -> None:
    if given.undoes is None:
        return
    target = next((event for event in events if event.uuid == given.undoes), None)
    if target is None or target.outcome is None:
        raise NotFound("Không tìm thấy kết quả cần hoàn tác.")
    if target.performed_by_unit_id != actor.unit.unit_id:
        raise Conflict("Kết quả này do tổ khác ghi, chỉ tổ đó hoàn tác được.")
    if target.counted_on != clock.today() and not given.is_confirmed:
        raise UndoUnconfirmed("Hãy đọc những gì sẽ thay đổi rồi mới hoàn tác.")


def append_event(
    actor: Actor,
    campaign: Campaign,
    citizen: Citizen,
    given: VisitInput,
    times: Times,
    performed_by_unit_id: int,
    performed_by: int | None,
    *,
    recorded_by: int | None = None,
) -> VisitEvent:
    """Add one event, recorded by the actor unless somebody else is named.

    Raises Conflict when its UUID came for somebody else in this moment.
    """
    event = VisitEvent(
        uuid=given.uuid,
        body_digest=given.digest,
        campaign_id=campaign.id,
        citizen_id=citizen.id,
        household_id=citizen.household_id,
        home_unit_id=citizen.unit_id,
        performed_by_unit_id=performed_by_unit_id,
        performed_by=performed_by,
        recorded_by=recorded_by or actor.user_id,
        device_at=given.device_at,
        device_sent_at=given.device_sent_at,
        received_at=clock.now(),
        skew_s=times.skew_s,
        happened_at=times.happened_at,
        counted_on=times.counted_on,
        outcome=given.outcome,
        sub_reason=given.sub_reason,
        note=given.note,
        next_visit_at=given.next_visit_at,
        new_phone=given.new_phone,
        undoes_uuid=given.undoes,
        is_typed_in=given.is_typed_in,
    )
    db.session.add(event)
    try:
        db.session.flush()
    except IntegrityError as error:
        # The same UUID arrived for another person in this very moment: the first one stands.
        raise Conflict("Kết quả này đang được ghi. Hãy tải lại phiếu để xem.") from error
    if citizen.refuted_until is None:  # else read when the fold asks: it may arrive late
        set_committed_value(event, "refuted_at", None)
    return event


def refold(
    campaign_id: int,
    citizen: Citizen,
    item: ListItem | None,
    events: list[VisitEvent],
    event: VisitEvent,
) -> Fold:
    """Let status, counters, stocks and the open list item follow an event just added to `events`.

    The caller has locked the citizen; without an item nobody holds them now.
    """
    before = [queries.fact_of(known) for known in events]
    after = [*before, queries.fact_of(event)]
    places = [(HOME, citizen.unit_id, citizen.unit_path)]
    if item is not None:
        holder = db.session.get_one(Unit, item.holder_unit_id)
        places.append((HOLDER, holder.id, holder.path))
    apply_flows(
        campaign_id,
        difference(contributions(before), contributions(after)),
        {unit_id: path for _basis, unit_id, path in places},
    )
    folded = fold(after)
    old_bucket = bucket_of(citizen.application_state, citizen.visit_status)
    _set_status(citizen, folded, [*events, event])
    new_bucket = bucket_of(citizen.application_state, citizen.visit_status)
    changes = moved(old_bucket, new_bucket)
    add_stocks(campaign_id, [StockChange(*place, changes) for place in places])
    if item is not None:
        touch_item(item, is_done=new_bucket in ANSWERED, at=event.happened_at)
    keep_field_phone(citizen, [*events, event], event)
    # Who was never called absent has no case to follow; telling costs every door a statement.
    if any(known.outcome is Outcome.ABSENT for known in [*events, event]):
        tell_changed(campaign_id, [citizen.id])
    return folded


def _set_status(citizen: Citizen, folded: Fold, events: list[VisitEvent]) -> None:
    winner = folded.winner
    source = next((e for e in events if winner is not None and e.uuid == winner.uuid), None)
    citizen.visit_status = folded.status.value if folded.status else None
    citizen.visit_status_at = winner.happened_at if winner else None
    citizen.visit_attempts = folded.attempts
    citizen.next_visit_at = source.next_visit_at if source else None
    newest_at = max(event.received_at for event in events)
    for name, value in claim_columns(folded, newest_at).items():
        setattr(citizen, name, value)
    citizen.updated_at = clock.now()


def _audit(actor: Actor, event: VisitEvent, *, is_off_list: bool = False) -> None:
    if event.outcome is None:
        record(
            "visit.undone",
            actor=actor,
            subject_kind="visit",
            subject_id=event.id,
            citizen_id=event.citizen_id,
            off_list=is_off_list,
        )
        return
    record(
        "visit.recorded",
        actor=actor,
        subject_kind="visit",
        subject_id=event.id,
        outcome=event.outcome.value,
        citizen_id=event.citizen_id,
        typed_in=event.is_typed_in,
        off_list=is_off_list,
    )


def _other_team(folded: Fold, event: VisitEvent) -> int | None:
    """Name the other team when its result stands and this one came second."""
    winner = folded.winner
    if winner is None or winner.performed_by_unit_id == event.performed_by_unit_id:
        return None
    return winner.performed_by_unit_id


def mark_household(
    *,
    actor: Actor,
    campaign: Campaign,
    inputs: dict[int, VisitInput],
) -> list[Recorded]:
    """Record one result for the members of a household without a final one (citizen id → input).

    Used by "Chưa gặp ai" and "Cả nhà vắng mặt"; each member has a UUID of its own. Raises Conflict
    when nobody is left to mark.
    """
    if not inputs:
        raise Conflict("Mọi người trong hộ đã có kết quả hôm nay, không ghi đè cả hộ.")
    recorded = []
    lock_citizens(inputs)  # all at once: one after the other would wait crosswise with a take-back
    for citizen_id, given in sorted(inputs.items()):
        recorded.append(
            record_visit(actor=actor, campaign=campaign, citizen_id=citizen_id, given=given)
        )
    if fresh := [one.event for one in recorded if not one.is_repeat]:
        record(
            "visit.household_marked",
            actor=actor,
            subject_kind="household",
            subject_id=fresh[0].household_id,
            outcome=str(fresh[0].outcome),
            count=len(fresh),
        )
    return recorded


def tick_step(
    *, actor: Actor, campaign: Campaign, citizen_id: int, step: str, is_done: bool
) -> None:
    """Tick or untick a step of the guide for a person; a colleague can continue."""
    if step not in GUIDE_STEPS:
        raise NotFound
    citizen, _item = queries.get_visitable(actor.scope, campaign.id, citizen_id)
    tick = queries.find_tick(citizen.id, campaign.id, step)
    if is_done and tick is None:
        tick = GuideTick(
            campaign_id=campaign.id,
            citizen_id=citizen.id,
            step=step,
            ticked_at=clock.now(),
            ticked_by=actor.user_id,
        )
        _add_unless_there(tick)
    elif not is_done and tick is not None:
        db.session.execute(delete(GuideTick).where(GuideTick.id == tick.id))
    db.session.flush()


def start_here(*, actor: Actor, household_id: int | None) -> None:
    """Let a person's walk begin at this household; the caller has checked that they hold it.

    None forgets it: the walk begins at the first household again.
    """
    if household_id is None:
        db.session.execute(delete(WalkStart).where(WalkStart.user_id == actor.user_id))
        return
    row = db.session.get(WalkStart, actor.user_id)
    if row is None:
        new = WalkStart(user_id=actor.user_id, household_id=household_id, set_at=clock.now())
        if _add_unless_there(new):
            return
        row = db.session.get_one(WalkStart, actor.user_id)
    row.household_id, row.set_at = household_id, clock.now()
    db.session.flush()


def _add_unless_there(row: GuideTick | WalkStart) -> bool:
    """Add a row; False when its like was stored in this very moment (a double tap, a colleague)."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return False
    return True
