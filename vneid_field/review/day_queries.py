"""The SELECTs of a day under review: every result, review and draw of communes at once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.people.models import Citizen, Household
from vneid_field.review.flags import ACTIVATIONS, Fact, Key
from vneid_field.review.kinds import ReviewState
from vneid_field.review.models import ChecklistReview, ReviewDay
from vneid_field.units.models import Unit
from vneid_field.units.rules import TEAM_KINDS, UnitKind
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.models import VisitEvent

DayKey = tuple[date, Key]


class Place(NamedTuple):
    """Where a household stands: its unit's path and its place in the walk."""

    path: str
    walk_key: str


class Reviewed(NamedTuple):
    """The newest review of a checklist."""

    state: ReviewState
    remark: str
    through_event_id: int
    is_bulk: bool
    at: datetime


def list_contradicted(
    campaign_id: int, on: date, household_ids: Collection[int]
) -> dict[Key, datetime]:
    """Return, per checklist of these households on a day, when a list contradicted it last."""
    query = select(
        VisitEvent.household_id, VisitEvent.performed_by_unit_id, VisitEvent.refuted_at
    ).where(
        VisitEvent.campaign_id == campaign_id,
        VisitEvent.household_id.in_(household_ids),
        VisitEvent.counted_on == on,
        VisitEvent.outcome.in_(ACTIVATIONS),
        ~is_undone(),
    )
    found: dict[Key, datetime] = {}
    for household_id, team_id, at in db.session.execute(query):
        if at is not None:
            key = (household_id, team_id)
            found[key] = max(at, found.get(key, at))
    return found


def is_undone() -> ColumnElement[bool]:
    """Return the predicate "somebody took this result back" of a visit event."""
    undo = aliased(VisitEvent)
    return exists().where(
        undo.citizen_id == VisitEvent.citizen_id, undo.undoes_uuid == VisitEvent.uuid
    )


def of_teams(campaign_id: int, paths: Sequence[str], first_on: date, last_on: date) -> list[Any]:
    """Return the predicate "a team's result on these days at a household of these subtrees".

    The home unit was copied at that moment and has the index; the household is where it stands
    now. What police took back is no checklist of theirs.
    """
    homes = select(Unit.id).where(within(Unit.path, paths))
    teams = select(Unit.id).where(Unit.kind.in_(TEAM_KINDS))
    return [
        VisitEvent.campaign_id == campaign_id,
        VisitEvent.home_unit_id.in_(homes),
        VisitEvent.counted_on.between(first_on, last_on),
        VisitEvent.performed_by_unit_id.in_(teams),
        within(Household.unit_path, paths),
    ]


def list_facts(
    campaign_id: int, paths: Sequence[str], first_on: date, last_on: date
) -> list[tuple[date, Place, Fact]]:
    """Return every result of days at the households of subtrees, undone ones too, oldest first."""
    query = (
        select(
            VisitEvent.counted_on,
            Household.unit_path,
            Household.walk_key,
            VisitEvent.id,
            VisitEvent.household_id,
            VisitEvent.performed_by_unit_id,
            VisitEvent.citizen_id,
            VisitEvent.performed_by,
            VisitEvent.recorded_by,
            VisitEvent.outcome,
            VisitEvent.happened_at,
            VisitEvent.skew_s,
            VisitEvent.is_typed_in,
            is_undone(),
            case((VisitEvent.outcome.in_(ACTIVATIONS), VisitEvent.refuted_at)),
            case((VisitEvent.outcome == Outcome.PHONE_MISMATCH, _phone_households(paths)), else_=0),
        )
        .join(Household, Household.id == VisitEvent.household_id)
        .where(*of_teams(campaign_id, paths, first_on, last_on))
        .order_by(VisitEvent.id)
    )
    rows: Iterable[tuple[Any, ...]] = db.session.execute(query)
    return [(row[0], Place(row[1], row[2]), Fact(*row[3:])) for row in rows]


def _phone_households(paths: Sequence[str]) -> Any:
    """Of how many households of its commune the people are who bear the number learnt at a door.

    Of its commune, however many are read at once: who stands above counts what the commune counts.
    """
    own, same = aliased(Citizen), aliased(Citizen)
    same_commune = [
        and_(within(Household.unit_path, (path,)), within(same.unit_path, (path,)))
        for path in paths
    ]
    return (
        select(func.count(same.household_id.distinct()))
        .select_from(own)
        .join(same, same.field_phone_index == own.field_phone_index)
        .where(own.id == VisitEvent.citizen_id, or_(*same_commune))
        .correlate(VisitEvent, Household)
        .scalar_subquery()
    )


