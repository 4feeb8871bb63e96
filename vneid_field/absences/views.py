"""Vắng mặt at the desk: consolidate, send, assign, take over, close; the ageing board."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from vneid_field.absences import labels, queries, services
from vneid_field.absences.board import gather_ages
from vneid_field.absences.forms import read_day
from vneid_field.absences.kinds import CloseReason, Stage
from vneid_field.absences.limits import tries_of
from vneid_field.absences.papers import KIND, ask_paper
from vneid_field.absences.queries import CaseLine, Wanted
from vneid_field.absences.rules import AGES
from vneid_field.absences.sheets import age_sheet, name_of
from vneid_field.audit.services import record
from vneid_field.campaigns.queries import current_campaign
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING, Permission
from vneid_field.core.database import reading
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.core.text import typed_text, vn_number
from vneid_field.documents.exports import export, made_by
from vneid_field.extensions import db
from vneid_field.jobs.queries import get_job
from vneid_field.people.models import Citizen
from vneid_field.people.queries import get_citizen
from vneid_field.people.rules import mask
from vneid_field.units.models import Unit
from vneid_field.units.queries import get_unit, list_above, list_of_kinds
from vneid_field.units.rules import UnitKind
from vneid_field.visits.labels import ABSENT_LABELS, OUTCOME_LABELS
from vneid_field.web.access import current_actor, requires
from vneid_field.web.pagination import page_number
from vneid_field.web.render import go, render

bp = Blueprint("absences", __name__, url_prefix="/absences")
TABS = (("mine", "Đơn vị đang giữ"), ("below", "Cấp dưới đang giữ"), ("all", "Tất cả"))
BY_HAND = (CloseReason.DUPLICATE, CloseReason.MET, CloseReason.OUTSIDE, CloseReason.UNREACHABLE)


def _unit() -> Unit:
    """The unit whose cases are shown: ?unit=, else the actor's own."""
    actor = current_actor()
    return get_unit(actor.scope, request.values.get("unit", 0, type=int) or actor.unit.unit_id)


def _wanted(unit: Unit, tab: str) -> Wanted:
    stage = request.values.get("stage", "")
    stages = (Stage(stage),) if stage in set(Stage) else ()
    is_late = request.values.get("late") == "1"
    return Wanted(
        stages=stages,
        unit_id=unit.id if tab == "mine" else None,
        below_id=unit.id if tab == "below" else None,
        inside=unit.path if tab == "all" else "",
        late_at=clock.now() if is_late else None,
    )


def _tab() -> str:
    tab = request.values.get("show", "")
    return tab if tab in dict(TABS) else "mine"


@bp.get("/")
@requires(Permission.SEE_ABSENCES)
def index() -> ResponseReturnValue:
    """Open cases: those the unit holds, those right below it, all of the area."""
    return _index()


def _index(failure: str = "", status: int = 200) -> ResponseReturnValue:
    actor, campaign, unit, tab = current_actor(), current_campaign(), _unit(), _tab()
    wanted = _wanted(unit, tab)
    page = queries.page_cases(actor.scope, campaign.id, wanted, number=page_number())
    asked = {"unit": request.values.get("unit"), "stage": request.values.get("stage")}
    return render(
        "absences/index.html",
        status=status,
        failure=failure,
        unit=unit,
        page=page,
        tab=tab,
        tabs=[
            (key, label, queries.count_cases(actor.scope, campaign.id, _wanted(unit, key)))
            for key, label in TABS
        ],
        asked={
            key: value
            for key, value in {**asked, "late": request.values.get("late")}.items()
            if value
        },
        doubles=queries.find_doubles(actor.scope, campaign.id, page.items),
        may_act=unit.id == actor.unit.unit_id and tab != "all",
        **_choices(unit),
        **case_words(),
    )


def _choices(unit: Unit) -> dict[str, Any]:
    """What may be chosen for cases: teams to assign to, places to ask, reasons to close.

    `seen` is the newest hop: a case that moved after the page was drawn moves no further with it.
    """
    scope = current_actor().scope
    places: dict[str, list[Unit]] = {}
    for place, parent in list_of_kinds(EVERYTHING, services.TAKES_OVER):
        if place.id != unit.id:
            places.setdefault(parent, []).append(place)
    return {
        "workers": queries.list_workers(scope, unit) if unit.kind is not UnitKind.HAMLET else [],
        "places": places,
        "reasons": BY_HAND,
        "sends_up": unit.kind is UnitKind.COMMUNE,
        "today": clock.today(),
        "ends_on": current_campaign().ends_on,
        "seen": queries.newest_hop_id(),
    }


