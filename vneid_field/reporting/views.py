"""What each unit owes, writing and sending reports, and the points' 17h00 results."""

from datetime import date
from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.queries import current_campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor, Permission
from vneid_field.core.database import reading
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.documents.exports import export, made_by
from vneid_field.documents.letterheads import police_name
from vneid_field.extensions import db
from vneid_field.reporting import (
    obligation_services,
    overview,
    queries,
    services,
    tasks,
)
from vneid_field.reporting.decisions import may_decide, may_unlock_own
from vneid_field.reporting.drafting import day_of_work, figures_of
from vneid_field.reporting.forms import ReportForm, form_of
from vneid_field.reporting.kinds import ReportKind, ReportState
from vneid_field.reporting.labels import (
    KIND_LABELS,
    ORDER_LABELS,
    REST_LABELS,
    SHOW_LABELS,
    STEP_LABELS,
    UNITS_LABELS,
)
from vneid_field.reporting.models import Obligation, Report
from vneid_field.reporting.obligation_services import periods_of
from vneid_field.reporting.rules import Period, minutes_left, shortfalls
from vneid_field.reporting.sheets import obligations_sheet
from vneid_field.reporting.showing import choose, read_choice
from vneid_field.reporting.step_queries import list_told, names_of
from vneid_field.reporting.words import WORDS, report_title, title_of
from vneid_field.units.models import Unit
from vneid_field.units.queries import get_unit
from vneid_field.units.rules import UnitKind
from vneid_field.web.access import current_actor, may, requires
from vneid_field.web.forms import MARKED, refusal_of
from vneid_field.web.render import go, render

bp = Blueprint("reporting", __name__, url_prefix="/reports")
bp.add_app_template_global(title_of, "report_title")


def wanted_day(default: date) -> date:
    """Return ?on= or the default, inside the campaign and not in the future."""
    try:
        wanted = date.fromisoformat(request.values.get("on", ""))
    except ValueError:
        wanted = default
    return inside_campaign(wanted)


def inside_campaign(wanted: date) -> date:
    """Return a day, moved into the campaign and not into the future."""
    campaign = current_campaign()
    return max(campaign.starts_on, min(wanted, clock.today(), campaign.ends_on))


def wanted_kind() -> ReportKind:
    """Return ?kind=, a day's report by default."""
    kinds = (ReportKind.WEEKLY, ReportKind.FINAL)
    return next((k for k in kinds if k.value == request.values.get("kind")), ReportKind.DAILY)


def wanted_period(kind: ReportKind) -> Period:
    """Return the period that ?on= lies in, else the newest that is over; a day by itself.

    Raises NotFound in a campaign too short to have one.
    """
    on = wanted_day(day_of_work())
    if kind is ReportKind.DAILY:
        return Period(on, on)
    found = periods_of(current_campaign(), kind)
    if not found:
        raise _unknown(kind)
    over = [one for one in found if one.last_on < clock.today()]
    if "on" not in request.values:
        return over[-1] if over else found[0]
    return next((one for one in found if on <= one.last_on), found[-1])


def _unknown(kind: ReportKind) -> NotFound:
    return NotFound(f"Chiến dịch này không có {WORDS[kind].noun.lower()}.")


def _kinds(campaign: Campaign, view: overview.Overview) -> dict[ReportKind, str]:
    """Return the kinds to choose from: those that the campaign asks for, of which one falls due."""
    return {
        kind: label
        for kind, label in KIND_LABELS.items()
        if kind in view.kinds and periods_of(campaign, kind)
    }


@bp.get("/")
@requires(Permission.SEE_OBLIGATIONS)
def obligations() -> ResponseReturnValue:
    """The desk's home: what I owe; who below has sent, is late, is missing."""
    actor, campaign = current_actor(), current_campaign()
    unit = get_unit(actor.scope, actor.unit.unit_id)
    kind = wanted_kind()
    period = wanted_period(kind)
    on, reads_only = period.last_on, not may(Permission.SEND_POLICE_REPORT)
    view = overview.gather(
        actor.scope, campaign, unit, on, kind=kind, since=period.first_on, reads_only=reads_only
    )
    if kind is not ReportKind.DAILY and kind not in view.kinds:
        raise _unknown(kind)
    shown = choose(view, *read_choice(request.args))
    decides = may(Permission.DECIDE_REPORT) and view.is_receiver
    return render(
        "reporting/obligations.html",
        "reporting/_obligations.html",
        view=view,
        shown=shown,
        waiting=[row for row in shown.rows if row.waits] if decides else [],
        reminded=request.args.get("reminded", type=int),
        accepted=request.args.get("accepted", type=int),
        renewed=request.args.get("renewed", 0, type=int),
        show_labels=SHOW_LABELS,
        order_labels=ORDER_LABELS,
        owed=view.obligations,
        unit=unit,
        police=police_name(unit),
        reads_only=reads_only,
        on=on,
        kind=kind,
        period=period,
        kind_labels=_kinds(campaign, view),
        words=WORDS[kind],
        title=report_title(kind, period.first_on, period.last_on),
        today=clock.today(),
        campaign=campaign,
        units_labels=UNITS_LABELS,
        rest_labels=REST_LABELS,
    )


