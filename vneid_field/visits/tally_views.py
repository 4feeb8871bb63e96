"""The own tally on the phone."""

from datetime import date, timedelta

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from vneid_field.campaigns.queries import current_campaign
from vneid_field.core import clock
from vneid_field.core.access import Permission
from vneid_field.visits import labels
from vneid_field.visits.rules import CountsAs
from vneid_field.visits.tally import gather_mine
from vneid_field.web.access import current_actor, requires
from vneid_field.web.render import render

bp = Blueprint("tally", __name__)


@bp.get("/mine")
@requires(Permission.WALK)
def mine() -> ResponseReturnValue:
    """What I did today, or on another day of the campaign."""
    campaign = current_campaign()
    try:
        wanted = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        wanted = clock.today()
    on = max(campaign.starts_on, min(wanted, clock.today()))
    return render(
        "visits/tally.html",
        mine=gather_mine(current_actor(), campaign, on),
        labels=labels,
        CountsAs=CountsAs,
        before=on - timedelta(days=1) if on > campaign.starts_on else None,
        after=on + timedelta(days=1) if on < clock.today() else None,
        today=clock.today(),
    )
