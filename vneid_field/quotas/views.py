"""The plan's table, splits with their history, and the points' daily numbers."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.campaigns.queries import current_campaign
from vneid_field.core.access import Permission
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.extensions import db
from vneid_field.quotas import forms, overview, papers, queries, services
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.labels import COLUMN_HEADS, KIND_LABELS, WEIGHT_WORDS
from vneid_field.quotas.rules import daily_quota, read_amount
from vneid_field.units.models import Unit
from vneid_field.units.queries import get_unit, list_above, list_subtree
from vneid_field.units.rules import UnitKind
from vneid_field.web.access import current_actor, may, requires
from vneid_field.web.render import go, render

bp = Blueprint("quotas", __name__, url_prefix="/quotas")
WRONG = "Hãy xem lại các ô được đánh dấu: chỉ tiêu là số nguyên, ví dụ 13.695."
FORM_WRONG = "Hãy xem lại các mục được đánh dấu."


def _unit(unit_id: int) -> Unit:
    return get_unit(current_actor().scope, unit_id)


def _place(unit: Unit) -> dict[str, Any]:
    """Return what every page of a unit's targets shows around it."""
    return {
        "unit": unit,
        "crumbs": list_above(current_actor().scope, unit),
        "has_table": overview.has_table(unit),
        "has_split": overview.is_split(current_campaign(), unit),
    }


@bp.get("/")
@requires(Permission.SEE_QUOTAS)
def table() -> ResponseReturnValue:
    """The own unit's targets."""
    return redirect(url_for("quotas.show", unit_id=current_actor().unit.unit_id), 303)


@bp.get("/<int:unit_id>")
@requires(Permission.SEE_QUOTAS)
def show(unit_id: int) -> ResponseReturnValue:
    """The plan's twelve columns for a city or a district; a commune has its split."""
    unit, campaign = _unit(unit_id), current_campaign()
    if not overview.has_table(unit) and overview.is_split(campaign, unit):
        return redirect(url_for("quotas.split", unit_id=unit.id), 303)
    plan = overview.gather_plan(campaign, unit)
    paper = papers.plan_paper(campaign, plan)
    return render(
        "quotas/table.html",
        **_place(unit),
        plan=plan,
        paper=paper,
        heads=COLUMN_HEADS,
        rows=list(zip(plan.rows, paper.rows, strict=True)),
        campaign=campaign,
    )


@bp.post("/<int:unit_id>/paper")
@requires(Permission.SEE_QUOTAS)
def make_plan(unit_id: int) -> ResponseReturnValue:
    """Store the table as PDF and XLSX; the papers' page downloads them."""
    document = papers.make_plan(
        actor=current_actor(), campaign=current_campaign(), parent=_unit(unit_id)
    )
    return go(url_for("documents.show", document_id=document.id))


@bp.get("/<int:unit_id>/split")
@requires(Permission.SEE_QUOTAS)
def split(unit_id: int) -> ResponseReturnValue:
    """A unit's split: stored, proposed (?propose=1, weights w_<unit>) or of a revision (?from=)."""
    unit, campaign = _unit(unit_id), current_campaign()
    children = overview.children_of(campaign, unit)
    weights, number = forms.typed_weights(children), request.args.get("from", type=int)
    notice = ""
    if not may(Permission.SET_QUOTAS):
        typed = overview.stored_amounts(campaign, children)
    elif number is not None:
        typed, notice = overview.amounts_of_revision(campaign, unit, number), "restored"
    elif request.args.get("propose"):
        own = weights or overview.weights_of(unit, children)[0]
        typed, notice = overview.proposed_amounts(campaign, unit, own), "proposed"
    else:
        typed = overview.stored_amounts(campaign, children)
    view = overview.gather_split(campaign, unit, typed, weights=weights, notice=notice)
    return _split_page(view, forms.revision_form(campaign, view.number))


def _split_page(
    view: overview.SplitView, form: forms.RevisionForm, *, failure: str = "", status: int = 200
) -> ResponseReturnValue:
    campaign = current_campaign()
    return render(
        "quotas/split.html",
        status=status,
        **_place(view.unit),
        view=view,
        kinds=services.SPLIT_KINDS,
        kind_labels=KIND_LABELS,
        child_head=papers.child_head(view),
        weight_words=WEIGHT_WORDS,
        a_day=lambda amount: daily_quota(amount, campaign.quota_days),
        days=campaign.quota_days,
        form=form,
        failure=failure,
        is_open=may(Permission.SET_QUOTAS),
    )


