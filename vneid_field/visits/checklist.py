"""What the household checklist shows: people, last results, ticks, in a few statements."""

from dataclasses import dataclass

from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.figures.stocks import ANSWERED, bucket_of
from vneid_field.lists.models import ListItem
from vneid_field.lists.queries import list_held_citizens
from vneid_field.people.models import Citizen, Household
from vneid_field.people.rules import age_on, mask
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.queries import fact_of, list_events, list_ticks
from vneid_field.visits.rules import GUIDE_STEPS, fold, suggests_absent, valid_events


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
    attempts: int
    is_done: bool
    can_undo: bool
    suggests_absent: bool
    ticks: frozenset[str]
    other_team_id: int | None

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


def find_checklist(actor: Actor, campaign: Campaign, household_id: int) -> Checklist | None:
    """Return a household's checklist, or None outside the actor's scope."""
    rows = list_held_citizens(actor.scope, campaign.id, household_id)
    if not rows:
        return None
    ids = [citizen.id for citizen, _item in rows]
    events = list_events(ids, campaign.id)
    ticks = list_ticks(ids, campaign.id)
    people = [_person(actor, c, item, events[c.id], ticks.get(c.id, set())) for c, item in rows]
    return Checklist(rows[0][0].household, people)


def find_answer(
    actor: Actor, campaign: Campaign, event: VisitEvent, events: list[VisitEvent]
) -> tuple[Person, Checklist] | None:
    """Return one person after a result, and the household with only that person's events read.

    `events`: all of the person's. The others of the household are there to say who is left.
    """
    rows = list_held_citizens(actor.scope, campaign.id, event.household_id)
    ticks = list_ticks([event.citizen_id], campaign.id).get(event.citizen_id, set())
    people = [
        _person(actor, citizen, item, events, ticks)
        if citizen.id == event.citizen_id
        else _person(actor, citizen, item, [], set())
        for citizen, item in rows
    ]
    found = next((one for one in people if one.citizen.id == event.citizen_id), None)
    return None if found is None else (found, Checklist(found.citizen.household, people))


def _person(
    actor: Actor, citizen: Citizen, item: ListItem, events: list[VisitEvent], ticks: set[str]
) -> Person:
    facts = [fact_of(event) for event in events]
    folded = fold(facts)
    winner = folded.winner
    last = next((e for e in events if winner is not None and e.uuid == winner.uuid), None)
    valid = sorted(valid_events(facts), key=lambda fact: (fact.happened_at, fact.uuid))
    bucket = bucket_of(citizen.application_state, citizen.visit_status)
    own_unit = actor.unit.unit_id if actor.is_field else item.holder_unit_id
    is_own = last is not None and last.performed_by_unit_id == own_unit
    phone = citizen.field_phone or citizen.phone
    return Person(
        citizen=citizen,
        item=item,
        age=age_on(citizen.birth_on, clock.today()),
        masked_id=mask(citizen.citizen_id),
        masked_phone=mask(phone),
        approved_days=(clock.today() - citizen.approved_on).days if citizen.approved_on else None,
        last=last,
        attempts=folded.attempts,
        is_done=bucket in ANSWERED,
        can_undo=is_own,
        suggests_absent=suggests_absent([fact.outcome for fact in valid]),
        ticks=frozenset(ticks),
        other_team_id=last.performed_by_unit_id if last is not None and not is_own else None,
    )
