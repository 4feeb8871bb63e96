"""Duyệt phiếu: the queue of a day, accept or return; the team's answer."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.campaigns.queries import current_campaign
from vneid_field.core import clock
from vneid_field.core.access import Permission
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.extensions import db
from vneid_field.people.rules import mask
from vneid_field.review import queries, services
from vneid_field.review.kinds import ReviewState
from vneid_field.review.labels import QUICK_REMARKS, STANDING_LABELS, STANDING_PILLS
from vneid_field.review.queries import Checklist
from vneid_field.review.rules import WAITS, Standing
from vneid_field.visits import labels
from vneid_field.visits.corrections import REASON_LIMIT, plan_correction
from vneid_field.visits.forms import read_undo
from vneid_field.visits.queries import name_units
from vneid_field.web.access import current_actor, requires
from vneid_field.web.pagination import Page, page_number
from vneid_field.web.render import go, render, wants_fragment

bp = Blueprint("review", __name__, url_prefix="/review")
SIZE = 20
TABS = {
    "waiting": ("Chờ duyệt", WAITS),
    "returned": ("Đã trả lại", (Standing.RETURNED,)),
    "accepted": ("Đã duyệt", (Standing.ACCEPTED,)),
}


@dataclass(frozen=True)
class Refused:
    """A decision that was not taken: its checklist as it stands, why, and the remark typed."""

    checklist: Checklist
    message: str
    status: int
    remark: str


def _day() -> date:
    """?on=, else the newest day with visits: in the morning that is yesterday."""
    try:
        return date.fromisoformat(request.values.get("on", ""))
    except ValueError:
        today = clock.today()
        found = queries.find_latest_day(current_actor().scope, current_campaign().id, today)
        return found or today


def _context(checklists: list[Checklist], on: date) -> dict[str, Any]:
    results = queries.list_results(checklists, current_campaign().id, on)
    return {
        "results": results,
        "undone": queries.list_undone(current_campaign().id, results),
        "on": on,
        "labels": labels,
        "standing_labels": STANDING_LABELS,
        "standing_pills": STANDING_PILLS,
        "quick_remarks": QUICK_REMARKS,
        "mask": mask,
    }


def _tabs(every: list[Checklist], on: date) -> dict[str, Any]:
    """What the tabs of the queue show: ?team= and ?show= narrow it, the counts are of the day."""
    team_id, tab = request.args.get("team", type=int), request.args.get("show", "waiting")
    mine = [c for c in every if team_id is None or c.team.id == team_id]
    return {
        "mine": mine,
        "tab": tab if tab in TABS else "waiting",
        "team_id": team_id,
        "on": on,
        "tabs": [
            (key, label, sum(c.standing in standings for c in mine))
            for key, (label, standings) in TABS.items()
        ],
    }


@bp.get("/")
@requires(Permission.REVIEW)
def queue() -> ResponseReturnValue:
    """The checklists of a day, those that wait first."""
    return _queue(_day())


def _queue(on: date, refused: Refused | None = None) -> ResponseReturnValue:
    every = queries.list_checklists(current_actor().scope, current_campaign().id, on)
    teams = {c.team.id: c.team for c in every}
    shell = _tabs(every, on)
    wanted = [c for c in shell["mine"] if c.standing in TABS[shell["tab"]][1]]
    number = min(page_number(), max(1, -(-len(wanted) // SIZE)))
    shown = wanted[(number - 1) * SIZE : number * SIZE]
    if refused:  # first, and also when it has left the tab meanwhile
        shown = [refused.checklist, *(c for c in shown if c.key != refused.checklist.key)]
    return render(
        "review/queue.html",
        status=refused.status if refused else 200,
        refused=refused,
        page=Page(shown, number, SIZE, len(wanted)),
        teams=sorted(teams.values(), key=lambda team: (team.sort_order, team.id)),
        today=clock.today(),
        **{**_context(shown, on), **shell},
    )


def _decide(state: ReviewState) -> ResponseReturnValue:
    on = _day()
    try:
        checklist = services.review(
            actor=current_actor(),
            campaign=current_campaign(),
            on=on,
            household_id=request.form.get("household_id", 0, type=int),
            team_id=request.form.get("team_id", 0, type=int),
            seen_event_id=request.form.get("seen", 0, type=int),
            state=state,
            remark=request.form.get("remark", "") or request.form.get("other_remark", ""),
        )
    except NotFound:
        raise
    except DomainError as error:
        return _refuse(on, error)
    if not wants_fragment():
        where: dict[str, Any] = {name: request.args.get(name) for name in ("team", "show")}
        return go(url_for("review.queue", on=on.isoformat(), **where))
    return _answer(on, checklist)


def _answer(on: date, checklist: Checklist, refused: Refused | None = None) -> ResponseReturnValue:
    every = queries.list_checklists(current_actor().scope, current_campaign().id, on)
    return render(
        "review/_answer.html",
        "review/_answer.html",
        status=refused.status if refused else 200,
        checklist=checklist,
        refused=refused,
        **{**_context([checklist], on), **_tabs(every, on)},
    )


def _refuse(on: date, error: DomainError) -> ResponseReturnValue:
    """The checklist as it stands now, under the sentence, with the remark as typed."""
    db.session.rollback()
    checklist = queries.get_checklist(
        current_actor().scope,
        current_campaign().id,
        on,
        request.form.get("household_id", 0, type=int),
        request.form.get("team_id", 0, type=int),
    )
    if checklist is None:
        raise error
    remark = request.form.get("other_remark", "")
    refused = Refused(checklist, error.message, error.status, remark)
    return _answer(on, checklist, refused) if wants_fragment() else _queue(on, refused)


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
