"""Accepting a checklist, returning it with a remark, and the team's answer."""

from datetime import date, datetime

from sqlalchemy import bindparam, select, update

from vneid_field.accounts.models import User
from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.core.text import typed_text, vn_time
from vneid_field.extensions import db
from vneid_field.people.models import Citizen, Household
from vneid_field.review import queries
from vneid_field.review.draws import keep_draw_of
from vneid_field.review.kinds import ReviewState
from vneid_field.review.models import ChecklistReview
from vneid_field.review.queries import Checklist
from vneid_field.review.rules import Standing, is_own_work
from vneid_field.units.models import Unit
from vneid_field.visits import corrections
from vneid_field.visits.given import VisitInput
from vneid_field.visits.labels import say_outcome
from vneid_field.visits.models import VisitEvent


def review(
    *,
    actor: Actor,
    campaign: Campaign,
    on: date,
    household_id: int,
    team_id: int,
    seen_event_id: int,
    state: ReviewState,
    remark: str = "",
    decided_at: datetime | None = None,
) -> Checklist:
    """Accept or return a checklist of a day; returns it as it stands then.

    `decided_at`: the newest decision the reviewer's page knew. The same act twice is the same
    success. Raises NotFound outside the scope, Conflict when the team recorded more or a colleague
    decided otherwise than the reviewer saw, or the work is the reviewer's own, DomainError for a
    return without a remark.
    """
    remark = typed_text(remark)
    _lock_checklists(household_id)
    checklist = queries.get_checklist(actor.scope, campaign.id, on, household_id, team_id)
    if checklist is None:
        raise NotFound("Phiếu này không thuộc địa bàn của bạn.")
    _check(actor, campaign, on, checklist, seen_event_id, state, remark)
    if _is_repeat(checklist, state, remark):
        return checklist
    _refuse_unseen(actor, checklist, decided_at)
    row = ChecklistReview(state=state, remark=remark, through_event_id=checklist.newest_event_id)
    row.is_sampled = keep_draw_of(actor, campaign, checklist.household, on).holds(checklist.key)
    _append(actor, campaign, on, household_id, _team_of(checklist), row)
    event = "review.accepted" if state is ReviewState.ACCEPTED else "review.returned"
    record(
        event,
        actor=actor,
        subject_kind="checklist_review",
        subject_id=household_id,
        household_id=household_id,
        team_id=team_id,
    )
    db.session.flush()
    after = queries.get_checklist(actor.scope, campaign.id, on, household_id, team_id)
    assert after is not None
    return after


def _check(
    actor: Actor,
    campaign: Campaign,
    on: date,
    checklist: Checklist,
    seen_event_id: int,
    state: ReviewState,
    remark: str,
) -> None:
    if state is ReviewState.RETURNED and not remark:
        raise DomainError("Hãy ghi vì sao trả lại, để tổ biết phải sửa gì.")
    if checklist.newest_event_id > seen_event_id:
        raise Conflict("Tổ vừa ghi thêm kết quả vào phiếu này. Hãy xem lại rồi duyệt.")
    refuse_own_work(actor, campaign, on, checklist)


def refuse_own_work(actor: Actor, campaign: Campaign, on: date, checklist: Checklist) -> None:
    """Raise Conflict when a part of the checklist is the reviewer's own or was typed in by them."""
    authors = db.session.execute(
        select(VisitEvent.performed_by, VisitEvent.recorded_by).where(
            VisitEvent.campaign_id == campaign.id,
            VisitEvent.counted_on >= on,
            VisitEvent.household_id == checklist.household.id,
            VisitEvent.performed_by_unit_id == checklist.team.id,
        )
    )
    if is_own_work(actor.user_id, {person for row in authors for person in row}):
        raise Conflict(
            "Phiếu này có kết quả do chính bạn ghi hoặc nhập thay: người khác phải duyệt."
        )


def _team_of(checklist: Checklist) -> Unit:
    return db.session.get_one(Unit, checklist.team.id)


def _is_repeat(checklist: Checklist, state: ReviewState, remark: str) -> bool:
    held = checklist.review
    if held is None or held.is_bulk:  # one that was accepted with the rest may be looked at
        return False
    if held.state is not state or held.remark != remark.strip()[:300]:
        return False
    return checklist.standing in (Standing.ACCEPTED, Standing.RETURNED)


def _refuse_unseen(actor: Actor, checklist: Checklist, decided_at: datetime | None) -> None:
    """Raise Conflict when a colleague decided on the checklist after the page was drawn.

    One that was accepted with the rest was not looked at: it may still be returned.
    """
    held = checklist.review
    if decided_at is None or not isinstance(held, ChecklistReview) or held.at <= decided_at:
        return
    if held.is_bulk or held.by in (None, actor.user_id) or held.state is ReviewState.CORRECTED:
        return
    who = db.session.get_one(User, held.by).display_name
    what = "duyệt" if held.state is ReviewState.ACCEPTED else "trả lại"
    at = clock.to_local(held.at)
    raise Conflict(f"{who} đã {what} phiếu này lúc {vn_time(at)}. Hãy xem lại rồi quyết định.")


