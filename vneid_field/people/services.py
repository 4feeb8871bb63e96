"""Households put together by hand and states corrected: lists tell figures and items of it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from vneid_field.audit.services import record
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict, DomainError
from vneid_field.extensions import db
from vneid_field.people.addresses import alley_of, household_key, walk_key
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import ApplicationEvent, Citizen, Household
from vneid_field.people.queries import (
    list_application_events,
    list_members,
    lock_citizens,
    lock_households,
)
from vneid_field.people.rules import EXITS, next_states, step_back


def reveal(*, actor: Actor, citizen: Citizen, field: str) -> str:
    """Return a full number of a citizen of the scope: an explicit, audited act (section 15)."""
    values = {
        "citizen_id": citizen.citizen_id,
        "phone": citizen.phone,
        "field_phone": citizen.field_phone,
    }
    if field not in values:
        raise DomainError("Không có mục này.")
    record(
        "person.number_revealed",
        actor=actor,
        subject_kind="citizen",
        subject_id=citizen.id,
        field=field,
    )
    db.session.flush()
    return values[field] or ""


def split_household(
    *, actor: Actor, household: Household, members: Sequence[Citizen], address_line: str
) -> Household:
    """Move some members into a household of their own; an import never undoes it.

    Raises DomainError when nobody or everybody is chosen, Conflict when somebody was moved
    away meanwhile.
    """
    everyone = _lock_members(household)
    if not set(members) <= set(everyone):
        raise Conflict("Hộ này vừa được sửa. Hãy tải lại trang.")
    if not members or len(members) >= len(everyone):
        raise DomainError("Chọn ít nhất một người, nhưng không phải cả hộ, để tách ra hộ mới.")
    line = address_line.strip() or household.address_line
    new = Household(
        unit_id=household.unit_id,
        unit_path=household.unit_path,
        address_line=line[:200],
        address_key=household_key(household.unit_id, line, "", members[0].full_name).address_key,
        walk_key=walk_key(line),
        alley=alley_of(line),
        head_name="",
        is_manual=True,
    )
    household.is_manual = True
    db.session.add(new)
    db.session.flush()
    for citizen in members:
        citizen.household_id = new.id
    record(
        "household.split",
        actor=actor,
        subject_kind="household",
        subject_id=household.id,
        count=len(members),
        new_household_id=new.id,
    )
    db.session.flush()
    return new


def merge_households(*, actor: Actor, household: Household, into: Household) -> list[Citizen]:
    """Move everybody of a household into another of the same hamlet; returns who moved.

    The emptied one stays and leads there, so that lists naming its address find the way. Raises
    Conflict for another hamlet, or when one of the two was merged meanwhile.
    """
    if household.id == into.id:
        raise DomainError("Hãy chọn một hộ khác để gộp vào.")
    if household.unit_id != into.unit_id:
        raise Conflict("Chỉ gộp được hai hộ trong cùng khu vực/ấp.")
    members = _lock_members(household, into)
    for citizen in members:
        citizen.household_id = into.id
    household.merged_into_id = into.id
    household.is_manual = into.is_manual = True
    record(
        "household.merged",
        actor=actor,
        subject_kind="household",
        subject_id=household.id,
        count=len(members),
        into_household_id=into.id,
    )
    db.session.flush()
    return members


def _lock_members(household: Household, *others: Household) -> list[Citizen]:
    """Lock a household's people, then the households; return who lives there now, also whom a
    list brought while we waited.
    """
    lock_citizens(select(Citizen.id).where(Citizen.household_id == household.id))
    lock_households([household, *others])
    if any(one.merged_into_id is not None for one in (household, *others)):
        raise Conflict("Hộ này vừa được gộp vào hộ khác. Hãy tải lại trang.")
    return list_members(household.id)


def correct_state(*, actor: Actor, citizen: Citizen, reason: str) -> ApplicationState:
    """Set an application back one step, with a reason; returns the state before.

    Raises Conflict where there is no step back, DomainError without a reason (section 5).
    """
    lock_citizens([citizen.id])
    before = citizen.application_state
    after = step_back(before, came_from(citizen))
    if after is None:
        raise Conflict("Trạng thái này không lùi được một bước.")
    _set_state(actor, citizen, after, "correction", reason)
    return before


def take_off(
    *, actor: Actor, citizen: Citizen, to: ApplicationState, reason: str
) -> ApplicationState:
    """Note that a person moved out, died or is not eligible; returns the state before.

    Commune police confirm what a team reports (section 7): only now the person leaves the
    denominator. Raises Conflict where the table of section 5 has no such step, DomainError
    without a reason.
    """
    lock_citizens([citizen.id])
    before = citizen.application_state
    if to not in EXITS or to not in next_states(before):
        raise Conflict("Trạng thái hiện tại không chuyển được như vậy. Hãy tải lại trang.")
    _set_state(actor, citizen, to, "police", reason)
    return before


def came_from(citizen: Citizen) -> ApplicationState | None:
    """Return the state before the citizen's newest change, None when there is none."""
    events = list_application_events(citizen.id)
    return events[-1].from_state if events else None


def _set_state(
    actor: Actor, citizen: Citizen, after: ApplicationState, source: str, reason: str
) -> None:
    if not reason.strip():
        raise DomainError("Hãy ghi lý do sửa trạng thái.")
    before = citizen.application_state
    change_state(actor=actor, citizen=citizen, to=after, source=source, reason=reason.strip()[:300])
    record(
        "person.state_corrected",
        actor=actor,
        subject_kind="citizen",
        subject_id=citizen.id,
        **{"from": before.value, "to": after.value},
    )
    db.session.flush()


def advance(
    *,
    actor: Actor | None,
    citizens: Sequence[Citizen],
    to: ApplicationState,
    source: str,
    source_id: int | None = None,
    on: date | None = None,
) -> None:
    """Take locked people one step on, as our own actions may (section 5); events, no figures.

    `source` and `source_id` name what did it ("collection", an event's id); `on`: the day it is
    counted on, today unless given. Raises Conflict where the table has no such step; nobody is
    changed then.
    """
    if any(to not in next_states(citizen.application_state) for citizen in citizens):
        raise Conflict("Trạng thái hồ sơ vừa thay đổi, không chuyển được. Hãy tải lại trang.")
    for citizen in citizens:
        change_state(actor=actor, citizen=citizen, to=to, source=source, source_id=source_id, on=on)
    db.session.flush()


def change_state(
    *,
    actor: Actor | None,
    citizen: Citizen,
    to: ApplicationState,
    source: str,
    source_id: int | None = None,
    on: date | None = None,
    reason: str = "",
) -> None:
    """Set a locked person's application state and add its event; the caller has the right to."""
    now = clock.now()
    db.session.add(
        ApplicationEvent(
            citizen_id=citizen.id,
            from_state=citizen.application_state,
            to_state=to,
            source=source,
            source_id=source_id,
            home_unit_id=citizen.unit_id,
            counted_on=on or clock.today(),
            reason=reason,
            at=now,
            by=actor.user_id if actor else None,
        )
    )
    citizen.application_state = to
    citizen.application_state_at = now
    citizen.updated_at = now
