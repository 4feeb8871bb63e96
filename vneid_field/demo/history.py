"""Twenty evenings of door-to-door work, event by event (domain.md section 7).

A citizen has a fate that the team does not know: most activate once they are met, some are away,
some need a second talk. The team walks its households in rounds, the longest unseen first, until
the evening's goal is reached or the evening is over.
"""

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from vneid_field.core.clock import at_local
from vneid_field.demo.people import make_phone
from vneid_field.demo.seeds import load_words, pick

UNDO = "undo"
ACTIVATIONS = frozenset({"activated_app", "activated_web", "already_activated"})
CLOSING = ACTIVATIONS | {"not_approved", "data_mismatch", "moved_out", "deceased", "duplicate"}
WEEKEND_FACTOR = 0.8
CROSS_TEAM_SHARE = 0.002

_CHANNELS = {"activated_app": 85, "activated_web": 10, "already_activated": 5}
_FATES = {
    "easy": 845,
    "absent": 77,
    "refused": 24,
    "phone_mismatch": 20,
    "otp_not_received": 9,
    "no_phone_or_sim": 8,
    "cannot_self_operate": 5,
    "device_unsupported": 4,
    "system_error": 2,
    "not_approved": 2,
    "data_mismatch": 2,
    "moved_out": 1.5,
    "deceased": 0.5,
}
_ABSENCES = {"working_away": 62, "studying": 13, "back_on": 13, "unknown": 8, "abroad": 4}
# How often a difficulty is solved when the team comes again.
_LATER_AGREES = {"refused": 0.65, "phone_mismatch": 0.6, "otp_not_received": 0.7}
_DAYS_UNTIL_BACK = {"refused": (2, 6), "phone_mismatch": (2, 5), "otp_not_received": (1, 3)}


@dataclass(frozen=True, slots=True)
class DemoTarget:
    """A citizen whom the team may visit from `approved_at` (UTC) on."""

    citizen_index: int
    household_index: int
    approved_at: datetime


@dataclass(frozen=True, slots=True)
class DemoTeam:
    """A team's work: whom, how many walk, activations wanted per day.

    `shut_more` adds to the share of doors that nobody opens.
    """

    team_index: int
    members: int
    daily_quota: int
    targets: tuple[DemoTarget, ...]
    shut_more: float = 0.0


@dataclass(frozen=True, slots=True)
class DemoVisit:
    """One visit event; `undoes_index` points into the returned list when outcome is UNDO."""

    citizen_index: int
    team_index: int
    member_index: int
    happened_at: datetime
    outcome: str
    sub_reason: str | None = None
    note: str = ""
    next_visit_at: datetime | None = None
    undoes_index: int | None = None
    new_phone: str | None = None


def make_history(
    rng: random.Random, teams: Sequence[DemoTeam], days: Sequence[date], until: datetime
) -> list[DemoVisit]:
    """Events of all teams over consecutive local `days`, none after `until` (aware).

    Sorted by happened_at, an undo after what it undoes. Deterministic by `rng` and arguments.
    """
    events: list[_Event] = []
    for team in teams:
        events += _TeamWalk(rng, team, until).walk(days)
    events += _cross_team_events(rng, teams, events, until)
    return _ordered(events)


def day_factor(rng: random.Random, day_number: int, day: date) -> float:
    """Share of the daily quota that a team reaches: a slow start, weekend dips, then over 1."""
    ramp = min(0.5 + 0.06 * day_number, 1.05)
    dip = WEEKEND_FACTOR if day.weekday() >= 5 else 1.0
    return ramp * dip * rng.uniform(0.9, 1.12)


@dataclass(slots=True)
class _Event:
    visit: DemoVisit
    undoes: "_Event | None" = None


class _Person:
    """What the walk knows about a target, and the fate that it does not know."""

    __slots__ = ("fate", "is_done", "misses", "target", "waits_until")

    def __init__(self, target: DemoTarget, fate: str) -> None:
        self.target = target
        self.fate = fate
        self.waits_until = target.approved_at
        self.misses = 0
        self.is_done = False


