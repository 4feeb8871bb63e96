"""What a point has before the start: filled in at the point or by its police (III.3.a)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from vneid_field.accounts.models import User
from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.collection.kinds import ReadinessItem
from vneid_field.collection.labels_points import QUANTITY_WORDS, READINESS_LABELS
from vneid_field.collection.models import ReadinessCheck
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict, NotFound, WrongField
from vneid_field.core.text import vn_moment
from vneid_field.extensions import db
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind

COUNTED = frozenset(QUANTITY_WORDS)  # the items where a number means something
MOST_OF_A_THING = 999


@dataclass(frozen=True, slots=True)
class Said:
    """What the form says of one item."""

    is_ready: bool
    quantity: int | None = None
    note: str = ""


def is_ready(checks: Sequence[ReadinessCheck]) -> bool:
    """Say whether a point is ready: everything was checked and nothing is missing."""
    return {one.item for one in checks if one.is_ready} == set(ReadinessItem)


def list_checks(campaign_id: int, point_id: int) -> dict[ReadinessItem, ReadinessCheck]:
    """Return what was last checked of each item of a point that was found in the scope."""
    query = select(ReadinessCheck).where(
        ReadinessCheck.campaign_id == campaign_id, ReadinessCheck.point_id == point_id
    )
    return {one.item: one for one in db.session.scalars(query)}


def stamp_of(checks: Mapping[ReadinessItem, ReadinessCheck]) -> str:
    """Return the moment of the newest check, for the form to carry; "" when there is none."""
    return max((one.checked_at.isoformat() for one in checks.values()), default="")


def check_readiness(
    *,
    actor: Actor,
    campaign: Campaign,
    point: Unit,
    said: Mapping[ReadinessItem, Said],
    seen: str,
) -> int:
    """Store what changed of a point's checklist; return how many items changed.

    `seen`: the stamp of the checks that the form showed. Raises Conflict when somebody has
    checked since, WrongField for an item that lacks its number or its note.
    """
    if point.kind is not UnitKind.COLLECTION_POINT or not actor.scope.covers(point.path):
        raise NotFound
    for item, one in said.items():
        _check_item(item, one)
    lock = select(Unit.id).where(Unit.id == point.id)
    db.session.execute(lock.with_for_update(key_share=True))
    held = list_checks(campaign.id, point.id)
    changed = [item for item in said if _differs(held.get(item), said[item])]
    if not changed:
        return 0
    _refuse_stale(held, seen)
    now = clock.now()
    for item in changed:
        check = held.get(item) or _new(campaign, point, item)
        held[item] = check
        check.is_ready, check.quantity = said[item].is_ready, said[item].quantity
        check.note, check.checked_at, check.checked_by = said[item].note, now, actor.user_id
    record(
        "readiness.checked",
        actor=actor,
        subject_kind="unit",
        subject_id=point.id,
        fields=[item.value for item in changed],
        ready=sum(one.is_ready for one in held.values()),
    )
    db.session.flush()
    return len(changed)


def _new(campaign: Campaign, point: Unit, item: ReadinessItem) -> ReadinessCheck:
    check = ReadinessCheck(campaign_id=campaign.id, point_id=point.id, item=item)
    db.session.add(check)
    return check


def _differs(held: ReadinessCheck | None, said: Said) -> bool:
    if held is None:
        return True
    return (held.is_ready, held.quantity, held.note) != (said.is_ready, said.quantity, said.note)


def _check_item(item: ReadinessItem, said: Said) -> None:
    label = READINESS_LABELS[item].lower()
    if item in COUNTED:
        if said.is_ready and not said.quantity:
            raise WrongField(f"Ghi số lượng: {label} đã sẵn sàng thì có bao nhiêu?", item.value)
        if said.quantity is not None and not 0 <= said.quantity <= MOST_OF_A_THING:
            raise WrongField(f"Số lượng phải từ 0 đến {MOST_OF_A_THING}.", item.value)
    if not said.is_ready and not said.note:
        raise WrongField("Chưa sẵn sàng thì ghi còn thiếu gì, đến khi nào có.", item.value)


def _refuse_stale(held: Mapping[ReadinessItem, ReadinessCheck], seen: str) -> None:
    """Somebody else's newer answer is not overwritten by an older page."""
    newest = max(held.values(), key=lambda one: one.checked_at, default=None)
    if newest is None or _moment(seen) == newest.checked_at:
        return
    user = db.session.get(User, newest.checked_by) if newest.checked_by else None
    at = vn_moment(clock.to_local(newest.checked_at))
    raise Conflict(
        f"{user.display_name if user else 'Người khác'} vừa cập nhật lúc {at}. Hãy tải lại trang "
        "để xem, rồi ghi tiếp."
    )


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
