"""Cases follow what happens to people: opened by a visit, closed by an activation anywhere.

`follow_people` is told of every change of a person's status or application (people/changes.py),
in the transaction of the change; the caller has locked the person.
"""

from collections.abc import Sequence

from sqlalchemy import Row, exists, select
from sqlalchemy.orm import aliased

from vneid_field.absences.kinds import CloseReason, Leave, Stage
from vneid_field.absences.limits import work_days_of
from vneid_field.absences.models import AbsenceCase, AbsenceHop
from vneid_field.absences.rules import BY_FACT, closed_by_fact, due_at
from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.queries import list_report_rules
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.extensions import db
from vneid_field.figures.rules import Bucket
from vneid_field.figures.stocks import bucket_of
from vneid_field.people.models import Citizen
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.models import VisitEvent


def follow_people(campaign_id: int, citizen_ids: Sequence[int]) -> None:
    """Open, close or open again the cases of people whose status or application changed."""
    has_case = exists().where(
        AbsenceCase.campaign_id == campaign_id, AbsenceCase.citizen_id == Citizen.id
    )
    people = db.session.execute(
        select(
            Citizen.id, Citizen.application_state, Citizen.visit_status, has_case.label("has_case")
        )
        .where(Citizen.id.in_(citizen_ids))
        .order_by(Citizen.id)
    ).all()
    known = [person.id for person in people if person.has_case]
    held = _open_cases(campaign_id, known) if known else {}  # most visits: one SELECT in all
    was_activated = _closed_by_activation(campaign_id, known) if known else set()
    for person in people:
        bucket = bucket_of(person.application_state, person.visit_status)
        found = held.get(person.id)
        if found is not None:
            _follow_open(found[0], found[1], person, bucket)
        elif bucket is Bucket.ABSENT:
            _follow_absent(campaign_id, person.id)
        elif bucket not in (None, Bucket.ACTIVATED) and person.id in was_activated:
            _reopen_activated(campaign_id, person.id)


