"""Batches to the ministry's department: sent, and taken back when made by mistake (III.3.đ)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.collection.transmission_contributions import contributions
from vneid_field.collection.transmission_kinds import TransmissionEnd
from vneid_field.collection.transmission_models import Transmission, TransmissionItem
from vneid_field.collection.transmission_queries import (
    Chosen,
    find_batch,
    find_sent_by,
    list_items,
    list_waiting,
)
from vneid_field.collection.transmission_rules import BATCH_LIMIT, number_key
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.database import one_of
from vneid_field.core.errors import Conflict, DomainError, NotFound, WrongField
from vneid_field.core.text import vn_moment, vn_number
from vneid_field.extensions import db
from vneid_field.figures.rules import difference
from vneid_field.figures.services import apply_flows
from vneid_field.people.changes import tell_changed
from vneid_field.people.intake import store_changes, store_events
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Citizen
from vneid_field.people.queries import lock_citizens
from vneid_field.units.models import Unit

SOURCE = "transmission"  # of the events of application states; source_id is the batch


def transmit(
    *,
    actor: Actor,
    campaign: Campaign,
    unit: Unit,
    number: str,
    sent_at: datetime,
    chosen: Chosen,
    expected: int,
) -> Transmission:
    """Send everybody chosen who waits below the unit as one batch; a repeat is the same success.

    `expected`: how many the officer saw. Raises WrongField for a number in use or an hour that
    cannot be, Conflict when others wait than were seen, DomainError for nobody or too many.
    """
    if unit.id != actor.unit.unit_id:
        raise NotFound
    key = number_key(number)
    if known := _find_repeat(actor, unit, key, sent_at):
        return known
    ids = _lock_chosen(actor, unit, chosen)
    if known := _find_repeat(actor, unit, key, sent_at):
        return known  # the first tap held the lock
    rows = _choose(actor, unit, chosen, expected, ids)
    _check_hour(campaign, sent_at, rows)
    batch = _store(actor, campaign, unit, number, key, sent_at)
    _send(actor, campaign, batch, {row.id: row.collected_at for row in rows})
    record(
        "transmission.sent",
        actor=actor,
        subject_kind="transmission",
        subject_id=batch.id,
        count=len(rows),
        on=batch.counted_on.isoformat(),
    )
    db.session.flush()
    return batch


def _find_repeat(actor: Actor, unit: Unit, key: str, sent_at: datetime) -> Transmission | None:
    """Return the batch of the first tap of the same button; raises WrongField for another's."""
    known = find_batch(unit.id, clock.to_local(sent_at).year, key)
    if known is None or (known.made_by == actor.user_id and known.sent_at == sent_at):
        return known
    when, who = vn_moment(clock.to_local(known.sent_at)), find_sent_by(known.made_by)
    raise WrongField(
        f"Số {known.number} đã dùng cho đợt truyền lúc {when} ({who}). Hãy ghi số khác.", "number"
    )


def _lock_chosen(actor: Actor, unit: Unit, chosen: Chosen) -> set[int]:
    rows = list_waiting(actor.scope, unit, chosen, BATCH_LIMIT + 1)
    if not rows:
        raise DomainError("Không có hồ sơ nào chờ truyền trong phần đã chọn.")
    if len(rows) > BATCH_LIMIT:
        raise DomainError(
            f"Mỗi đợt tối đa {vn_number(BATCH_LIMIT)} hồ sơ; hãy chọn theo điểm hoặc theo ngày."
        )
    ids = {row.id for row in rows}
    lock_citizens(ids)
    return ids


def _choose(
    actor: Actor, unit: Unit, chosen: Chosen, expected: int, locked: set[int]
) -> Sequence[Any]:
    """Ask again behind the lock; raises Conflict when it is not whom the officer saw."""
    again = list_waiting(actor.scope, unit, chosen, BATCH_LIMIT + 1)
    if len(again) != expected or {row.id for row in again} != locked:
        raise Conflict(
            f"Số hồ sơ chờ truyền vừa thay đổi: nay là {vn_number(len(again))}, lúc mở trang là "
            f"{vn_number(expected)}. Hãy xem lại rồi truyền."
        )
    return again


def _check_hour(campaign: Campaign, sent_at: datetime, rows: Sequence[Any]) -> None:
    if sent_at > clock.now():
        raise WrongField("Giờ truyền không được sau hiện tại.", "sent_hour")
    if clock.to_local(sent_at).date() < campaign.starts_on:
        raise WrongField("Ngày truyền không được trước ngày bắt đầu chiến dịch.", "sent_on")
    late = sum(row.collected_at > sent_at for row in rows)
    if late:
        raise WrongField(
            f"{vn_number(late)} hồ sơ được thu nhận sau giờ này. Hãy sửa giờ truyền, hoặc chọn "
            "ngày thu nhận để bớt các hồ sơ đó.",
            "sent_hour",
        )


