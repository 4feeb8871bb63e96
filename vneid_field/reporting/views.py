"""What each unit owes, writing and sending reports, and the points' 17h00 results."""

from datetime import date
from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.campaigns.queries import current_campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor, Permission
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.documents.exports import export, made_by
from vneid_field.documents.letterheads import police_name
from vneid_field.documents.queries import find_of_subject
from vneid_field.extensions import db
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.queries import targets_of
from vneid_field.reporting import (
    collection_services,
    obligation_services,
    overview,
    queries,
    services,
    tasks,
)
from vneid_field.reporting.chain import chain_of
from vneid_field.reporting.drafting import day_of_work, figures_of
from vneid_field.reporting.forms import PointForm, ReportForm, TextsForm
from vneid_field.reporting.kinds import ReportKind
from vneid_field.reporting.labels import ORDER_LABELS, REST_LABELS, SHOW_LABELS, UNITS_LABELS
from vneid_field.reporting.models import Obligation
from vneid_field.reporting.rules import shortfalls
from vneid_field.reporting.sheets import obligations_sheet
from vneid_field.reporting.showing import choose, read_choice
from vneid_field.reporting.words import WORDS, title_of
from vneid_field.units.models import Unit
from vneid_field.units.queries import get_unit
from vneid_field.units.rules import UnitKind
from vneid_field.web.access import current_actor, may, requires
from vneid_field.web.render import go, render

bp = Blueprint("reporting", __name__, url_prefix="/reports")
bp.add_app_template_global(title_of, "report_title")


def wanted_day(default: date) -> date:
    """Return ?on= or the default, inside the campaign and not in the future."""
    try:
        wanted = date.fromisoformat(request.values.get("on", ""))
    except ValueError:
        wanted = default
    return _inside_campaign(wanted)


def _inside_campaign(wanted: date) -> date:
    campaign = current_campaign()
    return max(campaign.starts_on, min(wanted, clock.today(), campaign.ends_on))


@bp.get("/")
@requires(Permission.SEE_OBLIGATIONS)
def obligations() -> ResponseReturnValue:
    """The desk's home: what I owe; who below has sent, is late, is missing."""
    actor, campaign = current_actor(), current_campaign()
    unit = get_unit(actor.scope, actor.unit.unit_id)
    on = wanted_day(day_of_work())
    reads_only = not may(Permission.SEND_POLICE_REPORT)
    view = overview.gather(actor.scope, campaign, unit, on, reads_only=reads_only)
    shown = choose(view, *read_choice(request.args))
    return render(
        "reporting/obligations.html",
        "reporting/_obligations.html",
        view=view,
        shown=shown,
        show_labels=SHOW_LABELS,
        order_labels=ORDER_LABELS,
        owed=view.obligations,
        unit=unit,
        police=police_name(unit),
        reads_only=reads_only,
        on=on,
        today=clock.today(),
        campaign=campaign,
        units_labels=UNITS_LABELS,
        rest_labels=REST_LABELS,
    )


@bp.post("/sheet")
@requires(Permission.SEE_OBLIGATIONS)
def sheet() -> ResponseReturnValue:
    """Who has sent a day's reports, as XLSX."""
    actor, campaign = current_actor(), current_campaign()
    unit = get_unit(actor.scope, actor.unit.unit_id)
    on = wanted_day(day_of_work())
    view = overview.gather(actor.scope, campaign, unit, on)
    shown = choose(view, *read_choice(request.form))
    return export(
        actor=actor,
        what="obligations",
        unit_id=unit.id,
        count=len(shown.rows),
        name=f"bao-cao-{unit.code}-{on:%Y%m%d}",
        sheet=obligations_sheet(view, shown, made_by(actor)),
    )


@bp.post("/remind")
@requires(Permission.SEND_POLICE_REPORT)
def remind() -> ResponseReturnValue:
    """Remind the units below that have not sent a day's report."""
    actor, campaign = current_actor(), current_campaign()
    unit = get_unit(actor.scope, actor.unit.unit_id)
    on = wanted_day(day_of_work())
    view = overview.gather(actor.scope, campaign, unit, on)
    obligation_services.remind(
        actor=actor, campaign=campaign, obligations=[r.obligation for r in view.below]
    )
    return go(url_for("reporting.obligations", on=on.isoformat()))


