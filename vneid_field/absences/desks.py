"""Fixed support teams under a district: name, place, hours, members (III.4.đ)."""

from sqlalchemy import select

from vneid_field.absences.models import SupportDesk
from vneid_field.audit.services import record
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.core.text import search_key
from vneid_field.extensions import db
from vneid_field.units.models import TeamMember, Unit
from vneid_field.units.rules import UnitKind, path_of
from vneid_field.units.services import bring_back, mark_left

ABOVE_COMMUNES = (UnitKind.DISTRICT, UnitKind.CITY)


def add_desk(*, actor: Actor, parent: Unit, name: str, place: str, hours: str) -> Unit:
    """Add a support team right below the actor's unit; raises Conflict for a name in use."""
    if parent.id != actor.unit.unit_id:
        raise NotFound
    if parent.kind not in ABOVE_COMMUNES:
        raise DomainError("Tổ hỗ trợ cố định do Công an cấp trên của cấp xã lập.")
    _lock_desks(parent.id)
    siblings = list(
        db.session.scalars(
            select(Unit).where(Unit.parent_id == parent.id, Unit.kind == UnitKind.SUPPORT_TEAM)
        )
    )
    _refuse_same_name(siblings, name)
    code = f"{parent.code}.HT{len(siblings) + 1}"
    unit = Unit(
        kind=UnitKind.SUPPORT_TEAM,
        subtype="fixed",
        parent_id=parent.id,
        path=f"new:{code}",
        code=code,
        name=name,
        short_name=name[:80],
        search_key=search_key(name),
        sort_order=len(siblings) + 1,
    )
    db.session.add(unit)
    db.session.flush()
    unit.path = path_of(parent.path, unit.id)
    db.session.add(SupportDesk(unit_id=unit.id, place=place, hours=hours))
    record(
        "unit.created",
        actor=actor,
        subject_kind="unit",
        subject_id=unit.id,
        kind=unit.kind.value,
        code=code,
    )
    db.session.flush()
    return unit


def change_desk(*, actor: Actor, desk: Unit, name: str, place: str, hours: str) -> None:
    """Change a support team of the actor's unit; nothing new is nothing done."""
    if desk.parent_id != actor.unit.unit_id:
        raise NotFound
    _lock_desks(actor.unit.unit_id)
    siblings = db.session.scalars(
        select(Unit).where(
            Unit.parent_id == desk.parent_id,
            Unit.kind == UnitKind.SUPPORT_TEAM,
            Unit.id != desk.id,
        )
    )
    _refuse_same_name(list(siblings), name)
    held = db.session.get(SupportDesk, desk.id)
    if held is None:
        held = SupportDesk(unit_id=desk.id, place="", hours="")
        db.session.add(held)
    was = {"name": desk.name, "desk_place": held.place, "desk_hours": held.hours}
    now = {"name": name, "desk_place": place, "desk_hours": hours}
    fields = [key for key, value in now.items() if was[key] != value]
    if not fields:
        return
    desk.name, desk.short_name, desk.search_key = name, name[:80], search_key(name)
    held.place, held.hours = place, hours
    record("unit.changed", actor=actor, subject_kind="unit", subject_id=desk.id, fields=fields)
    db.session.flush()


def _lock_desks(parent_id: int) -> None:
    """Let one act on a unit's support teams follow the other: each reads the names in use."""
    lock = select(Unit.id).where(Unit.id == parent_id)
    db.session.execute(lock.with_for_update(key_share=True))


def remove_member(*, actor: Actor, desk: Unit, member_id: int) -> bool:
    """Note that a member left a support team of the actor's unit; False when it is so already."""
    member = _member_of(actor, desk, member_id)
    if member.left_at is not None:
        return False
    mark_left(actor=actor, team=desk, member=member)
    return True


def return_member(*, actor: Actor, desk: Unit, member_id: int) -> bool:
    """Undo `remove_member`; False when the member is in the team already."""
    member = _member_of(actor, desk, member_id)
    if member.left_at is None:
        return False
    bring_back(actor=actor, team=desk, member=member)
    return True


def _member_of(actor: Actor, desk: Unit, member_id: int) -> TeamMember:
    """Lock a member, so that of two taps the second finds what the first did."""
    if desk.parent_id != actor.unit.unit_id:
        raise NotFound
    query = select(TeamMember).where(TeamMember.id == member_id, TeamMember.team_id == desk.id)
    locked = query.with_for_update().execution_options(populate_existing=True)
    member = db.session.scalar(locked)
    if member is None:
        raise NotFound
    return member


def _refuse_same_name(siblings: list[Unit], name: str) -> None:
    if any(one.is_active and one.search_key == search_key(name) for one in siblings):
        raise Conflict(f"Đã có tổ hỗ trợ tên “{name}”. Hãy đặt tên khác.")
