"""A team tells commune police another address or household of somebody on its list."""

from uuid import uuid4

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, RadioField, StringField

from vneid_field.campaigns.queries import current_campaign
from vneid_field.core.access import Permission
from vneid_field.core.errors import DomainError
from vneid_field.extensions import db
from vneid_field.people.field_corrections import VALUE_LIMIT, list_told, tell
from vneid_field.people.kinds import CorrectedField
from vneid_field.people.labels import CORRECTION_FIELDS
from vneid_field.people.models import Citizen, Household
from vneid_field.visits.queries import get_visitable
from vneid_field.web.access import current_actor, requires
from vneid_field.web.forms import MARKED, Form, at_most, refusal_of, required
from vneid_field.web.render import go, render

bp = Blueprint("telling", __name__)


class TellingForm(Form):
    """What is different from what the list says."""

    uuid = HiddenField()
    field = RadioField(
        "Sai ở đâu",
        [required("Hãy chọn mục cần sửa.")],
        choices=[
            (CorrectedField.ADDRESS.value, "Địa chỉ: ghi địa chỉ đúng"),
            (CorrectedField.HOUSEHOLD.value, "Hộ: ghi người này ở với hộ nào"),
        ],
        default=CorrectedField.ADDRESS.value,
    )
    value = StringField("Nội dung đúng", [required("Hãy ghi điều cần sửa."), at_most(VALUE_LIMIT)])


def _open(citizen_id: int, *, to_write: bool = False) -> Citizen:
    """A person whom the actor's unit holds; 404 for others."""
    actor, campaign = current_actor(), current_campaign()
    citizen, _item = get_visitable(actor.scope, campaign.id, citizen_id, to_write=to_write)
    return citizen


def _page(
    citizen_id: int, form: TellingForm, *, failure: str = "", status: int = 200
) -> ResponseReturnValue:
    citizen = _open(citizen_id)
    return render(
        "visits/telling.html",
        status=status,
        citizen=citizen,
        address=db.session.get_one(Household, citizen.household_id).address_line,
        told=list_told([citizen.id]).get(citizen.id, []),
        fields=CORRECTION_FIELDS,
        form=form,
        failure=failure,
    )


@bp.get("/citizens/<int:citizen_id>/correction")
@requires(Permission.WALK)
def new(citizen_id: int) -> ResponseReturnValue:
    """The form, with what was told before and waits."""
    return _page(citizen_id, TellingForm(formdata=None, uuid=str(uuid4())))


@bp.post("/citizens/<int:citizen_id>/correction")
@requires(Permission.WALK)
def send(citizen_id: int) -> ResponseReturnValue:
    """Tell it: it waits for commune police, and the list shows what it showed."""
    form = TellingForm()
    if not form.validate():
        return _page(citizen_id, form, failure=MARKED, status=422)
    citizen = _open(citizen_id, to_write=True)
    address = db.session.get_one(Household, citizen.household_id).address_line
    try:
        tell(
            actor=current_actor(),
            citizen=citizen,
            address_line=address,
            field=CorrectedField(form.field.data),
            value=form.value.data or "",
            uuid=(form.uuid.data or str(uuid4()))[:36],
        )
    except DomainError as error:
        db.session.rollback()
        return _page(citizen_id, form, failure=refusal_of(form, error), status=error.status)
    return go(url_for("telling.new", citizen_id=citizen_id, told=1))
