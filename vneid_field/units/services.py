"""Teams and their members: add, rename, close, who serves which hamlet, who belongs to it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select, update

from vneid_field.audit.services import record
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.core.text import person_sort_key, search_key
from vneid_field.extensions import db
from vneid_field.units.models import TeamHamlet, TeamMember, Unit
from vneid_field.units.queries import list_children
from vneid_field.units.rules import (
    SUBTYPES,
    Union,
    UnitKind,
    clean_phone,
    next_team_code,
    path_of,
)


@dataclass(frozen=True, slots=True)
class MemberDetails:
    """What a member's form says. `phone` "" is none; None keeps the stored one."""

    full_name: str
    phone: str | None
    union: Union
    knows_it: bool
    trained_on: date | None
    is_leader: bool


def _require_inside(actor: Actor, unit: Unit) -> None:
    if not actor.scope.covers(unit.path):
        raise NotFound


def _refuse_same_name(commune_id: int, name: str, but: Unit | None = None) -> None:
    query = select(Unit.id).where(
        Unit.parent_id == commune_id,
        Unit.kind == UnitKind.TEAM,
        Unit.is_active.is_(True),
        Unit.search_key == search_key(name),
    )
    if but is not None:
        query = query.where(Unit.id != but.id)
    if db.session.scalar(query.limit(1)) is not None:
        raise Conflict(f"Phường, xã này đã có tổ tên “{name}”. Hãy đặt tên khác.")


def add_team(*, actor: Actor, commune: Unit, name: str, subtype: str) -> Unit:
    """Add a team to a commune with the next free code; raises NotFound, Conflict, DomainError."""
    _require_inside(actor, commune)
    if commune.kind is not UnitKind.COMMUNE:
        raise DomainError("Tổ phải thuộc một phường, xã, thị trấn.")
    if subtype not in SUBTYPES[UnitKind.TEAM]:
        raise DomainError("Hãy chọn loại tổ.")
    _refuse_same_name(commune.id, name)
    query = select(Unit.code).where(Unit.parent_id == commune.id, Unit.kind == UnitKind.TEAM)
    code = next_team_code(commune.code, list(db.session.scalars(query)))
    team = Unit(
        kind=UnitKind.TEAM,
        subtype=subtype,
        parent_id=commune.id,
        path=f"new:{code}",
        code=code,
        name=name,
        short_name=name[:80],
        search_key=search_key(name),
        sort_order=int(code.rsplit(".", 1)[1]),
    )
    db.session.add(team)
    db.session.flush()
    team.path = path_of(commune.path, team.id)
    record(
        "unit.created",
        actor=actor,
        subject_kind="unit",
        subject_id=team.id,
        kind=team.kind.value,
        code=code,
    )
    db.session.flush()
    return team


def rename_team(*, actor: Actor, team: Unit, name: str, subtype: str) -> None:
    """Give a team another name or subtype; papers made before keep the old name."""
    _require_inside(actor, team)
    if subtype not in SUBTYPES[UnitKind.TEAM]:
        raise DomainError("Hãy chọn loại tổ.")
    _refuse_same_name(team.parent_id or 0, name, but=team)
    fields = [f for f, new in (("name", name), ("subtype", subtype)) if getattr(team, f) != new]
    if not fields:
        return
    if "name" in fields:
        team.name, team.short_name, team.search_key = name, name[:80], search_key(name)
    team.subtype = subtype
    record("unit.changed", actor=actor, subject_kind="unit", subject_id=team.id, fields=fields)
    db.session.flush()


def lock_team(team: Unit) -> None:
    """Hold a team against whoever would give it work (`queries.stays_open`), until it is closed."""
    db.session.refresh(team, ["is_active"], with_for_update={"key_share": True})


def close_team(*, actor: Actor, team: Unit, is_busy: bool) -> None:
    """Close a team for good; raises Conflict while it holds open list items (`is_busy`)."""
    _require_inside(actor, team)
    if is_busy:
        raise Conflict(
            "Tổ đang giữ danh sách chưa xong nên chưa giải thể được. Hãy thu hồi danh sách ở mục "
            "Danh sách rồi làm lại."
        )
    team.is_active = False
    team.valid_to = clock.today()
    record(
        "unit.closed",
        actor=actor,
        subject_kind="unit",
        subject_id=team.id,
        kind=team.kind.value,
        code=team.code,
    )
    db.session.flush()


