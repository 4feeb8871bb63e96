"""The live board of the collection points at 17h00 and its table as XLSX."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from vneid_field.campaigns.queries import current_campaign
from vneid_field.core import clock
from vneid_field.core.access import Permission
from vneid_field.core.database import reading
from vneid_field.documents.exports import export, made_by
from vneid_field.reporting.labels import REMEDY_LABELS, SHORTFALL_LABELS
from vneid_field.reporting.point_board import gather_points, points_sheet
from vneid_field.reporting.views import wanted_day
from vneid_field.units.queries import get_unit, list_above
from vneid_field.web.access import current_actor, requires
from vneid_field.web.render import render

bp = Blueprint("point_board", __name__, url_prefix="/reports")
PATH = "/points/<int:unit_id>"


@bp.get(PATH)
@requires(Permission.SEE_OBLIGATIONS)
def show(unit_id: int) -> ResponseReturnValue:
    """Who has announced and what lacks why; today's page asks again while it is seen."""
    actor, campaign = current_actor(), current_campaign()
    unit, on = get_unit(actor.scope, unit_id), wanted_day(clock.today())
    return render(
        "reporting/point_board.html",
        "reporting/_point_board.html",
        board=gather_points(actor.scope, campaign, unit, on),
        unit=unit,
        on=on,
        today=clock.today(),
        now=clock.now(),
        campaign=campaign,
        crumbs=list_above(actor.scope, unit),
        reason_labels=SHORTFALL_LABELS,
        remedy_labels=REMEDY_LABELS,
    )


@bp.post(f"{PATH}/sheet")
@requires(Permission.SEE_OBLIGATIONS)
def sheet(unit_id: int) -> ResponseReturnValue:
    """The board's table as XLSX, one column for each reason."""
    actor, campaign = current_actor(), current_campaign()
    with reading():
        unit, on = get_unit(actor.scope, unit_id), wanted_day(clock.today())
        board = gather_points(actor.scope, campaign, unit, on)
        content = points_sheet(board, made_by(actor))
    return export(
        actor=actor,
        what="point_results",
        unit_id=unit.id,
        count=len(board.rows),
        name=f"ket-qua-thu-nhan-{unit.code}-{on:%Y%m%d}",
        sheet=content,
    )
