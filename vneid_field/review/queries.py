"""Reading the checklists of a day: a household, a team, the results, and where review stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from vneid_field.core.access import Scope
from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.lists.kinds import ItemState
from vneid_field.lists.models import ListItem
from vneid_field.people.models import Household
from vneid_field.review.day_queries import Reviewed, TeamName, list_contradicted
from vneid_field.review.days import Day, Entry
from vneid_field.review.flags import Flag, Key
from vneid_field.review.kinds import ReviewState
from vneid_field.review.models import ChecklistReview
from vneid_field.review.rules import ORDER, Standing, standing
from vneid_field.units.models import Unit
from vneid_field.units.rules import TEAM_KINDS
from vneid_field.visits.models import VisitEvent


@dataclass(frozen=True)
class Checklist:
    """A household's checklist of a day by one team; `flags` and `is_sampled` only in the queue."""

    household: Household
    hamlet: Unit
    team: Unit | TeamName
    newest_event_id: int
    review: ChecklistReview | Reviewed | None
    standing: Standing
    returned_for: str = ""  # the newest remark of commune police, also after the team's answer
    flags: tuple[Flag, ...] = ()
    is_sampled: bool = False

    @property
    def key(self) -> Key:
        """What names it within a day."""
        return self.household.id, self.team.id


def list_checklists(
    scope: Scope,
    campaign_id: int,
    on: date,
    *,
    team_id: int | None = None,
    household_id: int | None = None,
) -> list[Checklist]:
    """Return a day's checklists of the scope's households, those that wait first."""
    newest = _newest_events(scope, campaign_id, on, team_id, household_id)
    if not newest:
        return []
    reviews = _newest_reviews(campaign_id, on, newest)
    remarks = _returned_for(reviews)
    places = _places(newest)
    teams = _units({team for _household, team in newest})
    since = list_contradicted(campaign_id, on, {household for household, _team in newest})
    found = [
        Checklist(
            *places[key[0]],
            teams[key[1]],
            event_id,
            reviews.get(key),
            _standing(reviews.get(key), event_id, since.get(key)),
            remarks.get(key, ""),
        )
        for key, event_id in newest.items()
    ]
    return sorted(found, key=_place_in_queue)


def load_checklists(day: Day, entries: Sequence[Entry], campaign_id: int) -> list[Checklist]:
    """Return entries of a day as the queue shows them, in their order."""
    if not entries:
        return []
    places = _places({entry.key for entry in entries})
    answered = [entry for entry in entries if entry.standing is Standing.CORRECTED]
    remarks = _remarks_before(campaign_id, day.on, {entry.key for entry in answered})
    return [
        Checklist(
            *places[entry.key[0]],
            day.teams[entry.team_id],
            entry.newest_event_id,
            entry.review,
            entry.standing,
            remarks.get(entry.key) or (entry.review.remark if entry.review else ""),
            entry.flags,
            entry.is_sampled,
        )
        for entry in entries
    ]


def _place_in_queue(c: Checklist) -> tuple[int, int, str, str, int]:
    place = (c.hamlet.path, c.household.walk_key, c.household.id)
    return ORDER.index(c.standing), c.team.sort_order, *place


def _standing(
    review: ChecklistReview | None, newest_event_id: int, contradicted_at: datetime | None
) -> Standing:
    if review is None:
        return Standing.WAITING
    is_reopened = contradicted_at is not None and contradicted_at > review.at
    return standing(review.state, review.through_event_id, newest_event_id, is_reopened=is_reopened)


