"""The demo's banner: what the anchored clock says and where it may be moved, forward only."""

from datetime import datetime, time, timedelta

from flask import url_for

from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.text import vn_moment, vn_time

# Ten minutes before each hour of III.6, and 17h00 itself, when a day's work is counted. A point's
# result is due at 17h00 sharp (reporting.rules), so after that stop it is late: hence 16h50.
STOPS = (time(7, 50), time(9, 50), time(13, 50), time(16, 50), time(17, 0))


def next_stops(local: datetime) -> list[datetime]:
    """Return the next local instant of each stop, soonest first."""
    today = [datetime.combine(local.date(), stop, clock.TZ) for stop in STOPS]
    return sorted(at if at > local else at + timedelta(days=1) for at in today)


def clock_steps(campaign: Campaign | None) -> dict[str, object] | None:
    """Return the banner's text and buttons in demo mode, else None."""
    if campaign is None or not campaign.is_demo:
        return None
    local = clock.local_now()
    return {
        "text": f"Bản thử · {vn_moment(local)}",
        "buttons": [
            {
                "label": f"Đến {vn_time(stop)}",
                "url": url_for("campaigns.move_clock"),
                "value": stop.isoformat(),
            }
            for stop in next_stops(local)
        ],
    }
