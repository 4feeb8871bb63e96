"""What one person did on a day: the own tally of a volunteer (domain.md section 2)."""

from collections import Counter as Tally
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from vneid_field.campaigns.models import Campaign
from vneid_field.core.access import Actor
from vneid_field.extensions import db
from vneid_field.lists.models import HandOver, ListItem
from vneid_field.lists.queries import held
from vneid_field.people.models import Citizen, Household
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.queries import fact_of, list_events
from vneid_field.visits.rules import RULES, CountsAs, valid_events


@dataclass(frozen=True)
class Line:
    """One person's last result of the day by the actor."""

    at: datetime
    household_id: int
    address_line: str
    full_name: str
    outcome: Outcome


@dataclass(frozen=True)
class Mine:
    """A day's own results; `hidden`: people who have left the team's lists, counted unnamed."""

    on: date
    counts: dict[CountsAs, int]
    households: int
    lines: list[Line]
    hidden: int

    @property
    def people(self) -> int:
        """People with a result."""
        return sum(self.counts.values())


def gather_mine(actor: Actor, campaign: Campaign, on: date) -> Mine:
    """Return what the actor did on a day: the last result that stands, per person.

    What was undone does not count, whoever undid it. Names are shown as long as the team holds
    the person (scope, domain.md section 2).
    """
    ids = set(
        db.session.scalars(
            select(VisitEvent.citizen_id).where(
                VisitEvent.campaign_id == campaign.id,
                VisitEvent.performed_by_unit_id == actor.unit.unit_id,
                VisitEvent.counted_on == on,
                VisitEvent.performed_by == actor.user_id,
            )
        )
    )
    last = _last_own(actor, campaign, on, ids)
    places = _places(actor, campaign, set(last))
    counts = Tally(RULES[e.outcome].counts_as for e in last.values() if e.outcome is not None)
    lines = [
        Line(event.happened_at, *places[citizen_id], event.outcome)
        for citizen_id, event in last.items()
        if citizen_id in places and event.outcome is not None
    ]
    return Mine(
        on=on,
        counts=dict(counts),
        households=len({event.household_id for event in last.values()}),
        lines=sorted(lines, key=lambda line: line.at, reverse=True),
        hidden=len(last) - len(lines),
    )


def _last_own(actor: Actor, campaign: Campaign, on: date, ids: set[int]) -> dict[int, VisitEvent]:
    found: dict[int, VisitEvent] = {}
    for citizen_id, events in list_events(sorted(ids), campaign.id).items():
        standing = {fact.uuid for fact in valid_events(fact_of(event) for event in events)}
        own = [
            event
            for event in events
            if event.uuid in standing
            and event.performed_by == actor.user_id
            and event.counted_on == on
        ]
        if own:
            found[citizen_id] = own[-1]
    return found


def _places(actor: Actor, campaign: Campaign, ids: set[int]) -> dict[int, tuple[int, str, str]]:
    query = (
        select(Citizen.id, Household.id, Household.address_line, Citizen.full_name)
        .join(Household, Household.id == Citizen.household_id)
        .join(ListItem, ListItem.citizen_id == Citizen.id)
        .join(HandOver, HandOver.id == ListItem.hand_over_id)
        .where(Citizen.id.in_(ids), ListItem.campaign_id == campaign.id, held(actor.scope))
    )
    return {row[0]: (row[1], row[2], row[3]) for row in db.session.execute(query)}
