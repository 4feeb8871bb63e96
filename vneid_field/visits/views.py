"""The phone: households, the checklist, results, undo, guide ticks."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, current_app, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from vneid_field.audit.services import record
from vneid_field.campaigns.queries import current_campaign
from vneid_field.core import clock
from vneid_field.core.access import Permission
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.core.text import typed_text
from vneid_field.extensions import db
from vneid_field.lists.queries import NextHousehold, find_next_household, page_held_households
from vneid_field.visits import labels, services
from vneid_field.visits.checklist import Checklist, find_answer, find_checklist, plan_undo
from vneid_field.visits.forms import Refusal, read_undo, read_visit, refusal_of
from vneid_field.visits.given import Recorded, UndoUnconfirmed
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.queries import find_held_address, find_walk_start, get_visitable
from vneid_field.visits.rules import GUIDE_STEPS
from vneid_field.visits.whole import household_inputs
from vneid_field.web.access import current_actor, requires
from vneid_field.web.pagination import page_number
from vneid_field.web.render import go, render, wants_fragment
from vneid_field.web.transactions import commit_before_answer

bp = Blueprint("visits", __name__)
CHIPS = (
    ("todo", "Còn lại"),
    ("unvisited", "Chưa đến"),
    ("revisit", "Hẹn lại"),
    ("unmet", "Chưa gặp"),
    ("absent", "Vắng"),
    ("done", "Xong"),
    ("", "Tất cả"),
)


def checklist_context(checklist: Checklist) -> dict[str, Any]:
    """What the checklist's templates need beside the checklist."""
    tomorrow = clock.today() + timedelta(days=1)
    return {
        "checklist": checklist,
        "labels": labels,
        "Outcome": Outcome,
        "AbsentReason": AbsentReason,
        "guide_steps": GUIDE_STEPS,
        "today": clock.today(),
        "tomorrow": tomorrow,
        "ends_on": current_campaign().ends_on,
    }


def _next_after(household_id: int | None) -> NextHousehold | None:
    actor = current_actor()
    return find_next_household(
        actor.scope,
        current_campaign().id,
        after=household_id,
        start=find_walk_start(actor.user_id),
        own_first=actor.user_id,
        now=clock.now(),
    )


def _households(*, wanted: str, search: str, number: int) -> ResponseReturnValue:
    actor = current_actor()
    start = find_walk_start(actor.user_id)
    page = page_held_households(
        actor.scope,
        current_campaign().id,
        wanted=wanted,
        search=search,
        own_first=actor.user_id,
        start_household_id=start,
        number=number,
    )
    return render(
        "visits/households.html",
        "visits/_households.html",
        page=page,
        chips=CHIPS,
        wanted=wanted,
        search=search,
        start_id=start,
        start_address=find_held_address(actor.scope, start) if start else None,
    )


@bp.get("/households")
@requires(Permission.WALK)
def households() -> ResponseReturnValue:
    """The team's households in walking order, filtered."""
    wanted = request.args.get("show", "todo")
    known = wanted if wanted in dict(CHIPS) else "todo"
    return _households(wanted=known, search="", number=page_number())


@bp.post("/households/search")
@requires(Permission.WALK)
def search() -> ResponseReturnValue:
    """Search by name or address, page by page; a POST: no name stands in a URL or a log."""
    words = typed_text(request.form.get("words"))[:80]
    number = max(1, request.form.get("page", 1, type=int))
    return _households(wanted="", search=words, number=number)


@bp.get("/households/<int:household_id>")
@requires(Permission.WALK)
def household(household_id: int) -> ResponseReturnValue:
    """One household's checklist."""
    return _household_page(household_id)


def _household_page(
    household_id: int, *, status: int = 200, refused: Refusal | None = None
) -> ResponseReturnValue:
    checklist = _checklist(household_id)
    return render(
        "visits/household.html",
        status=status,
        returned=_returned(household_id),
        refused=refused,
        **checklist_context(checklist),
    )


def _returned(household_id: int) -> list[Any]:
    """Remarks of the review that commune police have not settled; review lies to the right."""
    find = current_app.extensions.get("household_remarks")
    actor = current_actor()
    if find is None or not actor.is_field:
        return []
    found: list[Any] = find(actor.scope, current_campaign().id, actor.unit.unit_id, household_id)
    return found


@bp.get("/households/next")
@requires(Permission.WALK)
def next_household() -> ResponseReturnValue:
    """Go on with the next household that waits."""
    found = _next_after(request.args.get("after", type=int))
    if found is None:
        return go(url_for("visits.households", show="todo", walked=1))
    return go(url_for("visits.household", household_id=found.household_id))


def _checklist(household_id: int) -> Checklist:
    checklist = find_checklist(current_actor(), current_campaign(), household_id)
    if checklist is None:
        raise NotFound("Hộ này không có trong danh sách tổ đang giữ.")
    return checklist


def _tell(recorded: list[Recorded]) -> None:
    """Let the slices to the right know; a repeat is no news."""
    for done in recorded:
        for listener in current_app.extensions.get("after_visit", ()):
            if not done.is_repeat:
                listener(done.event)


