"""What the household checklist shows: people, last results, ticks, in a few statements."""

from dataclasses import dataclass

from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import NotFound
from vneid_field.figures.rules import Bucket
from vneid_field.figures.stocks import ANSWERED, bucket_of
from vneid_field.lists.models import ListItem
from vneid_field.lists.queries import list_held_citizens
from vneid_field.people.models import Citizen, Household
from vneid_field.people.rules import age_on, mask
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.queries import (
    fact_of,
    get_visitable,
    list_events,
    list_ticks,
    name_units,
)
from vneid_field.visits.rules import (
    GUIDE_STEPS,
    VisitFact,
    calls,
    fold,
    suggests_absent,
    valid_events,
)


@dataclass(frozen=True)
class Person:
    """A member of the household as the phone shows them; numbers are masked."""

    citizen: Citizen
    item: ListItem
    age: int | None
    masked_id: str
    masked_phone: str
    approved_days: int | None
    last: VisitEvent | None  # the event that stands
    own: VisitEvent | None  # the own unit's newest result, when another one stands against it
    attempts: int
    is_done: bool
    has_left: bool  # moved out, deceased, twice on the list: done, but nothing to be glad of
    is_tried_today: bool
    can_undo: bool
    suggests_absent: bool
    ticks: frozenset[str]
    uuids: frozenset[str]  # of every event known: a repeat is not a new result
    other_team: str  # who recorded what stands, when it is not the own unit

    @property
    def steps_done(self) -> int:
        """How many guide steps are ticked."""
        return len(self.ticks)

    @property
    def steps(self) -> int:
        """How many there are."""
        return len(GUIDE_STEPS)


@dataclass(frozen=True)
class Checklist:
    """A household with its people on the actor's open lists."""

    household: Household
    people: list[Person]

    @property
    def left(self) -> list[Person]:
        """People without a final result."""
        return [person for person in self.people if not person.is_done]

    @property
    def untried(self) -> list[Person]:
        """People whom a mark for the whole household touches: nothing final, nothing of today."""
        return [person for person in self.left if not person.is_tried_today]


def find_checklist(actor: Actor, campaign: Campaign, household_id: int) -> Checklist | None:
    """Return a household's checklist, or None outside the actor's scope."""
    rows = list_held_citizens(actor.scope, campaign.id, household_id)
    if not rows:
        return None
    ids = [citizen.id for citizen, _item in rows]
    events = list_events(ids, campaign.id)
    ticks = list_ticks(ids, campaign.id)
    names = _other_teams(actor, [event for found in events.values() for event in found])
    people = [
        _person(actor, c, item, events[c.id], ticks.get(c.id, set()), names) for c, item in rows
    ]
    return Checklist(rows[0][0].household, people)


def find_answer(
    actor: Actor, campaign: Campaign, event: VisitEvent, events: list[VisitEvent]
) -> tuple[Person, Checklist] | None:
    """Return one person after a result, and the household with only that person's events read.

    `events`: all of the person's. The others of the household are there to say who is left.
    """
    rows = list_held_citizens(actor.scope, campaign.id, event.household_id)
    ticks = list_ticks([event.citizen_id], campaign.id).get(event.citizen_id, set())
    names = _other_teams(actor, events)
    people = [
        _person(actor, citizen, item, events, ticks, names)
        if citizen.id == event.citizen_id
        else _person(actor, citizen, item, [], set(), {})
        for citizen, item in rows
    ]
    found = next((one for one in people if one.citizen.id == event.citizen_id), None)
    return None if found is None else (found, Checklist(found.citizen.household, people))


def _other_teams(actor: Actor, events: list[VisitEvent]) -> dict[int, str]:
    return name_units({e.performed_by_unit_id for e in events} - {actor.unit.unit_id})


def _person(
    actor: Actor,
    citizen: Citizen,
    item: ListItem,
    events: list[VisitEvent],
    ticks: set[str],
    names: dict[int, str],
) -> Person:
    facts = [fact_of(event) for event in events]
    folded = fold(facts)
    by_uuid = {event.uuid: event for event in events}
    last = by_uuid[folded.winner.uuid] if folded.winner else None
    bucket = bucket_of(citizen.application_state, citizen.visit_status)
    own_unit = actor.unit.unit_id if actor.is_field else item.holder_unit_id
    is_own = last is not None and last.performed_by_unit_id == own_unit
    mine = [fact for fact in valid_events(facts) if fact.performed_by_unit_id == own_unit]
    newest = max(mine, key=lambda fact: (fact.happened_at, fact.uuid), default=None)
    own = by_uuid[newest.uuid] if newest else None
    stands_alone = own is None or last is None or own is last or (is_own and _is_older(own, last))
    return Person(
        citizen=citizen,
        item=item,
        age=age_on(citizen.birth_on, clock.today()),
        masked_id=mask(citizen.citizen_id),
        masked_phone=mask(citizen.field_phone or citizen.phone),
        approved_days=(clock.today() - citizen.approved_on).days if citizen.approved_on else None,
        last=last,
        own=None if stands_alone else own,
        attempts=folded.attempts,
        is_done=bucket in ANSWERED,
        has_left=bucket is Bucket.LEFT,
        is_tried_today=_is_tried_today(citizen, facts),
        can_undo=is_own,
        suggests_absent=suggests_absent([fact.outcome for fact in calls(facts)]),
        ticks=frozenset(ticks),
        uuids=frozenset(by_uuid),
        other_team="" if last is None or is_own else names.get(last.performed_by_unit_id, ""),
    )


def _is_older(event: VisitEvent, than: VisitEvent) -> bool:
    return (event.happened_at, event.uuid) < (than.happened_at, than.uuid)


def _is_tried_today(citizen: Citizen, facts: list[VisitFact]) -> bool:
    """Whether anybody was there today; without the events (find_answer) the status' time says."""
    today = clock.today()
    at = citizen.visit_status_at
    return any(fact.counted_on == today for fact in valid_events(facts)) or (
        at is not None and clock.to_local(at).date() == today
    )


@dataclass(frozen=True)
class UndoPlan:
    """What taking a result back changes: the event, what stands now and what will stand."""

    citizen: Citizen
    event: VisitEvent
    now: VisitEvent | None
    then: VisitEvent | None


def plan_undo(actor: Actor, campaign: Campaign, citizen_id: int, uuid: str) -> UndoPlan:
    """Return what an undo would change; raises NotFound when there is nothing to take back."""
    citizen, _item = get_visitable(actor.scope, campaign.id, citizen_id)
    return undo_plan(citizen, list_events([citizen.id], campaign.id)[citizen.id], uuid)


def undo_plan(citizen: Citizen, events: list[VisitEvent], uuid: str) -> UndoPlan:
    """Return what taking back one of a citizen's events would change; raises NotFound."""
    by_uuid = {event.uuid: event for event in events}
    facts = valid_events([fact_of(event) for event in events])
    if uuid not in {fact.uuid for fact in facts}:
        raise NotFound("Kết quả này không có, hoặc đã được hoàn tác.")
    now, then = fold(facts).winner, fold([fact for fact in facts if fact.uuid != uuid]).winner
    return UndoPlan(
        citizen=citizen,
        event=by_uuid[uuid],
        now=by_uuid[now.uuid] if now else None,
        then=by_uuid[then.uuid] if then else None,
    )
