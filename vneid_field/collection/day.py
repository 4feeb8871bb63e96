"""What happens at a point: check-in, collected, could not, undo (III.3; ADR 021)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.collection import day_queries as queries
from vneid_field.collection import invitation_queries, invitations
from vneid_field.collection.kinds import CouldNot, EventKind
from vneid_field.collection.models import CollectionEvent, Invitation
from vneid_field.collection.rules import ENDS, INVITABLE, contributions, last_of
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict, NotFound, WrongField
from vneid_field.extensions import db
from vneid_field.figures.rules import difference
from vneid_field.figures.services import apply_flows
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Citizen
from vneid_field.people.queries import lock_citizens
from vneid_field.people.services import advance, change_state
from vneid_field.units.models import Unit
from vneid_field.visits.rules import Times, body_digest, classify_times

NOTE_LIMIT = 200


@dataclass(frozen=True)
class DayInput:
    """What a phone sends about one person; `undoes` names the event that an undo takes back."""

    uuid: str
    kind: EventKind
    reason: CouldNot | None = None
    note: str = ""
    undoes: str | None = None
    device_at: datetime | None = None
    device_sent_at: datetime | None = None

    @property
    def digest(self) -> str:
        """Digest of the body without the times of sending, which differ between repeats."""
        return body_digest(
            {"kind": self.kind, "reason": self.reason, "note": self.note, "undoes": self.undoes}
        )


@dataclass(frozen=True)
class Done:
    """The event now stored, and whether it had been stored before."""

    event: CollectionEvent
    is_repeat: bool = False


def record_event(
    *,
    actor: Actor,
    campaign: Campaign,
    point: Unit,
    citizen_id: int,
    given: DayInput,
    is_walk_in: bool = False,
) -> Done:
    """Append what happened to one person at the actor's point; state and figures follow.

    The same UUID and body again is the same success; another body raises Conflict. `is_walk_in`:
    the officer has the person's card (the caller has checked the number). Raises NotFound for
    somebody who is neither invited nor seen there on that day, WrongField for an incomplete
    result, Conflict when the application is beyond collection.
    """
    people = lock_citizens([citizen_id])
    repeat = db.session.scalar(select(CollectionEvent).where(CollectionEvent.uuid == given.uuid))
    if repeat is not None:
        return _repeat(repeat, point, citizen_id, given)
    times = _times(campaign, given)
    _check(given)
    is_known = is_walk_in or queries.find_comer(
        actor.scope, campaign.id, point, times.counted_on, citizen_id
    )
    if not people or not is_known:
        raise NotFound("Người này không có trong danh sách mời của ngày. Hãy tìm theo số thẻ.")
    (citizen,) = people
    known = queries.list_events(campaign.id, [citizen.id])
    before = contributions([queries.fact_of(one) for one in known])
    invitation = _invitation_of(campaign, point, times, citizen)
    if given.kind is EventKind.UNDO:
        invitation = _check_undo(point, citizen, given, known)
    else:
        _check_next(point, citizen, given, known)
    event = _append(actor, campaign, point, citizen, given, times, invitation)
    _follow(actor, campaign, citizen, event, invitation, known)
    after = contributions([queries.fact_of(one) for one in [*known, event]])
    apply_flows(campaign.id, difference(before, after))
    _audit(actor, event)
    db.session.flush()
    return Done(event)


def _repeat(event: CollectionEvent, point: Unit, citizen_id: int, given: DayInput) -> Done:
    is_own = event.point_id == point.id and event.citizen_id == citizen_id
    if is_own and event.body_digest == given.digest:
        return Done(event, is_repeat=True)
    raise Conflict("Lần bấm này đã được lưu với nội dung khác. Hãy tải lại trang rồi bấm lại.")


def _times(campaign: Campaign, given: DayInput) -> Times:
    """A phone that lost the network keeps a result for a while: no longer than since yesterday."""
    now = clock.now()
    return classify_times(
        device_at=given.device_at,
        device_sent_at=given.device_sent_at,
        received_at=now,
        not_before=clock.day_bounds(max(campaign.starts_on, clock.today() - timedelta(days=1)))[0],
    )


def _check(given: DayInput) -> None:
    if len(given.note) > NOTE_LIMIT:
        raise WrongField(f"Ghi chú dài quá {NOTE_LIMIT} ký tự, hãy rút gọn.", "note")
    if given.kind is EventKind.COULD_NOT:
        if given.reason is None:
            raise WrongField("Hãy chọn lý do không thu nhận được.", "reason")
        if given.reason is CouldNot.OTHER and not given.note.strip():
            raise WrongField("Hãy ghi rõ lý do khác.", "note")


def _invitation_of(
    campaign: Campaign, point: Unit, times: Times, citizen: Citizen
) -> Invitation | None:
    """The open invitation to this point and day; to another it is no reason for the visit."""
    found = invitation_queries.find_open(campaign.id, citizen.id)
    if found is None or (found.point_id, found.on_day) != (point.id, times.counted_on):
        return None
    return found


def _check_next(
    point: Unit, citizen: Citizen, given: DayInput, known: list[CollectionEvent]
) -> None:
    if citizen.application_state not in INVITABLE:
        raise Conflict("Hồ sơ của người này đã được thu nhận, không ghi thêm được.")
    last = last_of([queries.fact_of(one) for one in known])
    if last and last.kind is given.kind is EventKind.CHECKED_IN and last.point_id == point.id:
        raise Conflict("Người này đã được ghi là đến. Hãy ghi kết quả thu nhận.")


def _check_undo(
    point: Unit, citizen: Citizen, given: DayInput, known: list[CollectionEvent]
) -> Invitation | None:
    """Only the last thing said of a person, by this point, while nobody has built on it."""
    last = last_of([queries.fact_of(one) for one in known])
    target = next((one for one in known if one.uuid == given.undoes), None)
    if target is None or target.point_id != point.id:
        raise NotFound("Không tìm thấy kết quả cần hoàn tác.")
    if last is None or last.uuid != target.uuid:
        raise Conflict("Sau đó đã có kết quả khác, hãy hoàn tác kết quả mới nhất trước.")
    is_collected = target.kind is EventKind.COLLECTED
    if is_collected and citizen.application_state is not ApplicationState.COLLECTED:
        raise Conflict("Hồ sơ đã được truyền hoặc sửa trạng thái, không hoàn tác được nữa.")
    return db.session.get(Invitation, target.invitation_id) if target.invitation_id else None


def _append(
    actor: Actor,
    campaign: Campaign,
    point: Unit,
    citizen: Citizen,
    given: DayInput,
    times: Times,
    invitation: Invitation | None,
) -> CollectionEvent:
    event = CollectionEvent(
        uuid=given.uuid,
        body_digest=given.digest,
        campaign_id=campaign.id,
        citizen_id=citizen.id,
        home_unit_id=citizen.unit_id,
        point_id=point.id,
        session_id=invitation.session_id if invitation else None,
        invitation_id=invitation.id if invitation else None,
        kind=given.kind,
        reason=given.reason if given.kind is EventKind.COULD_NOT else None,
        note=given.note.strip(),
        undoes_uuid=given.undoes if given.kind is EventKind.UNDO else None,
        device_at=given.device_at,
        device_sent_at=given.device_sent_at,
        received_at=clock.now(),
        happened_at=times.happened_at,
        counted_on=times.counted_on,
        recorded_by=actor.user_id,
    )
    db.session.add(event)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict("Kết quả này đang được ghi. Hãy tải lại trang để xem.") from error
    return event


def _follow(
    actor: Actor,
    campaign: Campaign,
    citizen: Citizen,
    event: CollectionEvent,
    invitation: Invitation | None,
    known: list[CollectionEvent],
) -> None:
    """Let the application state and the invitation follow an event."""
    if event.kind is EventKind.UNDO:
        _go_back(actor, campaign, citizen, event, invitation, known)
        return
    if event.kind is EventKind.COLLECTED:
        _collect(actor, citizen, event)
        invitation = invitation or invitation_queries.find_open(campaign.id, citizen.id)
    if invitation is not None and event.kind in ENDS:
        invitations.end(invitation, actor, ENDS[event.kind])


def _collect(actor: Actor, citizen: Citizen, event: CollectionEvent) -> None:
    steps = [ApplicationState.INVITED, ApplicationState.COLLECTED]
    if citizen.application_state is ApplicationState.INVITED:
        steps = steps[1:]
    for to in steps:
        advance(
            actor=actor,
            citizens=[citizen],
            to=to,
            source="collection",
            source_id=event.id,
            on=event.counted_on,
        )


def _go_back(
    actor: Actor,
    campaign: Campaign,
    citizen: Citizen,
    event: CollectionEvent,
    invitation: Invitation | None,
    known: list[CollectionEvent],
) -> None:
    target = next(one for one in known if one.uuid == event.undoes_uuid)
    if target.kind is EventKind.COLLECTED:
        change_state(
            actor=actor,
            citizen=citizen,
            to=ApplicationState.INVITED,
            source="collection",
            source_id=event.id,
            on=event.counted_on,
        )
    is_free = invitation_queries.find_open(campaign.id, citizen.id) is None
    if invitation is not None and is_free and invitation.ended_as == ENDS.get(target.kind):
        invitation.ended_at, invitation.ended_by, invitation.ended_as = None, None, None


def _audit(actor: Actor, event: CollectionEvent) -> None:
    record(
        "collection.recorded",
        actor=actor,
        subject_kind="collection_event",
        subject_id=event.id,
        event_kind=event.kind.value,
        citizen_id=event.citizen_id,
        walk_in=event.invitation_id is None,
    )
