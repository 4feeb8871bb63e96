"""A superior accepts, returns or unlocks a report; a committee leaves its receipt."""

import re

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.campaigns.queries import current_campaign
from vneid_field.core.access import Permission
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.core.text import typed_text
from vneid_field.extensions import db
from vneid_field.reporting import decisions, overview, queries
from vneid_field.reporting.kinds import Step
from vneid_field.reporting.views import (
    REPORT,
    obligation_at,
    report_page,
    report_url,
    wanted_kind,
    wanted_period,
)
from vneid_field.units.queries import get_unit
from vneid_field.web.access import current_actor, may, requires
from vneid_field.web.render import go

_SEEN = re.compile(r"(\d{1,18}):(\d{1,9})", re.ASCII)  # obligation, version
bp = Blueprint("decisions", __name__, url_prefix="/reports")


@bp.post(f"{REPORT}/decide")
@requires(Permission.DECIDE_REPORT)
def decide(unit_id: int, kind: str, on: str) -> ResponseReturnValue:
    """Accept, return or unlock the version on the page."""
    obligation = obligation_at(unit_id, kind, on)
    try:
        decisions.decide(
            actor=current_actor(),
            obligation=obligation,
            step=_step(),
            version=request.form.get("version", 0, type=int),
            remark=typed_text(request.form.get("remark")),
        )
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        obligation = obligation_at(unit_id, kind, on)
        return report_page(obligation, failure=error.message, status=error.status)
    return go(report_url(obligation))


def _step() -> Step:
    try:
        step = Step(request.form.get("step", ""))
    except ValueError:
        raise NotFound from None
    if step is Step.READ:
        raise NotFound
    return step


@bp.post("/accept")
@requires(Permission.DECIDE_REPORT)
def accept_all() -> ResponseReturnValue:
    """Accept the reports that the page showed as waiting, each in the version shown."""
    actor, campaign = current_actor(), current_campaign()
    unit, kind = get_unit(actor.scope, actor.unit.unit_id), wanted_kind()
    period = wanted_period(kind)
    view = overview.gather(actor.scope, campaign, unit, period.last_on, kind=kind)
    done = decisions.accept_seen(
        actor=actor, obligations=[row.obligation for row in view.below], seen=_seen_versions()
    )
    return go(
        url_for(
            "reporting.obligations",
            kind=kind.value,
            on=period.last_on.isoformat(),
            accepted=done.count,
            renewed=done.renewed,
        )
    )


def _seen_versions() -> dict[int, int]:
    """Return the versions that the page named, by obligation; what is no number names nothing."""
    found = [_SEEN.fullmatch(value) for value in request.form.getlist("seen")]
    return {int(one[1]): int(one[2]) for one in found if one}


@bp.post(f"{REPORT}/read")
@requires(Permission.SEE_REPORTS)
def read(unit_id: int, kind: str, on: str) -> ResponseReturnValue:
    """Leave a receipt: who reads only says that the report was read."""
    obligation = obligation_at(unit_id, kind, on)
    sent = queries.find_newest_sent(obligation.id)
    if sent is None or may(Permission.SEND_REPORT):
        raise NotFound
    decisions.leave_receipt(actor=current_actor(), report=sent)
    return go(report_url(obligation))
