"""The papers of a sent report, and the daily paper of a unit that owes none."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.campaigns.queries import current_campaign
from vneid_field.core.access import Permission
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.reporting import queries, tasks
from vneid_field.reporting.chain import chain_of
from vneid_field.reporting.forms import TextsForm
from vneid_field.reporting.views import (
    REPORT,
    bp,
    day_at,
    inside_campaign,
    obligation_at,
    report_url,
)
from vneid_field.units.queries import get_unit
from vneid_field.web.access import current_actor, requires
from vneid_field.web.render import go, render, wants_fragment

__all__ = ["bp"]  # the pages of this module stand under the same address


@bp.get(f"{REPORT}/papers")
@requires(Permission.SEE_REPORTS)
def papers_of(unit_id: int, kind: str, on: str) -> ResponseReturnValue:
    """Where a sent report's papers are: what its page asks again, less often each time."""
    obligation = obligation_at(unit_id, kind, on)
    sent = queries.find_newest_sent(obligation.id)
    if sent is None or not wants_fragment():
        return redirect(report_url(obligation), 303)
    return render("reporting/_papers_of.html", obligation=obligation, papers=tasks.papers_of(sent))


@bp.post(f"{REPORT}/papers")
@requires(Permission.SEE_REPORTS)
def ask_papers(unit_id: int, kind: str, on: str) -> ResponseReturnValue:
    """Let the worker make the papers of a sent report that has none yet."""
    obligation = obligation_at(unit_id, kind, on)
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
    unit, day = get_unit(actor.scope, unit_id), inside_campaign(day_at(on))
    if not chain_of(campaign.id).makes_own_paper(unit.kind):
        raise NotFound
    earlier, form = tasks.newest_paper(unit, day), TextsForm()
    if form.validate_on_submit():
        document = tasks.make_on_demand(
            actor=actor,
            campaign=campaign,
            unit=unit,
            on=day,
            texts=form.texts(),
            seen=request.form.get("seen", type=int),
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
