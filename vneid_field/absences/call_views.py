"""Vắng mặt on the phone: a team's absentees of the day; a support team's calls."""

from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.absences import labels, queries, services
from vneid_field.absences.contacts import record_contact
from vneid_field.absences.forms import read_contact
from vneid_field.absences.kinds import ContactOutcome, Stage
from vneid_field.absences.limits import tries_of
from vneid_field.absences.queries import Wanted
from vneid_field.absences.views import case_words
from vneid_field.campaigns.queries import current_campaign
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING, Permission
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.core.text import vn_number
from vneid_field.extensions import db
from vneid_field.units.models import Unit
from vneid_field.units.queries import list_of_kinds
from vneid_field.visits.labels import OUTCOME_LABELS
from vneid_field.web.access import current_actor, requires
from vneid_field.web.pagination import page_number
from vneid_field.web.render import go, render

bp = Blueprint("calls", __name__, url_prefix="/calls")
CHIPS = (
    ("work", "Cần liên hệ", (Stage.WORK,)),
    ("found", "Vắng, chưa gửi", (Stage.FOUND,)),
    ("back", "Hẹn ngày về", (Stage.BACK,)),
)


def _words() -> dict[str, Any]:
    return {**case_words(), "Outcome": ContactOutcome}


@bp.get("/")
@requires(Permission.WALK)
def mine() -> ResponseReturnValue:
    """What the unit holds: calls to make, absentees not sent yet, people who come home on a day."""
    actor, campaign = current_actor(), current_campaign()
    counts = {
        key: queries.count_cases(actor.scope, campaign.id, Wanted(stages=stages))
        for key, _label, stages in CHIPS
    }
    tab = request.args.get("show", "")
    if tab not in counts:
        tab = next((key for key in counts if counts[key]), "found")
    stages = next(stages for key, _label, stages in CHIPS if key == tab)
    page = queries.page_cases(
        actor.scope, campaign.id, Wanted(stages=stages), number=page_number(), size=30
    )
    ids = [line.case.id for line in page.items]
    waiting = Wanted(stages=(Stage.WORK, Stage.BACK), is_waiting=True)
    return render(
        "absences/mine.html",
        page=page,
        tab=tab,
        chips=[(key, label, counts[key]) for key, label, _stages in CHIPS],
        unread=queries.count_cases(actor.scope, campaign.id, waiting),
        next_calls=queries.next_calls(ids),
        **_words(),
    )


@bp.post("/send")
@requires(Permission.SPLIT_LIST)
def send() -> ResponseReturnValue:
    """The leader sends the absentees to commune police; none is no error."""
    count = services.send_found(actor=current_actor(), campaign=current_campaign())
    flash(f"Đã gửi Công an cấp xã {vn_number(count)} người vắng mặt.")
    return go(url_for("calls.mine", show="found"))


@bp.post("/receive")
@requires(Permission.SPLIT_LIST)
def receive() -> ResponseReturnValue:
    """The leader notes that the team has what was given to it."""
    actor, campaign = current_actor(), current_campaign()
    wanted = Wanted(stages=(Stage.WORK, Stage.BACK), is_waiting=True)
    ids = [line.case.id for line in queries.list_cases(actor.scope, campaign.id, wanted)]
    count = services.receive(actor=actor, campaign=campaign, case_ids=ids) if ids else 0
    flash(f"Đã nhận {vn_number(count)} trường hợp.")
    return go(url_for("calls.mine"))


@bp.get("/<int:case_id>")
@requires(Permission.WALK)
def show(case_id: int) -> ResponseReturnValue:
    """One person to call: what the team wrote, earlier tries, the outcomes."""
    return _show(case_id)


def _show(case_id: int, failure: str = "", status: int = 200) -> ResponseReturnValue:
    actor, campaign = current_actor(), current_campaign()
    found = queries.list_chosen(actor.scope, campaign.id, [case_id])
    if not found:
        raise NotFound
    line = found[0]
    places: dict[str, list[Unit]] = {}
    for place, parent in list_of_kinds(EVERYTHING, services.TAKES_OVER):
        places.setdefault(parent, []).append(place)
    return render(
        "absences/case.html",
        status=status,
        failure=failure,
        typed=request.form if failure else {},
        line=line,
        contacts=queries.list_contacts(case_id),
        places=places,
        tries_needed=tries_of(campaign),
        today=clock.today(),
        ends_on=campaign.ends_on,
        **_words(),
    )


@bp.post("/<int:case_id>/contact")
@requires(Permission.WALK)
def contact(case_id: int) -> ResponseReturnValue:
    """Record what a call or the web brought."""
    try:
        done = record_contact(
            actor=current_actor(),
            campaign=current_campaign(),
            case_id=case_id,
            given=read_contact(request.form),
        )
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        try:
            return _show(case_id, error.message, error.status)
        except NotFound:
            raise error from None  # the case went meanwhile: the sentence on a page of its own
    flash(f"Đã ghi: {_said(done.outcome, request.form.get('outcome', ''))}.")
    return go(url_for("calls.mine"))


def _said(outcome: ContactOutcome, said: str) -> str:
    words = OUTCOME_LABELS if outcome is ContactOutcome.RESULT else labels.CONTACT_LABELS
    return next(label for key, label in words.items() if key == said)
