"""Duyệt phiếu: the queue of a day, accept or return; the team's answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.campaigns.queries import current_campaign
from vneid_field.core import clock
from vneid_field.core.access import Permission
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.core.text import typed_text
from vneid_field.extensions import db
from vneid_field.people.rules import mask
from vneid_field.review import bulk, calls, queries, services
from vneid_field.review.days import Day, Entry, communes_of, read_day
from vneid_field.review.kinds import CallResult, ReviewState
from vneid_field.review.labels import (
    CALL_LABELS,
    CALL_PILLS,
    QUICK_REMARKS,
    STANDING_LABELS,
    STANDING_PILLS,
    say_flag,
)
from vneid_field.review.queries import Checklist
from vneid_field.review.result_queries import read_results
from vneid_field.review.rules import Standing
from vneid_field.visits import labels
from vneid_field.visits.corrections import REASON_LIMIT, plan_correction
from vneid_field.visits.forms import read_undo
from vneid_field.visits.queries import name_units
from vneid_field.web.access import current_actor, requires
from vneid_field.web.pagination import Page, page_number
from vneid_field.web.render import go, render, wants_fragment

bp = Blueprint("review", __name__, url_prefix="/review")
SIZE = 20
OFFER = (
    "Đã ghi cuộc gọi: người dân nói chưa kích hoạt. Trả lại tổ với lời nhắn soạn sẵn, hoặc "
    "sửa lời nhắn rồi trả lại."
)
TABS: dict[str, tuple[str, Callable[[Entry], bool]]] = {
    "waiting": ("Chờ duyệt", lambda entry: entry.waits),
    "flagged": ("Có dấu hiệu", lambda entry: bool(entry.flags) and entry.waits),
    "sample": ("Mẫu ngẫu nhiên", lambda entry: entry.is_sampled),
    "returned": ("Đã trả lại", lambda entry: entry.standing is Standing.RETURNED),
    "accepted": ("Đã duyệt", lambda entry: entry.standing is Standing.ACCEPTED),
}


@dataclass(frozen=True)
class Said:
    """A checklist as it stands, under a sentence: why a decision was refused (`bad`), what a call
    asks for (`warn`), that it was noted (`ok`). `remark`: as typed, or prepared.
    """

    checklist: Checklist
    message: str
    status: int = 200
    remark: str = ""
    tone: str = "ok"


def _on() -> date:
    """?on=, else the newest day with visits: in the morning that is yesterday."""
    try:
        return date.fromisoformat(request.values.get("on", ""))
    except ValueError:
        today = clock.today()
        found = queries.find_latest_day(current_actor().scope, current_campaign().id, today)
        return found or today


def _day(on: date) -> Day:
    """The day as the person sees it."""
    actor = current_actor()
    return read_day(current_campaign(), communes_of(actor), on).seen_by(actor.scope)


def _context(checklists: list[Checklist], on: date) -> dict[str, Any]:
    return {
        "results": read_results(checklists, current_campaign().id, on),
        "on": on,
        "labels": labels,
        "standing_labels": STANDING_LABELS,
        "standing_pills": STANDING_PILLS,
        "quick_remarks": QUICK_REMARKS,
        "call_labels": CALL_LABELS,
        "call_pills": CALL_PILLS,
        "say_flag": say_flag,
        "mask": mask,
    }


def _tabs(day: Day) -> dict[str, Any]:
    """What the tabs of the queue show: ?team= and ?show= narrow it, the counts are of the day."""
    team_id, tab = request.args.get("team", type=int), request.args.get("show", "waiting")
    mine = day if team_id is None else day.of_team(team_id)
    sample = mine.sample
    return {
        "mine": mine,
        "tab": tab if tab in TABS else "waiting",
        "team_id": team_id,
        "on": day.on,
        "tabs": [
            (key, label, sum(map(is_in, mine.entries))) for key, (label, is_in) in TABS.items()
        ],
        "sampled": len(sample),
        "sample_seen": sum(not entry.waits for entry in sample),
        "is_drawn": all(draw.is_kept for draw in day.draws.values()),
        "rest": len(mine.rest),
        "open_flags": len(mine.open_flags),
        "newest": mine.newest_event_id,
    }


@bp.get("/")
@requires(Permission.REVIEW)
def queue() -> ResponseReturnValue:
    """The checklists of a day: flagged ones first, then the sample, then the rest."""
    return _queue(_on())


def _queue(on: date, said: Said | None = None, failure: DomainError | None = None) -> Response:
    day = _day(on)
    shell = _tabs(day)
    wanted = [entry for entry in shell["mine"].entries if TABS[shell["tab"]][1](entry)]
    number = min(page_number(), max(1, -(-len(wanted) // SIZE)))
    entries = wanted[(number - 1) * SIZE : number * SIZE]
    shown = queries.load_checklists(day, entries, current_campaign().id)
    if said:  # first, and also when it has left the tab meanwhile
        shown = [said.checklist, *(c for c in shown if c.key != said.checklist.key)]
    teams = {entry.team_id: day.teams[entry.team_id] for entry in day.entries}
    return render(
        "review/queue.html",
        status=said.status if said else failure.status if failure else 200,
        said=said,
        failure=failure.message if failure else "",
        accepted=request.args.get("accepted", type=int),
        left_own=request.args.get("own", type=int),
        page=Page(shown, number, SIZE, len(wanted)),
        teams=sorted(teams.values(), key=lambda team: (team.sort_order, team.id)),
        today=clock.today(),
        **{**_context(shown, on), **shell},
    )


def _decided_at() -> datetime | None:
    """When the newest decision that the page showed was made: long ago for none at all."""
    told = request.form.get("decided")
    if told is None:
        return None
    try:
        return datetime.fromisoformat(told).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)


def _decide(state: ReviewState) -> ResponseReturnValue:
    on = _on()
    try:
        services.review(
            actor=current_actor(),
            campaign=current_campaign(),
            on=on,
            household_id=request.form.get("household_id", 0, type=int),
            team_id=request.form.get("team_id", 0, type=int),
            seen_event_id=request.form.get("seen", 0, type=int),
            state=state,
            decided_at=_decided_at(),
            remark=request.form.get("remark", "") or request.form.get("other_remark", ""),
        )
    except NotFound:
        raise
    except DomainError as error:
        return _refuse(on, error, request.form.get("other_remark", ""))
    return _answer(on)


def _back(on: date, **more: Any) -> ResponseReturnValue:
    where: dict[str, Any] = {name: request.args.get(name) for name in ("team", "show")}
    return go(url_for("review.queue", on=on.isoformat(), **where, **more))


def _named(day: Day) -> Checklist:
    """The checklist that the form names; raises NotFound outside the scope."""
    key = (
        request.form.get("household_id", 0, type=int),
        request.form.get("team_id", 0, type=int),
    )
    entry = day.find(key)
    if entry is None:
        raise NotFound("Phiếu này không thuộc địa bàn của bạn.")
    return queries.load_checklists(day, [entry], current_campaign().id)[0]


def _answer(on: date) -> ResponseReturnValue:
    """The decided checklist in its place, or for a browser without script the queue again."""
    if not wants_fragment():
        return _back(on)
    day = _day(on)
    return _fragment(day, _named(day))


def _fragment(day: Day, checklist: Checklist, said: Said | None = None) -> ResponseReturnValue:
    return render(
        "review/_answer.html",
        "review/_answer.html",
        status=said.status if said else 200,
        checklist=checklist,
        said=said,
        **{**_context([checklist], day.on), **_tabs(day)},
    )


def _refuse(on: date, error: DomainError, remark: str = "") -> ResponseReturnValue:
    """The checklist as it stands now, under the sentence, with the remark as typed."""
    db.session.rollback()
    return _say(on, error.message, status=error.status, remark=remark, tone="bad")


def _say(on: date, message: str, **more: Any) -> ResponseReturnValue:
    day = _day(on)
    said = Said(_named(day), message, **more)
    return _fragment(day, said.checklist, said) if wants_fragment() else _queue(on, said)


@bp.post("/accept")
@requires(Permission.REVIEW)
def accept() -> ResponseReturnValue:
    """Accept a checklist."""
    return _decide(ReviewState.ACCEPTED)


@bp.post("/return")
@requires(Permission.REVIEW)
def send_back() -> ResponseReturnValue:
    """Return a checklist to its team with a remark."""
    return _decide(ReviewState.RETURNED)


@bp.post("/accept-rest")
@requires(Permission.REVIEW)
def accept_rest() -> ResponseReturnValue:
    """Accept together what is neither flagged nor drawn, once the sample is looked at."""
    on = _on()
    try:
        done = bulk.accept_rest(
            actor=current_actor(),
            campaign=current_campaign(),
            on=on,
            through_event_id=request.form.get("through", 0, type=int),
            team_id=request.args.get("team", type=int),
        )
    except DomainError as error:
        db.session.rollback()
        return _queue(on, failure=error)
    return _back(on, accepted=done.accepted, own=done.own or None)


def _form_uuid() -> str:
    """What the form was drawn with: a second click is the same call."""
    try:
        return str(UUID(request.form.get("uuid", "")))
    except ValueError:
        return str(uuid4())


def _call_result() -> CallResult | None:
    told = request.form.get("result", "")
    return CallResult(told) if told in set(CallResult) else None


@bp.post("/call")
@requires(Permission.REVIEW)
def call() -> ResponseReturnValue:
    """What somebody said whom commune police phoned; "not activated" offers to return it."""
    on = _on()
    given = calls.CallInput(
        uuid=_form_uuid(),
        household_id=request.form.get("household_id", 0, type=int),
        team_id=request.form.get("team_id", 0, type=int),
        citizen_id=request.form.get("citizen_id", 0, type=int),
        result=_call_result(),
        note=typed_text(request.form.get("note", "")),
    )
    try:
        done = calls.record_call(
            actor=current_actor(), campaign=current_campaign(), on=on, given=given
        )
    except NotFound:
        raise
    except DomainError as error:
        return _refuse(on, error)
    if remark := calls.remark_after(done):
        return _say(on, OFFER, remark=remark, tone="warn")
    return _say(on, "Đã ghi cuộc gọi.") if wants_fragment() else _back(on)


def _undo_page(
    citizen_id: int, uuid: object, *, failure: str = "", status: int = 200
) -> ResponseReturnValue:
    plan = plan_correction(current_actor(), current_campaign(), citizen_id, str(uuid))
    return render(
        "review/undo.html",
        status=status,
        plan=plan,
        team=name_units([plan.event.performed_by_unit_id])[plan.event.performed_by_unit_id],
        labels=labels,
        limit=REASON_LIMIT,
        failure=failure,
        typed=request.form.get("note", ""),
        back=request.values.get("back", ""),
        new_uuid=uuid4,
    )


@bp.get("/people/<int:citizen_id>/results/<uuid:uuid>/undo")
@requires(Permission.REVIEW)
def confirm_undo(citizen_id: int, uuid: object) -> ResponseReturnValue:
    """What taking a team's result back would change, and the field for the reason."""
    return _undo_page(citizen_id, uuid)


