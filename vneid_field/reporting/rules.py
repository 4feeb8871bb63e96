"""Hours, periods and lateness of reports (III.6, domain.md section 10). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from vneid_field.reporting.kinds import ReportKind, ReportState, Step
from vneid_field.units.rules import UnitKind

TZ = ZoneInfo("Asia/Ho_Chi_Minh")
TEMPLATE_VERSION = "1"
# What a report says in words, and what a week's and the drive's say beside it (IV.4).
TEXTS = ("explanation", "difficulties", "proposals")
ASSESSMENT = ("strengths", "shortcomings", "causes", "responsibility")


@dataclass(frozen=True)
class DueRule:
    """A kind of unit owes a report at a local hour, so many days after the period's last day."""

    unit_kind: UnitKind
    report_kind: ReportKind
    opens_at: time
    due_at: time
    due_days_after: int
    to_kind: UnitKind


# The plan's hours (III.6): team 08h00, commune 10h00, district 14h00 of the next day, the city on
# demand; the week on Wednesday at the same hours, the city's on Thursday 09h00; the whole drive on
# 06/8 at 10h00 and 15h00, the city's on 07/8 at 15h00. A city's own reports end the chain: they
# go to its committee, who reads them.
_AT_ONCE, _FROM_17H = time(0, 0), time(17, 0)
PLAN_128_RULES = tuple(
    DueRule(unit, report, opens_at, time(hour), days_after, to)
    for unit, report, opens_at, hour, days_after, to in (
        (UnitKind.COLLECTION_POINT, ReportKind.COLLECTION, _AT_ONCE, 17, 0, UnitKind.COMMUNE),
        (UnitKind.TEAM, ReportKind.DAILY, _FROM_17H, 8, 1, UnitKind.COMMUNE),
        (UnitKind.COMMUNE, ReportKind.DAILY, _AT_ONCE, 10, 1, UnitKind.DISTRICT),
        (UnitKind.DISTRICT, ReportKind.DAILY, _AT_ONCE, 14, 1, UnitKind.CITY),
        (UnitKind.TEAM, ReportKind.WEEKLY, _FROM_17H, 8, 1, UnitKind.COMMUNE),
        (UnitKind.COMMUNE, ReportKind.WEEKLY, _AT_ONCE, 10, 1, UnitKind.DISTRICT),
        (UnitKind.DISTRICT, ReportKind.WEEKLY, _AT_ONCE, 14, 1, UnitKind.CITY),
        (UnitKind.CITY, ReportKind.WEEKLY, _AT_ONCE, 9, 2, UnitKind.CITY),
        (UnitKind.COMMUNE, ReportKind.FINAL, _AT_ONCE, 10, 1, UnitKind.DISTRICT),
        (UnitKind.DISTRICT, ReportKind.FINAL, _AT_ONCE, 15, 1, UnitKind.CITY),
        (UnitKind.CITY, ReportKind.FINAL, _AT_ONCE, 15, 2, UnitKind.CITY),
    )
)
WEEK_ENDS_ON = 1  # Tuesday, as date.weekday() counts: ours, the plan only says due on Wednesday


def _instant(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, TZ).astimezone(UTC)


def due_instant(rule: DueRule, period_end_on: date) -> datetime:
    """Return the UTC instant at which a period's report is due."""
    return _instant(period_end_on + timedelta(days=rule.due_days_after), rule.due_at)


def open_instant(rule: DueRule, period_end_on: date) -> datetime:
    """Return the UTC instant from which it may be sent.

    A team may send from 17h00 of the day itself (section 10); a superior from the next midnight.
    """
    if rule.due_days_after and rule.opens_at == time(0, 0):
        return _instant(period_end_on + timedelta(days=1), rule.opens_at)
    return _instant(period_end_on, rule.opens_at)


@dataclass(frozen=True, order=True)
class Period:
    """The days that a report covers, both included."""

    first_on: date
    last_on: date

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last_on - self.first_on).days + 1


def periods(
    kind: ReportKind, starts_on: date, ends_on: date, week_ends_on: int = WEEK_ENDS_ON
) -> list[Period]:
    """Return the periods of a kind of report within a campaign, the earliest first.

    Each day; each week up to its cut-off, the first one as short as it falls and the days behind
    the last cut-off in none (they go to the final report only, section 10); or the whole drive.
    `week_ends_on` as `date.weekday()` counts, Monday 0.
    """
    if kind is ReportKind.FINAL:
        return [Period(starts_on, ends_on)]
    days = [starts_on + timedelta(days=n) for n in range((ends_on - starts_on).days + 1)]
    if kind is not ReportKind.WEEKLY:
        return [Period(day, day) for day in days]
    ends = [day for day in days if day.weekday() == week_ends_on]
    firsts = [starts_on, *(end + timedelta(days=1) for end in ends)]
    return [Period(first, end) for first, end in zip(firsts, ends, strict=False)]


def minutes_late(due_at: datetime, received_at: datetime) -> int:
    """Return whole minutes after the hour, at least 1; 0 when on time. 08h00 sharp is on time.

    As a clock is read: what comes at 08h10m30s is 10 minutes late.
    """
    seconds = (received_at - due_at).total_seconds()
    return 0 if seconds <= 0 else max(1, int(seconds // 60))


def minutes_left(due_at: datetime, now: datetime) -> int:
    """Return whole minutes until the hour, rounded down; past it the minutes late, below 0."""
    return -minutes_late(due_at, now) or int((due_at - now).total_seconds() // 60)


# What a superior may do with a version: from → to. Accepted is closed: only unlocking, with a
# reason, lets the unit send again.
MOVES: Mapping[tuple[ReportState, Step], ReportState] = {
    (ReportState.SENT, Step.ACCEPTED): ReportState.ACCEPTED,
    (ReportState.SENT, Step.RETURNED): ReportState.RETURNED,
    (ReportState.ACCEPTED, Step.UNLOCKED): ReportState.RETURNED,
}
# At the end of the chain nobody is above: the police unlock their own, and it is sent again.
OWN_MOVES: Mapping[tuple[ReportState, Step], ReportState] = {
    (ReportState.SENT, Step.UNLOCKED): ReportState.RETURNED,
}


REMIND_MINUTES = 30  # ours: so long before an hour whoever has not sent is told on every page
REMIND_AGAIN_MINUTES = 10  # ours: who was reminded so shortly ago is not reminded again


class Standing(StrEnum):
    """What an obligation is at an instant: missing is computed, never stored."""

    EXPECTED = "expected"
    SENT_ON_TIME = "sent_on_time"
    SENT_LATE = "sent_late"
    MISSING = "missing"
    EXCUSED = "excused"


def standing(state: str, due_at: datetime, now: datetime) -> Standing:
    """Return the standing of a stored state: expected turns missing when the hour has passed."""
    if state == "expected" and now > due_at:
        return Standing.MISSING
    return Standing(str(state))


@dataclass(frozen=True)
class Shortfall:
    """A target whose daily quota the day did not reach."""

    target: str  # "activation" or "collection", as in the frozen figures
    done: int
    quota_a_day: int


def shortfalls(unit_kind: UnitKind, figures: Mapping[str, Any]) -> list[Shortfall]:
    """Return the targets below their daily quota, which the sender must explain (section 10).

    A team has the activation target only; police answer for collection too.
    """
    targets = ("activation",) if unit_kind is UnitKind.TEAM else ("activation", "collection")
    found = [Shortfall(t, figures[t]["in_day"], figures[t]["quota_a_day"]) for t in targets]
    return [one for one in found if one.done < one.quota_a_day]
