"""Reading the checklists of a day: a household, a team, the results, and where review stands."""

from collections.abc import Sequence
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

from vneid_field.accounts.models import User
from vneid_field.core.access import Scope
from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.lists.kinds import ItemState
from vneid_field.lists.models import ListItem
from vneid_field.people.models import Citizen, Household
from vneid_field.review.kinds import ReviewState
from vneid_field.review.models import ChecklistReview
from vneid_field.review.rules import ORDER, Standing, standing
from vneid_field.units.models import Unit
from vneid_field.units.rules import TEAM_KINDS
from vneid_field.visits.models import VisitEvent

Key = tuple[int, int]  # household, team


@dataclass(frozen=True)
class Checklist:
    """A household's checklist of a day by one team."""

    household: Household
    hamlet: Unit
    team: Unit
    newest_event_id: int
    review: ChecklistReview | None
    standing: Standing
    returned_for: str = ""  # the newest remark of commune police, also after the team's answer

    @property
    def key(self) -> Key:
        """What names it within a day."""
        return self.household.id, self.team.id


def list_checklists(
    scope: Scope, campaign_id: int, on: date, *, team_id: int | None = None
) -> list[Checklist]:
    """Return a day's checklists of the scope's households, those that wait first."""
    rows = db.session.execute(
        select(
            VisitEvent.household_id,
            VisitEvent.performed_by_unit_id,
        )
        .join(Household, Household.id == VisitEvent.household_id)
        .join(Unit, Unit.id == VisitEvent.performed_by_unit_id)
        .where(
            VisitEvent.campaign_id == campaign_id,
            VisitEvent.counted_on == on,
            Unit.kind.in_(TEAM_KINDS),  # what police took back is no checklist of theirs
            within(Household.unit_path, scope.paths),
            *([VisitEvent.performed_by_unit_id == team_id] if team_id is not None else []),
        )
        .group_by(VisitEvent.household_id, VisitEvent.performed_by_unit_id)
    ).all()
    keys = {(row[0], row[1]) for row in rows}
    if not keys:
        return []
    newest = _newest_events(campaign_id, on, keys)
    reviews = _newest_reviews(campaign_id, on, keys)
    remarks = _returned_for(reviews)
    places = _places(keys)
    teams = _units({team for _household, team in keys})
    found = [
        _checklist(
            key,
            newest[key],
            reviews.get(key),
            places[key[0]],
            teams[key[1]],
            remarks.get(key, ""),
        )
        for key in keys
    ]
    return sorted(found, key=_place_in_queue)


def _place_in_queue(c: Checklist) -> tuple[int, int, str, str, int]:
    place = (c.hamlet.path, c.household.walk_key, c.household.id)
    return ORDER.index(c.standing), c.team.sort_order, *place


def _checklist(
    key: Key,
    newest_event_id: int,
    review: ChecklistReview | None,
    place: tuple[Household, Unit],
    team: Unit,
    returned_for: str,
) -> Checklist:
    state = standing(
        review.state if review else None,
        review.through_event_id if review else None,
        newest_event_id,
    )
    return Checklist(place[0], place[1], team, newest_event_id, review, state, returned_for)


def _newest_events(campaign_id: int, on: date, keys: set[Key]) -> dict[Key, int]:
    """The newest event of the day per household and team: results that arrive late reopen it,
    another day's visit is another checklist.
    """
    rows = db.session.execute(
        select(VisitEvent.household_id, VisitEvent.performed_by_unit_id, func.max(VisitEvent.id))
        .where(
            VisitEvent.campaign_id == campaign_id,
            VisitEvent.counted_on == on,
            VisitEvent.household_id.in_({household for household, _team in keys}),
        )
        .group_by(VisitEvent.household_id, VisitEvent.performed_by_unit_id)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def _newest_reviews(campaign_id: int, on: date, keys: set[Key]) -> dict[Key, ChecklistReview]:
    rows = db.session.scalars(
        select(ChecklistReview).where(
            ChecklistReview.campaign_id == campaign_id,
            ChecklistReview.counted_on == on,
            ChecklistReview.is_newest.is_(True),
            ChecklistReview.household_id.in_({household for household, _team in keys}),
        )
    )
    return {(row.household_id, row.team_id): row for row in rows}


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


def _places(keys: set[Key]) -> dict[int, tuple[Household, Unit]]:
    query = (
        select(Household, Unit)
        .join(Unit, Unit.id == Household.unit_id)
        .where(Household.id.in_({household for household, _team in keys}))
    )
    return {row[0].id: (row[0], row[1]) for row in db.session.execute(query)}


def _units(ids: set[int]) -> dict[int, Unit]:
    return {unit.id: unit for unit in db.session.scalars(select(Unit).where(Unit.id.in_(ids)))}


def list_results(
    checklists: Sequence[Checklist], campaign_id: int, on: date
) -> dict[Key, list[tuple[Citizen, list[VisitEvent]]]]:
    """Return, per checklist, each person with the team's events of the day and after it."""
    if not checklists:
        return {}
    mine = or_(
        *(
            and_(
                VisitEvent.household_id == c.household.id,
                VisitEvent.performed_by_unit_id == c.team.id,
            )
            for c in checklists
        )
    )
    rows = db.session.execute(
        select(VisitEvent, Citizen)
        .join(Citizen, Citizen.id == VisitEvent.citizen_id)
        .where(VisitEvent.campaign_id == campaign_id, VisitEvent.counted_on >= on, mine)
        .order_by(Citizen.birth_on, Citizen.id, VisitEvent.happened_at, VisitEvent.id)
    )
    people: dict[Key, dict[int, tuple[Citizen, list[VisitEvent]]]] = {}
    for event, citizen in rows:
        of_key = people.setdefault((event.household_id, event.performed_by_unit_id), {})
        of_key.setdefault(citizen.id, (citizen, []))[1].append(event)
    return {key: list(of_key.values()) for key, of_key in people.items()}


@dataclass(frozen=True)
class Undone:
    """Who took a result back, when and why (police say why)."""

    at: datetime
    by: str
    reason: str


def list_undone(
    campaign_id: int, results: dict[Key, list[tuple[Citizen, list[VisitEvent]]]]
) -> dict[str, Undone]:
    """Return, per UUID of a result that was taken back, by whom; `results`: see list_results."""
    people = {citizen.id for found in results.values() for citizen, _events in found}
    if not people:
        return {}
    rows = db.session.execute(
        select(VisitEvent, User.display_name)
        .outerjoin(User, User.id == VisitEvent.recorded_by)
        .where(
            VisitEvent.citizen_id.in_(people),
            VisitEvent.campaign_id == campaign_id,
            VisitEvent.undoes_uuid.is_not(None),
        )
        .order_by(VisitEvent.id)
    )
    return {e.undoes_uuid or "": Undone(e.happened_at, by or "", e.note) for e, by in rows}


def get_checklist(
    scope: Scope, campaign_id: int, on: date, household_id: int, team_id: int
) -> Checklist | None:
    """Return one checklist of the scope, or None."""
    all_of_team = list_checklists(scope, campaign_id, on, team_id=team_id)
    return next((c for c in all_of_team if c.household.id == household_id), None)


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
