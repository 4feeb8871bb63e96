"""How far commune police have looked at a period's checklists: one count for page and paper."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from vneid_field.campaigns.models import Campaign
from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.figures.queries import child_path
from vneid_field.people.models import Household
from vneid_field.review.day_queries import (
    DayKey,
    TeamName,
    list_returned_keys,
    of_teams,
)
from vneid_field.review.days import Entry, read_days
from vneid_field.review.kinds import CallResult, ReviewState
from vneid_field.review.models import ChecklistReview, ReviewCall, ReviewDay
from vneid_field.review.rules import Standing
from vneid_field.units.models import Unit
from vneid_field.visits.models import VisitEvent

Call = tuple[int, CallResult]  # team, answer


@dataclass(frozen=True)
class Coverage:
    """Checklists of a team or a unit.

    accepted, with_team  looked at one by one, and standing so; bulk: accepted with the rest.
    returned             ever sent back, answered since or not.
    sampled_seen         of the sample, what was looked at and waits no more.
    flagged, flags_open  None above a commune: its flags are its own to answer.
    called               people phoned, by their last answer.
    """

    checklists: int = 0
    accepted: int = 0
    with_team: int = 0
    bulk: int = 0
    returned: int = 0
    sampled: int = 0
    sampled_seen: int = 0
    flagged: int | None = 0
    flags_open: int | None = 0
    called: int = 0
    confirmed: int = 0
    denied: int = 0

    @property
    def checked(self) -> int:
        """Checklists that somebody looked at."""
        return self.accepted + self.with_team

    @property
    def reviewed(self) -> int:
        """Decided, one by one or together."""
        return self.checked + self.bulk

    def __add__(self, other: "Coverage") -> "Coverage":
        """Return both together."""
        mine, theirs = asdict(self), asdict(other)
        known = {
            name: None if value is None or theirs[name] is None else value + theirs[name]
            for name, value in mine.items()
        }
        return Coverage(**known)


@dataclass(frozen=True)
class Covered:
    """A period's checklists: of the unit, and of each team or unit below, in order."""

    total: Coverage
    lines: list[tuple[str, Coverage]]


def cover_commune(campaign: Campaign, commune: Unit, first_on: date, last_on: date) -> Covered:
    """Return a commune's coverage by team, as its checklists stand now."""
    days, teams = read_days(campaign, {commune.path: commune.id}, first_on, last_on)
    entries = [entry for day in days.values() for entry in day.entries]
    paths = (commune.path,)
    returned = list_returned_keys(campaign.id, paths, first_on, last_on)
    calls = list_calls(campaign.id, [commune.id], first_on, last_on)
    return cover_entries(entries, teams, returned, calls)


def cover_entries(
    entries: Collection[Entry],
    teams: Mapping[int, TeamName],
    returned: Collection[DayKey],
    calls: Collection[Call],
) -> Covered:
    """Return the coverage of checklists by team: the teams that have any, in their order."""
    parts: dict[int, list[Coverage]] = {}
    for entry in entries:
        parts.setdefault(entry.team_id, []).append(_of_entry(entry, returned))
    for team_id, result in calls:
        parts.setdefault(team_id, []).append(_of_call(result))
    at_work = [team for team in teams.values() if team.id in parts]
    at_work.sort(key=lambda team: (team.sort_order, team.id))
    lines = [(team.name, sum(parts[team.id], Coverage())) for team in at_work]
    return Covered(sum((part for _name, part in lines), Coverage()), lines)


def _of_entry(entry: Entry, returned: Collection[DayKey]) -> Coverage:
    return Coverage(
        checklists=1,
        accepted=int(entry.is_checked and entry.standing is Standing.ACCEPTED),
        with_team=int(entry.standing is Standing.RETURNED),
        bulk=int(entry.is_bulk),
        returned=int((entry.on, entry.key) in returned),
        sampled=int(entry.is_sampled),
        sampled_seen=int(entry.is_sampled and not entry.waits),
        flagged=int(bool(entry.flags)),
        flags_open=int(bool(entry.flags) and entry.waits),
    )


def _of_call(result: CallResult) -> Coverage:
    return Coverage(
        called=1,
        confirmed=int(result is CallResult.CONFIRMED),
        denied=int(result is CallResult.DENIED),
    )


