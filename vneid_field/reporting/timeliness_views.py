"""How each unit below kept the hours of its reports: the page and its table as XLSX."""

from datetime import date
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.queries import current_campaign
from vneid_field.core.access import Permission
from vneid_field.core.database import reading
from vneid_field.documents.exports import export, made_by
from vneid_field.reporting.kinds import ReportKind
from vneid_field.reporting.labels import LEVEL_LABELS, REPORT_LABELS, TIMELINESS_LABELS
from vneid_field.reporting.sheets import timeliness_sheet
from vneid_field.reporting.timeliness import Asked, By, gather_timeliness
from vneid_field.units.queries import get_unit, list_above
from vneid_field.units.rules import UnitKind
from vneid_field.web.access import current_actor, requires
from vneid_field.web.pagination import Page, page_number
from vneid_field.web.render import render

bp = Blueprint("timeliness", __name__, url_prefix="/reports")
SIZE = 100
PATH = "/timeliness/<int:unit_id>"


def _day(name: str, default: date, campaign: Campaign) -> date:
    """Return ?from= or ?to= inside the campaign; anything else is the default."""
    try:
        wanted = date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        return default
    return max(campaign.starts_on, min(wanted, campaign.ends_on))


def _one_of(kinds: Any, name: str) -> Any:
    return next((kind for kind in kinds if kind.value == request.values.get(name)), None)


def _asked(campaign: Campaign) -> Asked:
    first_on = _day("from", campaign.starts_on, campaign)
    last_on = _day("to", campaign.ends_on, campaign)
    return Asked(
        min(first_on, last_on),
        max(first_on, last_on),
        _one_of(ReportKind, "kind"),
        _one_of(UnitKind, "level"),
        _one_of(By, "sort") or By.UNIT,
    )


def _address(asked: Asked) -> dict[str, str]:
    """Return the choice as the address says it."""
    return {
        "from": asked.first_on.isoformat(),
        "to": asked.last_on.isoformat(),
        "kind": asked.kind.value if asked.kind else "",
        "level": asked.level.value if asked.level else "",
        "sort": asked.by.value,
    }


@bp.get(PATH)
@requires(Permission.SEE_OBLIGATIONS)
def show(unit_id: int) -> ResponseReturnValue:
    """In time, late, missing, excused, not due yet: each unit below a unit of the scope."""
    actor, campaign = current_actor(), current_campaign()
    unit, asked = get_unit(actor.scope, unit_id), _asked(campaign)
    view = gather_timeliness(actor.scope, campaign, unit, asked)
    number = min(page_number(), max(1, -(-len(view.rows) // SIZE)))
    rows = view.rows[(number - 1) * SIZE : number * SIZE]
    return render(
        "reporting/timeliness.html",
        view=view,
        page=Page(rows, number, SIZE, len(view.rows)),
        choice=_address(asked),
        unit=unit,
        crumbs=list_above(actor.scope, unit),
        campaign=campaign,
        kind_labels=REPORT_LABELS,
        level_labels=LEVEL_LABELS,
        heads=TIMELINESS_LABELS,
    )


@bp.post(f"{PATH}/sheet")
@requires(Permission.SEE_OBLIGATIONS)
def sheet(unit_id: int) -> ResponseReturnValue:
    """The table of every unit of the chosen level as XLSX, in the order of the page."""
    actor, campaign = current_actor(), current_campaign()
    with reading():
        unit, asked = get_unit(actor.scope, unit_id), _asked(campaign)
        view = gather_timeliness(actor.scope, campaign, unit, asked)
        content = timeliness_sheet(unit, view, made_by(actor))
        name = f"gio-bao-cao-{unit.code}-{asked.last_on:%Y%m%d}"
    return export(
        actor=actor,
        what="timeliness",
        unit_id=unit.id,
        count=len(view.rows),
        name=name,
        sheet=content,
    )