def _newest_events(
    scope: Scope, campaign_id: int, on: date, team_id: int | None, household_id: int | None
) -> dict[Key, int]:
    """The newest event of the day per household and team: results that arrive late reopen it,
    another day's visit is another checklist.
    """
    query = (
        select(VisitEvent.household_id, VisitEvent.performed_by_unit_id, func.max(VisitEvent.id))
        .join(Household, Household.id == VisitEvent.household_id)
        .join(Unit, Unit.id == VisitEvent.performed_by_unit_id)
        .where(
            VisitEvent.campaign_id == campaign_id,
            VisitEvent.counted_on == on,
            Unit.kind.in_(TEAM_KINDS),  # what police took back is no checklist of theirs
            within(Household.unit_path, scope.paths),
        )
        .group_by(VisitEvent.household_id, VisitEvent.performed_by_unit_id)
    )
    if team_id is not None:
        query = query.where(VisitEvent.performed_by_unit_id == team_id)
    if household_id is not None:
        query = query.where(VisitEvent.household_id == household_id)
    return {(row[0], row[1]): row[2] for row in db.session.execute(query)}


def _newest_reviews(
    campaign_id: int, on: date, keys: Collection[Key]
) -> dict[Key, ChecklistReview]:
    rows = db.session.scalars(
        select(ChecklistReview).where(
            ChecklistReview.campaign_id == campaign_id,
            ChecklistReview.counted_on == on,
            ChecklistReview.is_newest.is_(True),
            ChecklistReview.household_id.in_({household for household, _team in keys}),
        )
    )
    return {(row.household_id, row.team_id): row for row in rows}


def _remarks_before(campaign_id: int, on: date, keys: Collection[Key]) -> dict[Key, str]:
    """What commune police wrote when they last returned each of these checklists."""
    if not keys:
        return {}
    query = select(ChecklistReview.household_id, ChecklistReview.team_id, ChecklistReview.remark)
    query = query.where(
        ChecklistReview.campaign_id == campaign_id,
        ChecklistReview.counted_on == on,
        ChecklistReview.state == ReviewState.RETURNED,
        ChecklistReview.household_id.in_({household for household, _team in keys}),
    )
    rows = db.session.execute(query.order_by(ChecklistReview.id))
    return {(row[0], row[1]): row[2] for row in rows}


def _returned_for(reviews: dict[Key, ChecklistReview]) -> dict[Key, str]:
    """What commune police wrote when they last returned each checklist that was answered since."""
    remarks = {key: row.remark for key, row in reviews.items() if row.state is ReviewState.RETURNED}
    answered = [row for row in reviews.values() if row.state is ReviewState.CORRECTED]
    if answered:
        older = aliased(ChecklistReview)
        rows = db.session.execute(
            select(older.household_id, older.team_id, older.remark)
            .join(
                ChecklistReview,
                and_(
                    ChecklistReview.household_id == older.household_id,
                    ChecklistReview.team_id == older.team_id,
                    ChecklistReview.campaign_id == older.campaign_id,
                    ChecklistReview.counted_on == older.counted_on,
                ),
            )
            .where(
                ChecklistReview.id.in_([row.id for row in answered]),
                older.state == ReviewState.RETURNED,
            )
            .order_by(older.id)
        )
        remarks |= {(row[0], row[1]): row[2] for row in rows}
    return remarks


def _places(keys: Collection[Key]) -> dict[int, tuple[Household, Unit]]:
    query = (
        select(Household, Unit)
        .join(Unit, Unit.id == Household.unit_id)
        .where(Household.id.in_({household for household, _team in keys}))
    )
    return {row[0].id: (row[0], row[1]) for row in db.session.execute(query)}


def _units(ids: set[int]) -> dict[int, Unit]:
    return {unit.id: unit for unit in db.session.scalars(select(Unit).where(Unit.id.in_(ids)))}


def get_checklist(
    scope: Scope, campaign_id: int, on: date, household_id: int, team_id: int
) -> Checklist | None:
    """Return one checklist of the scope, or None."""
    found = list_checklists(scope, campaign_id, on, team_id=team_id, household_id=household_id)
    return found[0] if found else None


@dataclass(frozen=True)
class Returned:
    """A returned checklist as the team's Today shows it."""

    review_id: int
    household_id: int
    address_line: str
    remark: str
    counted_on: date
    is_answered: bool = False  # the team did its part; commune police have not looked yet
    is_held: bool = True  # the team still has somebody of the household on a list


