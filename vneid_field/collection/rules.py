"""Who is invited when, what stands of the events at a point, what counts (III.3). Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from vneid_field.collection.kinds import EventKind, InvitationEnd
from vneid_field.figures.rules import Counter, FlowKey
from vneid_field.people.kinds import ApplicationState

# Whom a point may invite: nobody else needs an application.
INVITABLE = (
    ApplicationState.NOT_COLLECTED,
    ApplicationState.REJECTED,
    ApplicationState.INVITED,
)
SLOT_MINUTES = 30
# Ours: the hours of a fixed point, minutes from midnight; the last half hour is for who is late.
FIXED_HOURS = ((7 * 60 + 30, 11 * 60), (13 * 60 + 30, 16 * 60 + 30))
MARGIN_PERCENT = 20  # invited beyond the quota, because not everybody comes (a setting)
MOST_MARGIN = 200
# After these the rule invites again; the others wait until the person asks or police decide.
INVITED_AGAIN = frozenset({InvitationEnd.NO_SHOW, InvitationEnd.COULD_NOT})
MOST_ROUNDS = 3  # then somebody goes to the home (III.3.d): no further invitation by the rule
ENDS = {EventKind.COLLECTED: InvitationEnd.COLLECTED, EventKind.COULD_NOT: InvitationEnd.COULD_NOT}


@dataclass(frozen=True)
class Wait:
    """Somebody without an application, in walking order."""

    citizen_id: int
    household_id: int


def wanted(quota: int, margin_percent: int, invited: int) -> int:
    """Return how many more people to invite for a day: the quota plus a margin, rounded up."""
    return max(0, -(-quota * (100 + margin_percent) // 100) - invited)


def slots(hours: Sequence[tuple[int, int]]) -> list[int]:
    """Return the half hours, in minutes from midnight, at which people are asked to come."""
    found = [m for start, end in hours for m in range(start, end, SLOT_MINUTES)]
    return found or [start for start, _end in hours]


def spread(waiting: Sequence[Wait], count: int, at: Sequence[int]) -> list[tuple[int, int]]:
    """Return (citizen id, minute) for about `count` people spread evenly over the half hours.

    A household comes together: whoever is the last to fit brings the whole household, so that
    there may be a few more than `count`.
    """
    chosen: list[list[int]] = []
    known: dict[int, list[int]] = {}
    for one in waiting:
        if one.household_id not in known:
            if sum(map(len, chosen)) >= count:
                continue
            known[one.household_id] = []
            chosen.append(known[one.household_id])
        known[one.household_id].append(one.citizen_id)
    total = sum(map(len, chosen))
    placed: list[tuple[int, int]] = []
    for household in chosen:
        minute = at[len(placed) * len(at) // total]
        placed += [(citizen_id, minute) for citizen_id in household]
    return placed


@dataclass(frozen=True)
class Fact:
    """An event as the rules see it."""

    uuid: str
    citizen_id: int
    home_unit_id: int
    point_id: int
    kind: EventKind
    happened_at: datetime
    counted_on: date
    undoes_uuid: str | None = None


def standing(facts: Iterable[Fact]) -> list[Fact]:
    """Return the events that nobody took back, in the order of time."""
    known = list(facts)
    undone = {one.undoes_uuid for one in known if one.kind is EventKind.UNDO}
    valid = [one for one in known if one.kind is not EventKind.UNDO and one.uuid not in undone]
    return sorted(valid, key=lambda one: (one.happened_at, one.uuid))


def last_of(facts: Iterable[Fact]) -> Fact | None:
    """Return what stands of one person, None when nothing does."""
    return next(reversed(standing(facts)), None)


def contributions(facts: Iterable[Fact]) -> dict[tuple[FlowKey, Counter], int]:
    """Return one `collected` for each person with a standing collection: the earliest counts."""
    first: dict[int, Fact] = {}
    for one in standing(facts):
        if one.kind is EventKind.COLLECTED:
            first.setdefault(one.citizen_id, one)
    total: dict[tuple[FlowKey, Counter], int] = {}
    for one in first.values():
        key = FlowKey(one.home_unit_id, one.point_id, one.counted_on), Counter.COLLECTED
        total[key] = total.get(key, 0) + 1
    return total


def clock_text(minute: int) -> str:
    """Return "07h30" for 450 minutes after midnight."""
    return f"{minute // 60:02d}h{minute % 60:02d}"
