"""What stands on checklists: each person's results, who took one back, and the call-backs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from vneid_field.accounts.models import User
from vneid_field.extensions import db
from vneid_field.people.models import Citizen
from vneid_field.review.flags import ACTIVATIONS, Key
from vneid_field.review.kinds import CallResult
from vneid_field.review.models import ReviewCall
from vneid_field.review.queries import Checklist
from vneid_field.visits.models import VisitEvent


@dataclass(frozen=True)
class Undone:
    """Who took a result back, when and why (police say why)."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class Called:
    """An answer to a call-back."""

    result: CallResult
    note: str
    at: datetime
    by: str


@dataclass
class Person:
    """Somebody of a checklist with the team's events of the day and after it, oldest first."""

    citizen: Citizen
    events: list[VisitEvent] = field(default_factory=list)
    calls: list[Called] = field(default_factory=list)


@dataclass(frozen=True)
class Results:
    """The people of checklists, and per UUID who took a result back."""

    people: Mapping[Key, list[Person]]
    undone: Mapping[str, Undone]

    def claims(self, person: Person, on: date) -> bool:
        """Say whether an activation of the day stands: what a call asks about."""
        return find_claim(person.events, set(self.undone), on) is not None


def find_claim(events: Sequence[VisitEvent], undone: set[str], on: date) -> VisitEvent | None:
    """Return the newest activation of a day that nobody took back, or None."""
    found = [
        event
        for event in events
        if event.counted_on == on and event.outcome in ACTIVATIONS and event.uuid not in undone
    ]
    return found[-1] if found else None


def read_results(checklists: Sequence[Checklist], campaign_id: int, on: date) -> Results:
    """Return what stands on checklists that the caller has opened: two statements."""
    if not checklists:
        return Results({}, {})
    keys = [checklist.key for checklist in checklists]
    undo = aliased(VisitEvent)
    query = (
        select(VisitEvent, Citizen, undo, User.display_name)
        .join(Citizen, Citizen.id == VisitEvent.citizen_id)
        .outerjoin(
            undo,
            and_(undo.citizen_id == VisitEvent.citizen_id, undo.undoes_uuid == VisitEvent.uuid),
        )
        .outerjoin(User, User.id == undo.recorded_by)
        .where(
            VisitEvent.campaign_id == campaign_id,
            VisitEvent.counted_on >= on,
            or_(
                *(
                    and_(
                        VisitEvent.household_id == household_id,
                        VisitEvent.performed_by_unit_id == team_id,
                    )
                    for household_id, team_id in keys
                )
            ),
        )
        .order_by(Citizen.birth_on, Citizen.id, VisitEvent.happened_at, VisitEvent.id)
    )
    people: dict[Key, dict[int, Person]] = {}
    undone: dict[str, Undone] = {}
    for event, citizen, taken, by in db.session.execute(query):
        of_key = people.setdefault((event.household_id, event.performed_by_unit_id), {})
        of_key.setdefault(citizen.id, Person(citizen)).events.append(event)
        if taken is not None:
            undone[event.uuid] = Undone(taken.happened_at, by or "", taken.note)
    _add_calls(people, campaign_id, on)
    return Results({key: list(found.values()) for key, found in people.items()}, undone)


def _add_calls(people: Mapping[Key, dict[int, Person]], campaign_id: int, on: date) -> None:
    query = (
        select(ReviewCall, User.display_name)
        .outerjoin(User, User.id == ReviewCall.by)
        .where(
            ReviewCall.campaign_id == campaign_id,
            ReviewCall.counted_on == on,
            ReviewCall.household_id.in_({household_id for household_id, _team in people}),
        )
        .order_by(ReviewCall.id)
    )
    for call, by in db.session.execute(query):
        person = people.get((call.household_id, call.team_id), {}).get(call.citizen_id)
        if person is not None:
            person.calls.append(Called(call.result, call.note, call.at, by or ""))