def in_own_part(scope: Scope, household_id: Any) -> ColumnElement[bool]:
    """Return the predicate "the household is in the part this person sees": all of it, or what
    their leader gave to them alone."""
    if scope.only_assigned_to is None:
        return true()
    mine = select(ListItem.household_id).where(
        ListItem.assigned_to == scope.only_assigned_to, ListItem.state == ItemState.OPEN
    )
    return household_id.in_(mine)


def find_returned(scope: Scope, campaign_id: int, review_id: int) -> ChecklistReview | None:
    """Return a review of a team that the scope holds, if its household is in the own part."""
    return db.session.scalar(
        select(ChecklistReview).where(
            ChecklistReview.id == review_id,
            ChecklistReview.campaign_id == campaign_id,
            ChecklistReview.team_id.in_(scope.holders),
            in_own_part(scope, ChecklistReview.household_id),
        )
    )


def list_returned(scope: Scope, campaign_id: int, team_id: int) -> list[Returned]:
    """Return what stands returned to a team of the scope, in the own part, oldest first."""
    held = exists().where(
        ListItem.household_id == ChecklistReview.household_id,
        ListItem.holder_unit_id == team_id,
        ListItem.state == ItemState.OPEN,
    )
    rows = db.session.execute(
        select(
            ChecklistReview.id,
            ChecklistReview.household_id,
            Household.address_line,
            ChecklistReview.remark,
            ChecklistReview.counted_on,
            literal(False),
            held,
        )
        .join(Household, Household.id == ChecklistReview.household_id)
        .join(Unit, Unit.id == ChecklistReview.team_id)
        .where(
            ChecklistReview.campaign_id == campaign_id,
            ChecklistReview.team_id == team_id,
            ChecklistReview.is_newest.is_(True),
            ChecklistReview.state == ReviewState.RETURNED,
            or_(within(Unit.path, scope.paths), Unit.id.in_(scope.holders)),
            in_own_part(scope, ChecklistReview.household_id),
        )
        .order_by(ChecklistReview.at)
    )
    return [Returned(*row) for row in rows]


_REMARKS = (  # asked whenever a volunteer opens a household
    select(ChecklistReview)
    .where(
        ChecklistReview.campaign_id == bindparam("campaign_id"),
        ChecklistReview.team_id == bindparam("team_id"),
        ChecklistReview.team_id.in_(bindparam("holders", expanding=True)),
        ChecklistReview.household_id == bindparam("household_id"),
        ChecklistReview.is_newest.is_(True),
        ChecklistReview.state.in_((ReviewState.RETURNED, ReviewState.CORRECTED)),
    )
    .order_by(ChecklistReview.at)
)


def list_household_remarks(
    scope: Scope, campaign_id: int, team_id: int, household_id: int
) -> list[Returned]:
    """Return what commune police asked of a team about one household, until they decide again.

    For field roles, about their own units' work. A remark may concern several members: the answer
    for one leaves it in sight.
    """
    of = {"campaign_id": campaign_id, "team_id": team_id, "household_id": household_id}
    rows = db.session.scalars(_REMARKS, {**of, "holders": scope.holders})
    found = []
    for row in rows:
        key = (row.household_id, row.team_id)
        found.append(
            Returned(
                row.id,
                row.household_id,
                "",
                _returned_for({key: row})[key],
                row.counted_on,
                row.state is ReviewState.CORRECTED,
            )
        )
    return found


def find_latest_day(scope: Scope, campaign_id: int, before: date) -> date | None:
    """Return the newest day up to `before` on which somebody of the scope was visited."""
    return db.session.scalar(
        select(func.max(VisitEvent.counted_on))
        .join(Household, Household.id == VisitEvent.household_id)
        .where(
            VisitEvent.campaign_id == campaign_id,
            VisitEvent.counted_on <= before,
            VisitEvent.outcome.is_not(None),
            within(Household.unit_path, scope.paths),
        )
    )