class _TeamWalk:
    """One team's rounds; keeps who is done, who waits, and which door was seen when."""

    def __init__(self, rng: random.Random, team: DemoTeam, until: datetime) -> None:
        self.rng = rng
        self.team = team
        self.until = until
        self.pace = rng.uniform(0.92, 1.06)
        self.events: list[_Event] = []
        self.doors: dict[int, list[_Person]] = {}
        self.seen_at: dict[int, datetime] = {}
        self.appointments: dict[int, datetime] = {}
        for target in team.targets:
            person = _Person(target, pick(rng, _FATES))
            self.doors.setdefault(target.household_index, []).append(person)

    def walk(self, days: Sequence[date]) -> list[_Event]:
        """All sessions of all days, in order."""
        for number, day in enumerate(days):
            goal = self.team.daily_quota * day_factor(self.rng, number, day) * self.pace
            daytime = self.rng.uniform(0.1, 0.25) + (0.25 if day.weekday() >= 5 else 0.0)
            done = self._session(day, time(8, 10), time(11, 15), goal * daytime / 2, 2)
            done += self._session(day, time(14, 0), time(16, 50), goal * daytime - done, 2)
            self._session(day, time(17, 30), time(21, 5), goal - done, self.team.members)
        return self.events

    def _session(self, day: date, start: time, end: time, goal: float, walkers: int) -> int:
        """Visit doors until the goal, the end of the session or of the queue; activations."""
        late = timedelta(minutes=self.rng.randint(0, 80 if walkers == 2 else 25))
        starts_at, ends_at = at_local(day, start) + late, min(at_local(day, end), self.until)
        clocks = [
            (starts_at + timedelta(seconds=self.rng.randint(0, 700)), member)
            for member in range(min(walkers, self.team.members))
        ]
        is_evening = start >= time(17)
        activated = 0
        for door in self._queue(starts_at, ends_at):
            at, member = heapq.heappop(clocks)
            if activated >= goal or at >= ends_at:
                break
            appointment = self.appointments.pop(door, None)
            if appointment is not None and appointment > at:
                at = appointment + timedelta(seconds=self.rng.randint(0, 600))
            left_at, number = self._visit_door(door, at, member, is_evening)
            activated += number
            heapq.heappush(clocks, (left_at, member))
        return activated

    def _queue(self, starts_at: datetime, ends_at: datetime) -> list[int]:
        """Doors with somebody to visit: appointments of this session, then the longest unseen."""
        today = starts_at - timedelta(hours=7)
        due, unseen = [], []
        for door, people in self.doors.items():
            if not any(not p.is_done and p.waits_until <= starts_at for p in people):
                continue
            appointment = self.appointments.get(door)
            if appointment is not None and appointment > ends_at:
                continue
            seen_at = self.seen_at.get(door)
            if appointment is not None:
                due.append((appointment, door))
            elif seen_at is None or seen_at < today:
                unseen.append((seen_at or people[0].target.approved_at, door))
        return [door for _, door in sorted(due) + sorted(unseen)]

    def _visit_door(
        self, door: int, at: datetime, member: int, is_evening: bool
    ) -> tuple[datetime, int]:
        """Events at one door; when the walker leaves and how many activated."""
        rng = self.rng
        self.seen_at[door] = at
        pending = [p for p in self.doors[door] if not p.is_done and p.waits_until <= at]
        tries = min(p.misses for p in pending) if pending else 0
        empty = (0.46 if is_evening else 0.62) + (0.1 if tries >= 2 else 0.0)
        if rng.random() < empty + self.team.shut_more:
            for person in pending:
                at += timedelta(seconds=rng.randint(1, 4))
                self._not_met(person, at, member)
            return at + timedelta(seconds=rng.randint(50, 170)), 0
        activated = 0
        for person in pending:
            at += timedelta(seconds=rng.randint(110, 420))
            if at >= self.until:
                break
            activated += self._meet(person, at, member)
        return at + timedelta(seconds=rng.randint(40, 150)), activated

    def _not_met(self, person: _Person, at: datetime, member: int) -> None:
        """Nobody opened; after three rounds some are put down as absent."""
        if at >= self.until:
            return
        person.misses += 1
        if person.misses > 3 and self.rng.random() < 0.12:
            self._absent(person, at, member, "unknown")
        else:
            self._record(person, at, member, "nobody_home")

    def _meet(self, person: _Person, at: datetime, member: int) -> int:
        """Somebody is in: what comes of it for one member of the household."""
        rng = self.rng
        if person.fate == "absent":
            self._absent(person, at, member, pick(rng, _ABSENCES))
            return 0
        if person.fate == "easy" or person.fate == "agreed_later":
            return self._meet_willing(person, at, member)
        fate = person.fate
        new_phone = make_phone(rng) if fate == "phone_mismatch" and rng.random() < 0.75 else None
        self._record(person, at, member, fate, note=self._note(fate), new_phone=new_phone)
        person.is_done = True
        if rng.random() < _LATER_AGREES.get(fate, 0.0):
            person.is_done = False
            person.fate = "agreed_later"
            person.waits_until = at + timedelta(days=rng.randint(*_DAYS_UNTIL_BACK[fate]))
        return 0

    def _meet_willing(self, person: _Person, at: datetime, member: int) -> int:
        rng = self.rng
        chance = rng.random()
        if person.fate == "easy" and chance < 0.09:
            self._record(person, at, member, "nobody_home")
            person.misses += 1
            return 0
        if person.fate == "easy" and chance < 0.16:
            self._make_appointment(person, at, member)
            return 0
        outcome = pick(rng, _CHANNELS)
        note = self._note("agreed_later" if person.fate == "agreed_later" else outcome)
        if rng.random() < 0.006:
            at = self._tap_wrong(person, at, member)
        self._record(person, at, member, outcome, note=note)
        person.is_done = True
        return 1

    def _tap_wrong(self, person: _Person, at: datetime, member: int) -> datetime:
        """A wrong tap and its undo; the time at which the right one may follow."""
        undo_at = at + timedelta(seconds=self.rng.randint(8, 50))
        again_at = undo_at + timedelta(seconds=self.rng.randint(5, 25))
        if again_at >= self.until:
            return at
        self._record(person, at, member, self.rng.choice(("nobody_home", "refused")))
        wrong = self.events[-1]
        self._record(person, undo_at, member, UNDO)
        self.events[-1].undoes = wrong
        return again_at

    def _make_appointment(self, person: _Person, at: datetime, member: int) -> None:
        """A revisit on one of the next evenings, which the team keeps."""
        on = (at + timedelta(hours=7)).date() + timedelta(days=self.rng.choice((1, 1, 1, 2, 3)))
        next_at = at_local(on, time(self.rng.choice((18, 19, 20)), self.rng.choice((0, 15, 30))))
        note = self._note("revisit")
        self._record(person, at, member, "revisit", note=note, next_visit_at=next_at)
        person.fate = "agreed_later"
        person.waits_until = next_at - timedelta(hours=3)
        self.appointments[person.target.household_index] = next_at

    def _absent(self, person: _Person, at: datetime, member: int, reason: str) -> None:
        note = self.rng.choice(load_words("texts")["absent_notes"][reason])
        back_at = None
        person.is_done = True
        if reason == "back_on":
            on = (at + timedelta(hours=7)).date() + timedelta(days=self.rng.randint(2, 9))
            back_at = at_local(on, time(18))
            person.is_done, person.fate, person.waits_until = False, "easy", back_at
        self._record(
            person, at, member, "absent", sub_reason=reason, note=note, next_visit_at=back_at
        )

    def _note(self, key: str) -> str:
        """A remark now and then: most volunteers write none."""
        notes = load_words("texts")["notes"].get(key)
        return self.rng.choice(notes) if notes and self.rng.random() < 0.6 else ""

    def _record(
        self,
        person: _Person,
        at: datetime,
        member: int,
        outcome: str,
        *,
        sub_reason: str | None = None,
        note: str = "",
        next_visit_at: datetime | None = None,
        new_phone: str | None = None,
    ) -> None:
        visit = DemoVisit(
            person.target.citizen_index,
            self.team.team_index,
            member,
            at,
            outcome,
            sub_reason,
            note,
            next_visit_at,
            None,
            new_phone,
        )
        self.events.append(_Event(visit))


def _cross_team_events(
    rng: random.Random, teams: Sequence[DemoTeam], events: Sequence[_Event], until: datetime
) -> list[_Event]:
    """Rarely a second team helps the same person a little later: both events stay."""
    if len(teams) < 2:
        return []
    extra = []
    for event in events:
        if event.visit.outcome != "activated_app" or rng.random() >= CROSS_TEAM_SHARE:
            continue
        at = event.visit.happened_at + timedelta(minutes=rng.randint(6, 45))
        if at >= until:
            continue
        other = rng.choice([team for team in teams if team.team_index != event.visit.team_index])
        visit = DemoVisit(
            event.visit.citizen_index,
            other.team_index,
            rng.randrange(other.members),
            at,
            rng.choice(("activated_app", "already_activated")),
        )
        extra.append(_Event(visit))
    return extra


def _ordered(events: list[_Event]) -> list[DemoVisit]:
    """By time; undoes become positions in the sorted list."""
    events.sort(key=lambda event: event.visit.happened_at)
    position = {id(event): index for index, event in enumerate(events)}
    return [
        event.visit
        if event.undoes is None
        else replace(event.visit, undoes_index=position[id(event.undoes)])
        for event in events
    ]
