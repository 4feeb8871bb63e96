"""Sessions of mobile points, and of fixed points at homes: plan, change, cancel (III.3.d, e)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select

from vneid_field.audit.services import record
from vneid_field.campaigns.models import Campaign
from vneid_field.collection.kinds import PlaceKind
from vneid_field.collection.labels_points import hours_text
from vneid_field.collection.models import (
    CollectionEvent,
    CollectionSession,
    CollectionSessionUnit,
    Invitation,
)
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import Conflict, DomainError, NotFound, WrongField
from vneid_field.core.text import vn_date, vn_number
from vneid_field.extensions import db
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind

MOST_EXPECTED = 5_000  # ours: above it a digit was typed too many
INVITED_KINDS = (UnitKind.COMMUNE, UnitKind.HAMLET)
_FIELDS = ("on_day", "from_minute", "to_minute", "place_kind", "place", "partner", "expected")


@dataclass(frozen=True, slots=True)
class SessionDetails:
    """What the form of a session says; hours are minutes from midnight."""

    on_day: date
    from_minute: int
    to_minute: int
    place_kind: PlaceKind
    place: str
    partner: str
    expected: int
    unit_ids: tuple[int, ...]


def may_plan(actor: Actor, point: Unit) -> bool:
    """Say whether a person plans the sessions of a point.

    A mobile point's are planned by any police above it; a fixed point's (at homes only) by the
    police under which it stands, so that two levels do not plan the same.
    """
    if point.kind is not UnitKind.COLLECTION_POINT or not actor.scope.covers(point.path):
        return False
    return point.subtype == "mobile" or point.parent_id == actor.unit.unit_id


def plan_session(
    *, actor: Actor, campaign: Campaign, point: Unit, details: SessionDetails
) -> CollectionSession:
    """Plan a session; the same one sent twice is one; raises NotFound, Conflict, DomainError."""
    _require_planner(actor, point)
    _check_day(campaign, details)
    _check_place(point, details)
    units = _invited_units(point, details.unit_ids)
    _lock_point(point)
    same = _find_same(actor, campaign, point, details)
    if same is not None:
        return same
    _refuse_clash(campaign, point, details)
    planned = CollectionSession(
        campaign_id=campaign.id,
        point_id=point.id,
        made_at=clock.now(),
        made_by=actor.user_id,
        **{name: getattr(details, name) for name in _FIELDS},
    )
    db.session.add(planned)
    db.session.flush()
    db.session.add_all(_rows(planned, units))
    record(
        "session.planned",
        actor=actor,
        subject_kind="collection_session",
        subject_id=planned.id,
        unit_id=point.id,
        on=details.on_day.isoformat(),
        expected=details.expected,
    )
    db.session.flush()
    return planned


def change_session(
    *, actor: Actor, campaign: Campaign, session_id: int, details: SessionDetails
) -> CollectionSession:
    """Change a session that is not over; nothing new is nothing done.

    Raises Conflict while open invitations name another day or an hour outside the new ones.
    """
    planned, point = _held(actor, session_id)
    _require_open(planned)
    _check_day(campaign, details)
    _check_place(point, details)
    units = _invited_units(point, details.unit_ids)
    _refuse_moving_invited(planned, details)
    _refuse_clash(campaign, point, details, but=planned)
    fields = [name for name in _FIELDS if getattr(planned, name) != getattr(details, name)]
    if _unit_ids(planned) != {unit.id for unit in units}:
        fields.append("units")
        held = CollectionSessionUnit.session_id == planned.id
        db.session.execute(delete(CollectionSessionUnit).where(held))
        db.session.add_all(_rows(planned, units))
    if not fields:
        return planned
    for name in _FIELDS:
        setattr(planned, name, getattr(details, name))
    record(
        "session.changed",
        actor=actor,
        subject_kind="collection_session",
        subject_id=planned.id,
        unit_id=point.id,
        fields=fields,
    )
    db.session.flush()
    return planned


def cancel_session(*, actor: Actor, session_id: int, reason: str) -> None:
    """Cancel a session with a reason; a second time is nothing; raises Conflict, DomainError.

    Refused while somebody is invited to it or was received there.
    """
    planned, point = _held(actor, session_id)
    if planned.is_cancelled:
        return
    _require_open(planned)
    if not reason:
        raise WrongField("Hãy ghi lý do hủy buổi thu nhận.", "cancel_reason")
    invited = count_open_invitations([planned.id]).get(planned.id, 0)
    if invited:
        raise Conflict(
            f"Còn {vn_number(invited)} người đang được mời đến buổi này. Hãy chuyển hoặc rút các "
            "lời mời đó trước, rồi hủy buổi."
        )
    _refuse_received(planned)
    planned.is_cancelled, planned.cancel_reason = True, reason
    record(
        "session.cancelled",
        actor=actor,
        subject_kind="collection_session",
        subject_id=planned.id,
        unit_id=point.id,
        on=planned.on_day.isoformat(),
    )
    db.session.flush()


def count_open_invitations(session_ids: Sequence[int]) -> dict[int, int]:
    """Return how many people are invited to each session and have not come, said no or moved."""
    query = (
        select(Invitation.session_id, func.count())
        .where(Invitation.session_id.in_(session_ids), Invitation.ended_at.is_(None))
        .group_by(Invitation.session_id)
    )
    return {session_id: count for session_id, count in db.session.execute(query) if session_id}


def _require_planner(actor: Actor, point: Unit) -> None:
    if not point.is_active or not may_plan(actor, point):
        raise NotFound


def _held(actor: Actor, session_id: int) -> tuple[CollectionSession, Unit]:
    """Return a session and its point, both locked: inviting to it and cancelling it take turns."""
    planned = db.session.get(CollectionSession, session_id)
    if planned is None:
        raise NotFound
    point = db.session.get_one(Unit, planned.point_id)
    _require_planner(actor, point)
    _lock_point(point)
    lock = select(CollectionSession).where(CollectionSession.id == session_id)
    db.session.scalars(lock.with_for_update().execution_options(populate_existing=True)).one()
    return planned, point


def _lock_point(point: Unit) -> None:
    """Of two who plan for a point at once the second sees what the first has planned."""
    lock = select(Unit.id).where(Unit.id == point.id)
    db.session.execute(lock.with_for_update(key_share=True))


def _require_open(planned: CollectionSession) -> None:
    if planned.is_cancelled:
        raise Conflict(
            f"Buổi này đã bị hủy: {planned.cancel_reason} Hãy lập buổi mới nếu cần."
            if planned.cancel_reason.endswith(".")
            else f"Buổi này đã bị hủy: {planned.cancel_reason}. Hãy lập buổi mới nếu cần."
        )
    if planned.on_day < clock.today():
        raise Conflict(
            f"Buổi này đã diễn ra ngày {vn_date(planned.on_day)}, không sửa hay hủy được nữa."
        )


def _check_day(campaign: Campaign, details: SessionDetails) -> None:
    first, last = campaign.starts_on, campaign.ends_on
    if not first <= details.on_day <= last:
        raise WrongField(
            f"Ngày này nằm ngoài đợt cao điểm ({vn_date(first)} đến {vn_date(last)}).", "on_day"
        )
    now = clock.local_now()
    if details.on_day < now.date():
        raise WrongField("Ngày này đã qua, hãy chọn từ hôm nay trở đi.", "on_day")
    if details.from_minute >= details.to_minute:
        raise WrongField("Giờ kết thúc phải sau giờ bắt đầu.", "to_time")
    if details.on_day == now.date() and details.to_minute <= now.hour * 60 + now.minute:
        raise WrongField("Giờ kết thúc đã qua, hãy chọn giờ khác hoặc ngày khác.", "to_time")


def _check_place(point: Unit, details: SessionDetails) -> None:
    if point.subtype != "mobile" and details.place_kind is not PlaceKind.HOME:
        raise WrongField(
            "Điểm cố định chỉ tổ chức lưu động tại nhà công dân (mục III.3.d); nơi khác do tổ lưu "
            "động của Công an cấp trên thực hiện.",
            "place_kind",
        )
    if not details.place:
        raise WrongField("Hãy nhập địa điểm.", "place")
    if not 0 < details.expected <= MOST_EXPECTED:
        raise WrongField(f"Số người dự kiến phải từ 1 đến {vn_number(MOST_EXPECTED)}.", "expected")


def _invited_units(point: Unit, unit_ids: Iterable[int]) -> list[Unit]:
    """Return the chosen units below the point's parent; a hamlet of a chosen commune is in it."""
    wanted = set(unit_ids)
    if not wanted:
        raise WrongField("Hãy chọn ít nhất một địa bàn được mời.", "units")
    parent = db.session.get_one(Unit, point.parent_id)
    query = select(Unit).where(
        Unit.id.in_(wanted), Unit.kind.in_(INVITED_KINDS), Unit.is_active.is_(True)
    )
    found = list(db.session.scalars(query.order_by(Unit.path)))
    if len(found) != len(wanted) or not all(one.path.startswith(parent.path) for one in found):
        raise NotFound
    kept: list[Unit] = []
    for unit in found:  # in order of path: what holds others comes before them
        if not any(unit.path.startswith(one.path) for one in kept):
            kept.append(unit)
    return kept


