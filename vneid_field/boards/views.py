"""Today on the phone; boards with drill-down at the desk."""

from datetime import date

from flask import Blueprint, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.boards.papers import board_paper, make_board
from vneid_field.boards.services import gather_board, gather_today
from vneid_field.boards.sheets import board_sheet
from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.queries import current_campaign
from vneid_field.core import clock
from vneid_field.core.access import Permission
from vneid_field.documents.exports import export, made_by
from vneid_field.reporting.labels import REST_LABELS
from vneid_field.reporting.lines import Line
from vneid_field.reporting.summary import summarise
from vneid_field.units.queries import get_unit, list_above
from vneid_field.units.rules import UnitKind
from vneid_field.web.access import current_actor, requires
from vneid_field.web.render import go, render

bp = Blueprint("boards", __name__)
SORTS = {
    "order": lambda line: (line.unit.sort_order, line.unit.id),
    "in_day": lambda line: -line.activation.in_day,
    "cumulative": lambda line: -line.activation.cumulative,
    "percent": lambda line: -(line.activation.percent or 0),
    "collected": lambda line: -line.collection.cumulative,
    "absent": lambda line: -line.absent,
    "confirmed": lambda line: -line.verdicts.confirmed,
    "contradicted": lambda line: -line.verdicts.contradicted,
    "rank": lambda line: line.rank or 9999,
}


@bp.get("/today")
@requires(Permission.WALK)
def today() -> ResponseReturnValue:
    """The phone's first page."""
    actor, campaign = current_actor(), current_campaign()
    returned = current_app.extensions.get("returned_checklists")
    gathered = gather_today(actor, campaign)
    return render(
        "boards/today.html",
        today=gathered,
        owed=[deadline.obligation for deadline in gathered.deadlines],
        returned=returned(actor.scope, campaign.id, actor.unit.unit_id) if returned else [],
        campaign=campaign,
    )


def wanted_day(campaign: Campaign) -> date:
    """Return ?on= or today, from the first day on and not in the future."""
    try:
        wanted = date.fromisoformat(request.values.get("on", ""))
    except ValueError:
        wanted = clock.today()
    return min(max(wanted, campaign.starts_on), max(clock.today(), campaign.starts_on))


@bp.get("/boards")
@requires(Permission.SEE_BOARDS)
def home() -> ResponseReturnValue:
    """The own unit's board; a beat officer sees the commune's first hamlet."""
    return redirect(url_for("boards.show", unit_id=current_actor().unit.unit_id), 303)


@bp.get("/boards/<int:unit_id>")
@requires(Permission.SEE_BOARDS)
def show(unit_id: int) -> ResponseReturnValue:
    """A unit's figures against both targets, day by day, and its subordinate units."""
    actor, campaign = current_actor(), current_campaign()
    unit = get_unit(actor.scope, unit_id)
    board = gather_board(campaign, unit, wanted_day(campaign))
    lines, sort = _sorted(board.summary.lines)
    return render(
        "boards/show.html",
        board=board,
        summary=board.summary,
        lines=lines,
        sort=sort,
        unit=unit,
        crumbs=list_above(actor.scope, unit),
        campaign=campaign,
        today=clock.today(),
        is_team=unit.kind is UnitKind.TEAM,
        rest_labels=REST_LABELS,
    )


def _sorted(lines: list[Line]) -> tuple[list[Line], str]:
    """Return the lines in the order asked for, and its name."""
    sort = request.values.get("sort", "")
    sort = sort if sort in SORTS else "order"
    return sorted(lines, key=SORTS[sort]), sort


@bp.post("/boards/<int:unit_id>/sheet")
@requires(Permission.SEE_BOARDS)
def sheet(unit_id: int) -> ResponseReturnValue:
    """The board's table as XLSX, in the order of the page."""
    actor, campaign = current_actor(), current_campaign()
    unit = get_unit(actor.scope, unit_id)
    summary = summarise(campaign, unit, wanted_day(campaign), has_stock=False)
    lines, sort = _sorted(summary.lines)
    return export(
        actor=actor,
        what="board",
        unit_id=unit.id,
        count=len(lines),
        name=f"tien-do-{unit.code}-{summary.on:%Y%m%d}",
        sheet=board_sheet(board_paper(summary, lines, sort), made_by(actor)),
    )


@bp.post("/boards/<int:unit_id>/paper")
@requires(Permission.SEE_DOCUMENTS)
def paper(unit_id: int) -> ResponseReturnValue:
    """The board's table as a stored PDF; sorted by rank, the ranking."""
    actor, campaign = current_actor(), current_campaign()
    unit = get_unit(actor.scope, unit_id)
    summary = summarise(campaign, unit, wanted_day(campaign), has_stock=False)
    lines, sort = _sorted(summary.lines)
    document = make_board(actor=actor, campaign=campaign, summary=summary, lines=lines, sort=sort)
    return go(url_for("documents.show", document_id=document.id))