def case_words() -> dict[str, Any]:
    """Return what every page of the loop words its cases with."""
    return {
        "labels": labels,
        "reason_labels": ABSENT_LABELS,
        "outcome_labels": OUTCOME_LABELS,
        "mask": mask,
        "now": clock.now(),
        "Stage": Stage,
    }


def _chosen() -> list[int]:
    """The ticked cases, or all of the tab."""
    if request.form.get("all") != "1":
        return request.form.getlist("case_id", type=int)
    wanted = _wanted(_unit(), _tab())
    lines = queries.list_cases(current_actor().scope, current_campaign().id, wanted)
    return [line.case.id for line in lines]


def _act(act: Callable[[list[int]], int], said: str) -> ResponseReturnValue:
    """Do something with the chosen cases; a refusal is read above the list, as it stands then."""
    ids = _chosen()
    try:
        if not ids:
            raise DomainError("Hãy đánh dấu ít nhất một trường hợp.")
        count = act(ids)
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        return _refused(request.form.get("back", 0, type=int), error)
    flash(f"{said}: {vn_number(count)} trường hợp.")
    back: dict[str, Any] = {
        key: value for key in ("unit", "stage", "late", "show") if (value := request.form.get(key))
    }
    return go(url_for("absences.index", **back))


def _refused(case_id: int, error: DomainError) -> ResponseReturnValue:
    """The sentence on the case's page, or above the list when the unit sees the case no more."""
    if case_id:
        try:
            return _show(case_id, error.message, error.status)
        except NoResultFound:
            db.session.rollback()
    return _index(error.message, error.status)


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "campaign": current_campaign()}


def _moves() -> dict[str, Any]:
    """Who moves cases, and the newest hop that the page knew."""
    return {**_who(), "seen": request.form.get("seen", type=int)}


def _note() -> str:
    return typed_text(request.form.get("note"))


@bp.post("/receive")
@requires(Permission.MOVE_ABSENCES)
def receive() -> ResponseReturnValue:
    """The receipt of the chosen cases; of an offered one, that the unit takes it over."""
    who = _who()
    return _act(lambda ids: services.receive(case_ids=ids, **who), "Đã nhận")


@bp.post("/send")
@requires(Permission.MOVE_ABSENCES)
def send() -> ResponseReturnValue:
    """Send the chosen cases up, or fetch them from a unit below."""
    who = _moves()
    return _act(lambda ids: services.send_up(case_ids=ids, note=_note(), **who), "Đã chuyển lên")


@bp.post("/assign")
@requires(Permission.MOVE_ABSENCES)
def assign() -> ResponseReturnValue:
    """Give the chosen cases to a support team."""
    who = _moves()
    team_id = request.form.get("team_id", 0, type=int)
    return _act(
        lambda ids: services.assign(case_ids=ids, team_id=team_id, note=_note(), **who),
        "Đã phân công",
    )


@bp.post("/give-back")
@requires(Permission.MOVE_ABSENCES)
def give_back() -> ResponseReturnValue:
    """Return the chosen cases to their team, for a day."""
    who = _moves()
    back_on = read_day(request.form.get("back_on"))
    return _act(
        lambda ids: services.give_back(case_ids=ids, back_on=back_on, note=_note(), **who),
        "Đã trả lại tổ",
    )


@bp.post("/offer")
@requires(Permission.MOVE_ABSENCES)
def offer() -> ResponseReturnValue:
    """Ask another locality to take the chosen cases over."""
    who = _moves()
    place_id = request.form.get("place_id", 0, type=int)
    return _act(
        lambda ids: services.offer_elsewhere(case_ids=ids, unit_id=place_id, note=_note(), **who),
        "Đã đề nghị nơi khác nhận",
    )


@bp.post("/close")
@requires(Permission.MOVE_ABSENCES)
def close() -> ResponseReturnValue:
    """Close the chosen cases with a reason that holds for each."""
    said = request.form.get("reason", "")
    who = _moves()

    reason = CloseReason(said) if said in BY_HAND else None
    return _act(
        lambda ids: services.close_cases(case_ids=ids, reason=reason, place=_note(), **who),
        "Đã kết thúc",
    )