def _open_cases(
    campaign_id: int, citizen_ids: Sequence[int]
) -> dict[int, tuple[AbsenceCase, AbsenceHop]]:
    query = (
        select(AbsenceCase, AbsenceHop)
        .join(AbsenceHop, AbsenceHop.case_id == AbsenceCase.id)
        .where(
            AbsenceCase.campaign_id == campaign_id,
            AbsenceCase.citizen_id.in_(citizen_ids),
            AbsenceCase.closed_at.is_(None),
            AbsenceHop.left_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )
    return {case.citizen_id: (case, hop) for case, hop in db.session.execute(query)}


def _closed_by_activation(campaign_id: int, citizen_ids: Sequence[int]) -> set[int]:
    """Return whose case an activation ever closed: a list changes thousands who never had one."""
    query = select(AbsenceCase.citizen_id).where(
        AbsenceCase.campaign_id == campaign_id,
        AbsenceCase.citizen_id.in_(citizen_ids),
        AbsenceCase.close_reason == CloseReason.ACTIVATED,
    )
    return set(db.session.scalars(query))


def _follow_open(case: AbsenceCase, hop: AbsenceHop, person: Row, bucket: Bucket | None) -> None:
    reason = closed_by_fact(hop.stage, bucket, person.visit_status)
    if reason is not None:
        close(actor=None, case=case, hop=hop, reason=reason)
        return
    if bucket is not Bucket.ABSENT:
        return
    event = _newest_absent(case.campaign_id, case.citizen_id)
    if event is None or event.id == case.event_id:
        return
    is_newer = event.id > case.event_id
    _take_words(case, event)
    if hop.stage is Stage.BACK and is_newer:
        # The day came and the person did not: the loop begins anew, with the same case.
        case.team_id = event.performed_by_unit_id
        add_hop(case, hop, Stage.FOUND, event.performed_by_unit_id, left_as=Leave.FOLLOWED)


def _follow_absent(campaign_id: int, citizen_id: int) -> None:
    event = _newest_absent(campaign_id, citizen_id)
    last = _newest_case(campaign_id, citizen_id)
    if event is None:
        return
    if last is None or event.id > last.event_id:
        _open(campaign_id, citizen_id, event)
    elif last.close_reason in BY_FACT or last.close_reason is CloseReason.WITHDRAWN:
        _reopen(last)


def _reopen_activated(campaign_id: int, citizen_id: int) -> None:
    """An activation that is taken back leaves another result: who held the case decides on it."""
    last = _newest_case(campaign_id, citizen_id)
    if last is None or last.close_reason is not CloseReason.ACTIVATED:
        return
    hop = _last_hop(last)
    if hop.stage not in (Stage.FOUND, Stage.BACK):
        _reopen(last)


def _newest_absent(campaign_id: int, citizen_id: int) -> VisitEvent | None:
    undo = aliased(VisitEvent)
    taken_back = exists().where(
        undo.citizen_id == VisitEvent.citizen_id, undo.undoes_uuid == VisitEvent.uuid
    )
    query = (
        select(VisitEvent)
        .where(
            VisitEvent.campaign_id == campaign_id,
            VisitEvent.citizen_id == citizen_id,
            VisitEvent.outcome == Outcome.ABSENT,
            ~taken_back,
        )
        .order_by(VisitEvent.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def _newest_case(campaign_id: int, citizen_id: int) -> AbsenceCase | None:
    query = select(AbsenceCase).where(
        AbsenceCase.campaign_id == campaign_id, AbsenceCase.citizen_id == citizen_id
    )
    query = query.order_by(AbsenceCase.id.desc()).limit(1)
    return db.session.scalar(query.execution_options(populate_existing=True))


def _last_hop(case: AbsenceCase) -> AbsenceHop:
    query = select(AbsenceHop).where(AbsenceHop.case_id == case.id)
    return db.session.scalars(query.order_by(AbsenceHop.id.desc()).limit(1)).one()


def _take_words(case: AbsenceCase, event: VisitEvent) -> None:
    case.event_id = event.id
    case.reason = event.sub_reason
    at = event.next_visit_at
    case.back_on = clock.to_local(at).date() if at else None


def _open(campaign_id: int, citizen_id: int, event: VisitEvent) -> None:
    case = AbsenceCase(
        campaign_id=campaign_id,
        citizen_id=citizen_id,
        team_id=event.performed_by_unit_id,
        opened_at=event.received_at,
    )
    _take_words(case, event)
    db.session.add(case)
    db.session.flush()
    add_hop(case, None, Stage.FOUND, event.performed_by_unit_id)
    record(
        "absence.opened",
        actor=None,
        subject_kind="absence_case",
        subject_id=case.id,
        team_id=case.team_id,
    )
    db.session.flush()


def _reopen(case: AbsenceCase) -> None:
    """Put a case back where it was when a fact closed it that holds no more."""
    last = _last_hop(case)
    was = case.close_reason
    case.closed_at = case.closed_by = case.close_reason = None
    db.session.flush()
    hop = add_hop(case, None, last.stage, last.unit_id)
    hop.from_unit_id, hop.note = last.from_unit_id, last.note
    if last.received_at is not None:
        hop.received_at, hop.received_by = clock.now(), last.received_by
    record(
        "absence.reopened",
        actor=None,
        subject_kind="absence_case",
        subject_id=case.id,
        close_reason=was.value if was else "",
    )
    db.session.flush()


def add_hop(
    case: AbsenceCase,
    before: AbsenceHop | None,
    stage: Stage,
    unit_id: int,
    *,
    actor: Actor | None = None,
    left_as: Leave = Leave.SENT,
    note: str = "",
) -> AbsenceHop:
    """Let a case leave a hop and arrive at a unit, in one step: it is never nowhere."""
    now = clock.now()
    who = actor.user_id if actor else None
    if before is not None:
        before.left_at, before.left_by, before.left_as = now, who, left_as
        db.session.flush()  # the index allows one open hop at a time
    campaign = db.session.get_one(Campaign, case.campaign_id)
    rules = list_report_rules(campaign.id)
    hop = AbsenceHop(
        case_id=case.id,
        stage=stage,
        unit_id=unit_id,
        from_unit_id=before.unit_id if before else None,
        sent_at=now,
        sent_by=who,
        due_at=due_at(
            stage,
            now,
            {rule.unit_kind: rule.due_at for rule in rules if rule.report_kind == "daily"},
            work_days=work_days_of(campaign),
            back_on=case.back_on,
        ),
        note=note,
    )
    # The team needs no receipt for what it found itself or is told to wait for.
    if stage is Stage.FOUND:
        hop.received_at = now
    db.session.add(hop)
    db.session.flush()
    return hop


def close(
    *,
    actor: Actor | None,
    case: AbsenceCase,
    hop: AbsenceHop,
    reason: CloseReason,
    place: str = "",
) -> None:
    """Close a case wherever it is; the caller has checked that it may be."""
    now, who = clock.now(), actor.user_id if actor else None
    case.closed_at, case.closed_by, case.close_reason, case.place = now, who, reason, place
    hop.left_at, hop.left_by, hop.left_as = now, who, Leave.CLOSED
    record(
        "absence.closed",
        actor=actor,
        subject_kind="absence_case",
        subject_id=case.id,
        close_reason=reason.value,
    )
    db.session.flush()


def open_missing(campaign_id: int, *, piece: int = 500) -> int:
    """Open a case for everybody whose result is "absent" and who has none; returns how many.

    For a campaign that began before the loop was kept: each is due from now on.
    """
    known = select(AbsenceCase.citizen_id).where(AbsenceCase.campaign_id == campaign_id)
    query = select(Citizen.id).where(
        Citizen.visit_status == Outcome.ABSENT.value, Citizen.id.not_in(known)
    )
    ids = list(db.session.scalars(query.order_by(Citizen.id)))
    for start in range(0, len(ids), piece):
        follow_people(campaign_id, ids[start : start + piece])
    return len(ids)