def set_hamlets(*, actor: Actor, team: Unit, hamlet_ids: Collection[int]) -> None:
    """Say which hamlets of its commune a team serves; raises NotFound for any other."""
    _require_inside(actor, team)
    commune = db.session.get_one(Unit, team.parent_id)
    allowed = {hamlet.id for hamlet in list_children(commune, (UnitKind.HAMLET,))}
    if not set(hamlet_ids) <= allowed:
        raise NotFound
    query = select(TeamHamlet.hamlet_id).where(TeamHamlet.team_id == team.id)
    before = set(db.session.scalars(query))
    added, removed = sorted(set(hamlet_ids) - before), sorted(before - set(hamlet_ids))
    if not added and not removed:
        return
    db.session.execute(
        delete(TeamHamlet).where(TeamHamlet.team_id == team.id, TeamHamlet.hamlet_id.in_(removed))
    )
    db.session.add_all(TeamHamlet(team_id=team.id, hamlet_id=one) for one in added)
    record(
        "team.hamlets_changed",
        actor=actor,
        subject_kind="unit",
        subject_id=team.id,
        added=added,
        removed=removed,
    )
    db.session.flush()


def _phone_of(text: str) -> str | None:
    phone = clean_phone(text) if text else None
    if text and phone is None:
        raise DomainError("Số điện thoại không đúng. Ví dụ đúng: 0912 345 678.")
    return phone


def _new_values(details: MemberDetails) -> dict[str, object]:
    if details.trained_on and details.trained_on > clock.today():
        raise DomainError("Ngày tập huấn không được sau hôm nay.")
    values: dict[str, object] = {
        "full_name": details.full_name,
        "union": details.union,
        "knows_it": details.knows_it,
        "trained_on": details.trained_on,
        "is_leader": details.is_leader,
    }
    if details.phone is not None:
        values["phone"] = _phone_of(details.phone)
    return values


def _one_leader(team_id: int, member: TeamMember) -> None:
    """A team has one leader: whoever led before is a member from now on."""
    if member.is_leader:
        db.session.execute(
            update(TeamMember)
            .where(TeamMember.team_id == team_id, TeamMember.id != member.id)
            .values(is_leader=False)
        )


def add_member(*, actor: Actor, team: Unit, details: MemberDetails) -> TeamMember:
    """Add a member to a team; raises NotFound, DomainError."""
    _require_inside(actor, team)
    member = TeamMember(
        team_id=team.id, sort_key=person_sort_key(details.full_name), **_new_values(details)
    )
    db.session.add(member)
    db.session.flush()
    _one_leader(team.id, member)
    record(
        "member.added",
        actor=actor,
        subject_kind="team_member",
        subject_id=member.id,
        team_id=team.id,
    )
    db.session.flush()
    return member


def change_member(*, actor: Actor, team: Unit, member: TeamMember, details: MemberDetails) -> None:
    """Change a member; the log tells which fields, never their values."""
    _require_inside(actor, team)
    values = _new_values(details)
    fields = sorted(name for name, value in values.items() if getattr(member, name) != value)
    if not fields:
        return
    for name in fields:
        setattr(member, name, values[name])
    member.sort_key = person_sort_key(member.full_name)
    db.session.flush()
    _one_leader(team.id, member)
    record(
        "member.changed",
        actor=actor,
        subject_kind="team_member",
        subject_id=member.id,
        team_id=team.id,
        fields=fields,
    )
    db.session.flush()


def mark_left(*, actor: Actor, team: Unit, member: TeamMember) -> None:
    """Note that a member has left; the row stays, because results may name it."""
    _require_inside(actor, team)
    if member.left_at is not None:
        raise Conflict("Thành viên này đã rời tổ.")
    member.left_at, member.is_leader = clock.now(), False
    _record_member("member.left", actor, team, member)


def bring_back(*, actor: Actor, team: Unit, member: TeamMember) -> None:
    """Undo `mark_left`."""
    _require_inside(actor, team)
    if member.left_at is None:
        raise Conflict("Thành viên này đang trong tổ.")
    member.left_at = None
    _record_member("member.returned", actor, team, member)


def _record_member(event: str, actor: Actor, team: Unit, member: TeamMember) -> None:
    record(event, actor=actor, subject_kind="team_member", subject_id=member.id, team_id=team.id)
    db.session.flush()
