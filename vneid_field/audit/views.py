"""Nhật ký: who did what and when; only ids, counts and codes."""

from datetime import date

from flask import Blueprint, current_app, request
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
        name: request.args.get(name, "").strip()[:60]
        for name in ("event", "login", "subject", "number")
    }
    on = _day()
    page = paginate(events_query(**wanted, on=on), number=page_number(), size=PAGE_SIZE)
    return render(
        "audit/index.html",
        page=page,
        words=current_app.extensions["audit_words"](page.items),
        subjects=current_app.extensions["audit_subjects"],
        catalogue=CATALOGUE,
        wanted=wanted,
        on=on,
    )
