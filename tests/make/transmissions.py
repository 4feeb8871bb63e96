"""Applications collected at a point, and the batches they are sent in."""

from datetime import date, datetime, time
from uuid import uuid4

from tests.make.people import make_citizen, make_household
from tests.make.world import World
from vneid_field.collection.kinds import EventKind
from vneid_field.collection.models import CollectionEvent
from vneid_field.collection.transmission_models import Transmission
from vneid_field.collection.transmission_queries import Chosen, count_waiting
from vneid_field.collection.transmissions import transmit
from vneid_field.core import clock
from vneid_field.extensions import db
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Citizen
from vneid_field.units.models import Unit

EVERYBODY = Chosen()
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
    at = clock.at_local(on, time(9))
    household = make_household(home or world.hamlet, address_line="99 Mậu Thân")
    found = [
        make_citizen(
            household,
            application_state=ApplicationState.COLLECTED,
            application_state_at=at,
            approved_on=None,
        )
        for _ in range(people)
    ]
    for citizen in found if has_event else ():
        add_event(world, citizen, EventKind.COLLECTED, at, point)
    db.session.flush()
    return found


def add_event(
    world: World,
    citizen: Citizen,
    kind: EventKind,
    at: datetime,
    point: Unit | None = None,
    undoes: str | None = None,
) -> CollectionEvent:
    """Return what happened to somebody at a point."""
    event = CollectionEvent(
        uuid=str(uuid4()),
        body_digest="",
        campaign_id=world.campaign.id,
        citizen_id=citizen.id,
        home_unit_id=citizen.unit_id,
        point_id=(point or world.unit_of("point")).id,
        kind=kind,
        undoes_uuid=undoes,
        received_at=at,
        happened_at=at,
        counted_on=clock.to_local(at).date(),
    )
    db.session.add(event)
    db.session.flush()
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