def _rows(planned: CollectionSession, units: Sequence[Unit]) -> list[CollectionSessionUnit]:
    return [CollectionSessionUnit(session_id=planned.id, unit_id=unit.id) for unit in units]


def _unit_ids(planned: CollectionSession) -> set[int]:
    query = select(CollectionSessionUnit.unit_id)
    return set(db.session.scalars(query.where(CollectionSessionUnit.session_id == planned.id)))


def _find_same(
    actor: Actor, campaign: Campaign, point: Unit, details: SessionDetails
) -> CollectionSession | None:
    """A double click sends the same form twice."""
    query = select(CollectionSession).where(
        CollectionSession.campaign_id == campaign.id,
        CollectionSession.point_id == point.id,
        CollectionSession.is_cancelled.is_(False),
        CollectionSession.made_by == actor.user_id,
        *(getattr(CollectionSession, name) == getattr(details, name) for name in _FIELDS),
    )
    return db.session.scalars(query.limit(1)).first()


def _refuse_clash(
    campaign: Campaign,
    point: Unit,
    details: SessionDetails,
    but: CollectionSession | None = None,
) -> None:
    query = select(CollectionSession).where(
        CollectionSession.campaign_id == campaign.id,
        CollectionSession.point_id == point.id,
        CollectionSession.on_day == details.on_day,
        CollectionSession.is_cancelled.is_(False),
        CollectionSession.from_minute < details.to_minute,
        CollectionSession.to_minute > details.from_minute,
    )
    if but is not None:
        query = query.where(CollectionSession.id != but.id)
    other = db.session.scalars(query.order_by(CollectionSession.from_minute).limit(1)).first()
    if other is not None:
        hours = hours_text(other.from_minute, other.to_minute)
        raise Conflict(
            f"{point.name} ngày {vn_date(other.on_day)} đã có buổi {hours} tại {other.place}. Hãy "
            "chọn giờ khác hoặc tổ khác."
        )


def _refuse_moving_invited(planned: CollectionSession, details: SessionDetails) -> None:
    """An invitation names its day and hour: whoever holds one must be told before they change."""
    query = select(func.count()).where(
        Invitation.session_id == planned.id, Invitation.ended_at.is_(None)
    )
    if details.on_day == planned.on_day:
        query = query.where(
            (Invitation.at_minute < details.from_minute)
            | (Invitation.at_minute >= details.to_minute)
        )
    if count := db.session.scalar(query) or 0:
        raise Conflict(
            f"{vn_number(count)} người đang được mời vào ngày, giờ cũ nằm ngoài buổi mới. Hãy "
            "chuyển hoặc rút các lời mời đó trước."
        )


def _refuse_received(planned: CollectionSession) -> None:
    query = select(func.count(func.distinct(CollectionEvent.citizen_id)))
    received = db.session.scalar(query.where(CollectionEvent.session_id == planned.id)) or 0
    if received:
        raise DomainError(
            f"Buổi này đã tiếp {vn_number(received)} người nên không hủy được; kết quả đã ghi vẫn "
            "phải giữ."
        )
