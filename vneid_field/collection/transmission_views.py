"""Truyền hồ sơ: batches to the ministry's department, what became of them, who still waits."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.campaigns.queries import current_campaign
from vneid_field.collection import transmission_queries as queries
from vneid_field.collection.ageing import ages_sheet, gather_ages
from vneid_field.collection.transmission_forms import TakeBackForm, TransmitForm
from vneid_field.collection.transmission_labels import END_LABELS, END_PILLS
from vneid_field.collection.transmission_models import Transmission
from vneid_field.collection.transmission_queries import Chosen
from vneid_field.collection.transmission_rules import AGES
from vneid_field.collection.transmission_slips import make_slip
from vneid_field.collection.transmissions import take_back, transmit
from vneid_field.core import clock
from vneid_field.core.access import Permission
from vneid_field.core.database import reading
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.core.text import vn_number
from vneid_field.documents.exports import export, made_by
from vneid_field.extensions import db
from vneid_field.people.rules import mask
from vneid_field.units.models import Unit
from vneid_field.units.queries import get_unit, list_above
from vneid_field.units.rules import UnitKind
from vneid_field.web.access import current_actor, requires
from vneid_field.web.forms import MARKED, refusal_of
from vneid_field.web.pagination import page_number
from vneid_field.web.render import go, render

bp = Blueprint("transmissions", __name__, url_prefix="/transmissions")
SHOWN = (
    ("", "Tất cả"),
    ("waiting", "Chờ kết quả"),
    ("approved", "Đã phê duyệt"),
    ("rejected", "Bị từ chối"),
)


def _own() -> Unit:
    return db.session.get_one(Unit, current_actor().unit.unit_id)


def _chosen() -> Chosen:
    """The part that ?point= and ?on= name; what cannot be read is not a choice."""
    try:
        on = date.fromisoformat(request.values.get("on", ""))
    except ValueError:
        on = None
    return Chosen(request.values.get("point", type=int), on)


@bp.get("/")
@requires(Permission.SEE_TRANSMISSIONS)
def index() -> ResponseReturnValue:
    """The batches of the own unit and those below, newest first."""
    actor, unit = current_actor(), _own()
    page = queries.page_batches(actor.scope, current_campaign().id, number=page_number())
    return render(
        "collection/transmission_index.html",
        unit=unit,
        page=page,
        counts=queries.count_items([one.id for one in page.items]),
        waiting=queries.count_waiting(actor.scope, unit, Chosen()),
        empty=queries.BatchCounts(),
    )


@bp.get("/new")
@requires(Permission.TRANSMIT)
def new() -> ResponseReturnValue:
    """What waits, by point and day, and the form of a batch of it."""
    return _new(TransmitForm(formdata=None).offer())


def _new(form: TransmitForm, failure: str = "", status: int = 200) -> ResponseReturnValue:
    actor, unit, chosen = current_actor(), _own(), _chosen()
    count = queries.count_waiting(actor.scope, unit, chosen)
    form.expected.data = count
    form.point.data = "" if chosen.point_id is None else str(chosen.point_id)
    form.on.data = chosen.on.isoformat() if chosen.on else ""
    # What the page now shows, not what was sent with a refused form.
    form.expected.raw_data = None
    return render(
        "collection/transmission_new.html",
        status=status,
        failure=failure,
        unit=unit,
        form=form,
        chosen=chosen,
        count=count,
        points=queries.list_waiting_points(actor.scope, unit),
        today=clock.today(),
    )


@bp.post("/")
@requires(Permission.TRANSMIT)
def send() -> ResponseReturnValue:
    """Transmit the chosen part as one batch."""
    form = TransmitForm()
    if not form.validate():
        return _new(form, MARKED, 422)
    try:
        batch = transmit(
            actor=current_actor(),
            campaign=current_campaign(),
            unit=_own(),
            number=form.number.data or "",
            sent_at=form.sent_at,
            chosen=_chosen(),
            expected=form.expected.data or 0,
        )
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        return _new(form, refusal_of(form, error), error.status)
    return go(url_for("transmissions.show", transmission_id=batch.id))


def _get(transmission_id: int) -> Transmission:
    return queries.get_batch(current_actor().scope, current_campaign().id, transmission_id)


@bp.get("/<int:transmission_id>")
@requires(Permission.SEE_TRANSMISSIONS)
def show(transmission_id: int) -> ResponseReturnValue:
    """A batch: what became of whom."""
    return _show(_get(transmission_id), TakeBackForm(formdata=None))


def _show(
    batch: Transmission, form: TakeBackForm, failure: str = "", status: int = 200
) -> ResponseReturnValue:
    actor = current_actor()
    show = request.args.get("show", "")
    show = show if show in dict(SHOWN) else ""
    counts = queries.count_items([batch.id]).get(batch.id, queries.BatchCounts())
    is_own = batch.unit_id == actor.unit.unit_id and actor.may(Permission.TRANSMIT)
    numbers = {"": counts.sent, "waiting": counts.waiting, "approved": counts.approved}
    numbers["rejected"] = counts.rejected
    return render(
        "collection/transmission_show.html",
        status=status,
        failure=failure,
        batch=batch,
        form=form,
        counts=counts,
        page=queries.page_items(actor.scope, batch, show=show, number=page_number()),
        show=show,
        tabs=[(key, label, numbers[key]) for key, label in SHOWN],
        made_by=queries.find_sent_by(batch.made_by),
        taken_back_by=queries.find_sent_by(batch.taken_back_by),
        is_own=is_own,
        may_take_back=is_own and not counts.decided and batch.taken_back_at is None,
        end_labels=END_LABELS,
        end_pills=END_PILLS,
        mask=mask,
    )


@bp.post("/<int:transmission_id>/take-back")
@requires(Permission.TRANSMIT)
def undo(transmission_id: int) -> ResponseReturnValue:
    """Take a batch back that was made by mistake."""
    batch, form = _get(transmission_id), TakeBackForm()
    if not form.validate():
        return _show(batch, form, MARKED, 422)
    try:
        count = take_back(
            actor=current_actor(),
            campaign=current_campaign(),
            batch=batch,
            reason=form.reason.data or "",
        )
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        return _show(_get(transmission_id), form, refusal_of(form, error), error.status)
    if count:
        flash(f"Đã thu hồi đợt truyền: {vn_number(count)} hồ sơ chờ truyền lại.")
    return go(url_for("transmissions.show", transmission_id=transmission_id))


@bp.post("/<int:transmission_id>/slip")
@requires(Permission.TRANSMIT)
def slip(transmission_id: int) -> ResponseReturnValue:
    """Make the slip of a batch, or show the one that says the same."""
    batch = _get(transmission_id)
    document = make_slip(actor=current_actor(), campaign=current_campaign(), batch=batch)
    return go(url_for("documents.show", document_id=document.id))


def _board_unit() -> Unit:
    actor = current_actor()
    return get_unit(actor.scope, request.values.get("unit", 0, type=int) or actor.unit.unit_id)


@bp.get("/ageing")
@requires(Permission.SEE_TRANSMISSIONS)
def ageing() -> ResponseReturnValue:
    """How long applications have waited to be transmitted, per unit below."""
    actor, unit = current_actor(), _board_unit()
    return render("collection/transmission_ageing.html", **_ageing(actor.scope, unit))


def _ageing(scope: Any, unit: Unit) -> dict[str, Any]:
    return {
        "unit": unit,
        "board": gather_ages(scope, unit, clock.today()),
        "crumbs": list_above(scope, unit),
        "ages": AGES,
        "today": clock.today(),
        "now": clock.now(),
        "kinds": UnitKind,
    }


@bp.post("/ageing/sheet")
@requires(Permission.SEE_TRANSMISSIONS)
def sheet() -> ResponseReturnValue:
    """The ageing board as XLSX, in the order of the page."""
    actor = current_actor()
    with reading():
        unit, today = _board_unit(), clock.today()
        board = gather_ages(actor.scope, unit, today)
        content = ages_sheet(board, today, made_by(actor))
        name = f"ho-so-chua-truyen-{unit.code}-{today:%Y%m%d}"
    return export(
        actor=actor,
        what="transmission_ages",
        unit_id=unit.id,
        count=len(board.lines),
        name=name,
        sheet=content,
    )
