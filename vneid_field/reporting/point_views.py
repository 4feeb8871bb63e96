"""A collection point's page: the number of the day until 17h00 (III.3.d)."""

from datetime import date, timedelta

from flask import request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.campaigns.queries import current_campaign
from vneid_field.collection.day_counts import DayCounts, count_days
from vneid_field.core import clock
from vneid_field.core.access import Permission
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.core.text import typed_text
from vneid_field.extensions import db
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.queries import targets_of
from vneid_field.reporting import collection_services, overview, queries
from vneid_field.reporting.forms import PointForm
from vneid_field.reporting.labels import REMEDY_LABELS
from vneid_field.reporting.paper_views import bp
from vneid_field.reporting.shortfalls import reason_words
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
    counts = count_days(campaign.id, [unit.id], on)[unit.id]
    if form.collected.data is None and not failure:
        form = _prefilled(shown, counts)
    return render(
        "reporting/point.html",
        status=status,
        quota=quota,
        counts=counts,
        target=max(counts.invited, quota),
        remedies=queries.list_remedies(
            actor.scope, campaign.id, unit, clock.today() - timedelta(days=1)
        ),
        today=clock.today(),
        remedy_labels=REMEDY_LABELS,
        reason_words=reason_words,
        day=shown,
        days=days,
        missed=[day for day in days if day.is_missing and day.on != on],
        form=form.for_day(on),
        failure=failure,
    )


def _prefilled(shown: overview.PointDay, counts: DayCounts) -> PointForm:
    """What was announced; before that what the point's events name, if any."""
    if shown.result is not None:
        return PointForm.of(shown.result)
    data = {"collected": counts.collected} if counts.came else {}
    return PointForm(formdata=None, data=data)


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
            reasons=form.reasons(),
            remedy=form.remedy(),
        )
    except DomainError as error:
        db.session.rollback()
        return _point_page(form, status=error.status, failure=refusal_of(form, error))
    return go(url_for("reporting.point", on=on.isoformat(), saved=1))


@bp.post("/point/remedies/<int:remedy_id>")
@requires(Permission.ENTER_POINT_RESULT)
def mark_remedy(remedy_id: int) -> ResponseReturnValue:
    """Say with one tap whether a remedial action happened."""
    actor = current_actor()
    collection_services.mark_remedy(
        actor=actor,
        remedy=queries.get_remedy(actor.scope, remedy_id),
        is_done=request.form.get("done") == "yes",
        note=typed_text(request.form.get("note", ""))[:200],
    )
    return go(url_for("reporting.point"))
