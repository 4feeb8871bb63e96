"""One unit's figures of one day against its targets: what boards show and reports freeze."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from vneid_field.campaigns.models import Campaign
from vneid_field.core.access import EVERYTHING
from vneid_field.figures import queries as figures
from vneid_field.figures.across import Across, Span, across
from vneid_field.figures.opening import NO_OPENING, Opening, stock_and_opening
from vneid_field.figures.queries import Stock, Sums
from vneid_field.figures.rules import NOT_ACTIVATED_OTHER, Counter
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.queries import family_with_targets
from vneid_field.quotas.rules import days_left
from vneid_field.reporting.lines import (
    NO_VERDICTS,
    Line,
    Progress,
    Rest,
    Verdicts,
    lines_below,
    progress,
    rests_of,
    verdicts_of,
)
from vneid_field.units.models import Unit
from vneid_field.units.rules import SEGMENT, UnitKind

# Who stands below whom on a board: administrative children by where people live, teams by what
# they did. Nothing here counts levels: a city without districts lists its communes.
BELOW = (UnitKind.DISTRICT, UnitKind.COMMUNE, UnitKind.TEAM)
WORKING = (UnitKind.TEAM, UnitKind.COLLECTION_POINT, UnitKind.SUPPORT_TEAM)
NOBODY = Across()


@dataclass(frozen=True)
class Summary:
    """A unit on a day.

    `day` and each `in_day` are of the period from `since` to `on`: the day, a week, the drive.
    `work`: who did what across the unit's borders; NOBODY for the root, which has none.
    `rests`: what the lines lack to make the unit's own figures.
    """

    unit: Unit
    on: date
    since: date
    activation: Progress
    collection: Progress
    day: Sums
    stock: Stock
    by_day: dict[date, Sums]  # activation and collection of each day up to `on`
    work: Across = field(default_factory=Across)
    opening: Opening = NO_OPENING
    lines: list[Line] = field(default_factory=list)
    rests: list[Rest] = field(default_factory=list)
    days_left: int = 0
    verdicts: Verdicts = NO_VERDICTS

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

    @property
    def has_collection(self) -> bool:
        """Whether the units below collect applications; teams do not."""
        return any(line.unit.kind is not UnitKind.TEAM for line in self.lines)


def _first(campaign: Campaign, on: date) -> date:
    """Cumulative figures start on the first day (domain.md section 4)."""
    return min(campaign.starts_on, on)


def summarise(
    campaign: Campaign,
    unit: Unit,
    on: date,
    *,
    since: date | None = None,
    has_stock: bool = True,
    has_work: bool = True,
) -> Summary:
    """Return a unit's figures of a day, or of the days from `since` to it, a line per unit below.

    An administrative unit sums the people who live there; a team what it did. The caller has
    checked that the unit is in scope; below it everything is shown. A page that prints neither
    the stock nor a team's work for people of other places saves a statement for each.
    """
    if unit.kind in WORKING:
        return _summarise_team(campaign, unit, on, since or on, has_work)
    first, since = _first(campaign, on), since or on
    days = figures.home_days(EVERYTHING, campaign.id, unit.path, first, on, since)
    whole = Span(days.whole_day, days.whole)
    own, children = family_with_targets(campaign.id, unit, BELOW, on)
    work = _work_around(campaign, unit, on, since)
    lines = lines_below(campaign, on, children, days, work, since)
    stock, opening = (
        stock_and_opening(campaign.id, unit, on) if has_stock else (Stock(), NO_OPENING)
    )
    return Summary(
        unit=unit,
        on=on,
        since=since,
        activation=progress(campaign, on, QuotaKind.ACTIVATION, whole.day, whole.whole, own, since),
        collection=progress(campaign, on, QuotaKind.COLLECTION, whole.day, whole.whole, own, since),
        day=whole.day,
        stock=stock,
        by_day=days.by_day,
        work=work,
        opening=opening,
        lines=lines,
        rests=rests_of(lines, whole, work),
        days_left=days_left(on, campaign.ends_on),
        verdicts=verdicts_of(whole),
    )


def _work_around(campaign: Campaign, unit: Unit, on: date, since: date) -> Across:
    """Return who did what for whom around a unit.

    A hamlet's people are served by the teams of its commune, which are no strangers there.
    """
    parent = unit.path[:-SEGMENT]
    if not parent:
        return NOBODY
    first = _first(campaign, on)
    if unit.kind is not UnitKind.HAMLET:
        return across(
            campaign.id, people=unit.path, doers=unit.path, first_on=first, on=on, since=since
        )
    found = across(campaign.id, people=unit.path, doers=parent, first_on=first, on=on, since=since)
    return Across(by_others=found.by_others)


def _summarise_team(
    campaign: Campaign, unit: Unit, on: date, since: date, has_work: bool
) -> Summary:
    first, home = _first(campaign, on), unit.path[:-SEGMENT]
    days = figures.performed_days(EVERYTHING, campaign.id, [unit], first, on, since)
    day, whole = days.whole_day, days.whole
    targets, _none = family_with_targets(campaign.id, unit, (), on)
    work = NOBODY
    if has_work:
        found = across(
            campaign.id, people=home, doers=unit.path, first_on=first, on=on, since=since
        )
        work = Across(done=found.done, elsewhere=found.elsewhere)
    stock, opening = stock_and_opening(campaign.id, unit, on, team_of=home)
    return Summary(
        unit=unit,
        on=on,
        since=since,
        activation=progress(campaign, on, QuotaKind.ACTIVATION, day, whole, targets, since),
        collection=progress(campaign, on, QuotaKind.COLLECTION, day, whole, targets, since),
        day=day,
        stock=stock,
        by_day=days.by_day,
        work=work,
        opening=opening,
        days_left=days_left(on, campaign.ends_on),
        verdicts=verdicts_of(Span(day, whole)),
    )


def figures_json(summary: Summary) -> dict[str, object]:
    """Return the figures as plain JSON: frozen in reports, printed by `vneid-field figures`."""
    by_others, for_others = summary.work.by_others, summary.work.for_others
    return {
        "unit": summary.unit.code,
        "unit_name": summary.unit.name,
        "since": summary.since.isoformat(),
        "on": summary.on.isoformat(),
        "activation": _progress_json(summary.activation)
        | {
            "app": summary.day[Counter.ACTIVATED_APP],
            "web": summary.day[Counter.ACTIVATED_WEB],
            "self": summary.day[Counter.ACTIVATED_SELF],
        },
        "verdicts": _verdicts_json(summary.activation, summary.verdicts),
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
        "by_others": {"in_day": by_others.day.activated, "cumulative": by_others.whole.activated},
        "for_others": {
            "in_day": for_others.day.activated,
            "cumulative": for_others.whole.activated,
        },
        "lines": [_line_json(line) for line in summary.lines],
        "rests": [_rest_json(rest) for rest in summary.rests],
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


def _verdicts_json(claimed: Progress, verdicts: Verdicts) -> dict[str, object]:
    """The three figures side by side: what teams claim, and what national lists say of it."""
    return {
        "claimed": {"in_day": claimed.in_day, "cumulative": claimed.cumulative},
        "confirmed": {"in_day": verdicts.confirmed_in_day, "cumulative": verdicts.confirmed},
        "contradicted": {
            "in_day": verdicts.contradicted_in_day,
            "cumulative": verdicts.contradicted,
        },
        "percent_contradicted": _text(verdicts.rate),
    }


def _line_json(line: Line) -> dict[str, object]:
    return {
        "unit": line.unit.code,
        "unit_name": line.unit.name,
        "unit_kind": line.unit.kind.value,
        "activation": _progress_json(line.activation),
        "collection": _progress_json(line.collection),
        "absent": line.absent,
        "other": line.other,
        "rank": line.rank,
        "verdicts": _verdicts_json(line.activation, line.verdicts),
    }


def _rest_json(rest: Rest) -> dict[str, object]:
    return {
        "kind": rest.kind.value,
        "activation": {"in_day": rest.activated_in_day, "cumulative": rest.activated},
        "collection": {"in_day": rest.collected_in_day, "cumulative": rest.collected},
        "absent": rest.absent,
        "other": rest.other,
        "verdicts": {"confirmed": rest.confirmed, "contradicted": rest.contradicted},
    }