def _answer(recorded: Recorded) -> Response:
    """The person's row in place, with undo; a page without script goes back to the checklist."""
    _tell([recorded])
    commit_before_answer()
    event = recorded.event
    if recorded.is_off_list:
        return render("visits/kept.html", "visits/_kept.html", event=event, labels=labels)
    found = find_answer(current_actor(), current_campaign(), event, recorded.events)
    # Police who type in, and a person moved to another household meanwhile, get the whole page.
    if not wants_fragment() or found is None:
        return go(url_for("visits.household", household_id=event.household_id))
    person, checklist = found
    return render(
        "visits/_person.html",
        "visits/_answer.html",
        person=person,
        recorded=recorded,
        **checklist_context(checklist),
    )


def _refused(citizen_id: int, error: DomainError, form: Mapping[str, str]) -> ResponseReturnValue:
    """The card itself (the page without script), as filled in, with the sentence."""
    db.session.rollback()
    actor, campaign = current_actor(), current_campaign()
    try:
        citizen, _item = get_visitable(actor.scope, campaign.id, citizen_id)
    except NoResultFound:  # a repeat of what the list no longer shows
        raise error from None
    checklist = find_checklist(actor, campaign, citizen.household_id)
    if checklist is None:  # not received yet: there is no card to answer with
        raise error
    refused = refusal_of(citizen_id, error, form)
    if not wants_fragment():
        return _household_page(citizen.household_id, status=error.status, refused=refused)
    return render(
        "visits/_person.html",
        status=error.status,
        person=next(one for one in checklist.people if one.citizen.id == citizen_id),
        refused=refused,
        **checklist_context(checklist),
    )


@bp.post("/citizens/<int:citizen_id>/visits")
@requires(Permission.WALK)
def record_visit(citizen_id: int) -> ResponseReturnValue:
    """Record what was found for one person."""
    try:
        recorded = services.record_visit(
            actor=current_actor(),
            campaign=current_campaign(),
            citizen_id=citizen_id,
            given=read_visit(request.form),
        )
    except DomainError as error:
        return _refused(citizen_id, error, request.form)
    return _answer(recorded)


@bp.get("/citizens/<int:citizen_id>/visits/<uuid:uuid>/undo")
@requires(Permission.WALK)
def confirm_undo(citizen_id: int, uuid: object) -> ResponseReturnValue:
    """What taking a result back would change."""
    plan = plan_undo(current_actor(), current_campaign(), citizen_id, str(uuid))
    return render("visits/undo.html", plan=plan, labels=labels)


@bp.post("/citizens/<int:citizen_id>/visits/<uuid:uuid>/undo")
@requires(Permission.WALK)
def undo(citizen_id: int, uuid: object) -> ResponseReturnValue:
    """Take a result back: another event. One of an earlier day is asked about first."""
    try:
        recorded = services.record_visit(
            actor=current_actor(),
            campaign=current_campaign(),
            citizen_id=citizen_id,
            given=read_undo(request.form, str(uuid)),
        )
    except UndoUnconfirmed:
        return go(url_for("visits.confirm_undo", citizen_id=citizen_id, uuid=uuid))
    except NotFound:
        raise
    except DomainError as error:
        return _refused(citizen_id, error, {})
    return _answer(recorded)


@bp.post("/households/<int:household_id>/visits")
@requires(Permission.WALK)
def record_household(household_id: int) -> ResponseReturnValue:
    """Mark whoever of the household has neither a final result nor one of today; then go on."""
    actor, campaign = current_actor(), current_campaign()
    checklist = find_checklist(actor, campaign, household_id)
    inputs = household_inputs(actor, campaign, checklist, request.form)
    recorded = services.mark_household(actor=actor, campaign=campaign, inputs=inputs)
    _tell(recorded)
    following = _next_after(household_id)
    if checklist is None and following is None:
        return go(url_for("visits.households"))
    target = following.household_id if following else household_id
    return go(
        url_for("visits.household", household_id=target, saved=household_id, count=len(recorded))
    )


@bp.post("/citizens/<int:citizen_id>/guide/<step>")
@requires(Permission.WALK)
def guide(citizen_id: int, step: str) -> ResponseReturnValue:
    """Tick or untick a step of the guide."""
    actor, campaign = current_actor(), current_campaign()
    services.tick_step(
        actor=actor,
        campaign=campaign,
        citizen_id=citizen_id,
        step=step,
        is_done=request.form.get("done") == "1",
    )
    citizen, _item = get_visitable(actor.scope, campaign.id, citizen_id)
    if not wants_fragment():
        return go(url_for("visits.household", household_id=citizen.household_id))
    checklist = _checklist(citizen.household_id)
    person = next(p for p in checklist.people if p.citizen.id == citizen_id)
    return render("visits/_ticked.html", person=person, step=step, **checklist_context(checklist))


@bp.post("/citizens/<int:citizen_id>/call")
@requires(Permission.WALK)
def call(citizen_id: int) -> ResponseReturnValue:
    """Show the phone number to call: an explicit act, logged; the page forgets it on reload."""
    actor = current_actor()
    citizen, _item = get_visitable(actor.scope, current_campaign().id, citizen_id)
    record(
        "person.number_revealed",
        actor=actor,
        subject_kind="citizen",
        subject_id=citizen.id,
        field="phone",
    )
    return render("visits/call.html", "visits/_call.html", citizen=citizen)


@bp.post("/households/<int:household_id>/start")
@requires(Permission.WALK)
def start_here(household_id: int) -> ResponseReturnValue:
    """Begin the walk at this household, or forget it."""
    is_cleared = request.form.get("clear") == "1"
    if not is_cleared:
        _checklist(household_id)
    services.start_here(actor=current_actor(), household_id=None if is_cleared else household_id)
    return go(url_for("visits.households"))
