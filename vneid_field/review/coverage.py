"""How far commune police have looked at a period's checklists: one count for page and paper."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

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


class Coverage(NamedTuple):
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


def add_up(parts: Iterable[Coverage]) -> Coverage:
    """Return several parts together; a number that one of them does not know nobody knows."""
    columns = zip(*parts, strict=True)
    sums: list[Any] = [None if None in column else sum(column) for column in columns]
    return Coverage(*sums) if sums else Coverage()


@dataclass(frozen=True)
class Covered:
    """A period's checklists: of the unit, and of each team or unit below, in order."""

    total: Coverage
    lines: list[tuple[str, Coverage]]


def review_figures(found: Covered) -> dict[str, Any]:
    """Return a coverage as plain JSON: what reports and minutes freeze."""
    total = found.total
    return {
        "reviewed": total.reviewed,
        "returned": total.with_team,
        "checklists": total.checklists,
        "total": _row("Cộng", total),
        "lines": [_row(name, part) for name, part in found.lines],
    }


def _row(name: str, part: Coverage) -> dict[str, Any]:
    return {
        "name": name,
        "checklists": part.checklists,
        "checked": part.checked,
        "bulk": part.bulk,
        "returned": part.returned,
        "sampled": part.sampled,
        "sampled_seen": part.sampled_seen,
        "flagged": part.flagged,
        "flags_open": part.flags_open,
        "called": part.called,
        "confirmed": part.confirmed,
        "denied": part.denied,
    }


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
    lines = [(team.name, add_up(parts[team.id])) for team in at_work]
    return Covered(add_up(part for _name, part in lines), lines)


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

    Sums in the database, as of the newest decisions: what asks for another look since (a later
    result or list, a sample that grew) is counted as it was decided.
    """
    parts: dict[str, list[Coverage]] = {}
    for found in (
        _checklists(campaign.id, root, first_on, last_on),
        _decided(campaign.id, root, first_on, last_on),
        _returned(campaign.id, root, first_on, last_on),
        _drawn(campaign.id, root, first_on, last_on),
        _called(campaign.id, root, first_on, last_on),
    ):
        for path, part in found:
            parts.setdefault(path, []).append(part)
    query = select(Unit.path, Unit.name).where(Unit.parent_id == root.id)
    names = {row[0]: row[1] for row in db.session.execute(query.order_by(Unit.sort_order, Unit.id))}
    lines = [(name, add_up([BLANK, *parts[path]])) for path, name in names.items() if path in parts]
    every = (part for found in parts.values() for part in found)
    return Covered(add_up([BLANK, *every]), lines)


BLANK = Coverage(flagged=None, flags_open=None)
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
    kinds = (
        child_path(root.path, Household.unit_path).label("child"),
        ChecklistReview.state,
        ChecklistReview.is_bulk,
        ChecklistReview.is_sampled,
    )
    query = (
        select(*kinds, func.count())
        .join(Household, Household.id == ChecklistReview.household_id)
        .where(
            ChecklistReview.campaign_id == campaign_id,
            ChecklistReview.counted_on.between(first_on, last_on),
            ChecklistReview.is_newest.is_(True),
            within(Household.unit_path, (root.path,)),
        )
        .group_by(*kinds)
    )
    return [(row[0], _of_rows(row[1], row[2], row[3], row[4])) for row in db.session.execute(query)]


def _returned(campaign_id: int, root: Unit, first_on: date, last_on: date) -> Parts:
    child = child_path(root.path, Household.unit_path).label("child")
    one = (
        select(
            child,
            ChecklistReview.household_id,
            ChecklistReview.team_id,
            ChecklistReview.counted_on,
        )
        .join(Household, Household.id == ChecklistReview.household_id)
        .where(
            ChecklistReview.campaign_id == campaign_id,
            ChecklistReview.counted_on.between(first_on, last_on),
            ChecklistReview.state == ReviewState.RETURNED,
            within(Household.unit_path, (root.path,)),
        )
        .distinct()
        .subquery()
    )
    query = select(one.c.child, func.count()).group_by(one.c.child)
    return [(path, Coverage(returned=count)) for path, count in db.session.execute(query)]


def _of_rows(state: ReviewState, is_bulk: bool, is_sampled: bool, count: int) -> Coverage:
    is_decided = state in (ReviewState.ACCEPTED, ReviewState.RETURNED)
    is_accepted = state is ReviewState.ACCEPTED
    return Coverage(
        accepted=count if is_accepted and not is_bulk else 0,
        with_team=count if state is ReviewState.RETURNED else 0,
        bulk=count if is_accepted and is_bulk else 0,
        sampled_seen=count if is_decided and is_sampled else 0,
    )


def _drawn(campaign_id: int, root: Unit, first_on: date, last_on: date) -> Parts:
    child = child_path(root.path, Unit.path).label("child")
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
    child = child_path(root.path, Unit.path).label("child")
    query = (
        select(child, ReviewCall.result)
        .join(Unit, Unit.id == ReviewCall.commune_id)
        .where(
            ReviewCall.id.in_(last_calls(campaign_id, first_on, last_on)),
            within(Unit.path, (root.path,)),
        )
    )
    return [(path, _of_call(result)) for path, result in db.session.execute(query)]
