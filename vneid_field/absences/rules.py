"""Who may pass a case where, by when, and what a person's new status means for it. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from vneid_field.absences.kinds import CloseReason, Stage
from vneid_field.core.clock import at_local, to_local
from vneid_field.figures.rules import Bucket
from vneid_field.units.rules import UnitKind

TRIES = 3  # ours: so many contacts without an answer, then "unreachable" (a setting)
WORK_DAYS = 3  # ours: what a support team has for a case (a setting)
WORK_UNTIL = time(17)
NOTE_LIMIT, PLACE_LIMIT = 300, 200
# III.6, when a campaign has no rule of its own: the daily hours of the levels.
HOURS: Mapping[UnitKind, time] = {
    UnitKind.TEAM: time(8),
    UnitKind.COMMUNE: time(10),
    UnitKind.DISTRICT: time(14),
}
# A hop may be left to these stages; anything else raises.
NEXT: Mapping[Stage, frozenset[Stage]] = {
    Stage.FOUND: frozenset({Stage.COMMUNE}),
    Stage.COMMUNE: frozenset({Stage.DISTRICT, Stage.BACK, Stage.ELSEWHERE}),
    Stage.DISTRICT: frozenset({Stage.WORK, Stage.BACK, Stage.ELSEWHERE}),
    Stage.WORK: frozenset({Stage.WORK, Stage.BACK, Stage.ELSEWHERE}),
    Stage.ELSEWHERE: frozenset({Stage.WORK, Stage.DISTRICT, Stage.BACK, Stage.ELSEWHERE}),
    Stage.BACK: frozenset({Stage.COMMUNE}),
}
# Closed because of a fact about the person: open again when the fact is taken back.
BY_FACT = frozenset({CloseReason.ACTIVATED, CloseReason.MET, CloseReason.LEFT})
AT_THE_TEAM = frozenset({Stage.FOUND, Stage.BACK})
AGES = ((1, "0–1 ngày"), (3, "2–3 ngày"), (7, "4–7 ngày"), (None, "trên 7 ngày"))


def may_go(stage: Stage, to: Stage, *, is_received: bool) -> bool:
    """Say whether a case may go from a stage to another.

    Whoever is asked to take a case over accepts it before passing it on.
    """
    return to in NEXT[stage] and (stage is not Stage.ELSEWHERE or is_received)


def _next_hour(now: datetime, hour: time) -> datetime:
    """Return the first instant after `now` at which it is this local hour."""
    day = to_local(now).date()
    due = at_local(day, hour)
    return due if due > now else at_local(day + timedelta(days=1), hour)


def due_at(
    stage: Stage,
    now: datetime,
    hours: Mapping[UnitKind, time],
    *,
    work_days: int = WORK_DAYS,
    back_on: date | None = None,
) -> datetime:
    """Return by when the holder passes a case on that arrives `now` (aware).

    The day's absentees reach commune police by 08h00 of the next day, district police by 10h00
    (section 9); the district assigns by its own hour. A unit that is asked to take over answers
    by the commune's hour of the next day; a team reports on the morning after the return.
    """
    told = {**HOURS, **hours}
    tomorrow = to_local(now).date() + timedelta(days=1)
    match stage:
        case Stage.FOUND:
            return at_local(tomorrow, told[UnitKind.TEAM])
        case Stage.COMMUNE:
            return _next_hour(now, told[UnitKind.COMMUNE])
        case Stage.DISTRICT:
            return _next_hour(now, told[UnitKind.DISTRICT])
        case Stage.ELSEWHERE:
            return at_local(tomorrow, told[UnitKind.COMMUNE])
        case Stage.WORK:
            return at_local(to_local(now).date() + timedelta(days=work_days), WORK_UNTIL)
    day = max(back_on or tomorrow, tomorrow - timedelta(days=1)) + timedelta(days=1)
    return at_local(day, told[UnitKind.TEAM])


def closed_by_fact(stage: Stage, bucket: Bucket | None, status: str | None) -> CloseReason | None:
    """Return why a person's present status closes a case at a stage; None while it stays open.

    An activation closes it everywhere, a person whom police took off the list as well. Another
    result closes it only while the team has it: later on the holder decides.
    """
    if bucket is Bucket.ACTIVATED:
        return CloseReason.ACTIVATED
    if bucket is None:
        return CloseReason.LEFT
    if bucket is Bucket.ABSENT or stage not in AT_THE_TEAM:
        return None
    return CloseReason.WITHDRAWN if status is None else CloseReason.MET


def age_group(days: int) -> int:
    """Return the place in AGES of a case that has been open for so many days."""
    return next(place for place, (most, _label) in enumerate(AGES) if most is None or days <= most)
