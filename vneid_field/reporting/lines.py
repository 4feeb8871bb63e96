"""The rows of a board and of Phụ lục I: a line per unit below, and what belongs to none of them.

In every column of results the lines and the rests add up to the unit's own figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from vneid_field.campaigns.models import Campaign
from vneid_field.figures.across import NO_SPAN, Across, Span, total
from vneid_field.figures.queries import Days, Sums
from vneid_field.figures.rules import NOT_ACTIVATED_OTHER, Counter
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.queries import Targets
from vneid_field.quotas.rules import daily_quota, expected_by, needed_pace, percent, rank
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind


@dataclass(frozen=True)
class Progress:
    """One target: the number of the period and since the start, beside what was asked.

    The period is a day, a week or the drive: `in_day` and `quota_a_day` are of all its days.
    """

    in_day: int
    cumulative: int
    quota: int
    quota_a_day: int
    before_day: int
    # Pace per day left: a day counts itself, after a longer period the days behind it count; None
    # when none is left.
    needed: int | None
    expected: int  # by the end of the day at the flat pace

    @property
    def percent(self) -> Decimal | None:
        """Cumulative in percent of the quota."""
        return percent(self.cumulative, self.quota)

    @property
    def percent_in_day(self) -> Decimal | None:
        """The day in percent of the daily quota."""
        return percent(self.in_day, self.quota_a_day)

    @property
    def remaining(self) -> int:
        """What the quota still lacks, never below 0."""
        return max(0, self.quota - self.cumulative)

    @property
    def is_met(self) -> bool:
        """Whether the day reached the daily quota."""
        return self.in_day >= self.quota_a_day

    @property
    def behind(self) -> int:
        """How far the cumulative number lies behind the flat pace, 0 when it keeps up."""
        return max(0, self.expected - self.cumulative)


@dataclass(frozen=True)
class Verdicts:
    """What the national lists say of activations: of the period, and since the first day.

    `confirmed` holds who activated alone, too; `judged` are, for whoever does the work, the claims
    on which a list has spoken.
    """

    confirmed_in_day: int = 0
    confirmed: int = 0
    contradicted_in_day: int = 0
    contradicted: int = 0

    @property
    def judged(self) -> int:
        """Confirmed and contradicted together."""
        return self.confirmed + self.contradicted

    @property
    def rate(self) -> Decimal | None:
        """Contradicted in per cent of the judged; None when nothing was judged."""
        return percent(self.contradicted, self.judged)


NO_VERDICTS = Verdicts()


def verdicts_of(span: Span) -> Verdicts:
    """Return the verdicts of a span."""
    return Verdicts(
        span.day[Counter.CONFIRMED],
        span.whole[Counter.CONFIRMED],
        span.day[Counter.CONTRADICTED],
        span.whole[Counter.CONTRADICTED],
    )


@dataclass(frozen=True)
class Line:
    """A subordinate unit on a board or in Phụ lục I."""

    unit: Unit
    activation: Progress
    collection: Progress
    absent: int
    other: int
    rank: int | None = None
    verdicts: Verdicts = NO_VERDICTS


class RestKind(StrEnum):
    """Results of a unit that stand in none of its lines."""

    UNPLACED = "unplaced"  # the unit's own rows: mobile points, people of unknown hamlet
    BESIDES_TEAMS = "besides_teams"  # points, units from outside, people without a known team
    ELSEWHERE = "elsewhere"  # subtracted: what the teams did for people of other places


@dataclass(frozen=True)
class Rest:
    """Numbers beside the lines, possibly negative."""

    kind: RestKind
    activated_in_day: int
    activated: int
    collected_in_day: int
    collected: int
    absent: int
    other: int
    confirmed: int = 0
    contradicted: int = 0

    @property
    def is_activation(self) -> bool:
        """Whether it has more than collected applications, which teams have no column for."""
        numbers = (self.activated_in_day, self.activated, self.absent, self.other)
        return any((*numbers, self.confirmed, self.contradicted))

    @property
    def numbers(self) -> tuple[int, ...]:
        """The columns, in the order of the fields."""
        return (
            self.activated_in_day,
            self.activated,
            self.collected_in_day,
            self.collected,
            self.absent,
            self.other,
            self.confirmed,
            self.contradicted,
        )


def progress(
    campaign: Campaign,
    on: date,
    kind: QuotaKind,
    day: Sums,
    whole: Sums,
    targets: Targets,
    since: date | None = None,
) -> Progress:
    """Return a target's progress from sums of the period from `since` to `on` and since the start.

    A period's quota is the daily one times its days, never more than the whole.
    """
    if kind is QuotaKind.ACTIVATION:
        in_day, cumulative = day.activated, whole.activated
    else:
        in_day, cumulative = day[Counter.COLLECTED], whole[Counter.COLLECTED]
    quota, days = targets.get(kind, 0), (on - (since or on)).days + 1
    is_day = days == 1
    start = (cumulative - in_day, on) if is_day else (cumulative, on + timedelta(days=1))
    return Progress(
        in_day=in_day,
        cumulative=cumulative,
        quota=quota,
        quota_a_day=min(quota, daily_quota(quota, campaign.quota_days) * days),
        before_day=cumulative - in_day,
        needed=needed_pace(quota, *start, campaign.ends_on),
        expected=expected_by(quota, on, campaign.starts_on, campaign.quota_days),
    )


def lines_below(
    campaign: Campaign,
    on: date,
    children: Sequence[tuple[Unit, Targets]],
    days: Days[str],
    work: Across,
    since: date | None = None,
) -> list[Line]:
    """Return a line per subordinate unit, ranked by activation percent.

    An administrative child by where people live (`days`), a team by what it did (`work`).
    """
    lines = []
    for child, own in children:
        span = (
            work.done.get(child.id, NO_SPAN)
            if child.kind is UnitKind.TEAM
            else Span(days.day_of(child.path), days.whole_of(child.path))
        )
        lines.append(
            Line(
                unit=child,
                activation=progress(
                    campaign, on, QuotaKind.ACTIVATION, span.day, span.whole, own, since
                ),
                collection=progress(
                    campaign, on, QuotaKind.COLLECTION, span.day, span.whole, own, since
                ),
                absent=span.day[Counter.OUT_ABSENT],
                other=span.day.total(NOT_ACTIVATED_OTHER),
                verdicts=verdicts_of(span),
            )
        )
    ranks = rank({line.unit.id: line.activation.percent for line in lines})
    return [replace(line, rank=ranks[line.unit.id]) for line in lines]


def rests_of(lines: Sequence[Line], whole: Span, work: Across) -> list[Rest]:
    """Return what the lines lack to make the unit's own figures `whole`; nothing when they do."""
    if not lines:
        return []
    teams = [line.unit.id for line in lines if line.unit.kind is UnitKind.TEAM]
    away = total(work.elsewhere.get(team_id, NO_SPAN) for team_id in teams)
    elsewhere = _rest(RestKind.ELSEWHERE, away, -1)
    own = _rest(RestKind.BESIDES_TEAMS if teams else RestKind.UNPLACED, whole)
    parts: list[tuple[int, ...]] = [
        (
            line.activation.in_day,
            line.activation.cumulative,
            line.collection.in_day,
            line.collection.cumulative,
            line.absent,
            line.other,
            line.verdicts.confirmed,
            line.verdicts.contradicted,
        )
        for line in lines
    ]
    parts.append(elsewhere.numbers)
    sums = [sum(column) for column in zip(*parts, strict=True)]
    left = (number - part for number, part in zip(own.numbers, sums, strict=True))
    return [rest for rest in (Rest(own.kind, *left), elsewhere) if any(rest.numbers)]


def _rest(kind: RestKind, span: Span, sign: int = 1) -> Rest:
    return Rest(
        kind,
        sign * span.day.activated,
        sign * span.whole.activated,
        sign * span.day[Counter.COLLECTED],
        sign * span.whole[Counter.COLLECTED],
        sign * span.day[Counter.OUT_ABSENT],
        sign * span.day.total(NOT_ACTIVATED_OTHER),
        sign * span.whole[Counter.CONFIRMED],
        sign * span.whole[Counter.CONTRADICTED],
    )