def list_calls(
    campaign_id: int, commune_ids: Collection[int], first_on: date, last_on: date
) -> list[Call]:
    """Return the last answer of each person phoned about a checklist of these days."""
    query = select(ReviewCall.team_id, ReviewCall.result).where(
        ReviewCall.id.in_(last_calls(campaign_id, first_on, last_on)),
        ReviewCall.commune_id.in_(commune_ids),
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def last_calls(campaign_id: int, first_on: date, last_on: date) -> Any:
    """Return the SELECT of the ids of the last call to each person about a checklist."""
    return (
        select(func.max(ReviewCall.id))
        .where(
            ReviewCall.campaign_id == campaign_id,
            ReviewCall.counted_on.between(first_on, last_on),
        )
        .group_by(ReviewCall.counted_on, ReviewCall.team_id, ReviewCall.citizen_id)
    )


def cover_units(campaign: Campaign, root: Unit, first_on: date, last_on: date) -> Covered:
    """Return the coverage of a unit above communes by the units right below it.

    Sums in the database: the sample is as of the newest decision of each commune and day.
    """
    parts: dict[str, list[Coverage]] = {}
    for found in (
        _checklists(campaign.id, root, first_on, last_on),
        _decided(campaign.id, root, first_on, last_on),
        _drawn(campaign.id, root, first_on, last_on),
        _called(campaign.id, root, first_on, last_on),
    ):
        for path, part in found:
            parts.setdefault(path, []).append(part)
    query = select(Unit.path, Unit.name).where(Unit.parent_id == root.id)
    names = {row[0]: row[1] for row in db.session.execute(query.order_by(Unit.sort_order, Unit.id))}
    blank = Coverage(flagged=None, flags_open=None)
    lines = [(name, sum(parts[path], blank)) for path, name in names.items() if path in parts]
    return Covered(sum((part for found in parts.values() for part in found), blank), lines)


Parts = list[tuple[str, Coverage]]


def _checklists(campaign_id: int, root: Unit, first_on: date, last_on: date) -> Parts:
    child = child_path(root.path, Household.unit_path).label("child")
    one = (
        select(
            child,
            VisitEvent.household_id,
            VisitEvent.performed_by_unit_id,
            VisitEvent.counted_on,
        )
        .join(Household, Household.id == VisitEvent.household_id)
        .where(*of_teams(campaign_id, (root.path,), first_on, last_on))
        .distinct()
        .subquery()
    )
    query = select(one.c.child, func.count()).group_by(one.c.child)
    return [(path, Coverage(checklists=count)) for path, count in db.session.execute(query)]


def _decided(campaign_id: int, root: Unit, first_on: date, last_on: date) -> Parts:
    child = child_path(root.path, Household.unit_path).label("child")
    which = (
        ChecklistReview.state,
        ChecklistReview.is_newest,
        ChecklistReview.is_bulk,
        ChecklistReview.is_sampled,
    )
    one = (
        select(
            child,
            *which,
            ChecklistReview.household_id,
            ChecklistReview.team_id,
            ChecklistReview.counted_on,
        )
        .join(Household, Household.id == ChecklistReview.household_id)
        .where(
            ChecklistReview.campaign_id == campaign_id,
            ChecklistReview.counted_on.between(first_on, last_on),
            within(Household.unit_path, (root.path,)),
        )
        .distinct()
        .subquery()
    )
    kinds = [one.c.child, one.c.state, one.c.is_newest, one.c.is_bulk, one.c.is_sampled]
    rows = db.session.execute(select(*kinds, func.count()).group_by(*kinds))
    return [(path, _of_rows(*kind, count)) for path, *kind, count in rows]


def _of_rows(
    state: ReviewState, is_newest: bool, is_bulk: bool, is_sampled: bool, count: int
) -> Coverage:
    is_decided = is_newest and state in (ReviewState.ACCEPTED, ReviewState.RETURNED)
    is_looked_at = is_decided and not is_bulk
    return Coverage(
        accepted=count if is_looked_at and state is ReviewState.ACCEPTED else 0,
        with_team=count if is_newest and state is ReviewState.RETURNED else 0,
        bulk=count if is_decided and is_bulk else 0,
        sampled_seen=count if is_looked_at and is_sampled else 0,
    )


def _drawn(campaign_id: int, root: Unit, first_on: date, last_on: date) -> Parts:
    child = child_path(root.path, Unit.path)
    query = (
        select(child, func.sum(ReviewDay.sampled))
        .join(Unit, Unit.id == ReviewDay.commune_id)
        .where(
            ReviewDay.campaign_id == campaign_id,
            ReviewDay.counted_on.between(first_on, last_on),
            within(Unit.path, (root.path,)),
        )
        .group_by(child)
    )
    return [(path, Coverage(sampled=int(count))) for path, count in db.session.execute(query)]


def _called(campaign_id: int, root: Unit, first_on: date, last_on: date) -> Parts:
    child = child_path(root.path, Unit.path)
    query = (
        select(child, ReviewCall.result)
        .join(Unit, Unit.id == ReviewCall.commune_id)
        .where(
            ReviewCall.id.in_(last_calls(campaign_id, first_on, last_on)),
            within(Unit.path, (root.path,)),
        )
    )
    return [(path, _of_call(result)) for path, result in db.session.execute(query)]
