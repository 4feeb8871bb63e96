"""Hours, periods and lateness of reports (III.6, domain.md section 10). Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from vneid_field.reporting.kinds import ReportKind
from vneid_field.units.rules import UnitKind

TZ = ZoneInfo("Asia/Ho_Chi_Minh")
TEMPLATE_VERSION = "1"


@dataclass(frozen=True)
class DueRule:
    """A kind of unit owes a report at a local hour, so many days after the period's last day."""

    unit_kind: UnitKind
    report_kind: ReportKind
    opens_at: time
    due_at: time
    due_days_after: int
    to_kind: UnitKind


# The plan's daily hours. District and city obligations come with the whole chain.
PLAN_128_RULES = (
    DueRule(
        UnitKind.COLLECTION_POINT,
        ReportKind.COLLECTION,
        time(0, 0),
        time(17, 0),
        0,
        UnitKind.COMMUNE,
    ),
    DueRule(UnitKind.TEAM, ReportKind.DAILY, time(17, 0), time(8, 0), 1, UnitKind.COMMUNE),
    DueRule(UnitKind.COMMUNE, ReportKind.DAILY, time(0, 0), time(10, 0), 1, UnitKind.DISTRICT),
)


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


def daily_periods(starts_on: date, ends_on: date) -> Iterator[date]:
    """Yield each day of the campaign."""
    for offset in range((ends_on - starts_on).days + 1):
        yield starts_on + timedelta(days=offset)


def minutes_late(due_at: datetime, received_at: datetime) -> int:
    """Return whole minutes after the hour, rounded up; 0 when on time. 08h00 sharp is on time."""
    seconds = (received_at - due_at).total_seconds()
    return 0 if seconds <= 0 else int(-(-seconds // 60))


def minutes_left(due_at: datetime, now: datetime) -> int:
    """Return whole minutes until the hour, rounded down; negative once it is past."""
    return int((due_at - now).total_seconds() // 60)


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