@bp.post("/<int:case_id>/decline")
@requires(Permission.MOVE_ABSENCES)
def decline(case_id: int) -> ResponseReturnValue:
    """Do not take over what another locality offers; it goes back with the reason."""
    try:
        services.decline(
            actor=current_actor(), campaign=current_campaign(), case_id=case_id, note=_note()
        )
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        return _refused(case_id, error)
    flash("Đề nghị đã được trả lại nơi gửi.")
    return go(url_for("absences.index"))


@bp.get("/<int:case_id>")
@requires(Permission.SEE_ABSENCES)
def show(case_id: int) -> ResponseReturnValue:
    """One case: the person, every hop with receipt and due time, every contact."""
    return _show(case_id)


def _find(case_id: int) -> CaseLine | None:
    found = queries.list_chosen(current_actor().scope, current_campaign().id, [case_id])
    return found[0] if found else None


def _show(case_id: int, failure: str = "", status: int = 200) -> ResponseReturnValue:
    actor, campaign = current_actor(), current_campaign()
    line = _find(case_id)
    case = line.case if line else queries.get_closed(actor.scope, campaign.id, case_id)
    citizen = line.citizen if line else get_citizen(actor.scope, case.citizen_id)
    own = db.session.get_one(Unit, actor.unit.unit_id)
    return render(
        "absences/show.html",
        status=status,
        failure=failure,
        line=line,
        case=case,
        event=line.event if line else case.event,
        citizen=citizen,
        trail=queries.list_trail(case_id),
        contacts=queries.list_contacts(case_id),
        is_here=actor.scope.covers(citizen.unit_path),
        may_act=line is not None and services.holds(actor, line),
        tries_needed=tries_of(campaign),
        **_choices(own),
        **case_words(),
    )


@bp.post("/<int:case_id>/call")
@requires(Permission.REVEAL_NUMBER)
def call(case_id: int) -> ResponseReturnValue:
    """Show the number to call: an explicit act, logged; also of who lives elsewhere."""
    actor, line = current_actor(), _find(case_id)
    if line is None:
        raise NotFound
    citizen: Citizen = line.citizen
    record(
        "person.number_revealed",
        actor=actor,
        subject_kind="citizen",
        subject_id=citizen.id,
        field="phone",
    )
    back = url_for("calls.show" if actor.is_field else "absences.show", case_id=case_id)
    return render("absences/number.html", "visits/_call.html", citizen=citizen, back=back)


@bp.get("/board")
@requires(Permission.SEE_ABSENCES)
def board() -> ResponseReturnValue:
    """How many cases, where, how long, which hop is late."""
    actor, unit = current_actor(), _unit()
    return render(
        "absences/board.html",
        unit=unit,
        board=gather_ages(actor.scope, current_campaign().id, unit, clock.now()),
        crumbs=list_above(actor.scope, unit),
        ages=AGES,
        kinds=UnitKind,
        name_of=name_of,
        **case_words(),
    )


@bp.post("/board/sheet")
@requires(Permission.SEE_ABSENCES)
def sheet() -> ResponseReturnValue:
    """The board's table as XLSX, stored nowhere."""
    actor, unit, now = current_actor(), _unit(), clock.now()
    with reading():
        found = gather_ages(actor.scope, current_campaign().id, unit, now)
        content = age_sheet(unit, found, now, made_by(actor))
        name = f"thoi-gian-giu-vang-mat-{unit.code}-{clock.to_local(now):%Y%m%d}"
    return export(
        actor=actor,
        what="absence_ages",
        unit_id=unit.id,
        count=len(found.lines),
        name=name,
        sheet=content,
    )


@bp.post("/paper")
@requires(Permission.SEE_PERSON_DOCUMENTS)
def paper() -> ResponseReturnValue:
    """Ask for the list of the unit's absentees as PDF and XLSX; the worker makes it."""
    job = ask_paper(actor=current_actor(), campaign=current_campaign(), unit=_unit())
    return go(url_for("absences.printing", job_id=job.id))


@bp.get("/printing/<int:job_id>")
@requires(Permission.SEE_PERSON_DOCUMENTS)
def printing(job_id: int) -> ResponseReturnValue:
    """Wait for the list; the fragment polls itself and stops."""
    job = get_job(current_actor(), job_id, KIND)
    return render("absences/printing.html", "absences/_printing.html", job=job)
