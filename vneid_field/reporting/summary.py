"""One unit's figures of one day against its targets: what boards show and reports freeze."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from vneid_field.campaigns.models import Campaign
from vneid_field.core.access import EVERYTHING
from vneid_field.figures import queries as figures
from vneid_field.figures.queries import Days, Stock, Sums
from vneid_field.figures.rules import NOT_ACTIVATED_OTHER, Counter
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.queries import Targets, targets_around, targets_of
from vneid_field.quotas.rules import (
    daily_quota,
    days_left,
    expected_by,
    needed_pace,
    percent,
    rank,
)
from vneid_field.units.models import Unit
from vneid_field.units.queries import list_children
from vneid_field.units.rules import UnitKind

# Who stands below whom on a board: administrative children by where people live, teams by what
# they did. Nothing here counts levels: a city without districts lists its communes.
BELOW = (UnitKind.DISTRICT, UnitKind.COMMUNE, UnitKind.TEAM)


@dataclass(frozen=True)
class Progress:
    """One target: the number of the day and since the start, beside what was asked."""

    in_day: int
    cumulative: int
    quota: int
    quota_a_day: int
    before_day: int
    needed: int | None  # pace per day left, the day included; None after the end
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


@dataclass(frozen=True)
class Line:
    """A subordinate unit on a board or in Phụ lục I."""

    unit: Unit
    activation: Progress
    collection: Progress
    absent: int
    other: int
    rank: int | None = None


@dataclass(frozen=True)
class Summary:
    """A unit on a day."""

    unit: Unit
    on: date
    activation: Progress
    collection: Progress
    day: Sums
    stock: Stock
    by_day: dict[date, Sums]  # activation and collection of each day up to `on`
    outside: int = 0  # activations of the day that units outside did for this unit's people
    lines: list[Line] = field(default_factory=list)
    days_left: int = 0

    @property
    def absent(self) -> int:
        """People whose last result of the day is absent."""
        return self.day[Counter.OUT_ABSENT]

    @property
    def other(self) -> int:
        """People not activated for another reason on the day."""
        return self.day.total(NOT_ACTIVATED_OTHER)

    @property
    def by_reason(self) -> dict[str, int]:
        """Not activated on the day by reason, the greatest first, without zeros."""
        found = {c.value: self.day[c] for c in NOT_ACTIVATED_OTHER if self.day[c]}
        return dict(sorted(found.items(), key=lambda item: -item[1]))


def progress(
    campaign: Campaign, on: date, kind: QuotaKind, day: Sums, whole: Sums, targets: Targets
) -> Progress:
    """Return a target's progress from sums of the day and since the start."""
    if kind is QuotaKind.ACTIVATION:
        in_day, cumulative = day.activated, whole.activated
    else:
        in_day, cumulative = day[Counter.COLLECTED], whole[Counter.COLLECTED]
    quota = targets.get(kind, 0)
    return Progress(
        in_day=in_day,
        cumulative=cumulative,
        quota=quota,
        quota_a_day=daily_quota(quota, campaign.quota_days),
        before_day=cumulative - in_day,
        needed=needed_pace(quota, cumulative - in_day, on, campaign.ends_on),
        expected=expected_by(quota, on, campaign.starts_on, campaign.quota_days),
    )


def _first(campaign: Campaign, on: date) -> date:
    """Cumulative figures start on the first day (domain.md section 4)."""
    return min(campaign.starts_on, on)


def summarise(campaign: Campaign, unit: Unit, on: date) -> Summary:
    """Return a unit's figures of a day, with a line per subordinate unit.

    An administrative unit sums the people who live there; a team what it did. The caller has
    checked that the unit is in scope; below it everything is shown.
    """
    if unit.kind in (UnitKind.TEAM, UnitKind.COLLECTION_POINT, UnitKind.SUPPORT_TEAM):
        return _summarise_team(campaign, unit, on)
    days = figures.home_days(EVERYTHING, campaign.id, unit.path, _first(campaign, on), on)
    day, whole = days.whole_day, days.whole
    targets = targets_around(campaign.id, unit)
    own = targets.get(unit.id, {})
    return Summary(
        unit=unit,
        on=on,
        activation=progress(campaign, on, QuotaKind.ACTIVATION, day, whole, own),
        collection=progress(campaign, on, QuotaKind.COLLECTION, day, whole, own),
        day=day,
        stock=figures.stock_of(EVERYTHING, campaign.id, "home", unit.path),
        by_day=days.by_day,
        outside=days.outside,
        lines=_lines_below(campaign, unit, on, days, targets),
        days_left=days_left(on, campaign.ends_on),
    )


