"""Collection: people without an application, invitations, what a point sends."""

from datetime import date

from tests.make.people import make_citizen, make_household
from tests.make.visits import make_uuid
from tests.make.world import World
from vneid_field.collection.day import DayInput, Done, record_event
from vneid_field.collection.invitations import invite
from vneid_field.collection.kinds import EventKind
from vneid_field.collection.models import Invitation
from vneid_field.core import clock
from vneid_field.extensions import db
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Citizen
from vneid_field.units.models import Unit


def make_waiting(world: World, *, households: int = 3, people: int = 2) -> list[Citizen]:
    """Return people of the hamlet without an application, household by household."""
    made = []
    for number in range(1, households + 1):
        home = make_household(world.hamlet, address_line=f"{number} Trần Phú")
        made += [
            make_citizen(home, application_state=ApplicationState.NOT_COLLECTED, approved_on=None)
            for _ in range(people)
        ]
    db.session.flush()
    return made


def point_of(world: World) -> Unit:
    """The fixed point of the ward, where the account `point` works."""
    return world.unit_of("point")


def ask(
    world: World, count: int = 100, *, on: date | None = None, seen: int = 0
) -> list[Invitation]:
    """Let commune police invite the hamlet's people to the ward's point, today unless given."""
    return invite(
        actor=world.actor("commune"),
        campaign=world.campaign,
        point=point_of(world),
        on=on or clock.today(),
        areas=[world.hamlet.id],
        count=count,
        seen=seen,
    )


def make_input(kind: EventKind = EventKind.COLLECTED, **more) -> DayInput:
    """Return what the point's phone sends."""
    return DayInput(**{"uuid": make_uuid(), "kind": kind} | more)


def put(world: World, citizen: Citizen, given: DayInput, *, is_walk_in: bool = False) -> Done:
    """Let the point's officer record it."""
    return record_event(
        actor=world.actor("point"),
        campaign=world.campaign,
        point=point_of(world),
        citizen_id=citizen.id,
        given=given,
        is_walk_in=is_walk_in,
    )