def _store(
    actor: Actor, campaign: Campaign, unit: Unit, number: str, key: str, sent_at: datetime
) -> Transmission:
    on = clock.to_local(sent_at).date()
    batch = Transmission(
        campaign_id=campaign.id,
        unit_id=unit.id,
        year=on.year,
        number=number,
        number_key=key,
        sent_at=sent_at,
        counted_on=min(on, campaign.ends_on),
        made_at=clock.now(),
        made_by=actor.user_id,
    )
    db.session.add(batch)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict("Số này vừa được dùng cho một đợt khác. Hãy tải lại trang.") from error
    return batch


def _send(
    actor: Actor, campaign: Campaign, batch: Transmission, collected: dict[int, datetime]
) -> None:
    ids = sorted(collected)
    here = one_of(Citizen.id, ids, db.engine.dialect.name)
    homes = dict(db.session.execute(select(Citizen.id, Citizen.unit_id).where(here)).tuples().all())
    rows = [
        {
            "campaign_id": campaign.id,
            "transmission_id": batch.id,
            "citizen_id": one,
            "home_unit_id": homes[one],
            "collected_at": collected[one],
            "reason": "",
        }
        for one in ids
    ]
    try:
        db.session.execute(insert(TransmissionItem), rows)
    except IntegrityError as error:
        raise Conflict("Có hồ sơ vừa được truyền ở đợt khác. Hãy tải lại trang.") from error
    apply_flows(campaign.id, contributions(list_items(batch.id), {batch.id: batch.counted_on}))
    _set_states(
        actor,
        campaign,
        batch,
        homes,
        (ApplicationState.COLLECTED, ApplicationState.TRANSMITTED),
        dict.fromkeys(ids, batch.sent_at),
    )


def _set_states(
    actor: Actor,
    campaign: Campaign,
    batch: Transmission,
    homes: dict[int, int],
    step: tuple[ApplicationState, ApplicationState],
    since: dict[int, datetime],
    reason: str = "",
) -> None:
    """Lead people from one state to the other, with an event each; tell who listens."""
    now, (before, after) = clock.now(), step
    store_changes(
        {
            one: {"application_state": after, "application_state_at": at, "updated_at": now}
            for one, at in since.items()
        }
    )
    store_events(
        [
            {
                "citizen_id": one,
                "from_state": before,
                "to_state": after,
                "source": SOURCE,
                "source_id": batch.id,
                "home_unit_id": homes[one],
                "counted_on": batch.counted_on,
                "reason": reason,
                "at": now,
                "by": actor.user_id,
            }
            for one in since
        ]
    )
    db.session.expire_all()
    tell_changed(campaign.id, list(since))


def take_back(*, actor: Actor, campaign: Campaign, batch: Transmission, reason: str) -> int:
    """Take a batch back that was made by mistake; returns how many wait again. Twice is the same.

    Raises Conflict once a decision came or for another unit's batch, WrongField without a reason.
    """
    if batch.unit_id != actor.unit.unit_id:
        sender = db.session.get_one(Unit, batch.unit_id).name
        raise Conflict(f"Đợt này do {sender} truyền; chỉ đơn vị đó thu hồi được.")
    if not reason.strip():
        raise WrongField("Hãy ghi lý do thu hồi.", "reason")
    db.session.refresh(batch, ["taken_back_at"], with_for_update={"key_share": True})
    if batch.taken_back_at is not None:
        return 0
    ids = select(TransmissionItem.citizen_id).where(TransmissionItem.transmission_id == batch.id)
    people = {one.id: one for one in lock_citizens(ids)}
    items = list_items(batch.id)
    _check_undecided(items)
    days = {batch.id: batch.counted_on}
    before, now = contributions(items, days), clock.now()
    collected = {
        item.citizen_id: item.collected_at
        for item in items
        if people[item.citizen_id].application_state is ApplicationState.TRANSMITTED
    }
    homes = {one: people[one].unit_id for one in collected}
    for item in items:
        item.ended_as, item.ended_at = TransmissionEnd.TAKEN_BACK, item.ended_at or now
    batch.taken_back_at, batch.taken_back_by = now, actor.user_id
    batch.take_back_reason = reason.strip()[:200]
    db.session.flush()
    apply_flows(campaign.id, difference(before, contributions(items, days)))
    step = (ApplicationState.TRANSMITTED, ApplicationState.COLLECTED)
    _set_states(actor, campaign, batch, homes, step, collected, reason.strip()[:200])
    record(
        "transmission.taken_back",
        actor=actor,
        subject_kind="transmission",
        subject_id=batch.id,
        count=len(collected),
    )
    db.session.flush()
    return len(collected)


def _check_undecided(items: Sequence[TransmissionItem]) -> None:
    decided = [
        item
        for item in items
        if item.ended_as in (TransmissionEnd.APPROVED, TransmissionEnd.REJECTED)
    ]
    if decided:
        raise Conflict(
            f"Đã có kết quả của {vn_number(len(decided))} hồ sơ trong đợt này nên không thu hồi "
            "được. Nếu danh sách kết quả nạp nhầm, hãy hoàn tác lần nạp đó trước."
        )
