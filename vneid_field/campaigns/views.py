"""The demo's clock; the campaign's settings."""

from datetime import datetime

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.campaigns import services
from vneid_field.campaigns.queries import current_campaign
from vneid_field.core.access import Permission
from vneid_field.core.errors import DomainError
from vneid_field.web.access import current_actor, requires
from vneid_field.web.render import go

bp = Blueprint("campaigns", __name__, url_prefix="/campaign")


@bp.post("/clock")
@requires(Permission.USE_ACCOUNT)
def move_clock() -> ResponseReturnValue:
    """Move the demo's clock forward to one of the banner's hours."""
    try:
        to = datetime.fromisoformat(request.form.get("to", ""))
        to.astimezone()
    except ValueError:
        raise DomainError("Giờ cần chuyển đến không đọc được.") from None
    if to.tzinfo is None:
        raise DomainError("Giờ cần chuyển đến thiếu múi giờ.")
    services.move_clock(actor=current_actor(), campaign=current_campaign(), to=to)
    return go(url_for("home.index"))