@bp.post("/<int:unit_id>/split")
@requires(Permission.SET_QUOTAS)
def save_split(unit_id: int) -> ResponseReturnValue:
    """Save a split that adds up as the next revision; else the page with what was typed."""
    unit, campaign = _unit(unit_id), current_campaign()
    children = overview.children_of(campaign, unit)
    typed, form = forms.typed_amounts(children), forms.revision_form(campaign)
    wrong = frozenset(key for key, text in typed.items() if read_amount(text) is None)
    failure, status = WRONG if wrong else "", 422
    if form.validate() and not wrong:
        try:
            services.save_split(
                actor=current_actor(),
                campaign=campaign,
                parent=unit,
                children=children,
                amounts=forms.read_split(typed),
                **_revision(form),
            )
            return go(url_for("quotas.split", unit_id=unit.id, saved=1))
        except DomainError as error:
            db.session.rollback()
            failure, status = error.message, error.status
    view = overview.gather_split(campaign, _unit(unit_id), typed, notice="typed", wrong=wrong)
    return _split_page(view, form, failure=failure or FORM_WRONG, status=status)


def _revision(form: forms.RevisionForm) -> dict[str, Any]:
    return {
        "reason": form.reason.data or "",
        "effective_on": form.effective_on.data,
        "expected_number": form.expected_number,
    }


@bp.post("/<int:unit_id>/split/paper")
@requires(Permission.SEE_QUOTAS)
def make_split(unit_id: int) -> ResponseReturnValue:
    """Store the split as PDF and XLSX."""
    document = papers.make_split(
        actor=current_actor(), campaign=current_campaign(), unit=_unit(unit_id)
    )
    return go(url_for("documents.show", document_id=document.id))


@bp.get("/<int:unit_id>/history")
@requires(Permission.SEE_QUOTAS)
def history(unit_id: int) -> ResponseReturnValue:
    """Who gave which targets when, why, and how many."""
    unit, campaign = _unit(unit_id), current_campaign()
    if unit.id != campaign.root_unit_id and not overview.is_split(campaign, unit):
        raise NotFound
    return render(
        "quotas/history.html",
        **_place(unit),
        revisions=overview.gather_history(campaign, unit),
        kinds=services.SPLIT_KINDS,
        point_kind=QuotaKind.POINT_DAY,
        kind_labels=KIND_LABELS,
        may_restore=may(Permission.SET_QUOTAS) and overview.is_split(campaign, unit),
    )


def _points(unit: Unit) -> list[Unit]:
    if not overview.is_split(current_campaign(), unit):
        raise NotFound
    return list_subtree(current_actor().scope, unit, (UnitKind.COLLECTION_POINT,))


@bp.get("/<int:unit_id>/points")
@requires(Permission.SEE_QUOTAS)
def points(unit_id: int) -> ResponseReturnValue:
    """The daily numbers of the points below a unit, beside the unit's own."""
    unit, campaign = _unit(unit_id), current_campaign()
    found = _points(unit)
    notice = ""
    if request.args.get("propose") and may(Permission.SET_QUOTAS):
        shares, notice = overview.propose_points(campaign, unit, found), "proposed"
        typed = {one: str(share) for one, share in shares.items()}
    else:
        stored = queries.targets_of(campaign.id, [point.id for point in found])
        typed = {p.id: str(stored[p.id].get(QuotaKind.POINT_DAY, "")) for p in found}
    number = queries.newest_number(campaign.id, unit.id)
    form = forms.revision_form(campaign, number)
    return _points_page(unit, found, typed, form, notice=notice)


def _points_page(
    unit: Unit,
    found: list[Unit],
    typed: dict[int, str],
    form: forms.RevisionForm,
    *,
    notice: str = "",
    wrong: frozenset[int] = frozenset(),
    failure: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    campaign = current_campaign()
    number = queries.newest_number(campaign.id, unit.id)
    a_day = overview.a_day_of(campaign, unit)
    view = overview.PointsView(unit, found, typed, a_day, number, notice, wrong)
    return render(
        "quotas/points.html",
        status=status,
        **_place(unit),
        view=view,
        form=form,
        failure=failure,
        is_open=may(Permission.SET_QUOTAS),
    )


@bp.post("/<int:unit_id>/points")
@requires(Permission.SET_QUOTAS)
def save_points(unit_id: int) -> ResponseReturnValue:
    """Save the points' numbers as a revision of the unit."""
    unit, campaign = _unit(unit_id), current_campaign()
    found = _points(unit)
    typed, form = forms.typed_points(found), forms.revision_form(campaign)
    wrong = frozenset(one for one, text in typed.items() if read_amount(text) is None)
    failure, status = WRONG if wrong else "", 422
    if form.validate() and not wrong:
        try:
            services.save_point_quotas(
                actor=current_actor(),
                campaign=campaign,
                unit=unit,
                amounts={point: read_amount(typed[point.id]) or 0 for point in found},
                **_revision(form),
            )
            return go(url_for("quotas.points", unit_id=unit.id, saved=1))
        except DomainError as error:
            db.session.rollback()
            failure, status = error.message, error.status
            found = _points(_unit(unit_id))
    return _points_page(
        _unit(unit_id), found, typed, form,
        wrong=wrong, failure=failure or FORM_WRONG, status=status,
    )  # fmt: skip
