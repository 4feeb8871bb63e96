"""Lịch thu nhận lưu động: the week, the list, planning, changing, cancelling (III.3.d, e)."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.campaigns.queries import current_campaign
from vneid_field.collection import session_queries as queries
from vneid_field.collection import sessions
from vneid_field.collection.kinds import PlaceKind
from vneid_field.collection.labels_points import PLACE_KIND_LABELS
from vneid_field.collection.session_forms import (
    CancelForm,
    SessionForm,
    address_of,
    read_span,
    read_week,
)
from vneid_field.collection.session_papers import make_schedule
from vneid_field.collection.session_queries import SessionLine
from vneid_field.collection.session_sheet import schedule_sheet
from vneid_field.core import clock
from vneid_field.core.access import Permission
from vneid_field.core.database import reading
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.documents.exports import export, made_by
from vneid_field.extensions import db
from vneid_field.units.models import Unit
from vneid_field.units.queries import get_unit
from vneid_field.web.access import current_actor, requires
from vneid_field.web.converters import LARGEST_ID
from vneid_field.web.forms import MARKED, refusal_of
from vneid_field.web.pagination import page_number
from vneid_field.web.render import go, render

bp = Blueprint("sessions", __name__, url_prefix="/collection/sessions")


def _frame() -> dict[str, Any]:
    actor, campaign = current_actor(), current_campaign()
    return {
        "campaign": campaign,
        "today": clock.today(),
        "kinds": PLACE_KIND_LABELS,
        "points": queries.list_points_seen(actor.scope, campaign.id),
        "unit_name": actor.unit.unit_name,
    }


@bp.get("/")
@requires(Permission.SEE_COLLECTION)
def index() -> ResponseReturnValue:
    """The week of a day: what is collected where."""
    actor, campaign = current_actor(), current_campaign()
    asked = read_week(request.args, campaign)
    back, on = asked.first_on - timedelta(days=1), asked.last_on + timedelta(days=1)
    return render(
        "collection/sessions_week.html",
        week=queries.gather_week(actor.scope, campaign.id, asked),
        asked=asked,
        choice=address_of(asked),
        before=back if back >= campaign.starts_on else None,
        after=on if on <= campaign.ends_on else None,
        **_frame(),
    )


@bp.get("/list")
@requires(Permission.SEE_COLLECTION)
def listing() -> ResponseReturnValue:
    """The sessions of any days as a list."""
    actor, campaign = current_actor(), current_campaign()
    asked = read_span(request.args, campaign)
    return render(
        "collection/sessions_list.html",
        page=queries.page_sessions(actor.scope, campaign.id, asked, number=page_number()),
        asked=asked,
        choice=address_of(asked),
        span={"from": asked.first_on.isoformat(), "to": asked.last_on.isoformat()},
        **_frame(),
    )


@bp.post("/sheet")
@requires(Permission.SEE_COLLECTION)
def sheet() -> ResponseReturnValue:
    """The schedule of the filter as XLSX."""
    actor, campaign = current_actor(), current_campaign()
    with reading():
        asked = read_span(request.form, campaign)
        lines = queries.list_sessions(actor.scope, campaign.id, asked)
        content = schedule_sheet(actor.unit.unit_name, asked, lines, made_by(actor))
        name = f"lich-thu-nhan-luu-dong-{actor.unit.unit_code}-{asked.first_on:%Y%m%d}"
    return export(
        actor=actor,
        what="sessions",
        unit_id=actor.unit.unit_id,
        count=len(lines),
        name=name,
        sheet=content,
    )


@bp.post("/paper")
@requires(Permission.SCHEDULE_COLLECTION)
def paper() -> ResponseReturnValue:
    """The schedule of the filter as a stored paper, PDF and XLSX."""
    actor, campaign = current_actor(), current_campaign()
    asked = read_span(request.form, campaign)
    document = make_schedule(
        actor=actor,
        campaign=campaign,
        unit=get_unit(actor.scope, actor.unit.unit_id),
        asked=asked,
        lines=queries.list_sessions(actor.scope, campaign.id, asked),
    )
    return go(url_for("documents.show", document_id=document.id))


@bp.get("/new")
@requires(Permission.SCHEDULE_COLLECTION)
def new() -> ResponseReturnValue:
    """Choose the point, then the form of a new session of it."""
    plannable = queries.list_plannable(current_actor())
    wanted = request.args.get("point", type=int)
    point = next((one for one in plannable if one.id == wanted), None)
    if point is None and len(plannable) == 1:
        point = plannable[0]
    if point is None:
        return render("collection/sessions_point.html", points=plannable)
    form = SessionForm(formdata=None)
    if point.subtype != "mobile":
        form.place_kind.data = PlaceKind.HOME.value
    return _form_page(point, form, chosen=set())


def _form_page(
    point: Unit,
    form: SessionForm,
    *,
    chosen: set[int],
    line: SessionLine | None = None,
    failure: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    if point.subtype != "mobile":
        home = PlaceKind.HOME
        form.place_kind.choices = [(home.value, PLACE_KIND_LABELS[home])]
    return render(
        "collection/sessions_form.html",
        status=status,
        point=point,
        form=form,
        line=line,
        groups=queries.list_invitable(point),
        chosen=chosen,
        campaign=current_campaign(),
        today=clock.today(),
        failure=failure,
    )


def _point(point_id: int | None) -> Unit:
    actor = current_actor()
    if point_id is None or not 0 < point_id <= LARGEST_ID:
        raise NotFound
    point = get_unit(actor.scope, point_id)
    if not sessions.may_plan(actor, point):
        raise NotFound
    return point


def _chosen() -> list[int]:
    """The ticked units; an id that no column can hold is no unit."""
    chosen = request.form.getlist("unit", type=int)
    if not all(0 < one <= LARGEST_ID for one in chosen):
        raise NotFound
    return chosen


@bp.post("/new")
@requires(Permission.SCHEDULE_COLLECTION)
def plan() -> ResponseReturnValue:
    """Plan a session."""
    point_id = request.form.get("point_id", type=int)
    point, form, chosen = _point(point_id), SessionForm(), _chosen()
    if not form.validate():
        return _form_page(point, form, chosen=set(chosen), failure=MARKED, status=422)
    try:
        planned = sessions.plan_session(
            actor=current_actor(),
            campaign=current_campaign(),
            point=point,
            details=form.details(chosen),
        )
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        failure = refusal_of(form, error)
        return _form_page(
            _point(point_id), form, chosen=set(chosen), failure=failure, status=error.status
        )
    flash("Đã lập buổi thu nhận.")
    return go(url_for("sessions.show", session_id=planned.id))


def _line(session_id: int) -> SessionLine:
    return queries.get_session(current_actor().scope, current_campaign().id, session_id)


@bp.get("/<int:session_id>")
@requires(Permission.SEE_COLLECTION)
def show(session_id: int) -> ResponseReturnValue:
    """A session: where, when, who is invited, what stands against it."""
    return _show(_line(session_id), CancelForm(formdata=None))


def _show(
    line: SessionLine, form: CancelForm, failure: str = "", status: int = 200
) -> ResponseReturnValue:
    actor = current_actor()
    is_planner = actor.may(Permission.SCHEDULE_COLLECTION) and sessions.may_plan(actor, line.point)
    is_open = not line.session.is_cancelled and line.session.on_day >= clock.today()
    return render(
        "collection/sessions_show.html",
        status=status,
        line=line,
        kinds=PLACE_KIND_LABELS,
        form=form,
        may_change=is_planner and is_open,
        failure=failure,
    )


def _own_line(session_id: int) -> SessionLine:
    line = _line(session_id)
    if not sessions.may_plan(current_actor(), line.point):
        raise NotFound
    return line


@bp.get("/<int:session_id>/edit")
@requires(Permission.SCHEDULE_COLLECTION)
def edit(session_id: int) -> ResponseReturnValue:
    """The form of a session."""
    line = _own_line(session_id)
    chosen = {unit.id for unit in line.units}
    return _form_page(line.point, SessionForm.of(line.session), chosen=chosen, line=line)


@bp.post("/<int:session_id>/edit")
@requires(Permission.SCHEDULE_COLLECTION)
def save(session_id: int) -> ResponseReturnValue:
    """Change a session."""
    line, form, chosen = _own_line(session_id), SessionForm(), _chosen()
    if not form.validate():
        return _form_page(
            line.point, form, chosen=set(chosen), line=line, failure=MARKED, status=422
        )
    try:
        sessions.change_session(
            actor=current_actor(),
            campaign=current_campaign(),
            session_id=session_id,
            details=form.details(chosen),
        )
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        line, failure = _own_line(session_id), refusal_of(form, error)
        return _form_page(
            line.point, form, chosen=set(chosen), line=line, failure=failure, status=error.status
        )
    flash("Đã lưu.")
    return go(url_for("sessions.show", session_id=session_id))


@bp.post("/<int:session_id>/cancel")
@requires(Permission.SCHEDULE_COLLECTION)
def cancel(session_id: int) -> ResponseReturnValue:
    """Cancel a session with a reason."""
    line, form = _own_line(session_id), CancelForm()
    if not form.validate():
        return _show(line, form, MARKED, 422)
    try:
        sessions.cancel_session(
            actor=current_actor(), session_id=session_id, reason=form.cancel_reason.data or ""
        )
    except DomainError as error:
        db.session.rollback()
        return _show(_line(session_id), form, refusal_of(form, error), error.status)
    flash("Đã hủy buổi thu nhận.")
    return go(url_for("sessions.show", session_id=session_id))
