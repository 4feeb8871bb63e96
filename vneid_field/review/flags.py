"""The rules that flag a day's checklists (domain.md section 8, ADR 016). Pure.

All results of a day are read once; a flag never asks the database.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import NamedTuple

from vneid_field.review.kinds import FlagKind
from vneid_field.review.thresholds import Thresholds
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.rules import RULES, TZ, CountsAs

Key = tuple[int, int]  # household, team
BURST_S = 60
SERIOUSNESS = {kind: place for place, kind in enumerate(FlagKind)}
ACTIVATIONS = frozenset(o for o, rule in RULES.items() if rule.counts_as is CountsAs.ACTIVATION)
# Those take minutes at the door; to hear that somebody has done it already takes seconds.
GUIDED = frozenset({Outcome.ACTIVATED_APP, Outcome.ACTIVATED_WEB})
NOT_MET = frozenset({Outcome.NOBODY_HOME, Outcome.ABSENT, Outcome.MOVED_OUT, Outcome.DECEASED})


class Fact(NamedTuple):
    """A result of a day as the rules see it.

    performed_by       None: nobody in particular (a paper typed in for the whole team).
    contradicted_at    when a later national list said that the person is not activated.
    phone_households   of how many households the people are to whom the new number was written.
    """

    event_id: int
    household_id: int
    team_id: int
    citizen_id: int
    performed_by: int | None
    recorded_by: int | None
    outcome: Outcome | None
    happened_at: datetime
    skew_s: int
    is_typed_in: bool
    is_undone: bool = False
    contradicted_at: datetime | None = None
    phone_households: int = 0

    @property
    def key(self) -> Key:
        """The checklist it stands on."""
        return self.household_id, self.team_id

    @property
    def stands(self) -> bool:
        """Whether it is a result that nobody took back."""
        return self.outcome is not None and not self.is_undone


class Flag(NamedTuple):
    """Why a checklist is worth a look: what was found, and from where on it is asked.

    found, of   the number, and of how many where that means something.
    limit       the threshold it met; at night the hours are from `limit` until `of`.
    at          the moment it speaks of.
    """

    kind: FlagKind
    found: int
    limit: int
    at: datetime | None = None
    of: int = 0


Found = Iterator[tuple[Key, Flag]]


def find_flags(facts: Iterable[Fact], limits: Thresholds) -> dict[Key, tuple[Flag, ...]]:
    """Return the flags of each checklist of a day that has any, the most serious first.

    One flag a kind: the strongest. Results taken back count for nothing; what was typed in from
    paper tells no time of a door, so the rules of time leave it out.
    """
    standing = sorted(
        (fact for fact in facts if fact.stands), key=lambda f: (f.happened_at, f.event_id)
    )
    at_doors = [fact for fact in standing if not fact.is_typed_in]
    found: dict[Key, dict[FlagKind, Flag]] = {}

    def keep(flags: Found) -> None:
        for key, flag in flags:
            held = found.setdefault(key, {}).get(flag.kind)
            if held is None or _strength(flag) > _strength(held):
                found[key][flag.kind] = flag

    keep(_contradicted(standing))
    keep(_shared_phone(standing, limits))
    for own in _by_person(at_doors):
        keep(_burst(own, limits))
        keep(_pace(own, limits))
        keep(_contact_rate(own, limits))
    keep(_night(at_doors, limits))
    keep(_skew(at_doors, limits))
    return {
        key: tuple(sorted(kinds.values(), key=lambda flag: SERIOUSNESS[flag.kind]))
        for key, kinds in found.items()
    }


def _strength(flag: Flag) -> int:
    """Of two flags of a kind: fewer seconds, else more of what was found."""
    return -flag.found if flag.kind is FlagKind.PACE else flag.found


def seriousness(flags: Sequence[Flag]) -> tuple[int, int]:
    """Return a sort key: the most serious kind first, then the more flags."""
    return SERIOUSNESS[flags[0].kind], -len(flags)


def _by_person(facts: Sequence[Fact]) -> Iterator[list[Fact]]:
    """Each person's results of the day in the order of time."""
    named = [fact for fact in facts if fact.performed_by is not None]
    named.sort(key=lambda fact: (fact.performed_by, fact.team_id))  # stable: time stays
    for _person, own in groupby(named, key=lambda fact: (fact.performed_by, fact.team_id)):
        yield list(own)


