"""Tổ hỗ trợ cố định: which there are, where, when, who, and what they have to do."""

from flask import Blueprint, flash, url_for
from flask.typing import ResponseReturnValue

from vneid_field.absences import desks, queries
from vneid_field.absences.forms import DeskForm
from vneid_field.absences.models import SupportDesk
from vneid_field.campaigns.queries import current_campaign
from vneid_field.core import clock
from vneid_field.core.access import Permission
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.extensions import db
from vneid_field.units.forms import MemberForm
from vneid_field.units.models import Unit
from vneid_field.units.queries import list_members
from vneid_field.units.services import add_member
from vneid_field.web.access import current_actor, requires
from vneid_field.web.forms import MARKED
from vneid_field.web.render import go, render

bp = Blueprint("support", __name__, url_prefix="/support")


@bp.get("/")
@requires(Permission.MOVE_ABSENCES)
def index() -> ResponseReturnValue:
    """The support teams of the own unit."""
    return _index(DeskForm(formdata=None))


def _own() -> Unit:
    return db.session.get_one(Unit, current_actor().unit.unit_id)


def _index(form: DeskForm, failure: str = "", status: int = 200) -> ResponseReturnValue:
    actor, unit = current_actor(), _own()
    return render(
        "absences/desks.html",
        status=status,
        unit=unit,
        desks=queries.list_desks(actor.scope, current_campaign().id, unit, clock.now()),
        may_add=unit.kind in desks.ABOVE_COMMUNES,
        form=form,
        failure=failure,
    )


@bp.post("/")
@requires(Permission.MOVE_ABSENCES)
def add() -> ResponseReturnValue:
    """Add a support team."""
    form = DeskForm()
    if not form.validate():
        return _index(form, MARKED, 422)
    try:
        desk = desks.add_desk(
            actor=current_actor(),
            parent=_own(),
            name=form.name.data or "",
            place=form.place.data or "",
            hours=form.hours.data or "",
        )
    except DomainError as error:
        db.session.rollback()
        return _index(form, error.message, error.status)
    return go(url_for("support.show", unit_id=desk.id))


def _desk(unit_id: int) -> Unit:
    desk = queries.get_desk(current_actor().scope, unit_id)
    if desk.parent_id != current_actor().unit.unit_id:
        raise NotFound
    return desk


@bp.get("/<int:unit_id>")
@requires(Permission.MOVE_ABSENCES)
def show(unit_id: int) -> ResponseReturnValue:
    """A support team: name, place, hours, members."""
    desk = _desk(unit_id)
    held = db.session.get(SupportDesk, unit_id)
    data = {
        "name": desk.name,
        "place": held.place if held else "",
        "hours": held.hours if held else "",
    }
    return _show(desk, DeskForm(formdata=None, data=data), MemberForm(formdata=None))


def _show(
    desk: Unit, form: DeskForm, member: MemberForm, failure: str = "", status: int = 200
) -> ResponseReturnValue:
    return render(
        "absences/desk.html",
        status=status,
        desk=desk,
        form=form,
        member=member,
        failure=failure,
        members=list_members(desk),
        former=list_members(desk, has_left=True),
    )


@bp.post("/<int:unit_id>")
@requires(Permission.MOVE_ABSENCES)
def save(unit_id: int) -> ResponseReturnValue:
    """Change name, place or hours."""
    desk, form = _desk(unit_id), DeskForm()
    if not form.validate():
        return _show(desk, form, MemberForm(formdata=None), MARKED, 422)
    try:
        desks.change_desk(
            actor=current_actor(),
            desk=desk,
            name=form.name.data or "",
            place=form.place.data or "",
            hours=form.hours.data or "",
        )
    except DomainError as error:
        db.session.rollback()
        return _show(_desk(unit_id), form, MemberForm(formdata=None), error.message, error.status)
    flash("Đã lưu.")
    return go(url_for("support.show", unit_id=unit_id))


@bp.post("/<int:unit_id>/members")
@requires(Permission.MOVE_ABSENCES)
def join(unit_id: int) -> ResponseReturnValue:
    """Add a member to a support team."""
    desk, form = _desk(unit_id), MemberForm()
    plain = DeskForm(formdata=None, obj=desk)
    if not form.validate():
        return _show(desk, plain, form, MARKED, 422)
    try:
        add_member(actor=current_actor(), team=desk, details=form.details(is_new=True))
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        return _show(_desk(unit_id), plain, form, error.message, error.status)
    return go(url_for("support.show", unit_id=unit_id))


@bp.post("/<int:unit_id>/members/<int:member_id>/leave")
@requires(Permission.MOVE_ABSENCES)
def leave(unit_id: int, member_id: int) -> ResponseReturnValue:
    """Take a member out of a support team; a second tap says nothing new."""
    desk = _desk(unit_id)
    if desks.remove_member(actor=current_actor(), desk=desk, member_id=member_id):
        flash("Đã ghi thành viên rời tổ. Nếu người này có tài khoản, hãy khóa ở mục Tài khoản.")
    return go(url_for("support.show", unit_id=unit_id))


@bp.post("/<int:unit_id>/members/<int:member_id>/return")
@requires(Permission.MOVE_ABSENCES)
def bring_back(unit_id: int, member_id: int) -> ResponseReturnValue:
    """Undo a leaving."""
    desk = _desk(unit_id)
    if desks.return_member(actor=current_actor(), desk=desk, member_id=member_id):
        flash("Đã đưa thành viên trở lại tổ.")
    return go(url_for("support.show", unit_id=unit_id))
