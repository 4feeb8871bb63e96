"""Invented figures per day: opening figures of a commune, a point's results, remarks."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from vneid_field.core.clock import at_local
from vneid_field.demo.history import day_factor
from vneid_field.demo.seeds import load_words, pick

# Counters of a day (domain.md section 12), in the order of the boards.
COUNTERS = (
    "collected",
    "activated_app",
    "activated_web",
    "activated_self",
    "out_absent",
    "out_phone_mismatch",
    "out_otp_not_received",
    "out_refused",
    "visits",
    "people_visited",
)
ACTIVATED = COUNTERS[1:4]
OUT = COUNTERS[4:8]
_SHORTFALL_WEIGHTS = {
    "not_come": 46,
    "working_away": 24,
    "wrong_documents": 12,
    "network": 8,
    "equipment": 5,
    "weather": 5,
}
# Shares of a day's work that lie before an hour of that day.
_DONE_BY_HOUR = ((11, 0.06), (14, 0.1), (16, 0.15), (18, 0.25), (20, 0.7), (24, 1.0))


@dataclass(frozen=True, slots=True)
class CommuneQuota:
    """A commune's targets for the whole campaign: columns 3 and 6 of the plan."""

    activation: int
    collection: int


@dataclass(frozen=True, slots=True)
class ShortfallReason:
    """A code and how many of the shortfall it explains."""

    code: str
    label: str
    number: int


@dataclass(frozen=True, slots=True)
class DemoCollection:
    """A point's result of a day; `announced_at` is None while the day is still running."""

    on: date
    quota: int
    invited: int
    came: int
    collected: int
    reasons: tuple[ShortfallReason, ...]
    remedy: str
    announced_at: datetime | None

    @property
    def shortfall(self) -> int:
        """How many applications the day lacks; the reasons' numbers add up to it."""
        return max(0, self.quota - self.collected)


@dataclass(frozen=True, slots=True)
class Remarks:
    """Texts of a report; each may be empty but the explanation."""

    difficulties: str
    proposals: str
    explanation: str


def draw_pace(rng: random.Random) -> float:
    """A commune's pace against its quota: a few ahead, most near, some far behind."""
    group = rng.random()
    if group < 0.2:
        return rng.uniform(1.02, 1.22)
    if group < 0.75:
        return rng.uniform(0.78, 1.02)
    return rng.uniform(0.4, 0.78)


def opening_figures(
    rng: random.Random,
    quota: CommuneQuota,
    days: Sequence[date],
    *,
    until: datetime | None = None,
    quota_days: int = 50,
) -> dict[date, dict[str, int]]:
    """Value of every counter per day for a commune without events.

    `until` (aware) cuts its own local day short. Every day has all COUNTERS; people_visited is
    never below the people with a result and never above visits.
    """
    pace = draw_pace(rng)
    collection_pace = min(1.25, pace * rng.uniform(0.9, 1.15))
    figures = {}
    for number, day in enumerate(days):
        share = share_done(day, until)
        activated = quota.activation / quota_days * day_factor(rng, number, day) * pace * share
        collected = quota.collection / quota_days * collection_pace * rng.uniform(0.85, 1.12)
        if day.weekday() >= 5:
            collected *= 0.9
        figures[day] = _day_figures(rng, round(activated), round(collected * min(1, share * 6)))
    return figures


def share_done(day: date, until: datetime | None) -> float:
    """Share of a local day's door-to-door work that is done at `until`: 0 to 1."""
    if until is None or until >= at_local(day, time(23, 59)):
        return 1.0
    previous = 0.0
    for hour, share in _DONE_BY_HOUR:
        if hour == 24 or until < at_local(day, time(hour)):
            return previous
        previous = share
    return previous


def _day_figures(rng: random.Random, activated: int, collected: int) -> dict[str, int]:
    web = round(activated * rng.uniform(0.06, 0.14))
    self_activated = round(activated * rng.uniform(0.03, 0.07))
    values = {
        "collected": collected,
        "activated_app": activated - web - self_activated,
        "activated_web": web,
        "activated_self": self_activated,
        "out_absent": round(activated * rng.uniform(0.08, 0.2)),
        "out_phone_mismatch": round(activated * rng.uniform(0.01, 0.04)),
        "out_otp_not_received": round(activated * rng.uniform(0.005, 0.025)),
        "out_refused": round(activated * rng.uniform(0.01, 0.05)),
    }
    settled = activated + sum(values[name] for name in OUT)
    values["people_visited"] = settled + round(settled * rng.uniform(0.7, 1.2))
    values["visits"] = values["people_visited"] + round(activated * rng.uniform(0.02, 0.08))
    return {name: values[name] for name in COUNTERS}


def collection_results(
    rng: random.Random,
    daily_quota: int,
    days: Sequence[date],
    *,
    until: datetime | None = None,
    pace: float = 0.98,
) -> list[DemoCollection]:
    """A point's 17h00 results (III.3.d), with reasons that add up to the shortfall.

    A day that 17h00 has not reached at `until` (aware) has no announcement, reasons or remedy.
    """
    results = []
    for day in days:
        closes_at = at_local(day, time(17))
        is_open = until is not None and until < closes_at
        invited = round(daily_quota * rng.uniform(1.0, 1.2))
        collected = round(daily_quota * pace * rng.triangular(0.8, 1.14, 1.03))
        collected = round(collected * 0.93) if is_open else collected
        came = collected + rng.randint(0, max(1, daily_quota // 25))
        short = 0 if is_open else max(0, daily_quota - collected)
        announced_at = None if is_open else _announced_at(rng, day)
        results.append(
            DemoCollection(
                day,
                daily_quota,
                max(invited, came),
                came,
                collected,
                _reasons(rng, short),
                rng.choice(load_words("texts")["remedies"]) if short else "",
                announced_at,
            )
        )
    return results


def _announced_at(rng: random.Random, day: date) -> datetime:
    """Mostly in the last quarter of an hour before 17h00, sometimes a little late."""
    if rng.random() < 0.92:
        return at_local(day, time(16, rng.randint(44, 59)))
    return at_local(day, time(17, rng.randint(1, 35)))


def _reasons(rng: random.Random, short: int) -> tuple[ShortfallReason, ...]:
    labels = load_words("texts")["shortfall"]
    numbers: dict[str, int] = {}
    left = short
    while left > 0:
        code = pick(rng, _SHORTFALL_WEIGHTS)
        part = left if len(numbers) >= 2 or left <= 3 else rng.randint(1, left)
        numbers[code] = numbers.get(code, 0) + part
        left -= part
    return tuple(ShortfallReason(code, labels[code], number) for code, number in numbers.items())


def remarks(rng: random.Random, *, is_police: bool = False) -> Remarks:
    """Short texts for a report: one or two difficulties, a proposal or none, an explanation.

    A team speaks of doors and tours, commune police of the commune and to the superior.
    """
    texts = load_words("texts")["police"] if is_police else load_words("texts")
    difficulties = rng.sample(texts["difficulties"], k=rng.choice((1, 1, 2)))
    return Remarks(
        " ".join(difficulties), rng.choice(texts["proposals"]), rng.choice(texts["explanations"])
    )
