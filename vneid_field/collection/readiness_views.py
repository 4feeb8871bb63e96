"""Sẵn sàng của điểm thu nhận: the checklist of a point, its members, the board (III.3.a)."""

from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.campaigns.queries import current_campaign
from vneid_field.collection.kinds import PointStanding, ReadinessItem
from vneid_field.collection.labels_points import (
    QUANTITY_WORDS,
    READINESS_LABELS,
    READINESS_SHORT,
    STANDING_LABELS,
)
from vneid_field.collection.readiness import (
    Said,
    check_readiness,
    is_ready,
    list_checks,
    stamp_of,
)
from vneid_field.collection.readiness_queries import (
    Wanted,
    gather_readiness,
    names_of_checkers,
)
from vneid_field.collection.readiness_sheet import readiness_sheet
from vneid_field.core.access import Permission
from vneid_field.core.database import reading
from vneid_field.core.errors import DomainError, NotFound, WrongField
from vneid_field.core.text import typed_text
from vneid_field.documents.exports import export, made_by
from vneid_field.extensions import db
from vneid_field.units.forms import MemberForm
from vneid_field.units.labels import SUBTYPE_LABELS
from vneid_field.units.models import Unit
from vneid_field.units.queries import get_member, get_unit, list_members
from vneid_field.units.rules import UnitKind
from vneid_field.units.services import add_member, mark_left
from vneid_field.web.access import current_actor, requires
from vneid_field.web.forms import MARKED
from vneid_field.web.pagination import Page, page_number
from vneid_field.web.render import go, render

bp = Blueprint("readiness", __name__, url_prefix="/collection/readiness")
SIZE = 50
NOTE_LIMIT = 200


def _wanted() -> Wanted:
    asked = request.values
    standing, item = asked.get("standing", ""), asked.get("item", "")
    subtype = asked.get("subtype", "")
    return Wanted(
        PointStanding(standing) if standing in set(PointStanding) else None,
        ReadinessItem(item) if item in set(ReadinessItem) else None,
        subtype if subtype in ("fixed", "mobile") else "",
    )


def _address(wanted: Wanted) -> dict[str, str]:
    said = {
        "standing": wanted.standing.value if wanted.standing else "",
        "item": wanted.item.value if wanted.item else "",
        "subtype": wanted.subtype,
    }
    return {name: value for name, value in said.items() if value}


