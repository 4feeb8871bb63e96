"""Random histories of a report chain: visits that arrive late, results taken back, reports sent,
returned, sent again, accepted, unlocked; and what must have been counted, without the product.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hypothesis import strategies as st
from sqlalchemy import select

from tests.make.people import make_household
from tests.make.world import OTHER_WARD, World
from vneid_field.core import clock
from vneid_field.extensions import db
from vneid_field.lists.services import hand_over, receive
from vneid_field.people.models import Citizen
from vneid_field.people.queries import list_members
from vneid_field.reporting.kinds import ReportKind
from vneid_field.units.models import TeamHamlet, Unit
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.models import VisitEvent

FIRST = date(2023, 7, 2)  # a Sunday; the week ends on Tuesday, the third of these days
DAYS = [FIRST + timedelta(days=n) for n in range(4)]
WEEK_END = DAYS[2]
PEOPLE = 8  # of each team
TEAMS = ("leader", "other.leader", "sibling.leader")
ACTIVATED = (Outcome.ACTIVATED_APP, Outcome.ACTIVATED_WEB, Outcome.ALREADY_ACTIVATED)
OUTCOMES = (*ACTIVATED, *ACTIVATED, Outcome.NOBODY_HOME, Outcome.REFUSED)
# Whose reports there are, who sends them, and who decides.
UNITS = (
    ("team", "leader", "commune"),
    ("other-team", "other.leader", "commune"),
    ("sibling-team", "sibling.leader", "sibling.commune"),
    ("31120", "commune", "district"),
    (OTHER_WARD, "sibling.commune", "district"),
    ("916", "district", "city"),
)
CLOSED = 1  # which of them may be dissolved
KINDS = (*((ReportKind.DAILY, day) for day in DAYS), (ReportKind.WEEKLY, WEEK_END))
# What becomes of a report: hours after its sending, and what happens then.
FATES = (
    (),
    ((1, "accepted"),),
    ((1, "returned"), (2, "send")),
    ((1, "returned"), (30, "send")),
    ((1, "returned"), (54, "send")),
    ((2, "accepted"), (20, "unlocked"), (23, "send")),
    ((1, "returned"), (3, "send"), (26, "returned"), (28, "send")),
)


@dataclass(frozen=True)
class Visit:
    """At the door on a day and hour, received `lag` hours later."""

    day: int
    hour: int
    lag: int
    team: int
    person: int
    outcome: Outcome


@dataclass(frozen=True)
class Withdrawal:
    """The n-th valid result at that moment, taken back by its team, by police, in the review."""

    at: int  # hours after the first midnight
    number: int
    by: str


@dataclass(frozen=True)
class Sending:
    """When a unit sends a report of KINDS: hours after its period; None = never."""

    unit: int
    kind: int
    lag: int | None
    fate: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Counting:
    """A point's number of a day, said (again) so many hours after the day began."""

    day: int
    lag: int
    collected: int


@dataclass(frozen=True)
class History:
    visits: Sequence[Visit]
    withdrawals: Sequence[Withdrawal]
    countings: Sequence[Counting]
    sendings: Sequence[Sending]
    closing: int | None = None  # hours after the first midnight: CLOSED is dissolved


visits = st.builds(
    Visit,
    day=st.integers(0, len(DAYS) - 1),
    hour=st.integers(8, 21),
    lag=st.sampled_from((0, 0, 12, 16, 22, 36, 60)),
    team=st.integers(0, len(TEAMS) - 1),
    person=st.integers(0, PEOPLE - 1),
    outcome=st.sampled_from(OUTCOMES),
)
withdrawals = st.builds(
    Withdrawal,
    at=st.integers(20, 24 * 6),
    number=st.integers(0, 9),
    by=st.sampled_from(("team", "police", "review")),
)
countings = st.builds(
    Counting, day=st.integers(0, 3), lag=st.integers(17, 60), collected=st.integers(0, 30)
)
# A team may send from 17h00; who may not yet sends at the next hour that it may.
lags = st.sampled_from((-6, 7, 7, 9, 11, 15, 33, 57, None, None))


@st.composite
def histories(draw, *, is_plain: bool = False) -> History:
    """A history; a plain one has one visit per person, nothing taken back and nothing returned."""
    matrix = [(unit, kind) for unit in range(len(UNITS)) for kind in range(len(KINDS))]
    fates = st.just(()) if is_plain else st.sampled_from(FATES)
    whom = (lambda one: (one.team, one.person)) if is_plain else None
    return History(
        draw(st.lists(visits, min_size=12, max_size=20, unique_by=whom)),
        [] if is_plain else draw(st.lists(withdrawals, max_size=4)),
        draw(st.lists(countings, max_size=3)),
        [Sending(unit, kind, draw(lags), draw(fates)) for unit, kind in matrix],
        draw(st.none() | st.integers(30, 100)),
    )


def hand_over_to_teams(world: World) -> list[list[int]]:
    """Give each team of TEAMS people of a hamlet it serves; returns the people's ids per team."""
    found = []
    for login in TEAMS:
        team = db.session.get_one(Unit, world.actor(login).unit.unit_id)
        ward = db.session.get_one(Unit, team.parent_id)
        query = select(Unit).join(TeamHamlet, TeamHamlet.hamlet_id == Unit.id)
        hamlet = db.session.scalars(query.where(TeamHamlet.team_id == team.id)).first()
        people: list[Citizen] = []
        for number in range(PEOPLE // 4):
            household = make_household(hamlet, address_line=f"{number} {login}", people=4)
            people += list_members(household.id)
        with clock.frozen(clock.at_local(FIRST, time(6))):
            given = hand_over(
                actor=None, campaign=world.campaign, from_unit=ward, team=team, citizens=people
            )
            receive(actor=world.actor(login), given=given)
        found.append([one.id for one in people])
    return found


@dataclass(frozen=True)
class Credit:
    """An activation as the rules count it: one per person, the earliest valid one."""

    uuid: str
    on: date
    arrived_at: datetime
    home_path: str
    team_id: int


def read_credits() -> list[Credit]:
    """Recount the activations from the stored events alone, without the product's fold."""
    events = db.session.execute(
        select(VisitEvent, Unit.path).join(Unit, Unit.id == VisitEvent.home_unit_id)
    ).all()
    undone = {event.undoes_uuid for event, _path in events}
    first: dict[int, tuple[VisitEvent, str]] = {}
    for event, path in sorted(events, key=lambda row: (row[0].happened_at, row[0].uuid)):
        if event.outcome in ACTIVATED and event.uuid not in undone:
            first.setdefault(event.citizen_id, (event, path))
    return [
        Credit(e.uuid, e.counted_on, e.received_at, path, e.performed_by_unit_id)
        for e, path in first.values()
    ]


def credits_of(unit: Unit, known: Sequence[Credit]) -> list[Credit]:
    """Those of a unit: what a team did, or whoever lives there."""
    if unit.kind == "team":
        return [one for one in known if one.team_id == unit.id]
    return [one for one in known if one.home_path.startswith(unit.path)]
