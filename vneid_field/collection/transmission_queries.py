"""Reading what waits to be transmitted, the batches, and the reasons of rejections."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from vneid_field.accounts.models import User
from vneid_field.collection.kinds import EventKind
from vneid_field.collection.models import CollectionEvent
from vneid_field.collection.transmission_kinds import TransmissionEnd
from vneid_field.collection.transmission_models import Transmission, TransmissionItem
from vneid_field.core import clock
from vneid_field.core.access import Scope
from vneid_field.core.database import one_of, within
from vneid_field.extensions import db
from vneid_field.lists.queries import count_if
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Citizen
from vneid_field.units.models import Unit
from vneid_field.web.pagination import Page, paginate

NO_POINT = 0  # collected where no point of ours wrote it down


@dataclass(frozen=True)
class Chosen:
    """Which of the waiting applications: of a point (NO_POINT: of none), of a day. None: all."""

    point_id: int | None = None
    on: date | None = None


def _standing() -> ScalarSelect[Any]:
    """The id of a citizen's newest `collected` event that nothing undid: asked per citizen, so
    that the pages of a commune never read the events of the whole city.
    """
    found, undo = aliased(CollectionEvent), aliased(CollectionEvent)
    undone = exists().where(
        undo.citizen_id == found.citizen_id,
        undo.kind == EventKind.UNDO,
        undo.undoes_uuid == found.uuid,
    )
    return (
        select(func.max(found.id))
        .where(found.citizen_id == Citizen.id, found.kind == EventKind.COLLECTED, ~undone)
        .correlate(Citizen)
        .scalar_subquery()
    )


def collected_at() -> ColumnElement[Any]:
    """When a waiting application was collected: the point's event, else the state's own time."""
    return func.coalesce(CollectionEvent.happened_at, Citizen.application_state_at)


def waiting(scope: Scope, root: Unit, *columns: Any) -> Select[Any]:
    """Return the SELECT of applications below a unit that were collected and not transmitted."""
    return (
        select(*columns)
        .select_from(Citizen)
        .outerjoin(CollectionEvent, CollectionEvent.id == _standing())
        .where(
            Citizen.application_state == ApplicationState.COLLECTED,
            within(Citizen.unit_path, (root.path,)),
            within(Citizen.unit_path, scope.paths if scope.sees_people else ()),
        )
    )


def _part(chosen: Chosen) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if chosen.point_id == NO_POINT:
        found.append(CollectionEvent.id.is_(None))
    elif chosen.point_id is not None:
        found.append(CollectionEvent.point_id == chosen.point_id)
    if chosen.on is not None:
        start, end = clock.day_bounds(chosen.on)
        by_state = and_(
            CollectionEvent.id.is_(None),
            Citizen.application_state_at >= start,
            Citizen.application_state_at < end,
        )
        found.append(or_(CollectionEvent.counted_on == chosen.on, by_state))
    return found


def list_waiting(scope: Scope, root: Unit, chosen: Chosen, limit: int) -> list[Any]:
    """Return (citizen's id, when collected) of the chosen waiting applications, oldest first."""
    at = collected_at().label("collected_at")
    query = waiting(scope, root, Citizen.id, at).where(*_part(chosen))
    return list(db.session.execute(query.order_by(at, Citizen.id).limit(limit)))


def count_waiting(scope: Scope, root: Unit, chosen: Chosen) -> int:
    """Return how many applications wait."""
    query = waiting(scope, root, func.count()).where(*_part(chosen))
    return db.session.scalar(query) or 0


def list_waiting_points(scope: Scope, root: Unit) -> list[tuple[int, str, int]]:
    """Return (id, name, how many wait) of the points that collected them; NO_POINT comes last."""
    query = (
        waiting(scope, root, CollectionEvent.point_id, Unit.name, func.count())
        .outerjoin(Unit, Unit.id == CollectionEvent.point_id)
        .group_by(CollectionEvent.point_id, Unit.name, Unit.path)
        .order_by(Unit.path)
    )
    rows = [(row[0] or NO_POINT, row[1] or "", row[2]) for row in db.session.execute(query)]
    return sorted(rows, key=lambda row: row[0] == NO_POINT)


def find_batch(unit_id: int, year: int, key: str) -> Transmission | None:
    """Return the standing batch of a unit that bears a number, or None."""
    query = select(Transmission).where(
        Transmission.unit_id == unit_id,
        Transmission.year == year,
        Transmission.number_key == key,
        Transmission.taken_back_at.is_(None),
    )
    return db.session.scalar(query)


def _visible(scope: Scope, campaign_id: int) -> Select[Any]:
    return (
        select(Transmission)
        .join(Transmission.unit)
        .options(contains_eager(Transmission.unit))
        .where(
            Transmission.campaign_id == campaign_id,
            within(Unit.path, scope.paths if scope.sees_people else ()),
        )
    )


def get_batch(scope: Scope, campaign_id: int, transmission_id: int) -> Transmission:
    """Return a batch of the scope's units; raises NoResultFound."""
    query = _visible(scope, campaign_id).where(Transmission.id == transmission_id)
    return db.session.scalars(query).one()


def page_batches(
    scope: Scope, campaign_id: int, *, number: int = 1, size: int = 50
) -> Page[Transmission]:
    """Return a page of the batches of the scope's units, newest first."""
    query = _visible(scope, campaign_id)
    query = query.order_by(Transmission.sent_at.desc(), Transmission.id.desc())
    return paginate(query, number=number, size=size)


@dataclass(frozen=True)
class BatchCounts:
    """What became of the applications of a batch."""

    sent: int = 0
    approved: int = 0
    rejected: int = 0
    waiting: int = 0
    left: int = 0
    taken_back: int = 0

    @property
    def decided(self) -> int:
        """Approved or rejected."""
        return self.approved + self.rejected


def count_items(transmission_ids: Sequence[int]) -> dict[int, BatchCounts]:
    """Return the counts of batches the caller may see."""
    if not transmission_ids:
        return {}
    ended = TransmissionItem.ended_as
    ends: tuple[TransmissionEnd | None, ...] = (  # as the fields of BatchCounts
        TransmissionEnd.APPROVED,
        TransmissionEnd.REJECTED,
        None,
        TransmissionEnd.LEFT,
        TransmissionEnd.TAKEN_BACK,
    )
    query = (
        select(
            TransmissionItem.transmission_id,
            func.count(),
            *(count_if(ended.is_(None) if end is None else ended == end) for end in ends),
        )
        .where(TransmissionItem.transmission_id.in_(transmission_ids))
        .group_by(TransmissionItem.transmission_id)
    )
    return {
        row[0]: BatchCounts(*(value or 0 for value in row[1:])) for row in db.session.execute(query)
    }


def page_items(
    scope: Scope, batch: Transmission, *, show: str = "", number: int = 1, size: int = 50
) -> Page[TransmissionItem]:
    """Return a page of a batch's people; `show`: an end, "waiting", or "" for all."""
    query = (
        select(TransmissionItem)
        .join(TransmissionItem.citizen)
        .options(contains_eager(TransmissionItem.citizen).joinedload(Citizen.household))
        .where(
            TransmissionItem.transmission_id == batch.id,
            within(Citizen.unit_path, scope.paths if scope.sees_people else ()),
        )
    )
    if show == "waiting":
        query = query.where(TransmissionItem.ended_as.is_(None))
    elif show in set(TransmissionEnd):
        query = query.where(TransmissionItem.ended_as == TransmissionEnd(show))
    return paginate(query.order_by(Citizen.sort_key, Citizen.id), number=number, size=size)


def list_items(transmission_id: int) -> list[TransmissionItem]:
    """Return the items of a batch by person, as they stand now."""
    query = (
        select(TransmissionItem)
        .where(TransmissionItem.transmission_id == transmission_id)
        .order_by(TransmissionItem.citizen_id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def list_newest_items(campaign_id: int, citizen_ids: Sequence[int]) -> list[TransmissionItem]:
    """Return the newest item of each of these people who was ever transmitted."""
    newest = (
        select(func.max(TransmissionItem.id))
        .where(
            TransmissionItem.campaign_id == campaign_id,
            one_of(TransmissionItem.citizen_id, citizen_ids, db.engine.dialect.name),
        )
        .group_by(TransmissionItem.citizen_id)
    )
    query = (
        select(TransmissionItem)
        .where(TransmissionItem.id.in_(newest))
        .options(joinedload(TransmissionItem.transmission))
        .order_by(TransmissionItem.citizen_id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def find_rejections(campaign_id: int, citizen_ids: Sequence[int]) -> dict[int, tuple[date, str]]:
    """Return (day, reason) by person whose newest application was rejected: for the invitation."""
    return {
        item.citizen_id: (item.decided_on or item.transmission.counted_on, item.reason)
        for item in list_newest_items(campaign_id, citizen_ids)
        if item.ended_as is TransmissionEnd.REJECTED
    }


def find_sent_by(user_id: int | None) -> str:
    """Return the name of who made or took back a batch; "" for nobody."""
    user = db.session.get(User, user_id) if user_id else None
    return user.display_name if user else ""