def _may_write(actor: Actor, unit: Unit) -> bool:
    if unit.kind is UnitKind.TEAM:
        return actor.may(Permission.SEND_TEAM_REPORT)
    return actor.may(Permission.SEND_POLICE_REPORT) and unit.id == actor.unit.unit_id


def _day(on: str) -> date:
    try:
        return date.fromisoformat(on)
    except ValueError:
        raise NotFound from None


def _obligation(unit_id: int, kind: str, on: str) -> Obligation:
    return queries.get_obligation(
        current_actor().scope, current_campaign().id, unit_id, ReportKind(kind), _day(on)
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
        _inside_campaign(clock.today()),
    )
    return redirect(report_url(found), 303)


REPORT = "/<int:unit_id>/<any(daily,weekly,final):kind>/<on>"


@bp.get(REPORT)
@requires(Permission.SEE_REPORTS)
def edit(unit_id: int, kind: str, on: str) -> ResponseReturnValue:
    """A report: the draft with live figures, or what was sent."""
    obligation = _obligation(unit_id, kind, on)
    return _page(obligation, _draft_form(obligation))


def _draft_form(obligation: Obligation) -> ReportForm:
    draft = queries.find_draft(obligation.id)
    form = ReportForm(formdata=None, obj=draft)
    if draft is not None:
        form.is_no_list.data = draft.is_no_list_received
    return form


def _page(
    obligation: Obligation,
    form: ReportForm,
    *,
    failure: str = "",
    status: int = 200,
    note: str = "",
) -> ResponseReturnValue:
    actor, campaign = current_actor(), current_campaign()
    sent = queries.find_newest_sent(obligation.id)
    figures = sent.figures if sent else figures_of(campaign, obligation)
    document = find_of_subject("report", sent.id) if sent else None
    return render(
        "reporting/report.html",
        status=status,
        obligation=obligation,
        unit=obligation.unit,
        sent=sent,
        document=document,
        is_paper_coming=bool(sent and not document and tasks.are_papers_coming(sent)),
        figures=figures,
        form=form,
        failure=failure,
        note=note,
        may_write=may(Permission.SEND_REPORT) and _may_write(actor, obligation.unit),
        short=[] if sent else shortfalls(obligation.unit.kind, figures),
        is_open=clock.now() >= obligation.opens_at,
        previous=queries.find_before(obligation),
        words=WORDS[obligation.report_kind],
        now=clock.now(),
    )


@bp.post(REPORT)
@requires(Permission.SEND_REPORT)
def send(unit_id: int, kind: str, on: str) -> ResponseReturnValue:
    """Keep a draft, or send: the button pressed says which."""
    actor, obligation = current_actor(), _obligation(unit_id, kind, on)
    if not _may_write(actor, obligation.unit):
        g.refused = True
        raise NotFound
    form = ReportForm()
    if not form.validate():
        return _page(obligation, form, status=422, failure="Hãy xem lại các mục được đánh dấu.")
    no_list = bool(form.is_no_list.data)
    if request.form.get("act") != "send":
        services.save_draft(obligation=obligation, texts=form.texts(), is_no_list=no_list)
        return go(report_url(obligation, saved=1))
    try:
        report = services.send_report(
            actor=actor,
            obligation=obligation,
            figures=figures_of(current_campaign(), obligation),
            texts=form.texts(),
            is_no_list=no_list,
            is_on_behalf=actor.unit.unit_id != unit_id,
        )
    except DomainError as error:
        db.session.rollback()
        obligation = _obligation(unit_id, kind, on)
        return _page(obligation, form, status=error.status, failure=error.message)
    tasks.ask_for_papers(actor=actor, report=report)
    return go(report_url(obligation))


