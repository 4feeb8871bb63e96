"""One page for a superior: who has sent a day's reports, who is late or missing, minutes left."""

from dataclasses import dataclass
from datetime import date, datetime

from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Scope
from vneid_field.reporting import queries
from vneid_field.reporting.chain import Chain, chains_of
from vneid_field.reporting.kinds import ReportKind, ReportState
from vneid_field.reporting.lines import Line
from vneid_field.reporting.models import CollectionResult, Obligation
from vneid_field.reporting.rules import Standing, minutes_late, minutes_left, standing
from vneid_field.reporting.step_queries import Newest, list_newest
from vneid_field.reporting.summary import Summary, summarise
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind


@dataclass(frozen=True)
class Row:
    """A unit below and its report of the day."""

    obligation: Obligation
    standing: Standing
    minutes: int  # late, or left (negative once past)
    line: Line | None
    newest: Newest | None = None  # what was sent last

    @property
    def is_no_list(self) -> bool:
        """Whether the team says that it got nobody to visit."""
        return self.newest is not None and self.newest.is_no_list

    @property
    def waits(self) -> bool:
        """Whether what was sent last waits for a decision."""
        return self.newest is not None and self.obligation.report_state is ReportState.SENT

    @property
    def is_sent_back(self) -> bool:
        """Whether what came was refused, and nothing else has come: the unit owes it again."""
        return self.obligation.report_state is ReportState.RETURNED

    @property
    def has_sent(self) -> bool:
        """Whether a report of the unit's stands, on time or late."""
        is_sent = self.standing in (Standing.SENT_ON_TIME, Standing.SENT_LATE)
        return is_sent and not self.is_sent_back


@dataclass(frozen=True)
class Owed:
    """What the unit itself owes."""

    obligation: Obligation
    minutes_left: int
    is_open: bool


def _urgency(owed: Owed) -> int:
    if not owed.is_open:
        return 2
    return 1 if owed.minutes_left < 0 else 0


def by_urgency(own_work: list[Obligation]) -> list[Owed]:
    """Return what of a unit's own work is not sent, the most urgent first; what was sent back not.

    What can still be in time, the soonest due first; then what is overdue, the newest first; then
    what may not be sent yet.
    """
    now = clock.now()
    unsent = [o for o in own_work if o.report_state is not ReportState.RETURNED]
    owed = [Owed(o, minutes_left(o.due_at, now), now >= o.opens_at) for o in unsent]
    return sorted(owed, key=lambda one: (_urgency(one), abs(one.minutes_left)))


@dataclass(frozen=True)
class Overview:
    """The desk's home."""

    summary: Summary
    own_work: list[Obligation]  # what the unit itself owes: not sent, or sent back
    below: list[Row]
    kinds: list[ReportKind]  # that the campaign asks for
    counts: dict[Standing, int]  # of the rows below, the sent back in none of them
    points: list[queries.PointOfDay]
    counts_below: dict[str, tuple[int, int]]  # path of a row → (sent, all) of its own units
    own: Row | None  # the unit's own report of the day, for who only reads
    ends_here: list[ReportKind]  # kinds of the unit's own reports that nobody above returns
    is_receiver: bool  # the reports below go to this unit: it decides on them
    may_make_paper: bool  # the unit's paper is made on demand, because it owes none

    @property
    def below_kind(self) -> UnitKind | None:
        """The kind of the units that report here."""
        return self.below[0].obligation.unit.kind if self.below else None

    @property
    def mine(self) -> Owed | None:
        """What to write first: the shown day's report, else the most urgent that may be sent."""
        shown = [o for o in self.owed if o.obligation.period_end_on == self.summary.on]
        open_now = [o for o in self.owed if o.is_open]
        return next(iter(shown or open_now), None)

    @property
    def has_lines(self) -> bool:
        """Whether the units below are those the figures are broken down by."""
        return any(row.line is not None for row in self.below)

    @property
    def announced(self) -> int:
        """Collection points that have announced their number of the day."""
        return sum(one.result is not None for one in self.points)

    @property
    def returned(self) -> list[Obligation]:
        """The unit's own reports that its superior sent back."""
        return [o for o in self.own_work if o.report_state is ReportState.RETURNED]

    @property
    def owed(self) -> list[Owed]:
        """What the unit itself has not sent, the most urgent first."""
        return by_urgency(self.own_work)

    @property
    def obligations(self) -> list[Obligation]:
        """What the unit itself owes, for the reminder on top of the page."""
        return [owed.obligation for owed in self.owed]

    @property
    def sent(self) -> int:
        """Units below whose report stands, on time or late."""
        return sum(row.has_sent for row in self.below)

    @property
    def sent_back(self) -> int:
        """Units below that have not answered a return."""
        return sum(row.is_sent_back for row in self.below)


