"""Cần cập nhật hồ sơ: both values of what a team told, done or refused; items of lists follow."""

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from vneid_field.core.access import Actor, Permission
from vneid_field.core.errors import DomainError
from vneid_field.core.text import typed_text
from vneid_field.extensions import db
from vneid_field.lists.household_views import move_items
from vneid_field.people import field_corrections, queries, services
from vneid_field.people.addresses import alley_of, household_key, walk_key
from vneid_field.people.field_corrections import SHOWN, current_value
from vneid_field.people.kinds import CorrectedField, CorrectionState
from vneid_field.people.labels import CORRECTION_FIELDS, CORRECTION_TABS
from vneid_field.people.models import Citizen, FieldCorrection
from vneid_field.people.rules import mask
from vneid_field.web.access import current_actor, requires
from vneid_field.web.pagination import page_number
from vneid_field.web.render import go, render

bp = Blueprint("field_corrections", __name__, url_prefix="/people/corrections")


def _queue(failure: str = "", failed_id: int = 0, status: int = 200) -> ResponseReturnValue:
    scope = current_actor().scope
    wanted = request.values.get("show", "")
    states = {state.value: state for state in SHOWN}
    state = states.get(wanted, CorrectionState.OPEN)
    page = field_corrections.page_corrections(scope, state, number=page_number())
    return render(
        "people/corrections.html",
        status=status,
        failure=failure,
        failed_id=failed_id,
        typed=request.form,
        page=page,
        state=state,
        counts=field_corrections.count_corrections(scope),
        tabs=CORRECTION_TABS,
        fields=CORRECTION_FIELDS,
        current_value=current_value,
        mask=mask,
    )


@bp.get("/")
@requires(Permission.EDIT_PEOPLE)
def queue() -> ResponseReturnValue:
    """What teams told and police have not decided; also what was done or refused."""
    return _queue()


def _refused(correction_id: int, error: DomainError) -> ResponseReturnValue:
    db.session.rollback()
    field_corrections.get_correction(current_actor().scope, correction_id)  # 404 outside
    return _queue(error.message, correction_id, error.status)


def _say(sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return go(url_for("field_corrections.queue"))


def set_address(*, actor: Actor, citizen: Citizen, address_line: str, is_whole: bool) -> None:
    """Let a person, or the whole household, live at another address; lists follow, imports do not
    undo it.
    """
    home = citizen.household
    everybody = queries.lock_citizens(
        select(Citizen.id).where(Citizen.household_id == citizen.household_id)
    )
    if not is_whole and len(everybody) > 1:
        new = services.split_household(
            actor=actor, household=home, members=[citizen], address_line=address_line
        )
        move_items([citizen], new.id)
        return
    queries.lock_households([home])
    key = household_key(home.unit_id, address_line, home.head_name, citizen.full_name)
    home.address_line, home.address_key = address_line[:200], key.address_key
    home.walk_key, home.alley, home.is_manual = walk_key(address_line), alley_of(address_line), True
    db.session.flush()


def _apply(actor: Actor, row: FieldCorrection) -> None:
    if row.field is not CorrectedField.ADDRESS:
        return
    is_whole = request.form.get("is_whole") == "1"
    set_address(actor=actor, citizen=row.citizen, address_line=row.value, is_whole=is_whole)


@bp.post("/<int:correction_id>/done")
@requires(Permission.EDIT_PEOPLE)
def done(correction_id: int) -> ResponseReturnValue:
    """The application was updated: the value told takes the old one's place here too."""
    actor = current_actor()
    row = field_corrections.get_correction(actor.scope, correction_id, to_write=True)
    try:
        if field_corrections.set_done(actor=actor, row=row):
            _apply(actor, row)
    except DomainError as error:
        return _refused(correction_id, error)
    return _say("Đã ghi là đã cập nhật hồ sơ.")


@bp.post("/<int:correction_id>/refuse")
@requires(Permission.EDIT_PEOPLE)
def refuse(correction_id: int) -> ResponseReturnValue:
    """The application stays as it is, with a reason."""
    actor = current_actor()
    row = field_corrections.get_correction(actor.scope, correction_id, to_write=True)
    try:
        field_corrections.refuse(
            actor=actor, row=row, reason=typed_text(request.form.get("reason"))
        )
    except DomainError as error:
        return _refused(correction_id, error)
    return _say("Đã ghi: giữ nguyên hồ sơ.")