@bp.get("/reminder")
@requires(Permission.SEND_REPORT)
def reminder() -> ResponseReturnValue:
    """What stands on top of every page of who reports; pages ask for it each minute."""
    return render("layouts/_reminder_text.html")


@bp.post("/sheet")
@requires(Permission.SEE_OBLIGATIONS)
def sheet() -> ResponseReturnValue:
    """Who has sent a period's reports, as XLSX; gathered and written while others write."""
    actor, kind = current_actor(), wanted_kind()
    with reading():
        unit = get_unit(actor.scope, actor.unit.unit_id)
        period = wanted_period(kind)
        view = overview.gather(
            actor.scope, current_campaign(), unit, period.last_on, kind=kind, since=period.first_on
        )
        shown = choose(view, *read_choice(request.form))
        content = obligations_sheet(view, shown, made_by(actor), kind)
        name = f"bao-cao-{kind.value}-{unit.code}-{period.last_on:%Y%m%d}"
    return export(
        actor=actor,
        what="obligations",
        unit_id=actor.unit.unit_id,
        count=len(shown.rows),
        name=name,
        sheet=content,
    )


@bp.post("/remind")
@requires(Permission.SEND_POLICE_REPORT)
def remind() -> ResponseReturnValue:
    """Remind the units below that have not sent a day's report."""
    actor, campaign = current_actor(), current_campaign()
    unit = get_unit(actor.scope, actor.unit.unit_id)
    kind = wanted_kind()
    on = wanted_period(kind).last_on
    view = overview.gather(actor.scope, campaign, unit, on, kind=kind)
    count = obligation_services.remind(
        actor=actor, campaign=campaign, obligations=[r.obligation for r in view.below]
    )
    return go(url_for("reporting.obligations", kind=kind.value, on=on.isoformat(), reminded=count))


def _may_write(actor: Actor, unit: Unit) -> bool:
    if unit.kind is UnitKind.TEAM:
        return actor.may(Permission.SEND_TEAM_REPORT)
    return actor.may(Permission.SEND_POLICE_REPORT) and unit.id == actor.unit.unit_id


def day_at(on: str) -> date:
    """Return the day of an address; raises NotFound."""
    try:
        return date.fromisoformat(on)
    except ValueError:
        raise NotFound from None


def obligation_at(unit_id: int, kind: str, on: str) -> Obligation:
    """Return the obligation of an address within the scope; raises NoResultFound, NotFound."""
    return queries.get_obligation(
        current_actor().scope, current_campaign().id, unit_id, ReportKind(kind), day_at(on)
    )


@bp.app_template_global()
def report_url(obligation: Obligation, **more: Any) -> str:
    """Return the address of an obligation's report."""
    on = obligation.period_end_on.isoformat()
    kind = obligation.report_kind.value
    return url_for("reporting.edit", unit_id=obligation.unit_id, kind=kind, on=on, **more)


@bp.get("/mine")
@requires(Permission.SEND_TEAM_REPORT)
def team_report() -> ResponseReturnValue:
    """The phone's tab: the report that is due next."""
    actor, campaign = current_actor(), current_campaign()
    if not actor.is_field:
        return redirect(url_for("reporting.obligations"), 303)
    owed = queries.list_owed(
        actor.scope, campaign.id, actor.unit.unit_id, day_of_work(), clock.today()
    )
    if owed:
        return redirect(report_url(owed[0]), 303)
    found = queries.get_obligation(
        actor.scope,
        campaign.id,
        actor.unit.unit_id,
        ReportKind.DAILY,
        inside_campaign(clock.today()),
    )
    return redirect(report_url(found), 303)


