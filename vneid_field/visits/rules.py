"""The fold of visit events and what they count as (domain.md sections 4, 7, 12). Pure."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from vneid_field.core.text import vn_date
from vneid_field.figures.rules import Bucket, Counter, FlowKey
from vneid_field.figures.stocks import BUCKETS
from vneid_field.visits.kinds import AbsentReason, Outcome

TZ = ZoneInfo("Asia/Ho_Chi_Minh")
NOTE_LIMIT = 300
SKEW_FLAG_S = 300  # section 4: flag a skew over 5 minutes, not a delay
ABSENT_AFTER = 3  # "Chưa gặp" so many times: the phone suggests absent (a setting)
SAME_CALL = timedelta(hours=1)  # ours: a team's results within it are one call at the door

GUIDE_STEPS = (
    "agrees",
    "own_phone_number",
    "app_ready",
    "requested",
    "otp_entered",
    "password_set",
    "passcode_set",
    "questions_set",
    "level_2_shown",
)


class CountsAs(StrEnum):
    """What an outcome means for the figures."""

    ACTIVATION = "activation"
    PENDING = "pending"
    ABSENT = "absent"
    NOT_ACTIVATED = "not_activated"
    LEFT = "left"


@dataclass(frozen=True)
class OutcomeRule:
    """One line of the table of section 7. Greater strength wins whatever the order of arrival.

    The bucket of an outcome is in `figures.stocks.BUCKETS`.
    """

    counts_as: CountsAs
    strength: int
    counter: Counter


def _activation(strength: int, counter: Counter) -> OutcomeRule:
    return OutcomeRule(CountsAs.ACTIVATION, strength, counter)


def _refusal(strength: int, counter: Counter) -> OutcomeRule:
    return OutcomeRule(CountsAs.NOT_ACTIVATED, strength, counter)


def _left(counter: Counter) -> OutcomeRule:
    return OutcomeRule(CountsAs.LEFT, 1, counter)


def _pending(counter: Counter) -> OutcomeRule:
    return OutcomeRule(CountsAs.PENDING, 0, counter)


# activated_app = activated_web > already_activated > data outcomes > the rest (section 7).
RULES: Mapping[Outcome, OutcomeRule] = {
    Outcome.ACTIVATED_APP: _activation(3, Counter.ACTIVATED_APP),
    Outcome.ACTIVATED_WEB: _activation(3, Counter.ACTIVATED_WEB),
    Outcome.ALREADY_ACTIVATED: _activation(2, Counter.ACTIVATED_SELF),
    Outcome.NOBODY_HOME: _pending(Counter.OUT_NOBODY_HOME),
    Outcome.REVISIT: _pending(Counter.OUT_REVISIT),
    Outcome.ABSENT: OutcomeRule(CountsAs.ABSENT, 0, Counter.OUT_ABSENT),
    Outcome.REFUSED: _refusal(0, Counter.OUT_REFUSED),
    Outcome.PHONE_MISMATCH: _refusal(0, Counter.OUT_PHONE_MISMATCH),
    Outcome.NO_PHONE_OR_SIM: _refusal(0, Counter.OUT_NO_PHONE_OR_SIM),
    Outcome.OTP_NOT_RECEIVED: _refusal(0, Counter.OUT_OTP_NOT_RECEIVED),
    Outcome.DEVICE_UNSUPPORTED: _refusal(0, Counter.OUT_DEVICE_UNSUPPORTED),
    Outcome.CANNOT_SELF_OPERATE: _refusal(0, Counter.OUT_CANNOT_SELF_OPERATE),
    Outcome.SYSTEM_ERROR: _refusal(0, Counter.OUT_SYSTEM_ERROR),
    Outcome.NOT_APPROVED: _refusal(1, Counter.OUT_NOT_APPROVED),
    Outcome.DATA_MISMATCH: _refusal(1, Counter.OUT_DATA_MISMATCH),
    Outcome.MOVED_OUT: _left(Counter.OUT_MOVED_OUT),
    Outcome.DECEASED: _left(Counter.OUT_DECEASED),
    Outcome.DUPLICATE: _left(Counter.OUT_DUPLICATE),
}


@dataclass(frozen=True)
class VisitFact:
    """A visit event as the fold sees it; an undo has no outcome and names what it undoes."""

    uuid: str
    citizen_id: int
    home_unit_id: int
    performed_by_unit_id: int
    performed_by: int | None
    happened_at: datetime
    counted_on: date
    outcome: Outcome | None
    sub_reason: AbsentReason | None = None
    undoes: str | None = None
    received_at: datetime | None = None  # None: when it happened
    refuted_at: datetime | None = None  # when a national list contradicted what was known then


@dataclass(frozen=True)
class Fold:
    """The status of a person: the winning event, who gets the credit, how many calls there were.

    `attempts` are calls at the door; the flow "visits" counts every valid event (section 12).
    `claim` and `last_claim` are the first and the last activation that no list has contradicted,
    `other` what wins among all else.
    """

    status: Outcome | None
    winner: VisitFact | None
    credit: VisitFact | None  # the earliest valid activation
    attempts: int
    bucket: Bucket | None
    claim: VisitFact | None = None
    last_claim: VisitFact | None = None
    other: VisitFact | None = None


def valid_events(events: Iterable[VisitFact]) -> list[VisitFact]:
    """Return the results that no undo takes back. An undo cannot be undone."""
    known = list(events)
    undone = {event.undoes for event in known if event.undoes is not None}
    return [e for e in known if e.outcome is not None and e.uuid not in undone]


def calls(events: Iterable[VisitFact]) -> list[VisitFact]:
    """Return the last valid result of each call at the door, oldest call first.

    Whoever corrects a result three times in a minute has not come three times: a team's results
    within SAME_CALL of the first one belong to that call.
    """
    found: list[VisitFact] = []
    began: dict[int, tuple[datetime, int]] = {}  # team → its call's beginning and place in `found`
    for event in sorted(valid_events(events), key=lambda e: (e.happened_at, e.uuid)):
        start, place = began.get(event.performed_by_unit_id, (None, 0))
        if start is not None and event.happened_at - start < SAME_CALL:
            found[place] = event
        else:
            began[event.performed_by_unit_id] = (event.happened_at, len(found))
            found.append(event)
    return found


def _is_activation(event: VisitFact) -> bool:
    return event.outcome is not None and RULES[event.outcome].counts_as is CountsAs.ACTIVATION


def _stands(event: VisitFact) -> bool:
    """A claim that a national list has contradicted is history: it decides nothing any more."""
    return event.refuted_at is None or not _is_activation(event)


def _weight(event: VisitFact) -> tuple[int, datetime, str]:
    assert event.outcome is not None
    return RULES[event.outcome].strength, event.happened_at, event.uuid


def fold(events: Iterable[VisitFact]) -> Fold:
    """Fold a person's events; any order of arrival gives the same answer.

    The strongest outcome wins, the latest among equals, then the greater UUID; among activations
    the earliest gets the credit. A claim that a list has contradicted keeps its credit (it was
    claimed), but wins no more.
    """
    valid = valid_events(events)
    activations = sorted(filter(_is_activation, valid), key=lambda e: (e.happened_at, e.uuid))
    claims = [event for event in activations if _stands(event)]
    others = [event for event in valid if not _is_activation(event)]
    winner = max([*claims, *others], key=_weight, default=None)
    status = winner.outcome if winner is not None else None
    return Fold(
        status=status,
        winner=winner,
        credit=activations[0] if activations else None,
        attempts=len(calls(valid)),
        bucket=BUCKETS[status] if status is not None else None,
        claim=claims[0] if claims else None,
        last_claim=claims[-1] if claims else None,
        other=max(others, key=_weight, default=None),
    )


def claim_columns(folded: Fold, newest_at: datetime) -> dict[str, Any]:
    """Return what a citizen's row says of their claim: what lists judge (lists/verdicts.py).

    `newest_at`: when the newest of the person's events was received.
    """
    claim, last, other = folded.claim, folded.last_claim, folded.other
    return {
        "claim_at": claim.happened_at if claim else None,
        "claim_last_at": last.happened_at if last else None,
        "claim_unit_id": claim.performed_by_unit_id if claim else None,
        "claim_by": claim.performed_by if claim else None,
        "other_status": other.outcome.value if other and other.outcome else None,
        "other_status_at": other.happened_at if other else None,
        "last_event_at": newest_at,
    }


def day_results(events: Iterable[VisitFact]) -> list[VisitFact]:
    """Return the event by which a person counts as not activated (or pending) on each day.

    It is the last valid event of the day, of whichever team, while nobody had activated the
    person before it. The day's figures and the day's absent list both go by this. Once a list has
    contradicted the claim, what arrives from then on counts again: no earlier day changes.
    """
    valid = sorted(valid_events(events), key=lambda e: (e.happened_at, e.uuid))
    last_of_day: dict[date, VisitFact] = {}
    claim: VisitFact | None = None
    for event in valid:
        if _is_activation(event):
            last_of_day.pop(event.counted_on, None)
            claim = event
        elif claim is None or _reopens(claim, event):
            last_of_day[event.counted_on] = event
    return list(last_of_day.values())


def _reopens(claim: VisitFact, event: VisitFact) -> bool:
    arrived_at = event.received_at or event.happened_at
    return claim.refuted_at is not None and arrived_at > claim.refuted_at


def contributions(events: Iterable[VisitFact]) -> dict[tuple[FlowKey, Counter], int]:
    """Return what one person's events add to the flows.

    Activation: once per person, at the earliest valid one, by its channel. Visits: one per valid
    event. People visited: one per person, day and performer. By outcome: see `day_results`.
    """
    valid = valid_events(events)
    total: dict[tuple[FlowKey, Counter], int] = {}

    def add(event: VisitFact, counter: Counter, *, once: bool = False) -> None:
        key = (FlowKey(event.home_unit_id, event.performed_by_unit_id, event.counted_on), counter)
        total[key] = 1 if once else total.get(key, 0) + 1

    seen: set[tuple[date, int]] = set()
    for event in sorted(valid, key=lambda e: (e.happened_at, e.uuid)):
        add(event, Counter.VISITS)
        if (event.counted_on, event.performed_by_unit_id) not in seen:
            seen.add((event.counted_on, event.performed_by_unit_id))
            add(event, Counter.PEOPLE_VISITED)
    for event in day_results(valid):
        if event.outcome is not None:
            add(event, RULES[event.outcome].counter)
    credit = fold(valid).credit
    if credit is not None and credit.outcome is not None:
        add(credit, RULES[credit.outcome].counter)
    return total


@dataclass(frozen=True)
class Times:
    """The stored times of a visit (section 4); `skew_s` in seconds."""

    skew_s: int
    happened_at: datetime
    counted_on: date
    is_skew_flagged: bool


def classify_times(
    *,
    device_at: datetime | None,
    device_sent_at: datetime | None,
    received_at: datetime,
    not_before: datetime,
) -> Times:
    """Return when a visit happened by the server's clock.

    skew = received − sent; happened = device_at + skew, clamped to [not_before, received_at].
    Without device times, or with impossible ones, it happened when it was received.
    """
    skew, happened_at = timedelta(), received_at
    if device_at is not None and device_sent_at is not None:
        try:
            skew = received_at - device_sent_at
            happened_at = min(max(device_at + skew, not_before), received_at)
        except OverflowError:  # a clock at the ends of time tells nothing
            skew = timedelta()
    seconds = round(skew.total_seconds())
    counted_on = happened_at.astimezone(TZ).date()
    return Times(seconds, happened_at.astimezone(UTC), counted_on, abs(seconds) > SKEW_FLAG_S)


def body_digest(body: Mapping[str, object]) -> str:
    """Return a digest of what the phone says: the same body gives the same digest."""
    canonical = json.dumps(body, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


class VisitInvalid(ValueError):
    """A rule of section 7 is broken; the message is the Vietnamese sentence to show.

    `field` names the part of the result at fault: outcome, sub_reason, next_day, note, new_phone.
    """

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


def validate(
    *,
    outcome: Outcome | None,
    sub_reason: AbsentReason | None,
    next_visit_at: datetime | None,
    note: str,
    new_phone: str | None,
    now: datetime,
    ends_on: date,
    phone_error: Callable[[str], str | None],
) -> None:
    """Raise VisitInvalid when a result is not complete; `phone_error` says what a number lacks."""
    if outcome is None:
        raise VisitInvalid("Hãy chọn kết quả.", "outcome")
    if len(note) > NOTE_LIMIT:
        raise VisitInvalid(f"Ghi chú dài quá {NOTE_LIMIT} ký tự, hãy rút gọn.", "note")
    _validate_absent(outcome, sub_reason, next_visit_at)
    _validate_next(outcome, next_visit_at, now, ends_on)
    if new_phone is not None:
        if outcome is not Outcome.PHONE_MISMATCH:
            raise VisitInvalid(
                "Số điện thoại mới chỉ ghi khi kết quả là sai hoặc đã đổi số: hãy chọn kết quả ấy, "
                "hoặc xóa số.",
                "new_phone",
            )
        problem = phone_error(new_phone)
        if problem:
            raise VisitInvalid(problem, "new_phone")


def _validate_absent(
    outcome: Outcome, sub_reason: AbsentReason | None, next_visit_at: datetime | None
) -> None:
    if outcome is Outcome.ABSENT and sub_reason is None:
        raise VisitInvalid("Hãy chọn lý do vắng mặt.", "sub_reason")
    if outcome is not Outcome.ABSENT and sub_reason is not None:
        raise VisitInvalid("Lý do vắng mặt chỉ đi với kết quả vắng mặt.", "sub_reason")
    if sub_reason is AbsentReason.BACK_ON and next_visit_at is None:
        raise VisitInvalid("Hãy ghi ngày người dân về lại.", "next_day")


def _validate_next(
    outcome: Outcome, next_visit_at: datetime | None, now: datetime, ends_on: date
) -> None:
    if outcome is Outcome.REVISIT and next_visit_at is None:
        raise VisitInvalid("Hãy chọn ngày, giờ hẹn lại.", "next_day")
    if next_visit_at is None:
        return
    if outcome not in (Outcome.REVISIT, Outcome.ABSENT):
        raise VisitInvalid("Ngày hẹn chỉ đi với kết quả hẹn lại hoặc vắng mặt.", "next_day")
    if next_visit_at <= now:
        raise VisitInvalid("Giờ hẹn phải ở sau lúc này.", "next_day")
    if outcome is Outcome.REVISIT and next_visit_at.astimezone(TZ).date() > ends_on:
        raise VisitInvalid(
            f"Ngày hẹn không được sau ngày cuối của đợt cao điểm, {vn_date(ends_on)}.", "next_day"
        )


def suggests_absent(outcomes: Sequence[Outcome | None], after: int = ABSENT_AFTER) -> bool:
    """Say whether so many "Chưa gặp" in a row ask for "Vắng mặt" (section 7)."""
    run = 0
    for outcome in outcomes:
        run = run + 1 if outcome is Outcome.NOBODY_HOME else 0
    return run >= after
