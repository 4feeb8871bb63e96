"""A day under review: results at doors at given minutes, decisions and calls of commune police."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from tests.databases import START
from tests.make import delta
from tests.make.people import make_household
from tests.make.visits import NOON, make_uuid, make_visit
from tests.make.world import World
from vneid_field.core import clock
from vneid_field.extensions import db
from vneid_field.lists.services import hand_over, receive
from vneid_field.people.queries import list_members
from vneid_field.review import calls, services
from vneid_field.review.days import Day, communes_of, read_day
from vneid_field.review.flags import Fact
from vneid_field.review.kinds import CallResult, ReviewState
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.services import record_visit

DAY = date(2023, 7, 4)


def make_result(
    outcome: Outcome | None = Outcome.ACTIVATED_APP,
    *,
    seconds: float = 0,
    household: int = 1,
    citizen: int | None = None,
    **overrides,
) -> Fact:
    """Return a result as the rules see it, so many seconds after noon of 4 July."""
    event_id = overrides.pop("event_id", int(seconds * 10) + household)
    values = dict(
        event_id=event_id,
        household_id=household,
        team_id=20,
        citizen_id=household * 100 if citizen is None else citizen,
        performed_by=7,
        recorded_by=7,
        outcome=outcome,
        happened_at=NOON + timedelta(seconds=seconds),
        skew_s=0,
        is_typed_in=False,
    )
    return Fact(**values | overrides)


def walk(
    world: World,
    citizen,
    outcome: Outcome = Outcome.ACTIVATED_APP,
    *,
    minutes: float = 0,
    login: str = "volunteer",
    **more,
) -> VisitEvent:
    """Record a result so many minutes after the tests' beginning."""
    with clock.frozen(START + timedelta(minutes=minutes)):
        return record_visit(
            actor=world.actor(login),
            campaign=world.campaign,
            citizen_id=citizen.id,
            given=make_visit(outcome, **more),
        ).event


def walk_all(world: World, households: int = 12, *, apart: float = 5) -> list[VisitEvent]:
    """Hand everybody over and visit the first of each household, one every few minutes."""
    world.hand_over_all()
    first = {one.household_id: one for one in reversed(world.citizens)}
    people = [first[home.id] for home in world.households[:households]]
    return [walk(world, one, minutes=n * apart) for n, one in enumerate(people)]


def rush(world: World, **more) -> VisitEvent:
    """Activate somebody twelve seconds after the last household of `walk_all`, at a household that
    is neither that one nor in the sample: its checklist has one flag.
    """
    done = set(db.session.scalars(select(VisitEvent.citizen_id)))
    last = db.session.scalars(select(VisitEvent).order_by(VisitEvent.id.desc())).first()
    home = next(e.key[0] for e in day_of(world).rest if e.key[0] != last.household_id)
    person = next(one for one in list_members(home) if one.id not in done)
    seconds = (last.happened_at - START).total_seconds() + 12
    return walk(world, person, minutes=seconds / 60, **more)


def contradict(world: World, on: date = DAY) -> None:
    """Load a national list of two days later that still names everybody: claims are contradicted,
    and nobody vanishes.
    """
    with delta.at(on + timedelta(days=2)):
        delta.load(world, delta.rows_of(world.citizens), as_of=on + timedelta(days=1))


def more_homes(world: World, count: int) -> None:
    """Hand over so many households more, of one person each."""
    people = []
    for number in range(count):
        home = make_household(world.hamlet, address_line=f"{200 + number} Cách Mạng", people=1)
        people += list_members(home.id)
    given = hand_over(
        actor=world.actor("commune"),
        campaign=world.campaign,
        from_unit=world.ward,
        team=world.team,
        citizens=people,
    )
    receive(actor=world.actor("leader"), given=given)


def day_of(world: World, login: str = "commune", on: date = DAY) -> Day:
    """Return the day as somebody sees it."""
    actor = world.actor(login)
    return read_day(world.campaign, communes_of(actor), on).seen_by(actor.scope)


def decide(world: World, entry, state=ReviewState.ACCEPTED, *, login="commune", remark="Xem lại"):
    """Decide on an entry of the day as it stands."""
    return services.review(
        actor=world.actor(login),
        campaign=world.campaign,
        on=entry.on,
        household_id=entry.key[0],
        team_id=entry.key[1],
        seen_event_id=entry.newest_event_id,
        state=state,
        remark="" if state is ReviewState.ACCEPTED else remark,
    )


def phone(
    world: World, event: VisitEvent, result=CallResult.CONFIRMED, *, login="commune", **overrides
):
    """Note what somebody said about an activation."""
    values = dict(
        uuid=make_uuid(),
        household_id=event.household_id,
        team_id=event.performed_by_unit_id,
        citizen_id=event.citizen_id,
        result=result,
        note="",
    )
    return calls.record_call(
        actor=world.actor(login),
        campaign=world.campaign,
        on=event.counted_on,
        given=calls.CallInput(**values | overrides),
    )


def at_hour(hour: int, minute: int = 0) -> datetime:
    """Return a local moment of 4 July."""
    return NOON + timedelta(hours=hour - 12, minutes=minute)
