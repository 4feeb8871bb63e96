"""Kết quả kiểm tra của một ngày, and the minutes of it as a stored paper."""

from datetime import date

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from vneid_field.campaigns.queries import current_campaign
from vneid_field.core import clock
from vneid_field.core.access import Permission
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.extensions import db
from vneid_field.review.flag_counts import count_flags
from vneid_field.review.minutes import gather_day, make_minutes, newest_minutes
from vneid_field.review.queries import find_latest_day
from vneid_field.review.rates import list_communes, open_area
from vneid_field.units.models import Unit
from vneid_field.units.queries import list_above
from vneid_field.units.rules import UnitKind
from vneid_field.web.access import current_actor, requires
from vneid_field.web.forms import MARKED, Form, at_most
from vneid_field.web.render import go, render

bp = Blueprint("review_minutes", __name__, url_prefix="/review/day")


class MinutesForm(Form):
    """What the maker adds to the figures."""

    opinion = TextAreaField(
        "Nhận xét, kiến nghị",
        [at_most(2000)],
        description="In trong biên bản. Không ghi tên, số điện thoại, địa chỉ của người dân.",
    )


def _on() -> date:
    """?on=, else the newest day with visits."""
    try:
        return date.fromisoformat(request.values.get("on", ""))
    except ValueError:
        today = clock.today()
        found = find_latest_day(current_actor().scope, current_campaign().id, today)
        return found or today


def _unit() -> Unit:
    return open_area(current_actor(), request.args.get("unit", type=int))


def _page(
    unit: Unit, form: MinutesForm, failure: str = "", status: int = 200
) -> ResponseReturnValue:
    actor, campaign, on = current_actor(), current_campaign(), _on()
    is_commune = unit.kind is UnitKind.COMMUNE
    communes = [] if is_commune else list_communes(actor.scope, unit)
    # A day of the whole city is a second of work: counted when somebody asks for it.
    is_counted = unit.kind is not UnitKind.CITY or "flags" in request.args
    return render(
        "review/day.html",
        status=status,
        unit=unit,
        on=on,
        today=clock.today(),
        communes=communes,
        flags=count_flags(campaign, unit, communes, on) if is_counted else [],
        crumbs=list_above(actor.scope, unit),
        found=gather_day(campaign, unit, on) if is_commune else None,
        minutes=newest_minutes(campaign, unit, on) if is_commune else None,
        may_make=_may_make(unit),
        form=form,
        failure=failure,
    )


def _may_make(unit: Unit) -> bool:
    actor = current_actor()
    return unit.id == actor.unit.unit_id and actor.may(Permission.MAKE_MINUTES)


@bp.get("")
@requires(Permission.SEE_REVIEW)
def show() -> ResponseReturnValue:
    """What was looked at on a day, by team; above a commune, which one to open."""
    return _page(_unit(), MinutesForm(formdata=None))


@bp.post("")
@requires(Permission.MAKE_MINUTES)
def make() -> ResponseReturnValue:
    """Make the minutes of the own commune's day."""
    unit, form = _unit(), MinutesForm()
    if not _may_make(unit):
        raise NotFound
    if not form.validate():
        return _page(unit, form, MARKED, 422)
    lines = (line.strip() for line in (form.opinion.data or "").splitlines())
    try:
        document = make_minutes(
            actor=current_actor(),
            campaign=current_campaign(),
            commune=unit,
            on=_on(),
            opinion=[line for line in lines if line],
        )
    except DomainError as error:
        db.session.rollback()
        return _page(_unit(), form, error.message, error.status)
    return go(url_for("documents.show", document_id=document.id))
