"""Ngưỡng của vòng vắng mặt: police read them, the city's police change them."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField
from wtforms.validators import InputRequired

from vneid_field.absences.limits import SECTION
from vneid_field.campaigns.queries import current_campaign
from vneid_field.campaigns.thresholds import change_values, list_lines
from vneid_field.core.access import Permission
from vneid_field.core.errors import DomainError
from vneid_field.extensions import db
from vneid_field.web.access import current_actor, requires
from vneid_field.web.forms import MARKED, Form, refusal_of
from vneid_field.web.render import go, render

bp = Blueprint("absence_limits", __name__, url_prefix="/absences/limits")


class LimitForm(Form):
    """A whole number for each; its bounds are the service's."""


for _name, _words in SECTION.words.items():
    _field = IntegerField(_words[0], [InputRequired("Mục này cần được điền.")])
    setattr(LimitForm, _name, _field)


def _page(form: LimitForm, failure: str = "", status: int = 200) -> ResponseReturnValue:
    return render(
        "absences/limits.html",
        status=status,
        form=form,
        lines=list_lines(current_campaign(), SECTION),
        words=SECTION.words,
        bounds=SECTION.bounds,
        failure=failure,
    )


@bp.get("")
@requires(Permission.MOVE_ABSENCES)
def show() -> ResponseReturnValue:
    """What each number means, what it is, who changed it."""
    held = SECTION.values(current_campaign().settings)
    return _page(LimitForm(formdata=None, data=held))


@bp.post("")
@requires(Permission.SET_ABSENCES)
def save() -> ResponseReturnValue:
    """Change them for the whole campaign."""
    form = LimitForm()
    if not form.validate():
        return _page(form, MARKED, 422)
    try:
        changed = change_values(
            actor=current_actor(),
            campaign=current_campaign(),
            section=SECTION,
            values={name: form[name].data for name in SECTION.words},
        )
    except DomainError as error:
        db.session.rollback()
        return _page(form, refusal_of(form, error), error.status)
    return go(url_for("absence_limits.show", saved=changed))