def gather(
    scope: Scope,
    campaign: Campaign,
    unit: Unit,
    on: date,
    *,
    kind: ReportKind = ReportKind.DAILY,
    since: date | None = None,
    reads_only: bool = False,
) -> Overview:
    """Return the page of a unit that the caller has opened through the scope.

    Of one kind of report and the period from `since` to `on`; a day without `since`.

    `reads_only`: for who sends no report (committees): how the unit's own stands, nothing owed.
    """
    now = clock.now()
    summary = summarise(campaign, unit, on, since=since, has_stock=False)
    lines = {line.unit.id: line for line in summary.lines}
    chains = chains_of(campaign.id)
    chain = chains.get(kind, Chain())
    kinds = chain.below(unit)
    found = queries.list_below(scope, campaign.id, unit, kind, on, kinds)
    newest = list_newest(found)
    below = [_row(obligation, now, lines, newest.get(obligation.id)) for obligation in found]
    counts: dict[Standing, int] = {}
    for row in below:
        if row.is_sent_back:
            continue
        counts[row.standing] = counts.get(row.standing, 0) + 1
    return Overview(
        summary=summary,
        own_work=[]
        if reads_only
        else queries.list_owed(scope, campaign.id, unit.id, campaign.starts_on, clock.today()),
        own=_own(scope, campaign, unit, on, kind) if reads_only and chain.owes(unit.kind) else None,
        below=below,
        kinds=list(chains),
        counts=counts,
        points=queries.list_points_of_day(scope, campaign.id, unit, on),
        counts_below=_counts_below(scope, campaign, unit, on, found, chain, kind),
        ends_here=[one for one, c in chains.items() if c.goes_to.get(unit.kind) is unit.kind],
        is_receiver=bool(found) and chain.goes_to.get(found[0].unit.kind) is unit.kind,
        may_make_paper=kind is ReportKind.DAILY and chain.makes_own_paper(unit.kind),
    )


def _own(scope: Scope, campaign: Campaign, unit: Unit, on: date, kind: ReportKind) -> Row | None:
    found = queries.find_obligation(scope, campaign.id, unit.id, kind, on)
    return None if found is None else row_of_obligation(found)


def row_of_obligation(obligation: Obligation) -> Row:
    """Return how one obligation stands now, without figures."""
    return _row(obligation, clock.now(), {})


def _row(
    obligation: Obligation, instant: datetime, lines: dict[int, Line], newest: Newest | None = None
) -> Row:
    line = lines.get(obligation.unit_id)
    return Row(obligation, *_stands(obligation, instant), line, newest)


def _stands(obligation: Obligation, instant: datetime) -> tuple[Standing, int]:
    """Return the standing and the minutes late, or left (negative once past)."""
    state = standing(obligation.state.value, obligation.due_at, instant)
    if state is Standing.SENT_LATE and obligation.received_at is not None:
        return state, minutes_late(obligation.due_at, obligation.received_at)
    return state, minutes_left(obligation.due_at, instant)


@dataclass(frozen=True)
class PointDay:
    """A day of a collection point: what it owes, what it announced, how that stands."""

    obligation: Obligation
    result: CollectionResult | None
    standing: Standing
    minutes: int  # late, or left (negative once past)

    @property
    def on(self) -> date:
        """The day."""
        return self.obligation.period_end_on

    @property
    def is_missing(self) -> bool:
        """Whether the hour has passed without a number."""
        return self.standing is Standing.MISSING


def point_days(scope: Scope, campaign: Campaign, point: Unit) -> list[PointDay]:
    """Return a point's days until today, newest first."""
    now = clock.now()
    found = queries.list_collection_days(scope, campaign.id, point, clock.today())
    return [PointDay(owed, result, *_stands(owed, now)) for owed, result in found]


def _counts_below(
    scope: Scope,
    campaign: Campaign,
    unit: Unit,
    on: date,
    rows: list[Obligation],
    chain: Chain,
    kind: ReportKind,
) -> dict[str, tuple[int, int]]:
    """Count the reports that the rows themselves wait for: teams of a district's communes."""
    children = [o.unit for o in rows if o.unit.parent_id == unit.id]
    kinds = chain.below(children[0]) if children else ()
    if not kinds:
        return {}
    return queries.count_sent_by_child(scope, campaign.id, unit, on, kinds, kind)
