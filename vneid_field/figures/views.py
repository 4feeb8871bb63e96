"""Opening figures: what a unit had achieved before it began to use the software."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from vneid_field.campaigns.queries import current_campaign
from vneid_field.core.access import Permission
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.core.text import vn_number
from vneid_field.extensions import db
from vneid_field.figures.forms import OpeningForm, opening_form
from vneid_field.figures.labels import OPENING_LABELS
from vneid_field.figures.opening import entered_so_far, entries_query
from vneid_field.figures.rules import Counter
from vneid_field.figures.services import enter_opening_figure
from vneid_field.units.models import Unit
from vneid_field.units.queries import get_unit, list_above, list_hamlets_of_team
from vneid_field.units.rules import ADMINISTRATIVE, UnitKind
from vneid_field.web.access import current_actor, requires
from vneid_field.web.pagination import page_number, paginate
from vneid_field.web.render import go, render

bp = Blueprint("openings", __name__, url_prefix="/openings")
PAGE_SIZE = 50


def _unit(unit_id: int) -> Unit:
    unit = get_unit(current_actor().scope, unit_id)
    if unit.kind not in (*ADMINISTRATIVE, UnitKind.TEAM):
        raise NotFound
    return unit


def _form(unit: Unit, *, is_fresh: bool) -> OpeningForm:
    is_team = unit.kind is UnitKind.TEAM
    hamlets = list_hamlets_of_team(unit.id) if is_team else []
    return opening_form(current_campaign().starts_on, hamlets, is_team=is_team, is_fresh=is_fresh)


@bp.get("/<int:unit_id>")
@requires(Permission.ENTER_OPENING)
def show(unit_id: int) -> ResponseReturnValue:
    """A unit's opening figures with who entered them, and the form for the next."""
    unit = _unit(unit_id)
    return _page(unit, _form(unit, is_fresh=True))


def _page(
    unit: Unit, form: OpeningForm, *, failure: str = "", status: int = 200
) -> ResponseReturnValue:
    scope = current_actor().scope
    query = entries_query(scope, current_campaign().id, unit)
    return render(
        "figures/openings.html",
        status=status,
        unit=unit,
        crumbs=list_above(scope, unit),
        form=form,
        failure=failure,
        page=paginate(query, number=page_number(), size=PAGE_SIZE, scalars=False),
        labels=OPENING_LABELS,
    )


@bp.post("/<int:unit_id>")
@requires(Permission.ENTER_OPENING)
def enter(unit_id: int) -> ResponseReturnValue:
    """Enter one figure; it counts at once, on the day it is for."""
    unit = _unit(unit_id)
    form = _form(unit, is_fresh=False)
    if not form.validate():
        return _page(unit, form, status=422, failure="Hãy xem lại các mục được đánh dấu.")
    try:
        _enter(unit, form)
    except DomainError as error:
        db.session.rollback()
        return _page(_unit(unit_id), form, status=error.status, failure=error.message)
    return go(url_for("openings.show", unit_id=unit.id, saved=1))


def _enter(unit: Unit, form: OpeningForm) -> None:
    """Write the entry; raises DomainError for a correction that takes away more than there is."""
    campaign, counter = current_campaign(), Counter(form.counter.data)
    places: dict[str, Unit] = {}
    home_id = unit.id
    if unit.kind is UnitKind.TEAM:
        home = next(u for u in list_hamlets_of_team(unit.id) if u.id == form.home_unit_id.data)
        places, home_id = {"home_unit": home, "performed_by": unit}, home.id
    day, value = form.counted_on.data, form.value.data
    before = entered_so_far(campaign.id, unit.id, home_id, day, counter)
    if before + value < 0:
        raise DomainError(
            f"Ngày này đơn vị mới nhập {vn_number(before)}, không trừ được {vn_number(-value)}."
        )
    enter_opening_figure(
        actor=current_actor(),
        campaign_id=campaign.id,
        unit=unit,
        counted_on=day,
        counter=counter,
        value=value,
        reason=form.reason.data or "",
        **places,
    )