def _summarise_team(campaign: Campaign, unit: Unit, on: date) -> Summary:
    days = figures.performed_days(EVERYTHING, campaign.id, [unit], _first(campaign, on), on)
    day, whole = days.whole_day, days.whole
    targets = targets_of(campaign.id, [unit.id])[unit.id]
    return Summary(
        unit=unit,
        on=on,
        activation=progress(campaign, on, QuotaKind.ACTIVATION, day, whole, targets),
        collection=progress(campaign, on, QuotaKind.COLLECTION, day, whole, targets),
        day=day,
        stock=figures.stock_of(EVERYTHING, campaign.id, "holder", unit.path),
        by_day=days.by_day,
        days_left=days_left(on, campaign.ends_on),
    )


def _lines_below(
    campaign: Campaign, unit: Unit, on: date, days: Days[str], targets: dict[int, Targets]
) -> list[Line]:
    """Return a line per subordinate unit in the plan's order, ranked by activation percent.

    An administrative child by where people live (`days`), a team by what it did.
    """
    children = list_children(unit, BELOW)
    teams = [child for child in children if child.kind is UnitKind.TEAM]
    first = _first(campaign, on)
    done = figures.performed_days(EVERYTHING, campaign.id, teams, first, on) if teams else None
    lines = []
    for child in children:
        if done is not None and child.kind is UnitKind.TEAM:
            day, whole = done.day_of(child.id), done.whole_of(child.id)
        else:
            day, whole = days.day_of(child.path), days.whole_of(child.path)
        own = targets.get(child.id, {})
        lines.append(
            Line(
                unit=child,
                activation=progress(campaign, on, QuotaKind.ACTIVATION, day, whole, own),
                collection=progress(campaign, on, QuotaKind.COLLECTION, day, whole, own),
                absent=day[Counter.OUT_ABSENT],
                other=day.total(NOT_ACTIVATED_OTHER),
            )
        )
    return _ranked(lines)


def _ranked(lines: list[Line]) -> list[Line]:
    ranks = rank({line.unit.id: line.activation.percent for line in lines})
    return [
        Line(
            line.unit,
            line.activation,
            line.collection,
            line.absent,
            line.other,
            ranks[line.unit.id],
        )
        for line in lines
    ]


def figures_json(summary: Summary) -> dict[str, object]:
    """Return the figures as plain JSON: frozen in reports, printed by `vneid-field figures`."""
    return {
        "unit": summary.unit.code,
        "unit_name": summary.unit.name,
        "on": summary.on.isoformat(),
        "activation": _progress_json(summary.activation)
        | {
            "app": summary.day[Counter.ACTIVATED_APP],
            "web": summary.day[Counter.ACTIVATED_WEB],
            "self": summary.day[Counter.ACTIVATED_SELF],
        },
        "collection": _progress_json(summary.collection),
        "visits": summary.day[Counter.VISITS],
        "people_visited": summary.day[Counter.PEOPLE_VISITED],
        "pending": {
            "nobody_home": summary.day[Counter.OUT_NOBODY_HOME],
            "revisit": summary.day[Counter.OUT_REVISIT],
        },
        "not_activated": {
            "total": summary.absent + summary.other,
            "absent": summary.absent,
            "by_reason": summary.by_reason,
        },
        "stock": dict(summary.stock.values),
        "performed_by_others": summary.outside,
        "lines": [_line_json(line) for line in summary.lines],
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value.quantize(Decimal("0.01")))


def _progress_json(part: Progress) -> dict[str, object]:
    return {
        "in_day": part.in_day,
        "cumulative": part.cumulative,
        "quota": part.quota,
        "quota_a_day": part.quota_a_day,
        "percent": _text(part.percent),
        "percent_in_day": _text(part.percent_in_day),
        "remaining": part.remaining,
        "needed": part.needed,
        "expected": part.expected,
        "is_met": part.is_met,
    }


def _line_json(line: Line) -> dict[str, object]:
    return {
        "unit": line.unit.code,
        "unit_name": line.unit.name,
        "activation": _progress_json(line.activation),
        "collection": _progress_json(line.collection),
        "absent": line.absent,
        "other": line.other,
        "rank": line.rank,
    }