def _contradicted(facts: Iterable[Fact]) -> Found:
    people: dict[Key, dict[int, datetime]] = {}
    for fact in facts:
        if fact.contradicted_at is not None and fact.outcome in ACTIVATIONS:
            people.setdefault(fact.key, {})[fact.citizen_id] = fact.contradicted_at
    for key, found in people.items():
        yield key, Flag(FlagKind.CONTRADICTED, len(found), 1, max(found.values()))


def _shared_phone(facts: Iterable[Fact], limits: Thresholds) -> Found:
    limit = limits.shared_phone_households
    for fact in facts:
        if limit and fact.phone_households >= limit:
            flag = Flag(FlagKind.SHARED_PHONE, fact.phone_households, limit, fact.happened_at)
            yield fact.key, flag


def _burst(own: Sequence[Fact], limits: Thresholds) -> Found:
    """Activations of one person within a minute; who was written down twice counts once."""
    limit = limits.burst_activations
    first: dict[int, Fact] = {}
    for fact in own:
        if fact.outcome in ACTIVATIONS:
            first.setdefault(fact.citizen_id, fact)
    for window in _windows(list(first.values())):
        if limit and len(window) >= limit:
            for fact in window:
                yield fact.key, Flag(FlagKind.BURST, len(window), limit, window[0].happened_at)


def _windows(done: Sequence[Fact]) -> Iterator[Sequence[Fact]]:
    """Return the longest runs that lie within BURST_S, none a part of another."""
    span, start = timedelta(seconds=BURST_S), 0
    for end, fact in enumerate(done):
        if fact.happened_at - done[start].happened_at < span:
            continue
        yield done[start:end]
        while fact.happened_at - done[start].happened_at >= span:
            start += 1
    if done:
        yield done[start:]


def _pace(own: Sequence[Fact], limits: Thresholds) -> Found:
    """An activation at a door so soon after a result at another one."""
    for before, fact in pairwise(own):
        if before.household_id == fact.household_id or fact.outcome not in GUIDED:
            continue
        seconds = int((fact.happened_at - before.happened_at).total_seconds())
        if seconds < limits.pace_seconds:
            yield fact.key, Flag(FlagKind.PACE, seconds, limits.pace_seconds, fact.happened_at)


def _contact_rate(own: Sequence[Fact], limits: Thresholds) -> Found:
    """Nearly everybody met over a day: each checklist of that person is asked about."""
    tried = {fact.citizen_id for fact in own}
    met = {fact.citizen_id for fact in own if fact.outcome not in NOT_MET}
    if not limits.contact_percent or len(tried) < limits.contact_people:
        return
    if len(met) * 100 >= limits.contact_percent * len(tried):
        for key in {fact.key for fact in own}:
            flag = Flag(
                FlagKind.CONTACT_RATE, len(met), limits.contact_percent, None, of=len(tried)
            )
            yield key, flag


def _night(facts: Iterable[Fact], limits: Thresholds) -> Found:
    count: dict[Key, list[datetime]] = {}
    for fact in facts:
        hour = fact.happened_at.astimezone(TZ).hour
        if hour >= limits.night_from or hour < limits.night_until:
            count.setdefault(fact.key, []).append(fact.happened_at)
    for key, times in count.items():
        flag = Flag(FlagKind.NIGHT, len(times), limits.night_from, times[0], limits.night_until)
        yield key, flag


def _skew(facts: Iterable[Fact], limits: Thresholds) -> Found:
    for fact in facts:
        if limits.skew_minutes and abs(fact.skew_s) > limits.skew_minutes * 60:
            minutes = abs(fact.skew_s) // 60
            yield fact.key, Flag(FlagKind.SKEW, minutes, limits.skew_minutes, fact.happened_at)


def contact_counts(facts: Iterable[Fact]) -> tuple[int, int]:
    """Return (met, tried) people of results that stand: the contact rate, as the flag counts it."""
    standing = [fact for fact in facts if fact.stands]
    met = {fact.citizen_id for fact in standing if fact.outcome not in NOT_MET}
    return len(met), len({fact.citizen_id for fact in standing})


def contradicted_since(facts: Iterable[Fact]) -> Mapping[Key, datetime]:
    """Return, per checklist, when a list last contradicted one of its activations."""
    return {
        key: flag.at
        for key, flag in _contradicted([fact for fact in facts if fact.stands])
        if flag.at is not None
    }
