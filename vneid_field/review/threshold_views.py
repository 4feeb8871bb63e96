"""Ngưỡng duyệt phiếu: police read them, the city's police change them."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField
from wtforms.validators import InputRequired

from vneid_field.campaigns.queries import current_campaign
from vneid_field.core.access import Permission
from vneid_field.core.errors import DomainError
from vneid_field.extensions import db
from vneid_field.review.labels import THRESHOLD_LABELS
from vneid_field.review.threshold_services import list_thresholds, set_thresholds
from vneid_field.review.thresholds import BOUNDS, NAMES, read_thresholds
from vneid_field.web.access import current_actor, requires
from vneid_field.web.forms import MARKED, Form, refusal_of
from vneid_field.web.render import go, render

bp = Blueprint("review_thresholds", __name__, url_prefix="/review/thresholds")


class ThresholdForm(Form):
    """A whole number for each threshold; its bounds are the service's."""


for _name in NAMES:
    setattr(
        ThresholdForm,
        _name,
        IntegerField(THRESHOLD_LABELS[_name][0], [InputRequired("Mục này cần được điền.")]),
    )


def _page(form: ThresholdForm, failure: str = "", status: int = 200) -> ResponseReturnValue:
    return render(
        "review/thresholds.html",
        status=status,
        form=form,
        lines=list_thresholds(current_campaign()),
        words=THRESHOLD_LABELS,
        bounds=BOUNDS,
        failure=failure,
    )


@bp.get("")
@requires(Permission.SEE_REVIEW)
def show() -> ResponseReturnValue:
    """What each threshold means, what it is, who changed it."""
    held = read_thresholds(current_campaign().settings)
    return _page(ThresholdForm(formdata=None, obj=held))


@bp.post("")
@requires(Permission.SET_REVIEW)
def save() -> ResponseReturnValue:
    """Change thresholds for the whole campaign."""
    form = ThresholdForm()
    if not form.validate():
        return _page(form, MARKED, 422)
    try:
        changed = set_thresholds(
            actor=current_actor(),
            campaign=current_campaign(),
            values={name: form[name].data for name in NAMES},
        )
    except DomainError as error:
        db.session.rollback()
        return _page(form, refusal_of(form, error), error.status)
    return go(url_for("review_thresholds.show", saved=changed))
