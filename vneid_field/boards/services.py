"""What Today and the boards show, gathered in a few statements. Read-only."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from vneid_field.boards.queries import MemberVerdicts, list_member_verdicts, percents_beside
from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.queries import find_baseline
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING, Actor
from vneid_field.core.charts import Chart, day_chart
from vneid_field.core.text import vn_day
from vneid_field.figures.queries import NOTHING
from vneid_field.figures.rules import Counter
from vneid_field.lists.hand_over_queries import list_hand_overs
from vneid_field.lists.kinds import HandOverState
from vneid_field.lists.models import HandOver
from vneid_field.lists.queries import NextHousehold, find_next_household
from vneid_field.quotas.rules import rank
from vneid_field.reporting.kinds import ReportState
from vneid_field.reporting.models import Obligation
from vneid_field.reporting.queries import list_owed
from vneid_field.reporting.rules import minutes_left
from vneid_field.reporting.summary import BELOW, Summary, summarise
from vneid_field.units.models import Unit
from vneid_field.units.queries import count_union_it_members, get_unit
from vneid_field.units.rules import UnitKind, lacks_union_members
from vneid_field.visits.queries import find_walk_start

SHOWN_DAYS = 20


@dataclass(frozen=True)
class Deadline:
    """An obligation with the minutes left by the server's clock."""

    obligation: Obligation
    minutes_left: int
    is_open: bool  # may be sent already
    is_returned: bool = False  # sent, and sent back by the superior


@dataclass(frozen=True)
class Today:
    """The phone's first page."""

    summary: Summary
    deadlines: list[Deadline]
    new_lists: list[HandOver]
    next_household: NextHousehold | None
    pending_today: int


def deadlines_of(campaign: Campaign, actor: Actor, unit_id: int) -> list[Deadline]:
    """Return what a unit owes since the campaign began, soonest due first."""
    now = clock.now()
    owed = list_owed(actor.scope, campaign.id, unit_id, campaign.starts_on, clock.today())
    return [
        Deadline(
            o,
            minutes_left(o.due_at, now),
            now >= o.opens_at,
            is_returned=o.report_state is ReportState.RETURNED,
        )
        for o in owed
    ]


def gather_today(actor: Actor, campaign: Campaign) -> Today:
    """Return the phone's first page for a team."""
    unit = get_unit(actor.scope, actor.unit.unit_id)
    summary = summarise(campaign, unit, clock.today(), has_work=False)
    waiting = list_hand_overs(actor.scope, campaign.id, state=HandOverState.SENT)
    return Today(
        summary=summary,
        deadlines=deadlines_of(campaign, actor, unit.id),
        new_lists=waiting,
        next_household=find_next_household(
            actor.scope,
            campaign.id,
            after=None,
            start=find_walk_start(actor.user_id),
            own_first=actor.user_id,
            now=clock.now(),
        ),
        pending_today=summary.day.total((Counter.OUT_NOBODY_HOME, Counter.OUT_REVISIT)),
    )


@dataclass(frozen=True)
class Standing:
    """Rank by cumulative activation percent among the units beside, of those with a target."""

    rank: int
    among: int


@dataclass(frozen=True)
class Baseline:
    """Before the drive: shown beside the figures, never added to them (section 4)."""

    not_activated: int
    collected: int = 0  # 0 where the plan gives column 5 only
    activated: int = 0


@dataclass(frozen=True)
class Board:
    """A unit's board of a day."""

    summary: Summary
    chart: Chart
    teams_lacking: int
    teams: int
    standing: Standing | None
    baseline: Baseline | None
    members: list[MemberVerdicts] = field(default_factory=list)  # of a team


def gather_board(campaign: Campaign, unit: Unit, on: date) -> Board:
    """Return a board; the caller has checked that the unit is in scope."""
    summary = summarise(campaign, unit, on)
    first = max(campaign.starts_on, on - timedelta(days=SHOWN_DAYS - 1))
    days = [first + timedelta(days=n) for n in range((on - first).days + 1)]
    values = [(vn_day(day), summary.by_day.get(day, NOTHING).activated) for day in days]
    chart = day_chart(
        f"Kích hoạt từng ngày, {vn_day(first)} đến {vn_day(on)}",
        values,
        summary.activation.quota_a_day,
        len(days) - 1,
    )
    counts = {} if unit.kind is not UnitKind.COMMUNE else count_union_it_members(EVERYTHING, unit)
    lacking = sum(lacks_union_members(count) for count in counts.values())
    return Board(
        summary=summary,
        chart=chart,
        teams_lacking=lacking,
        teams=len(counts),
        standing=own_standing(campaign, unit, on),
        baseline=_baseline(campaign, unit),
        members=list_member_verdicts(campaign, unit, on) if unit.kind is UnitKind.TEAM else [],
    )


def own_standing(campaign: Campaign, unit: Unit, on: date) -> Standing | None:
    """Return a unit's rank among the units beside it, None without a target or siblings."""
    if unit.kind not in BELOW or unit.id == campaign.root_unit_id:
        return None
    percents = percents_beside(campaign, unit, on)
    place = rank(percents).get(unit.id)
    return None if place is None or len(percents) < 2 else Standing(place, len(percents))


def _baseline(campaign: Campaign, unit: Unit) -> Baseline | None:
    collected, activated = campaign.baseline_collected, campaign.baseline_activated
    if unit.id == campaign.root_unit_id:
        return Baseline(collected - activated, collected, activated)
    if unit.parent_id != campaign.root_unit_id:
        return None  # column 5 is given to the units right below the root
    found = find_baseline(campaign.id, unit.id)
    return None if found is None else Baseline(found)