@bp.post(f"{REPORT}/papers")
@requires(Permission.SEE_REPORTS)
def ask_papers(unit_id: int, kind: str, on: str) -> ResponseReturnValue:
    """Let the worker make the papers of a sent report that has none yet."""
    obligation = _obligation(unit_id, kind, on)
    sent = queries.find_newest_sent(obligation.id)
    if sent is None:
        raise DomainError("Báo cáo này chưa gửi nên chưa lập văn bản được.")
    tasks.ask_for_papers(actor=current_actor(), report=sent)
    return go(report_url(obligation))


@bp.route("/<int:unit_id>/paper/<on>", methods=["GET", "POST"])
@requires(Permission.SEND_POLICE_REPORT)
def make_paper(unit_id: int, on: str) -> ResponseReturnValue:
    """Write what goes with the figures, then make the daily paper of a unit that owes none."""
    actor, campaign = current_actor(), current_campaign()
    unit, day = get_unit(actor.scope, unit_id), _inside_campaign(_day(on))
    if not chain_of(campaign.id).makes_own_paper(unit.kind):
        raise NotFound
    earlier, form = tasks.newest_paper(unit, day), TextsForm()
    if form.validate_on_submit():
        document = tasks.make_on_demand(
            actor=actor, campaign=campaign, unit=unit, on=day, texts=form.texts()
        )
        return go(url_for("documents.show", document_id=document.id))
    if request.method == "GET":
        form = TextsForm(formdata=None, data=earlier.figures if earlier else {})
    return render(
        "reporting/paper.html",
        status=422 if form.errors else 200,
        unit=unit,
        on=day,
        form=form,
        earlier=earlier,
    )


def _point() -> tuple[Unit, int]:
    actor, campaign = current_actor(), current_campaign()
    unit = get_unit(actor.scope, actor.unit.unit_id)
    targets = targets_of(campaign.id, [unit.id])[unit.id]
    return unit, targets.get(QuotaKind.POINT_DAY, 0)


@bp.get("/point")
@requires(Permission.ENTER_POINT_RESULT)
def point() -> ResponseReturnValue:
    """A collection point's day: the number until 17h00, and the days before."""
    return _point_page(PointForm(formdata=None))


def _point_page(form: PointForm, *, failure: str = "", status: int = 200) -> ResponseReturnValue:
    actor, campaign = current_actor(), current_campaign()
    unit, quota = _point()
    on = wanted_day(clock.today())
    days = overview.point_days(actor.scope, campaign, unit)
    shown = next((day for day in days if day.on == on), None)
    if shown is None:
        raise NotFound
    if shown.result is not None and form.collected.data is None and not failure:
        form = PointForm(formdata=None, obj=shown.result)
    return render(
        "reporting/point.html",
        status=status,
        quota=quota,
        day=shown,
        days=days,
        missed=[day for day in days if day.is_missing and day.on != on],
        form=form.for_day(on),
        failure=failure,
    )


def _announced_day() -> date:
    """The day the form names: never guessed, or a number would land on another day."""
    try:
        return date.fromisoformat(request.form.get("on", ""))
    except ValueError:
        raise DomainError("Không rõ báo cho ngày nào. Hãy tải lại trang.") from None


@bp.post("/point")
@requires(Permission.ENTER_POINT_RESULT)
def enter_point() -> ResponseReturnValue:
    """Announce the day's number."""
    form = PointForm()
    if not form.validate():
        return _point_page(form, status=422, failure="Hãy xem lại các mục được đánh dấu.")
    unit, quota = _point()
    on = _announced_day()
    try:
        collection_services.enter_collection_result(
            actor=current_actor(),
            campaign=current_campaign(),
            point=unit,
            collected_on=on,
            collected=form.collected.data,
            quota=quota,
            reason=form.reason.data or "",
            remedy=form.remedy.data or "",
        )
    except DomainError as error:
        db.session.rollback()
        return _point_page(form, status=error.status, failure=error.message)
    return go(url_for("reporting.point", on=on.isoformat(), saved=1))