@bp.post("/people/<int:citizen_id>/results/<uuid:uuid>/undo")
@requires(Permission.REVIEW)
def undo(citizen_id: int, uuid: object) -> ResponseReturnValue:
    """Take a team's wrong result back: another event, with a reason the team reads."""
    try:
        target = services.undo_result(
            actor=current_actor(),
            campaign=current_campaign(),
            citizen_id=citizen_id,
            given=read_undo(request.form, str(uuid)),
        )
    except (Conflict, NotFound):
        raise
    except DomainError as error:
        db.session.rollback()
        return _undo_page(citizen_id, uuid, failure=error.message, status=error.status)
    if request.form.get("back") == "queue":
        on, team = target.counted_on.isoformat(), target.performed_by_unit_id
        return go(url_for("review.queue", on=on, team=team, show="returned"))
    return go(url_for("people.show", citizen_id=citizen_id))


@bp.post("/<int:review_id>/answer")
@requires(Permission.WALK)
def answer(review_id: int) -> ResponseReturnValue:
    """The team answers a returned checklist without another result: it was right."""
    actor = current_actor()
    if not actor.is_field:
        raise NotFound
    services.answer(
        actor=actor,
        campaign=current_campaign(),
        review_id=review_id,
        remark=request.form.get("remark", ""),
    )
    return go(url_for("boards.today"))
