"""A point's day as the phone shows it: people by hour, what stands of each, the numbers on top."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from vneid_field.campaigns.models import Campaign
from vneid_field.collection import day_queries as queries
from vneid_field.collection.invitation_queries import list_invitations
from vneid_field.collection.kinds import EventKind, InvitationEnd
from vneid_field.collection.models import CollectionEvent, Invitation
from vneid_field.collection.rules import clock_text, last_of
from vneid_field.core.access import Actor
from vneid_field.people.models import Citizen
from vneid_field.people.rules import mask_citizen_id
from vneid_field.units.models import Unit

ABSENT_ENDS = (InvitationEnd.REFUSED, InvitationEnd.AWAY)


@dataclass(frozen=True)
class Comer:
    """A person of the day: who is asked, or came without being asked.

    last   the event that stands, None when the person has not come yet.
    """

    citizen: Citizen
    invitation: Invitation | None
    last: CollectionEvent | None

    @property
    def masked_id(self) -> str:
        """The id number with its middle hidden."""
        return mask_citizen_id(self.citizen.citizen_id)

    @property
    def hour(self) -> str:
        """When the person is asked to come: "07h30"; "" for a walk-in."""
        return clock_text(self.invitation.at_minute) if self.invitation else ""

    @property
    def state(self) -> str:
        """Which tab the person stands in: wait, here, done; "away" for who said no."""
        if self.last is not None:
            return "here" if self.last.kind is EventKind.CHECKED_IN else "done"
        if self.invitation is not None and self.invitation.ended_as in ABSENT_ENDS:
            return "away"
        return "wait"


@dataclass(frozen=True)
class Day:
    """The people of a point's day."""

    on: date
    people: tuple[Comer, ...]

    def count(self, state: str) -> int:
        """How many people stand in a tab."""
        return sum(one.state == state for one in self.people)

    @property
    def collected(self) -> int:
        """How many were collected."""
        return sum(
            one.last is not None and one.last.kind is EventKind.COLLECTED for one in self.people
        )

    @property
    def invited(self) -> int:
        """How many were asked to come on this day."""
        return sum(one.invitation is not None for one in self.people)

    def wanted(self, tab: str, words: str) -> list[Comer]:
        """Return the people of a tab ("" is all), whose name contains the words."""
        return [
            one
            for one in self.people
            if (not tab or one.state == tab) and queries.matches(one.citizen, words)
        ]


def day_of(actor: Actor, campaign: Campaign, point: Unit, on: date) -> Day:
    """Return the own point's day: invitations by hour, then walk-ins by name."""
    invitations = list_invitations(actor.scope, campaign.id, point, on)
    events = queries.list_day_events(actor.scope, campaign.id, point, on)
    asked = {one.citizen_id: one for one in invitations}
    walk_ins = sorted({one.citizen_id for one in events} - asked.keys())
    lasts = _lasts(events)
    people = [Comer(one.citizen, one, lasts.get(one.citizen_id)) for one in invitations]
    found = [one for one in queries.list_people(walk_ins) if one.id in lasts] if walk_ins else []
    people += [Comer(one, None, lasts[one.id]) for one in found]
    return Day(on, tuple(people))


def comer_of(
    actor: Actor, campaign: Campaign, point: Unit, on: date, citizen_id: int
) -> Comer | None:
    """Return one person of the own point's day, None when they are not of it (any more)."""
    citizen = queries.find_comer(actor.scope, campaign.id, point, on, citizen_id)
    if citizen is None:
        return None
    invitations = list_invitations(actor.scope, campaign.id, point, on, citizen_id)
    events = queries.list_day_events(actor.scope, campaign.id, point, on, citizen_id)
    return Comer(citizen, next(iter(invitations), None), _lasts(events).get(citizen_id))


def _lasts(events: Iterable[CollectionEvent]) -> dict[int, CollectionEvent]:
    by_uuid = {one.uuid: one for one in events}
    by_citizen: dict[int, list[CollectionEvent]] = {}
    for one in by_uuid.values():
        by_citizen.setdefault(one.citizen_id, []).append(one)
    found = {}
    for citizen_id, own in by_citizen.items():
        last = last_of([queries.fact_of(one) for one in own])
        if last is not None:
            found[citizen_id] = by_uuid[last.uuid]
    return found


def by_hour(people: Sequence[Comer]) -> list[tuple[str, list[Comer]]]:
    """Group people by the hour they are asked to come; walk-ins are last."""
    groups: dict[str, list[Comer]] = {}
    for one in people:
        groups.setdefault(one.hour, []).append(one)
    return sorted(groups.items(), key=lambda pair: (pair[0] == "", pair[0]))
