"""Applications collected at a point, and the batches they are sent in."""

from datetime import date, datetime, time
from uuid import uuid4

from sqlalchemy import select

from tests.make.delta import at, load
from tests.make.people import make_citizen, make_household
from tests.make.world import World
from vneid_field.collection.day_queries import fact_of, list_events
from vneid_field.collection.kinds import EventKind
from vneid_field.collection.models import CollectionEvent
from vneid_field.collection.rules import contributions
from vneid_field.collection.transmission_models import Transmission, TransmissionItem
from vneid_field.collection.transmission_queries import Chosen, count_waiting
from vneid_field.collection.transmissions import transmit
from vneid_field.core import clock
from vneid_field.extensions import db
from vneid_field.figures.rules import difference
from vneid_field.figures.services import apply_flows
from vneid_field.lists.kinds import ImportKind
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Citizen
from vneid_field.units.models import Unit

EVERYBODY = Chosen()
DECIDED = date(2023, 7, 6)  # the day the lists of decisions speak of
LOADED = date(2023, 7, 7)
TITLES = ("STT", "Họ và tên", "Số CCCD", "Phường/xã", "Khu vực", "Lý do từ chối")
SENT_AT = clock.at_local(date(2023, 7, 4), time(17, 15))


def make_collected(
    world: World,
    people: int = 3,
    *,
    on: date = date(2023, 7, 4),
    home: Unit | None = None,
    point: Unit | None = None,
    has_event: bool = True,
) -> list[Citizen]:
    """Return people whose application a point collected at 9h of a day."""
    collected_at = clock.at_local(on, time(9))
    household = make_household(home or world.hamlet, address_line="99 Mậu Thân")
    found = [
        make_citizen(
            household,
            application_state=ApplicationState.COLLECTED,
            application_state_at=collected_at,
            approved_on=None,
        )
        for _ in range(people)
    ]
    for citizen in found if has_event else ():
        add_event(world, citizen, EventKind.COLLECTED, collected_at, point)
    db.session.flush()
    return found


def add_event(
    world: World,
    citizen: Citizen,
    kind: EventKind,
    happened_at: datetime,
    point: Unit | None = None,
    undoes: str | None = None,
) -> CollectionEvent:
    """Return what happened to somebody at a point, counted as the point's phone counts it."""
    known = [fact_of(one) for one in list_events(world.campaign.id, [citizen.id])]
    event = CollectionEvent(
        uuid=str(uuid4()),
        body_digest="",
        campaign_id=world.campaign.id,
        citizen_id=citizen.id,
        home_unit_id=citizen.unit_id,
        point_id=(point or world.unit_of("point")).id,
        kind=kind,
        undoes_uuid=undoes,
        received_at=happened_at,
        happened_at=happened_at,
        counted_on=clock.to_local(happened_at).date(),
    )
    db.session.add(event)
    db.session.flush()
    counted = difference(contributions(known), contributions([*known, fact_of(event)]))
    apply_flows(world.campaign.id, counted)
    return event


def send(
    world: World,
    *,
    number: str = "12/TH-CAP",
    login: str = "commune",
    sent_at: datetime = SENT_AT,
    chosen: Chosen = EVERYBODY,
    **overrides,
) -> Transmission:
    """Send what waits as one batch."""
    actor = world.actor(login)
    unit = db.session.get_one(Unit, actor.unit.unit_id)
    values = {"expected": count_waiting(actor.scope, unit, chosen)} | overrides
    return transmit(
        actor=actor,
        campaign=world.campaign,
        unit=unit,
        number=number,
        sent_at=sent_at,
        chosen=chosen,
        **values,
    )


def rejected_rows(people, reason="Ảnh chân dung không đạt"):
    """Return rows under TITLES."""
    return [
        (n, c.full_name, c.citizen_id, "", "Khu vực 1", reason)
        for n, c in enumerate(people, start=1)
    ]


def reject(world: World, people, **kinds):
    """Load a list of the rejected."""
    with at(LOADED):
        rows = rejected_rows(people, **kinds)
        return load(world, rows, as_of=DECIDED, kind=ImportKind.REJECTED, titles=TITLES)


def approve(world: World, people):
    """The list of the approved names everybody who is approved now, as the national one does."""
    with at(LOADED):
        rows = [
            (n, c.full_name, c.citizen_id, "", "Khu vực 1", "05/07/2023")
            for n, c in enumerate([*world.citizens[:24], *people], start=1)
        ]
        titles = (*TITLES[:5], "Ngày phê duyệt")
        return load(world, rows, as_of=DECIDED, titles=titles)


def items_of(batch) -> list[TransmissionItem]:
    """Return the items of a batch, anew."""
    db.session.expire_all()
    query = select(TransmissionItem).where(TransmissionItem.transmission_id == batch.id)
    return list(db.session.scalars(query.order_by(TransmissionItem.id)))


def ends(batch):
    """Return what the items of a batch ended as."""
    return [item.ended_as for item in items_of(batch)]