def _lock_checklists(household_id: int) -> None:
    """Let one act on a household's checklists follow the other: each reads what stands."""
    lock = select(Household.id).where(Household.id == household_id)
    db.session.execute(lock.with_for_update(key_share=True))


def _append(
    actor: Actor | None,
    campaign: Campaign,
    on: date,
    household_id: int,
    team: Unit,
    row: ChecklistReview,
) -> None:
    """Add a review row (state, remark, newest event seen) as the newest of its checklist.

    What is seen is of this checklist alone: the team's newest event may be another household's,
    and hide a result that is being stored in this very moment.
    """
    db.session.execute(
        update(ChecklistReview)
        .where(
            ChecklistReview.campaign_id == campaign.id,
            ChecklistReview.household_id == household_id,
            ChecklistReview.team_id == team.id,
            ChecklistReview.counted_on == on,
            ChecklistReview.is_newest.is_(True),
        )
        .values(is_newest=False)
        .execution_options(synchronize_session="fetch")
    )
    row.campaign_id = campaign.id
    row.household_id = household_id
    row.team_id = team.id
    row.commune_id = team.parent_id or team.id
    row.counted_on = on
    row.remark = row.remark.strip()[:300]
    row.is_newest = True
    row.at = clock.now()
    row.by = actor.user_id if actor else None
    db.session.add(row)
    db.session.flush()


_RETURNED = select(ChecklistReview).where(  # asked at every visit
    ChecklistReview.household_id == bindparam("household_id"),
    ChecklistReview.team_id == bindparam("team_id"),
    ChecklistReview.is_newest.is_(True),
    ChecklistReview.state == ReviewState.RETURNED,
)


def _returned_rows(household_id: int, team_id: int) -> list[ChecklistReview]:
    of = {"household_id": household_id, "team_id": team_id}
    return list(db.session.scalars(_RETURNED, of))


def undo_result(
    *, actor: Actor, campaign: Campaign, citizen_id: int, given: VisitInput
) -> VisitEvent:
    """Take a team's wrong result back and return its checklist, so that the team reads who did
    it and why, and goes again; returns what was undone. Raises as `corrections.undo_result`.
    """
    done, target = corrections.undo_result(
        actor=actor, campaign=campaign, citizen_id=citizen_id, given=given
    )
    if not done.is_repeat:
        person = db.session.get_one(Citizen, citizen_id)
        # No name: the team may hold the list no more, and still reads what concerns its work.
        born = f"một người sinh {person.birth_on.year}" if person.birth_on else "một người"
        what = f"{actor.display_name} hoàn tác “{say_outcome(target.outcome)}” của {born} trong hộ"
        _return_undone(actor, campaign, target, f"{what}: {given.note}")
    return target


def _return_undone(actor: Actor, campaign: Campaign, target: VisitEvent, remark: str) -> None:
    """What was asked before of the same checklist and not answered is asked still."""
    on, household_id, team_id = (
        target.counted_on,
        target.household_id,
        target.performed_by_unit_id,
    )
    _lock_checklists(household_id)
    held = queries.get_checklist(actor.scope, campaign.id, on, household_id, team_id)
    if held is None:
        return  # it was made where the person lived before: not of this commune's queue
    if held.review is not None and held.standing is Standing.RETURNED:
        remark = f"{remark} · {held.review.remark}"
    row = ChecklistReview(
        state=ReviewState.RETURNED, remark=remark, through_event_id=held.newest_event_id
    )
    row.is_sampled = keep_draw_of(actor, campaign, held.household, on).holds(held.key)
    _append(actor, campaign, on, household_id, _team_of(held), row)


def note_correction(event: VisitEvent) -> None:
    """A result of the team on a returned household is its answer: commune police look again."""
    if not _returned_rows(event.household_id, event.performed_by_unit_id):
        return  # nearly always: no lock for it
    _lock_checklists(event.household_id)
    for held in _returned_rows(event.household_id, event.performed_by_unit_id):
        _answer(None, held, "")


def answer(*, actor: Actor, campaign: Campaign, review_id: int, remark: str) -> None:
    """The team says that its results are right; raises NotFound, DomainError without a reason."""
    held = queries.find_returned(actor.scope, campaign.id, review_id)
    if held is None or held.team_id != actor.unit.unit_id:
        raise NotFound
    _lock_checklists(held.household_id)
    db.session.refresh(held)
    if not held.is_newest or held.state is not ReviewState.RETURNED:
        return  # answered already
    remark = typed_text(remark)
    if not remark:
        raise DomainError("Hãy ghi ngắn gọn vì sao kết quả đã đúng.")
    _answer(actor, held, remark)


def _answer(actor: Actor | None, held: ChecklistReview, remark: str) -> None:
    campaign = db.session.get_one(Campaign, held.campaign_id)
    team = db.session.get_one(Unit, held.team_id)
    row = ChecklistReview(
        state=ReviewState.CORRECTED,
        remark=remark,
        through_event_id=held.through_event_id,
        is_sampled=held.is_sampled,
    )
    _append(actor, campaign, held.counted_on, held.household_id, team, row)
    record(
        "review.corrected",
        actor=actor,
        subject_kind="checklist_review",
        subject_id=held.id,
        household_id=held.household_id,
        team_id=held.team_id,
    )
    db.session.flush()