@bp.get("/")
@requires(Permission.SEE_COLLECTION)
def board() -> ResponseReturnValue:
    """Which points of the scope are ready, and what the others lack."""
    actor, wanted = current_actor(), _wanted()
    found = gather_readiness(actor.scope, current_campaign().id)
    lines = [line for line in found.lines if wanted.keeps(line)]
    number = min(page_number(), max(1, -(-len(lines) // SIZE)))
    shown = lines[(number - 1) * SIZE : number * SIZE]
    return render(
        "collection/points_board.html",
        board=found,
        page=Page(shown, number, SIZE, len(lines)),
        wanted=wanted,
        choice=_address(wanted),
        unit_name=actor.unit.unit_name,
        items=READINESS_SHORT,
        words=QUANTITY_WORDS,
        standings=STANDING_LABELS,
        subtypes=SUBTYPE_LABELS,
    )


@bp.post("/sheet")
@requires(Permission.SEE_COLLECTION)
def sheet() -> ResponseReturnValue:
    """The board's rows as XLSX, in the order of the page."""
    actor, wanted = current_actor(), _wanted()
    with reading():
        found = gather_readiness(actor.scope, current_campaign().id)
        lines = [line for line in found.lines if wanted.keeps(line)]
        content = readiness_sheet(actor.unit.unit_name, lines, made_by(actor))
    return export(
        actor=actor,
        what="readiness",
        unit_id=actor.unit.unit_id,
        count=len(lines),
        name=f"san-sang-diem-thu-nhan-{actor.unit.unit_code}",
        sheet=content,
    )


@bp.get("/mine")
@requires(Permission.CHECK_READINESS)
def mine() -> ResponseReturnValue:
    """A point's own checklist; police begin at the board."""
    actor = current_actor()
    if not actor.is_field:
        return go(url_for("readiness.board"))
    return go(url_for("readiness.show", point_id=actor.unit.unit_id))


def _point(point_id: int) -> Unit:
    point = get_unit(current_actor().scope, point_id)
    if point.kind is not UnitKind.COLLECTION_POINT:
        raise NotFound
    return point


@bp.get("/<int:point_id>")
@requires(Permission.SEE_COLLECTION)
def show(point_id: int) -> ResponseReturnValue:
    """The checklist of a point and its members."""
    return _page(_point(point_id))


def _page(
    point: Unit,
    *,
    typed: dict[ReadinessItem, dict[str, str]] | None = None,
    errors: dict[str, str] | None = None,
    member: MemberForm | None = None,
    failure: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    checks = list_checks(current_campaign().id, point.id)
    return render(
        "collection/points_show.html",
        status=status,
        point=point,
        checks=checks,
        names=names_of_checkers(list(checks.values())),
        values=typed or {item: _stored(checks.get(item)) for item in ReadinessItem},
        errors=errors or {},
        stamp=request.form.get("seen") if typed else stamp_of(checks),
        is_ready=is_ready(list(checks.values())),
        items=READINESS_LABELS,
        words=QUANTITY_WORDS,
        subtypes=SUBTYPE_LABELS,
        members=list_members(point),
        member=member or MemberForm(formdata=None),
        failure=failure,
    )


def _stored(check: Any) -> dict[str, str]:
    if check is None:
        return {"ready": "", "quantity": "", "note": ""}
    quantity = "" if check.quantity is None else str(check.quantity)
    return {"ready": "yes" if check.is_ready else "no", "quantity": quantity, "note": check.note}


def _typed() -> dict[ReadinessItem, dict[str, str]]:
    form = request.form
    return {
        item: {
            "ready": form.get(f"ready_{item.value}", ""),
            "quantity": form.get(f"quantity_{item.value}", "").strip(),
            "note": typed_text(form.get(f"note_{item.value}", "")),
        }
        for item in ReadinessItem
    }


def _said(typed: dict[ReadinessItem, dict[str, str]]) -> dict[ReadinessItem, Said]:
    """Return the items that were answered; raises WrongField for what cannot be read."""
    said = {}
    for item, one in typed.items():
        if one["ready"] not in ("yes", "no"):
            if one["quantity"] or one["note"]:
                raise WrongField("Hãy chọn Sẵn sàng hoặc Chưa.", item.value)
            continue
        quantity = one["quantity"] if item in QUANTITY_WORDS else ""
        if quantity and not (quantity.isascii() and quantity.isdigit() and len(quantity) < 6):
            raise WrongField("Hãy nhập số nguyên, ví dụ 2.", item.value)
        if len(one["note"]) > NOTE_LIMIT:
            raise WrongField(f"Ghi chú dài quá {NOTE_LIMIT} ký tự, hãy rút gọn.", item.value)
        said[item] = Said(one["ready"] == "yes", int(quantity) if quantity else None, one["note"])
    return said


@bp.post("/<int:point_id>")
@requires(Permission.CHECK_READINESS)
def save(point_id: int) -> ResponseReturnValue:
    """Store what was checked."""
    point, typed = _point(point_id), _typed()
    try:
        changed = check_readiness(
            actor=current_actor(),
            campaign=current_campaign(),
            point=point,
            said=_said(typed),
            seen=request.form.get("seen", ""),
        )
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        is_field = isinstance(error, WrongField)
        return _page(
            _point(point_id),
            typed=typed,
            errors={error.field: error.message} if isinstance(error, WrongField) else {},
            failure=MARKED if is_field else error.message,
            status=error.status,
        )
    flash(f"Đã lưu {changed} mục." if changed else "Không có mục nào thay đổi.")
    return go(url_for("readiness.show", point_id=point_id))


@bp.post("/<int:point_id>/members")
@requires(Permission.CHECK_READINESS)
def join(point_id: int) -> ResponseReturnValue:
    """Add a member to a point."""
    point, form = _point(point_id), MemberForm()
    if not form.validate():
        return _page(point, member=form, failure=MARKED, status=422)
    try:
        add_member(actor=current_actor(), team=point, details=form.details(is_new=True))
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        return _page(_point(point_id), member=form, failure=error.message, status=error.status)
    flash("Đã thêm thành viên.")
    return go(url_for("readiness.show", point_id=point_id))


@bp.post("/<int:point_id>/members/<int:member_id>/leave")
@requires(Permission.CHECK_READINESS)
def leave(point_id: int, member_id: int) -> ResponseReturnValue:
    """Note that a member has left a point."""
    point = _point(point_id)
    mark_left(actor=current_actor(), team=point, member=get_member(point, member_id))
    flash("Đã ghi thành viên rời tổ.")
    return go(url_for("readiness.show", point_id=point_id))