@bp.get("/unsent")
@requires(Permission.SEND_TEAM_REPORT)
def unsent() -> ResponseReturnValue:
    """Everything that a team has not sent since the campaign began, or has to mend."""
    actor, campaign = current_actor(), current_campaign()
    if not actor.is_field:
        return redirect(url_for("reporting.obligations"), 303)
    found = queries.list_owed(
        actor.scope, campaign.id, actor.unit.unit_id, campaign.starts_on, clock.today()
    )
    rows = overview.by_urgency(found)
    return render(
        "reporting/unsent.html",
        returned=[one for one in found if one.report_state is ReportState.RETURNED],
        rows=rows,
        owed=[row.obligation for row in rows],
    )


REPORT = "/<int:unit_id>/<any(daily,weekly,final):kind>/<on>"


@bp.get(REPORT)
@requires(Permission.SEE_REPORTS)
def edit(unit_id: int, kind: str, on: str) -> ResponseReturnValue:
    """A report: the draft with live figures, or what was sent."""
    obligation = obligation_at(unit_id, kind, on)
    return report_page(obligation)


def _draft_form(obligation: Obligation, written: Report | None) -> ReportForm:
    """The draft, or what a returned version said."""
    form = form_of(obligation, formdata=None, obj=written)
    if written is not None:
        form.is_no_list.data = written.is_no_list_received
    return form


def report_page(
    obligation: Obligation,
    form: ReportForm | None = None,
    *,
    failure: str = "",
    status: int = 200,
    note: str = "",
) -> ResponseReturnValue:
    """Draw a report: what was sent, or the form with the figures as they stand."""
    actor, campaign = current_actor(), current_campaign()
    newest, draft = queries.find_newest_sent(obligation.id), queries.find_draft(obligation.id)
    # A form that comes back for another reason than a conflict has seen no more than before.
    is_fresh = form is None or status == Conflict.status
    may_write = may(Permission.SEND_REPORT) and _may_write(actor, obligation.unit)
    may_write = may_write and obligation.unit.is_active
    is_returned = newest is not None and newest.state is ReportState.RETURNED
    # Who has to mend a returned report gets the form; everybody else what was sent.
    sent = None if is_returned and may_write else newest
    figures = sent.figures if sent else figures_of(campaign, obligation)
    return render(
        "reporting/report.html",
        status=status,
        obligation=obligation,
        unit=obligation.unit,
        sent=sent,
        papers=tasks.papers_of(sent) if sent else None,
        figures=figures,
        form=form or _draft_form(obligation, draft or newest),
        seen=services.seen_of(newest, draft) if is_fresh else request.form.get("seen", ""),
        otherwise=form.saved_otherwise(draft or newest) if form and is_fresh else {},
        failure=failure,
        note=note,
        may_write=may_write,
        is_returned=is_returned,
        told=list_told(obligation),
        is_own_end=may_unlock_own(actor, obligation),
        may_decide=may(Permission.DECIDE_REPORT) and may_decide(actor, obligation),
        asked_by=names_of([obligation.reminded_by, obligation.excused_by]),
        is_reader=not may(Permission.SEND_REPORT),
        steps=STEP_LABELS,
        short=[] if sent else shortfalls(obligation.unit.kind, figures),
        is_open=clock.now() >= obligation.opens_at,
        minutes=minutes_left(obligation.due_at, clock.now()),
        previous=queries.find_before(obligation),
        words=WORDS[obligation.report_kind],
        now=clock.now(),
    )


@bp.post(REPORT)
@requires(Permission.SEND_REPORT)
def send(unit_id: int, kind: str, on: str) -> ResponseReturnValue:
    """Keep a draft, or send: the button pressed says which."""
    actor, obligation = current_actor(), obligation_at(unit_id, kind, on)
    if not _may_write(actor, obligation.unit):
        g.refused = True
        raise NotFound
    form = form_of(obligation)
    if not form.validate():
        return report_page(obligation, form, status=422, failure=MARKED)
    written: dict[str, Any] = {
        "texts": form.texts(),
        "is_no_list": bool(form.is_no_list.data),
        "seen": request.form.get("seen", ""),
    }
    try:
        if request.form.get("act") != "send":
            services.save_draft(obligation=obligation, **written)
            return go(report_url(obligation, saved=1))
        report = services.send_report(
            actor=actor,
            obligation=obligation,
            figures=figures_of(current_campaign(), obligation),
            is_on_behalf=actor.unit.unit_id != unit_id,
            **written,
        )
    except DomainError as error:
        db.session.rollback()
        obligation = obligation_at(unit_id, kind, on)
        return report_page(obligation, form, status=error.status, failure=refusal_of(form, error))
    tasks.ask_for_papers(actor=actor, report=report)
    return go(report_url(obligation))
