"""The page on which a superior excuses a unit from a report, or takes the excuse back."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from vneid_field.core.access import Permission
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.extensions import db
from vneid_field.reporting import excuses
from vneid_field.reporting.decisions import may_decide
from vneid_field.reporting.forms import ExcuseForm
from vneid_field.reporting.models import Obligation
from vneid_field.reporting.overview import row_of_obligation
from vneid_field.reporting.step_queries import names_of
from vneid_field.reporting.views import obligation_at
from vneid_field.web.access import current_actor, requires
from vneid_field.web.forms import refusal_of
from vneid_field.web.render import go, render

bp = Blueprint("excuses", __name__, url_prefix="/reports")
EXCUSE = "/<int:unit_id>/<any(collection,daily,weekly,final):kind>/<on>/excuse"


def _page(
    obligation: Obligation, form: ExcuseForm, *, failure: str = "", status: int = 200
) -> ResponseReturnValue:
    if not may_decide(current_actor(), obligation):
        raise NotFound
    return render(
        "reporting/excuse.html",
        status=status,
        row=row_of_obligation(obligation),
        by=names_of([obligation.excused_by]).get(obligation.excused_by, ""),
        form=form,
        failure=failure,
    )


def _back(obligation: Obligation) -> ResponseReturnValue:
    on = obligation.period_end_on.isoformat()
    kind = obligation.report_kind.value
    return go(url_for("reporting.obligations", kind=kind, on=on))


@bp.get(EXCUSE)
@requires(Permission.DECIDE_REPORT)
def show(unit_id: int, kind: str, on: str) -> ResponseReturnValue:
    """What stands of a unit's report, and the reason to write."""
    return _page(obligation_at(unit_id, kind, on), ExcuseForm(formdata=None))


@bp.post(EXCUSE)
@requires(Permission.DECIDE_REPORT)
def excuse(unit_id: int, kind: str, on: str) -> ResponseReturnValue:
    """Excuse the unit from the report, with the reason written."""
    obligation, form = obligation_at(unit_id, kind, on), ExcuseForm()
    if not form.validate():
        return _page(obligation, form, status=422)
    reason = form.reason.data or ""
    try:
        excuses.excuse(actor=current_actor(), obligation=obligation, reason=reason)
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        obligation = obligation_at(unit_id, kind, on)
        return _page(obligation, form, status=error.status, failure=refusal_of(form, error))
    return _back(obligation)


@bp.post(f"{EXCUSE}/undo")
@requires(Permission.DECIDE_REPORT)
def take_back(unit_id: int, kind: str, on: str) -> ResponseReturnValue:
    """Ask for the report again."""
    obligation = obligation_at(unit_id, kind, on)
    excuses.take_back_excuse(actor=current_actor(), obligation=obligation)
    return _back(obligation)
