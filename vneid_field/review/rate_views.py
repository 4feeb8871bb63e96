"""Tỷ lệ của tổ và của từng người: for police of the unit and above, in the plan's order."""

from datetime import date, timedelta

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.queries import current_campaign
from vneid_field.core import clock
from vneid_field.core.access import Permission
from vneid_field.core.errors import NotFound
from vneid_field.extensions import db
from vneid_field.review import rates
from vneid_field.units.models import Unit
from vneid_field.units.queries import get_unit
from vneid_field.units.rules import TEAM_KINDS, UnitKind
from vneid_field.web.access import current_actor, requires
from vneid_field.web.render import render

bp = Blueprint("review_rates", __name__, url_prefix="/review/rates")
DAYS = 7  # of the period that nobody has chosen


def _asked(name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise


def _period(campaign: Campaign) -> tuple[date, date]:
    """?since= and ?on= inside the campaign's days; the last week without them."""
    last = max(campaign.starts_on, min(clock.today(), campaign.ends_on))
    on = min(max(_asked("on", last), campaign.starts_on), last)
    since = min(max(_asked("since", on - timedelta(days=DAYS - 1)), campaign.starts_on), on)
    return since, on


@bp.get("")
@requires(Permission.SEE_REVIEW)
def show() -> ResponseReturnValue:
    """The rates of a commune's teams; above a commune, which one to open."""
    actor, campaign = current_actor(), current_campaign()
    unit = rates.open_area(actor, request.args.get("unit", type=int))
    since, on = _period(campaign)
    lines = []
    if unit.kind is UnitKind.COMMUNE:
        lines = rates.rates_of_teams(campaign, rates.list_teams(unit), since, on)
    return render(
        "review/rates.html",
        unit=unit,
        team=None,
        communes=[] if unit.kind is UnitKind.COMMUNE else rates.list_communes(actor.scope, unit),
        lines=[(team.name, team, rate) for team, rate in lines],
        since=since,
        on=on,
        campaign=campaign,
        today=clock.today(),
    )


@bp.get("/<int:team_id>")
@requires(Permission.SEE_REVIEW)
def of_team(team_id: int) -> ResponseReturnValue:
    """A team's rates and those of each person who worked in it."""
    actor, campaign = current_actor(), current_campaign()
    team = get_unit(actor.scope, team_id)
    if team.kind not in TEAM_KINDS:
        raise NotFound
    since, on = _period(campaign)
    ((_team, whole),) = rates.rates_of_teams(campaign, [team], since, on)
    members = rates.rates_of_members(campaign, team, since, on)
    return render(
        "review/rates.html",
        unit=db.session.get_one(Unit, team.parent_id) if team.parent_id else team,
        team=team,
        communes=[],
        lines=[*((rate.name, None, rate) for rate in members), ("Cả tổ", None, whole)],
        since=since,
        on=on,
        campaign=campaign,
        today=clock.today(),
    )
