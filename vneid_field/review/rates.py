"""Rates of a commune's teams and of a team's members: for their superiors, in no ranking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import case, func, literal_column, select

from vneid_field.accounts.models import User
from vneid_field.campaigns.models import Campaign
from vneid_field.core.access import Actor, Scope
from vneid_field.core.database import within
from vneid_field.core.errors import NotFound
from vneid_field.extensions import db
from vneid_field.review.coverage import last_calls
from vneid_field.review.day_queries import is_undone
from vneid_field.review.flags import ACTIVATIONS, NOT_MET
from vneid_field.review.kinds import CallResult, ReviewState
from vneid_field.review.models import ChecklistReview, ReviewCall
from vneid_field.units.models import Unit
from vneid_field.units.queries import get_unit
from vneid_field.units.rules import TEAM_KINDS, UnitKind
from vneid_field.visits.models import VisitEvent

NOBODY = 0  # results of nobody in particular: a paper typed in for the whole team


@dataclass
class Rate:
    """What a team or one of its members did in a period, and what the review found of it.

    activated     people with an activation that nobody took back; contradicted: of these.
    met, tried    people a day; somebody tried on two days counts twice.
    confirmed, denied  people phoned who said yes, and who said no.
    returned      checklists ever sent back, of `checklists`.
    """

    name: str = ""
    activated: int = 0
    contradicted: int = 0
    met: int = 0
    tried: int = 0
    confirmed: int = 0
    denied: int = 0
    checklists: int = 0
    returned: int = 0

    @property
    def contact(self) -> Decimal | None:
        """Per cent of the people tried who were met."""
        return share(self.met, self.tried)

    @property
    def contradiction(self) -> Decimal | None:
        """Per cent of the activations that a later list contradicted."""
        return share(self.contradicted, self.activated)

    @property
    def agreement(self) -> Decimal | None:
        """Per cent of those who answered yes or no that confirmed."""
        return share(self.confirmed, self.confirmed + self.denied)

    @property
    def return_share(self) -> Decimal | None:
        """Per cent of the checklists that were ever sent back."""
        return share(self.returned, self.checklists)


def share(part: int, whole: int) -> Decimal | None:
    """Return per cent; None without a whole."""
    return Decimal(part * 100) / whole if whole else None


def open_area(actor: Actor, asked: int | None) -> Unit:
    """Return the commune or the unit above communes whose review is asked for, else one's own.

    Raises NotFound outside the scope, and for anything smaller than a commune.
    """
    unit = get_unit(actor.scope, actor.unit.unit_id if asked is None else asked)
    if unit.kind not in (UnitKind.COMMUNE, UnitKind.DISTRICT, UnitKind.CITY):
        raise NotFound
    return unit


def list_communes(scope: Scope, root: Unit) -> list[Unit]:
    """Return the communes of the scope below a unit, in tree order."""
    query = select(Unit).where(
        Unit.kind == UnitKind.COMMUNE,
        Unit.is_active.is_(True),
        within(Unit.path, (root.path,)),
        within(Unit.path, scope.paths),
    )
    return list(db.session.scalars(query.order_by(Unit.path)))


def list_teams(commune: Unit) -> list[Unit]:
    """Return the teams of a commune the caller has opened, closed ones that worked included."""
    query = select(Unit).where(Unit.parent_id == commune.id, Unit.kind.in_(TEAM_KINDS))
    return list(db.session.scalars(query.order_by(Unit.sort_order, Unit.id)))


def rates_of_teams(
    campaign: Campaign, teams: Sequence[Unit], first_on: date, last_on: date
) -> list[tuple[Unit, Rate]]:
    """Return the rates of teams in their own order: four statements."""
    key = VisitEvent.performed_by_unit_id.label("who")
    found = _rates(campaign.id, [team.id for team in teams], key, first_on, last_on)
    return [(team, found.get(team.id, Rate(team.name))) for team in teams]


def rates_of_members(campaign: Campaign, team: Unit, first_on: date, last_on: date) -> list[Rate]:
    """Return the rates of whoever worked in a team, by name; the nameless work last."""
    key = func.coalesce(VisitEvent.performed_by, literal_column(str(NOBODY))).label("who")
    found = _rates(campaign.id, [team.id], key, first_on, last_on)
    query = select(User.id, User.display_name).where(User.id.in_(found))
    names = {row[0]: row[1] for row in db.session.execute(query)}
    for user_id, rate in found.items():
        rate.name = names.get(user_id, "")
    return [
        found[user_id] for user_id in sorted(found, key=lambda u: (u == NOBODY, names.get(u, "")))
    ]


def _rates(
    campaign_id: int, team_ids: Sequence[int], key: Any, first_on: date, last_on: date
) -> dict[int, Rate]:
    """The rates by a key of the events: who did it, or for which team."""
    here = (
        VisitEvent.campaign_id == campaign_id,
        VisitEvent.performed_by_unit_id.in_(team_ids),
        VisitEvent.counted_on.between(first_on, last_on),
    )
    found: dict[int, Rate] = {}
    for who, *counts in db.session.execute(_worked(key, here)):
        rate = found.setdefault(who, Rate())
        rate.tried, rate.met, rate.activated, rate.contradicted = (int(n or 0) for n in counts)
    for who, checklists, returned in db.session.execute(_checklists(campaign_id, key, here)):
        rate = found.setdefault(who, Rate())
        rate.checklists, rate.returned = checklists, int(returned or 0)
    calls = (
        select(key, ReviewCall.result, func.count())
        .join(VisitEvent, VisitEvent.id == ReviewCall.event_id)
        .where(*here, ReviewCall.id.in_(last_calls(campaign_id, first_on, last_on)))
        .group_by(key, ReviewCall.result)
    )
    for who, result, count in db.session.execute(calls):
        rate = found.setdefault(who, Rate())
        if result is CallResult.CONFIRMED:
            rate.confirmed = count
        elif result is CallResult.DENIED:
            rate.denied = count
    return found


def _worked(key: Any, here: tuple[Any, ...]) -> Any:
    """People a day, one row each, then their sums; a person activated twice counts once."""
    is_activation = VisitEvent.outcome.in_(ACTIVATIONS)
    is_contradicted = is_activation & VisitEvent.refuted_at.is_not(None)
    one = (
        select(
            key,
            VisitEvent.citizen_id.label("citizen_id"),
            func.max(case((VisitEvent.outcome.in_(NOT_MET), 0), else_=1)).label("met"),
            func.max(case((is_activation, 1), else_=0)).label("activated"),
            func.max(case((is_contradicted, 1), else_=0)).label("contradicted"),
        )
        .where(*here, VisitEvent.outcome.is_not(None), ~is_undone())
        .group_by(key, VisitEvent.citizen_id, VisitEvent.counted_on)
        .subquery()
    )

    def people(column: Any) -> Any:
        return func.count(case((column == 1, one.c.citizen_id)).distinct())

    return select(
        one.c.who,
        func.count(),
        func.sum(one.c.met),
        people(one.c.activated),
        people(one.c.contradicted),
    ).group_by(one.c.who)


def _checklists(campaign_id: int, key: Any, here: tuple[Any, ...]) -> Any:
    returned = (
        select(ChecklistReview.household_id, ChecklistReview.team_id, ChecklistReview.counted_on)
        .where(
            ChecklistReview.campaign_id == campaign_id,
            ChecklistReview.state == ReviewState.RETURNED,
        )
        .distinct()
        .subquery()
    )
    one = (
        select(
            key,
            VisitEvent.household_id,
            VisitEvent.performed_by_unit_id,
            VisitEvent.counted_on,
        )
        .where(*here)
        .distinct()
        .subquery()
    )
    return (
        select(one.c.who, func.count(), func.count(returned.c.household_id))
        .outerjoin(
            returned,
            (returned.c.household_id == one.c.household_id)
            & (returned.c.team_id == one.c.performed_by_unit_id)
            & (returned.c.counted_on == one.c.counted_on),
        )
        .group_by(one.c.who)
    )
