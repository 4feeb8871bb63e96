"""What was learnt at a door and the application says otherwise: told, then done or refused.

Both values stand side by side until commune police decide (domain.md section 5).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from vneid_field.accounts.models import User
from vneid_field.audit.services import record
from vneid_field.core import clock
from vneid_field.core.access import Actor, Scope
from vneid_field.core.database import within
from vneid_field.core.errors import Conflict, DomainError
from vneid_field.core.text import vn_day, vn_time
from vneid_field.extensions import db
from vneid_field.people.intake import phone_index
from vneid_field.people.kinds import CorrectedField, CorrectionState
from vneid_field.people.models import Citizen, FieldCorrection
from vneid_field.units.models import Unit
from vneid_field.web.pagination import Page, paginate

VALUE_LIMIT = 200
REASON_LIMIT = 300
DECIDED = (CorrectionState.DONE, CorrectionState.REFUSED)
FINAL = (*DECIDED, CorrectionState.PURGED)
SHOWN = (CorrectionState.OPEN, *DECIDED)


@dataclass(frozen=True)
class Learnt:
    """Where a value comes from: a visit's or a form's UUID, which team, who, when."""

    uuid: str
    unit_id: int
    user_id: int | None
    at: datetime


def find_open(citizen_id: int, field: CorrectedField) -> FieldCorrection | None:
    """Return what is open of a citizen, read anew."""
    query = select(FieldCorrection).where(
        FieldCorrection.citizen_id == citizen_id,
        FieldCorrection.field == field,
        FieldCorrection.state == CorrectionState.OPEN,
    )
    return db.session.scalar(query.execution_options(populate_existing=True))


def find_by_source(uuid: str) -> FieldCorrection | None:
    """Return what a visit or a form told, or None."""
    return db.session.scalar(select(FieldCorrection).where(FieldCorrection.source_uuid == uuid))


def learn_phone(citizen: Citizen, number: str | None, learnt: Learnt | None) -> str | None:
    """Keep the open correction of a phone in step with what the visits say now (None: nothing).

    Returns the number that stands beside the list's. The caller has locked the citizen. What
    police decided of a visit's number stays decided.
    """
    held = find_open(citizen.id, CorrectedField.PHONE)
    if number is None or learnt is None or number == citizen.phone:
        if held is not None:
            held.state = CorrectionState.WITHDRAWN
        return number
    if held is not None and held.source_uuid == learnt.uuid:
        return number
    if held is not None:
        held.state = CorrectionState.REPLACED
        db.session.flush()  # one open at a time: the old one goes first
    known = find_by_source(learnt.uuid)
    if known is not None and known.state in FINAL:
        return None
    if known is not None:  # a later visit was taken back: the earlier number stands again
        known.state = CorrectionState.OPEN
    else:
        db.session.add(_row(citizen, CorrectedField.PHONE, number, learnt))
    return number


def _row(citizen: Citizen, field: CorrectedField, value: str, learnt: Learnt) -> FieldCorrection:
    return FieldCorrection(
        citizen_id=citizen.id,
        field=field,
        value=value,
        before="",
        source_uuid=learnt.uuid,
        told_by_unit_id=learnt.unit_id,
        told_by=learnt.user_id,
        told_at=learnt.at,
        state=CorrectionState.OPEN,
    )


def tell(
    *,
    actor: Actor,
    citizen: Citizen,
    address_line: str,
    field: CorrectedField,
    value: str,
    uuid: str,
) -> FieldCorrection:
    """Tell commune police another address or household of a citizen the actor has opened, locked.

    `address_line` is what stands now. A newer word replaces what is open; the same tap again is
    the same success. Raises DomainError for an empty word, for a phone (a visit tells it), or one
    that changes nothing.
    """
    known = find_by_source(uuid)
    if known is not None:
        if (known.citizen_id, known.field, known.value) != (citizen.id, field, value):
            raise Conflict("Lần bấm này đã được lưu với nội dung khác. Hãy mở lại rồi ghi.")
        return known
    if field is CorrectedField.PHONE:
        raise DomainError("Số điện thoại mới ghi cùng kết quả “Sai hoặc đã đổi số điện thoại”.")
    if not value:
        raise DomainError("Hãy ghi điều cần sửa.")
    if len(value) > VALUE_LIMIT:
        raise DomainError(f"Nội dung dài quá {VALUE_LIMIT} ký tự, hãy rút gọn.")
    if field is CorrectedField.ADDRESS and value == address_line:
        raise DomainError("Địa chỉ này giống địa chỉ đang ghi, không có gì để sửa.")
    held = find_open(citizen.id, field)
    if held is not None:
        held.state = CorrectionState.REPLACED
        db.session.flush()
    row = _row(citizen, field, value, Learnt(uuid, actor.unit.unit_id, actor.user_id, clock.now()))
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        raise Conflict("Có người vừa báo sửa cùng mục này. Hãy tải lại trang.") from error
    record(
        "correction.told",
        actor=actor,
        subject_kind="citizen",
        subject_id=citizen.id,
        field=field.value,
    )
    return row


def refuse(*, actor: Actor, row: FieldCorrection, reason: str) -> None:
    """Keep the application as it is, with a reason; a number learnt at the door goes with it."""
    reason = reason.strip()[:REASON_LIMIT]
    if row.state is CorrectionState.REFUSED and row.reason == reason:
        return
    _check_open(row)
    if not reason:
        raise DomainError("Hãy ghi vì sao không sửa.")
    row.before = current_value(row)
    if row.field is CorrectedField.PHONE:
        _forget_field_phone(row.citizen)
    _decide(actor, row, CorrectionState.REFUSED, "correction.refused")
    row.reason = reason


def set_done(*, actor: Actor, row: FieldCorrection) -> bool:
    """Note that the application was updated; False when it was noted before.

    A new phone takes the list's place and no import brings the old one back. Address and household
    are the caller's: items of lists follow them.
    """
    if row.state is CorrectionState.DONE:
        return False
    _check_open(row)
    row.before, citizen = current_value(row), row.citizen
    if row.field is CorrectedField.PHONE:
        citizen.phone, citizen.phone_index = row.value, phone_index(row.value)
        citizen.phone_source, citizen.phone_set_at = "field", clock.now()
        _forget_field_phone(citizen)
    citizen.updated_at = clock.now()
    _decide(actor, row, CorrectionState.DONE, "correction.done")
    return True


def current_value(row: FieldCorrection) -> str:
    """Return what the application says now of the field."""
    if row.field is CorrectedField.PHONE:
        return row.citizen.phone or ""
    return row.citizen.household.address_line


def _forget_field_phone(citizen: Citizen) -> None:
    citizen.field_phone = citizen.field_phone_index = citizen.field_phone_at = None


def _decide(actor: Actor, row: FieldCorrection, state: CorrectionState, event: str) -> None:
    row.state, row.decided_at, row.decided_by = state, clock.now(), actor.user_id
    record(
        event,
        actor=actor,
        subject_kind="citizen",
        subject_id=row.citizen_id,
        field=row.field.value,
    )
    db.session.flush()


def _check_open(row: FieldCorrection) -> None:
    if row.state is CorrectionState.OPEN:
        return
    if row.state is CorrectionState.PURGED:
        raise Conflict("Nội dung này đã xóa theo hạn sau chiến dịch.")
    if row.decided_at is None:
        raise Conflict("Tổ vừa báo lại mục này. Hãy tải lại trang để xem số mới nhất.")
    at = clock.to_local(row.decided_at)
    what = "cập nhật" if row.state is CorrectionState.DONE else "từ chối"
    raise Conflict(f"Mục này đã được {what} lúc {vn_time(at)} ngày {vn_day(at.date())}.")


def _rows(scope: Scope) -> Select[FieldCorrection]:
    paths = scope.paths if scope.sees_people and not scope.holders else ()
    return (
        select(FieldCorrection)
        .join(FieldCorrection.citizen)
        .where(within(Citizen.unit_path, paths))
    )


def get_correction(scope: Scope, correction_id: int, *, to_write: bool = False) -> FieldCorrection:
    """Return one of the scope with its citizen; raises NoResultFound.

    `to_write` locks the citizen, then the row, as visits do.
    """
    query = _rows(scope).where(FieldCorrection.id == correction_id)
    if to_write:
        found = db.session.scalars(query).one()
        lock = select(Citizen.id).where(Citizen.id == found.citizen_id)
        db.session.execute(lock.with_for_update(key_share=True))
    eager = joinedload(FieldCorrection.citizen).joinedload(Citizen.household)
    query = query.options(eager).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


@dataclass(frozen=True)
class Shown:
    """A correction as the queue shows it, with the names around it."""

    row: FieldCorrection
    told_by: str
    team: str
    decided_by: str


def page_corrections(
    scope: Scope, state: CorrectionState, *, number: int, size: int = 20
) -> Page[Shown]:
    """Return one page of the scope's corrections: open ones oldest first, the others newest."""
    is_open = state is CorrectionState.OPEN
    order = FieldCorrection.id if is_open else FieldCorrection.decided_at.desc()
    eager = joinedload(FieldCorrection.citizen).joinedload(Citizen.household)
    query = _rows(scope).options(eager).where(FieldCorrection.state == state)
    page = paginate(query.order_by(order, FieldCorrection.id), number=number, size=size)
    users = {one for row in page.items for one in (row.told_by, row.decided_by)}
    found = select(User.id, User.display_name).where(User.id.in_(users))
    people = {row[0]: row[1] for row in db.session.execute(found)}
    homes = select(Unit.id, Unit.name).where(
        Unit.id.in_({row.told_by_unit_id for row in page.items})
    )
    teams = {row[0]: row[1] for row in db.session.execute(homes)}
    shown = [
        Shown(
            row,
            people.get(row.told_by, ""),
            teams[row.told_by_unit_id],
            people.get(row.decided_by, ""),
        )
        for row in page.items
    ]
    return Page(shown, page.number, page.size, page.total)


def count_corrections(scope: Scope) -> dict[CorrectionState, int]:
    """Return how many of the scope there are in each state that the queue shows."""
    rows = _rows(scope).with_only_columns(FieldCorrection.state, func.count())
    found = {row[0]: row[1] for row in db.session.execute(rows.group_by(FieldCorrection.state))}
    return {state: found.get(state, 0) for state in SHOWN}


def list_told(citizen_ids: list[int]) -> dict[int, list[FieldCorrection]]:
    """Return what waits for police of people the caller has opened, for their checklist."""
    query = select(FieldCorrection).where(
        FieldCorrection.citizen_id.in_(citizen_ids),
        FieldCorrection.state == CorrectionState.OPEN,
    )
    found: dict[int, list[FieldCorrection]] = {}
    for row in db.session.scalars(query.order_by(FieldCorrection.id)):
        found.setdefault(row.citizen_id, []).append(row)
    return found