def list_keys(campaign_id: int, paths: Sequence[str], on: date) -> list[Key]:
    """Return the checklists of a day at the households of subtrees."""
    query = (
        select(VisitEvent.household_id, VisitEvent.performed_by_unit_id)
        .join(Household, Household.id == VisitEvent.household_id)
        .where(*of_teams(campaign_id, paths, on, on))
        .distinct()
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def list_reviewed(
    campaign_id: int, paths: Sequence[str], first_on: date, last_on: date
) -> dict[DayKey, Reviewed]:
    """Return the newest review of each checklist of days at the households of subtrees."""
    query = (
        select(
            ChecklistReview.counted_on,
            ChecklistReview.household_id,
            ChecklistReview.team_id,
            ChecklistReview.state,
            ChecklistReview.remark,
            ChecklistReview.through_event_id,
            ChecklistReview.is_bulk,
            ChecklistReview.at,
        )
        .join(Household, Household.id == ChecklistReview.household_id)
        .where(
            ChecklistReview.campaign_id == campaign_id,
            ChecklistReview.counted_on.between(first_on, last_on),
            ChecklistReview.is_newest.is_(True),
            within(Household.unit_path, paths),
        )
    )
    rows = db.session.execute(query).tuples()
    return {(row[0], (row[1], row[2])): Reviewed(*row[3:]) for row in rows}


@dataclass(frozen=True)
class TeamName:
    """A team of the queue."""

    id: int
    name: str
    sort_order: int
    commune_id: int | None


def list_teams_and_draws(
    campaign_id: int, communes: Collection[int], first_on: date, last_on: date
) -> tuple[dict[int, TeamName], dict[tuple[int, date], ReviewDay]]:
    """Return the teams of communes by id, closed ones too, and the draws kept of days."""
    query = (
        select(Unit, ReviewDay)
        .outerjoin(
            ReviewDay,
            and_(
                ReviewDay.commune_id == Unit.parent_id,
                ReviewDay.campaign_id == campaign_id,
                ReviewDay.counted_on.between(first_on, last_on),
            ),
        )
        .where(Unit.parent_id.in_(communes), Unit.kind.in_((*TEAM_KINDS, UnitKind.HAMLET)))
        .order_by(Unit.sort_order, Unit.id)
    )
    teams: dict[int, TeamName] = {}
    draws: dict[tuple[int, date], ReviewDay] = {}
    for unit, draw in db.session.execute(query):
        if unit.kind in TEAM_KINDS:
            teams[unit.id] = TeamName(unit.id, unit.name, unit.sort_order, unit.parent_id)
        if draw is not None:
            draws[draw.commune_id, draw.counted_on] = draw
    return teams, draws


def name_teams(team_ids: Collection[int]) -> dict[int, TeamName]:
    """Return teams by id: those of elsewhere that worked here."""
    if not team_ids:
        return {}
    query = select(Unit).where(Unit.id.in_(team_ids))
    return {
        unit.id: TeamName(unit.id, unit.name, unit.sort_order, unit.parent_id)
        for unit in db.session.scalars(query)
    }


def draw_query(campaign_id: int, commune_id: int, on: date) -> Select[ReviewDay]:
    """Return the SELECT of the draw of a commune's day."""
    return select(ReviewDay).where(
        ReviewDay.campaign_id == campaign_id,
        ReviewDay.commune_id == commune_id,
        ReviewDay.counted_on == on,
    )


def list_returned_keys(
    campaign_id: int, paths: Sequence[str], first_on: date, last_on: date
) -> set[DayKey]:
    """Return the checklists that commune police have ever returned, answered ones too."""
    query = (
        select(ChecklistReview.counted_on, ChecklistReview.household_id, ChecklistReview.team_id)
        .join(Household, Household.id == ChecklistReview.household_id)
        .where(
            ChecklistReview.campaign_id == campaign_id,
            ChecklistReview.counted_on.between(first_on, last_on),
            ChecklistReview.state == ReviewState.RETURNED,
            within(Household.unit_path, paths),
        )
        .distinct()
    )
    return {(row[0], (row[1], row[2])) for row in db.session.execute(query)}


Reviews = Mapping[DayKey, Reviewed]
