"""A collection point's page: the number of the day until 17h00 (III.3.d)."""

from datetime import date

from flask import request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.campaigns.queries import current_campaign
from vneid_field.core import clock
from vneid_field.core.access import Permission
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.extensions import db
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.queries import targets_of
from vneid_field.reporting import collection_services, overview
from vneid_field.reporting.forms import PointForm
from vneid_field.reporting.paper_views import bp
from vneid_field.reporting.views import wanted_day
from vneid_field.units.models import Unit
from vneid_field.units.queries import get_unit
from vneid_field.web.access import current_actor, requires
from vneid_field.web.forms import MARKED, refusal_of
from vneid_field.web.render import go, render

__all__ = ["bp"]  # the pages of this module stand under the same address


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
        return _point_page(form, status=422, failure=MARKED)
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
        return _point_page(form, status=error.status, failure=refusal_of(form, error))
    return go(url_for("reporting.point", on=on.isoformat(), saved=1))
