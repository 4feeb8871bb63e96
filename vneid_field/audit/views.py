"""Nhật ký: who did what and when; only ids, counts and codes."""

from datetime import date

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from vneid_field.audit.catalogue import CATALOGUE
from vneid_field.audit.queries import events_query
from vneid_field.core.access import Permission
from vneid_field.web.access import requires
from vneid_field.web.pagination import page_number, paginate
from vneid_field.web.render import render

bp = Blueprint("audit", __name__, url_prefix="/audit")
PAGE_SIZE = 50


def _day() -> date | None:
    try:
        on = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return None
    return on if date.min.year < on.year < date.max.year else None  # its bounds must exist too


@bp.get("/")
@requires(Permission.SEE_AUDIT)
def index() -> ResponseReturnValue:
    """The log, newest first."""
    wanted = {
        "event": request.args.get("event", ""),
        "login": request.args.get("login", "").strip()[:60],
        "subject": request.args.get("subject", "").strip()[:60],
    }
    on = _day()
    return render(
        "audit/index.html",
        page=paginate(events_query(**wanted, on=on), number=page_number(), size=PAGE_SIZE),
        catalogue=CATALOGUE,
        wanted=wanted,
        on=on,
    )
