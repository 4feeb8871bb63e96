"""The phone takes a person down; commune police match, hand over or refuse."""

from typing import Any
from uuid import uuid4

from flask import Blueprint, current_app, flash, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.campaigns.queries import current_campaign
from vneid_field.core.access import Permission
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.core.text import typed_text
from vneid_field.extensions import db
from vneid_field.people.rules import mask
from vneid_field.unlisted import labels, queries, services
from vneid_field.unlisted.forms import UnlistedForm
from vneid_field.visits.labels import OUTCOME_LABELS
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.queries import find_held_address
from vneid_field.web.access import current_actor, requires
from vneid_field.web.forms import MARKED, refusal_of
from vneid_field.web.pagination import page_number
from vneid_field.web.render import go, render

bp = Blueprint("unlisted", __name__, url_prefix="/unlisted")


def _tell(visit: VisitEvent | None) -> None:
    """Let the slices to the right know of a new visit."""
    for listener in current_app.extensions.get("after_visit", ()) if visit else ():
        listener(visit)


def _household() -> tuple[int | None, str]:
    """At whose door: a household that the team holds, with its address; 404 for another."""
    household_id = request.values.get("household_id", type=int)
    if household_id is None:
        return None, ""
    address = find_held_address(current_actor().scope, household_id)
    if address is None:
        raise NotFound("Hộ này không có trong danh sách tổ đang giữ.")
    return household_id, address


def _new(form: UnlistedForm, *, failure: str = "", status: int = 200) -> ResponseReturnValue:
    household_id, address = _household()
    return render(
        "unlisted/new.html",
        status=status,
        form=form,
        failure=failure,
        household_id=household_id,
        address=address,
    )


@bp.get("/new")
@requires(Permission.WALK)
def new() -> ResponseReturnValue:
    """The form; ?household_id= when somebody is met at a household's door."""
    return _new(UnlistedForm(formdata=None, uuid=str(uuid4())))


@bp.post("/")
@requires(Permission.WALK)
def take_down() -> ResponseReturnValue:
    """Take a person down: the same answer whether the number is known or not."""
    form = UnlistedForm()
    if not form.validate():
        return _new(form, failure=MARKED, status=422)
    household_id, _address = _household()
    try:
        _row, visit = services.take_down(
            actor=current_actor(),
            campaign=current_campaign(),
            given=form.taken_down(household_id),
        )
    except DomainError as error:
        db.session.rollback()
        return _new(form, failure=refusal_of(form, error), status=error.status)
    _tell(visit)
    return go(url_for("unlisted.mine", taken=1, household_id=household_id))


@bp.get("/mine")
@requires(Permission.WALK)
def mine() -> ResponseReturnValue:
    """Whom the team took down, and what police decided."""
    household_id, address = _household()
    actor, campaign = current_actor(), current_campaign()
    return render(
        "unlisted/mine.html",
        page=queries.page_of_team(actor.scope, campaign.id, number=page_number()),
        household_id=household_id,
        address=address,
        labels=labels,
        outcome_labels=OUTCOME_LABELS,
        mask=mask,
    )


def _queue(failure: str = "", failed_id: int = 0, status: int = 200) -> ResponseReturnValue:
    actor, campaign = current_actor(), current_campaign()
    tab = request.values.get("show", "waiting")
    tab = tab if tab in queries.TABS else "waiting"
    page = queries.page_queue(actor.scope, campaign.id, tab, number=page_number())
    indexes = [row.citizen_id_index for row in page.items] if tab == "waiting" else []
    return render(
        "unlisted/queue.html",
        status=status,
        failure=failure,
        failed_id=failed_id,
        typed=request.form,
        page=page,
        tab=tab,
        counts=queries.count_tabs(actor.scope, campaign.id),
        matches=queries.find_matches(actor.scope, indexes),
        communes=queries.list_communes() if tab == "waiting" else [],
        labels=labels,
        outcome_labels=OUTCOME_LABELS,
        mask=mask,
    )


@bp.get("/")
@requires(Permission.EDIT_PEOPLE)
def queue() -> ResponseReturnValue:
    """The queue of a commune."""
    return _queue()


def _refused(unlisted_id: int, error: DomainError) -> ResponseReturnValue:
    db.session.rollback()
    actor = current_actor()
    if not isinstance(error, services.PassedOn):  # 404 outside the scope
        queries.get_unlisted(actor.scope, current_campaign().id, unlisted_id)
    return _queue(error.message, unlisted_id, error.status)


def _say(sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return go(url_for("unlisted.queue"))


@bp.post("/<int:unlisted_id>/match")
@requires(Permission.EDIT_PEOPLE)
def match(unlisted_id: int) -> ResponseReturnValue:
    """Count the result for the citizen of the commune who bears the number."""
    try:
        _row, visit = services.match(
            actor=current_actor(), campaign=current_campaign(), unlisted_id=unlisted_id
        )
    except DomainError as error:
        return _refused(unlisted_id, error)
    _tell(visit)
    return _say("Đã khớp và tính kết quả.")


@bp.post("/<int:unlisted_id>/hand-over")
@requires(Permission.EDIT_PEOPLE)
def hand_over(unlisted_id: int) -> ResponseReturnValue:
    """Pass the case on to the commune where the person lives."""
    actor, campaign = current_actor(), current_campaign()
    commune_id = request.form.get("commune_id", 0, type=int)
    commune = next((one for one in queries.list_communes() if one.id == commune_id), None)
    try:
        if commune is None:
            raise DomainError("Hãy chọn phường, xã nơi người này cư trú.")
        services.hand_over(
            actor=actor,
            campaign=campaign,
            unlisted_id=unlisted_id,
            commune=commune,
            reason=typed_text(request.form.get("reason")),
        )
    except DomainError as error:
        return _refused(unlisted_id, error)
    return _say(f"Đã chuyển cho Công an {commune.name}.")


@bp.post("/<int:unlisted_id>/reject")
@requires(Permission.EDIT_PEOPLE)
def reject(unlisted_id: int) -> ResponseReturnValue:
    """Do not count the result, with the reason that the team reads."""
    try:
        services.reject(
            actor=current_actor(),
            campaign=current_campaign(),
            unlisted_id=unlisted_id,
            reason=typed_text(request.form.get("reason")),
        )
    except DomainError as error:
        return _refused(unlisted_id, error)
    return _say("Không tính kết quả này; tổ đọc được lý do.")


@bp.post("/<int:unlisted_id>/reveal")
@requires(Permission.EDIT_PEOPLE)
def reveal(unlisted_id: int) -> ResponseReturnValue:
    """Show a full number once; it is logged who looked at what."""
    number = services.reveal(
        actor=current_actor(),
        campaign=current_campaign(),
        unlisted_id=unlisted_id,
        field=request.form.get("field", ""),
    )
    context: dict[str, Any] = {"number": number}
    return render("unlisted/revealed.html", "people/_revealed.html", **context)
