"""The collection officer's phone: today's people by hour, check-in, result, walk-ins."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, current_app, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer

from vneid_field.audit.services import record
from vneid_field.campaigns.queries import current_campaign
from vneid_field.collection import labels
from vneid_field.collection.day import DayInput, record_event
from vneid_field.collection.day_page import Comer, by_hour, comer_of, day_of
from vneid_field.collection.day_queries import find_by_number, get_own_point
from vneid_field.collection.kinds import CouldNot, EventKind
from vneid_field.collection.rules import INVITABLE
from vneid_field.core import clock
from vneid_field.core.access import Permission
from vneid_field.core.errors import DomainError, WrongField
from vneid_field.core.text import typed_text
from vneid_field.extensions import db
from vneid_field.units.models import Unit
from vneid_field.visits.forms import read_instant, read_uuid
from vneid_field.web.access import current_actor, requires
from vneid_field.web.render import go, render, wants_fragment
from vneid_field.web.transactions import commit_before_answer

bp = Blueprint("collection_day", __name__, url_prefix="/collection/day")
TABS = (("wait", "Chưa đến"), ("here", "Đang chờ"), ("done", "Xong"), ("away", "Báo không đến"))
PASS_S = 24 * 3600  # a looked-up person may be recorded for a day: the network may be away


@dataclass(frozen=True)
class Refused:
    """Why a person's result was not saved; `field` names the part at fault."""

    citizen_id: int
    message: str
    field: str
    values: dict[str, str]


def _point() -> Unit:
    actor = current_actor()
    return get_own_point(actor.scope, actor.unit.unit_id)


def _passes() -> URLSafeTimedSerializer:
    secret = current_app.config["SETTINGS"].secret_key
    return URLSafeTimedSerializer(secret, salt="collection.walk-in")


def _context() -> dict[str, Any]:
    return {
        "labels": labels,
        "EventKind": EventKind,
        "CouldNot": CouldNot,
        "today": clock.today(),
    }


@bp.get("/")
@requires(Permission.ENTER_POINT_RESULT)
def index() -> ResponseReturnValue:
    """The day by hour; ?show= a tab, all without it."""
    return _index(request.args.get("show", "wait"), "")


@bp.post("/search")
@requires(Permission.ENTER_POINT_RESULT)
def search() -> ResponseReturnValue:
    """The people of the day whose name contains the words (in the body, never in an address)."""
    return _index("", typed_text(request.form.get("words")))


def _index(tab: str, words: str) -> ResponseReturnValue:
    day = day_of(current_actor(), current_campaign(), _point(), clock.today())
    return render(
        "collection/day.html",
        "collection/_people.html",
        day=day,
        groups=by_hour(day.wanted(tab, words)),
        chips=[(key, label, day.count(key)) for key, label in TABS]
        + [("", "Tất cả", len(day.people))],
        tab=tab,
        words=words,
        refused=None,
        **_context(),
    )


def _read(undoes: str | None = None) -> DayInput:
    form = request.form
    try:
        kind = EventKind.UNDO if undoes else EventKind(form.get("what", ""))
        fails = kind is EventKind.COULD_NOT and form.get("reason")
        reason = CouldNot(form["reason"]) if fails else None
    except ValueError:
        raise WrongField("Màn hình không còn đúng. Hãy tải lại trang.", "") from None
    if kind is EventKind.UNDO and not undoes:
        raise WrongField("Màn hình không còn đúng. Hãy tải lại trang.", "")
    return DayInput(
        uuid=read_uuid(form.get("uuid")),
        kind=kind,
        reason=reason,
        note=typed_text(form.get("note")),
        undoes=undoes,
        device_at=read_instant(form.get("device_at")),
        device_sent_at=read_instant(form.get("device_sent_at")),
    )


def _is_walk_in(citizen_id: int, point: Unit) -> bool:
    """Whether the form carries the pass that looking the person's number up gave."""
    try:
        found = _passes().loads(request.form.get("pass", ""), max_age=PASS_S)
    except BadSignature:
        return False
    return list(found) == [citizen_id, point.id]


@bp.post("/<int:citizen_id>/events")
@requires(Permission.ENTER_POINT_RESULT)
def enter(citizen_id: int) -> ResponseReturnValue:
    """Record that a person came, was collected, or could not be."""
    return _record(citizen_id, None)


@bp.post("/<int:citizen_id>/events/<uuid:uuid>/undo")
@requires(Permission.ENTER_POINT_RESULT)
def undo(citizen_id: int, uuid: object) -> ResponseReturnValue:
    """Take the last result of a person back."""
    return _record(citizen_id, str(uuid))


def _record(citizen_id: int, undoes: str | None) -> ResponseReturnValue:
    point = _point()
    try:
        done = record_event(
            actor=current_actor(),
            campaign=current_campaign(),
            point=point,
            citizen_id=citizen_id,
            given=_read(undoes),
            is_walk_in=_is_walk_in(citizen_id, point),
        )
    except DomainError as error:
        return _refused(point, citizen_id, error)
    commit_before_answer()
    return _person(point, citizen_id, done.event.counted_on, None, 200)


def _refused(point: Unit, citizen_id: int, error: DomainError) -> ResponseReturnValue:
    """The person's card as it is now, with the sentence and what was filled in."""
    db.session.rollback()
    refused = Refused(
        citizen_id, error.message, getattr(error, "field", ""), request.form.to_dict()
    )
    found = comer_of(current_actor(), current_campaign(), point, clock.today(), citizen_id)
    if found is None or not wants_fragment():
        raise error
    return _card(found, refused, error.status)


def _person(
    point: Unit, citizen_id: int, on: date, refused: Refused | None, status: int
) -> ResponseReturnValue:
    found = comer_of(current_actor(), current_campaign(), point, on, citizen_id)
    if not wants_fragment() or found is None:
        return go(url_for("collection_day.index", show=""))
    return _card(found, refused, status)


def _card(one: Comer, refused: Refused | None, status: int) -> ResponseReturnValue:
    return render(
        "collection/_comer.html",
        status=status,
        one=one,
        refused=refused,
        is_answer=True,
        walk_pass=request.form.get("pass", ""),
        **_context(),
    )


@bp.get("/look-up")
@requires(Permission.ENTER_POINT_RESULT)
def look_up_form() -> ResponseReturnValue:
    """Where the number of a card is typed, or its QR code read."""
    return render("collection/look_up.html", found=None, is_asked=False, **_context())


@bp.post("/look-up")
@requires(Permission.ENTER_POINT_RESULT)
def look_up() -> ResponseReturnValue:
    """Find a person by the full number on the card; nothing but the number is sent."""
    point, actor = _point(), current_actor()
    citizen = find_by_number(request.form.get("number", ""))
    record(
        "collection.looked_up",
        actor=actor,
        subject_kind="citizen" if citizen else "unit",
        subject_id=citizen.id if citizen else point.id,
        found=citizen is not None,
    )
    found = None
    if citizen is not None:
        today = comer_of(actor, current_campaign(), point, clock.today(), citizen.id)
        found = today or Comer(citizen, None, None)
    commit_before_answer()
    return render(
        "collection/look_up.html",
        found=found,
        is_asked=True,
        may_collect=citizen is not None and citizen.application_state in INVITABLE,
        walk_pass=_passes().dumps([citizen.id, point.id]) if citizen else "",
        refused=None,
        **_context(),
    )
