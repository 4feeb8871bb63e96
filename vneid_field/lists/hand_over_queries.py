"""Reading hand-overs: which lists there are, who waits in which hamlet, what is on a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from vneid_field.accounts.models import User
from vneid_field.core.access import Scope
from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.figures.stocks import DONE
from vneid_field.lists.kinds import HandOverState, ItemState, Purpose
from vneid_field.lists.models import HandOver, ListItem
from vneid_field.lists.queries import count_if
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Citizen, Household
from vneid_field.units.models import TeamHamlet, Unit
from vneid_field.units.rules import UnitKind


def _unfinished() -> ColumnElement[bool]:
    """People whom a visit activated never wait for a hand-over again."""
    return or_(Citizen.visit_status.is_(None), Citizen.visit_status.not_in(DONE))


def list_hand_overs(
    scope: Scope,
    campaign_id: int,
    *,
    state: HandOverState | None = None,
    within_path: str = "",
    with_ended: bool = True,
) -> list[HandOver]:
    """Return the lists of the scope's teams (or only those below a path), newest first."""
    to_unit = Unit.__table__.alias("to_unit")
    query = (
        select(HandOver)
        .join(to_unit, to_unit.c.id == HandOver.to_unit_id)
        .options(joinedload(HandOver.to_unit), joinedload(HandOver.from_unit))
        .where(HandOver.campaign_id == campaign_id, within(to_unit.c.path, scope.paths))
        .order_by(HandOver.sent_at.desc(), HandOver.id.desc())
    )
    if state is not None:
        query = query.where(HandOver.state == state)
    if within_path:
        query = query.where(within(to_unit.c.path, (within_path,)))
    if not with_ended:
        query = query.where(HandOver.state != HandOverState.ENDED)
    return list(db.session.scalars(query))


def get_hand_over(scope: Scope, hand_over_id: int) -> HandOver:
    """Return one list of the scope; raises NoResultFound."""
    query = (
        select(HandOver)
        .join(HandOver.to_unit)
        .options(joinedload(HandOver.to_unit), joinedload(HandOver.from_unit))
        .where(HandOver.id == hand_over_id, within(Unit.path, scope.paths))
    )
    return db.session.scalars(query).one()


def find_ending(given: HandOver) -> tuple[datetime | None, str, str] | None:
    """Return when and by whom a list was ended, and why; None while it stands or held nobody.

    Nobody ("") when it expired.
    """
    if given.state is not HandOverState.ENDED:
        return None
    query = (
        select(ListItem.ended_at, func.coalesce(User.display_name, ""), ListItem.end_reason)
        .outerjoin(User, User.id == ListItem.ended_by)
        .where(ListItem.hand_over_id == given.id, ListItem.end_reason == given.note)
        .order_by(ListItem.ended_at.desc(), ListItem.id)
        .limit(1)
    )
    found = db.session.execute(query).one_or_none()
    return (found[0], found[1], found[2]) if found else None


@dataclass(frozen=True)
class ItemCounts:
    """Items of one list; done: the phone does not offer them, activated or reported as left."""

    open: int
    done: int
    visited: int
    ended: int
    activated: int

    @property
    def to_take(self) -> int:
        """How many people a take-back takes, or a move moves."""
        return self.open - self.activated


def count_items(hand_over_ids: Sequence[int]) -> dict[int, ItemCounts]:
    """Return the counts per list."""
    is_open = ListItem.state == ItemState.OPEN
    is_activated = or_(
        Citizen.application_state == ApplicationState.ACTIVATED,
        and_(Citizen.visit_status.is_not(None), Citizen.visit_status.in_(DONE)),
    )
    query = (
        select(
            ListItem.hand_over_id,
            count_if(is_open),
            count_if(and_(is_open, ListItem.done_at.is_not(None))),
            count_if(and_(is_open, Citizen.visit_status.is_not(None))),
            count_if(~is_open),
            count_if(and_(is_open, is_activated)),
        )
        .join(Citizen, Citizen.id == ListItem.citizen_id)
        .where(ListItem.hand_over_id.in_(hand_over_ids))
        .group_by(ListItem.hand_over_id)
    )
    return {row[0]: ItemCounts(*row[1:]) for row in db.session.execute(query)}


@dataclass(frozen=True)
class HamletLoad:
    """A hamlet's people on the work list: how many are held, by whom, and how many wait."""

    hamlet: Unit
    waiting: int
    held: int
    teams: tuple[Unit, ...]

    @property
    def clear_team(self) -> Unit | None:
        """The team that plainly gets these people: the only one, or the only digital team."""
        digital = [team for team in self.teams if team.subtype == "community_digital"]
        found = digital if len(self.teams) > 1 else list(self.teams)
        return found[0] if len(found) == 1 else None


def _teams_by_hamlet(commune: Unit) -> dict[int, list[Unit]]:
    teams: dict[int, list[Unit]] = {}
    for hamlet_id, team in db.session.execute(
        select(TeamHamlet.hamlet_id, Unit)
        .join(Unit, Unit.id == TeamHamlet.team_id)
        .where(Unit.parent_id == commune.id, Unit.is_active.is_(True))
        .order_by(Unit.sort_order)
    ):
        teams.setdefault(hamlet_id, []).append(team)
    return teams


def _count_waiting_and_held(
    scope: Scope, campaign_id: int, commune: Unit
) -> dict[int, tuple[int, int]]:
    held = (
        select(ListItem.citizen_id)
        .where(
            ListItem.campaign_id == campaign_id,
            ListItem.purpose == Purpose.ACTIVATE,
            ListItem.state == ItemState.OPEN,
        )
        .subquery()
    )
    return {
        row[0]: (row[1] or 0, row[2] or 0)
        for row in db.session.execute(
            select(
                Citizen.unit_id,
                count_if(held.c.citizen_id.is_(None)),
                count_if(held.c.citizen_id.is_not(None)),
            )
            .outerjoin(held, held.c.citizen_id == Citizen.id)
            .where(
                within(Citizen.unit_path, (commune.path,)),
                within(Citizen.unit_path, scope.paths),
                Citizen.application_state == ApplicationState.APPROVED,
                or_(held.c.citizen_id.is_not(None), _unfinished()),
            )
            .group_by(Citizen.unit_id)
        )
    }


def list_hamlet_loads(scope: Scope, campaign_id: int, commune: Unit) -> list[HamletLoad]:
    """Return the hamlets of a commune with approved people with and without a holder."""
    counts = _count_waiting_and_held(scope, campaign_id, commune)
    hamlets = db.session.scalars(
        select(Unit)
        .where(
            Unit.parent_id == commune.id,
            within(Unit.path, scope.paths),
            Unit.kind == UnitKind.HAMLET,
            Unit.is_active.is_(True),
        )
        .order_by(Unit.sort_order)
    ).all()
    teams = _teams_by_hamlet(commune)
    return [
        HamletLoad(hamlet, *counts.get(hamlet.id, (0, 0)), tuple(teams.get(hamlet.id, ())))
        for hamlet in [*hamlets, *([commune] if commune.id in counts else [])]
    ]


def list_waiting_citizens(
    scope: Scope, campaign_id: int, hamlet_id: int, limit: int
) -> list[Citizen]:
    """Return approved people of a hamlet whom nobody holds, in walking order."""
    held = select(ListItem.citizen_id).where(
        ListItem.campaign_id == campaign_id,
        ListItem.purpose == Purpose.ACTIVATE,
        ListItem.state == ItemState.OPEN,
    )
    query = (
        select(Citizen)
        .join(Household, Household.id == Citizen.household_id)
        .where(
            Citizen.unit_id == hamlet_id,
            within(Citizen.unit_path, scope.paths),
            Citizen.application_state == ApplicationState.APPROVED,
            Citizen.id.not_in(held),
            _unfinished(),
        )
        .order_by(Household.walk_key, Household.id, Citizen.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def list_holder_names(campaign_id: int, hamlet_id: int) -> list[str]:
    """Return the names of the units that hold people of a hamlet."""
    query = (
        select(Unit.name)
        .join(ListItem, ListItem.holder_unit_id == Unit.id)
        .join(Citizen, Citizen.id == ListItem.citizen_id)
        .where(
            Citizen.unit_id == hamlet_id,
            ListItem.campaign_id == campaign_id,
            ListItem.purpose == Purpose.ACTIVATE,
            ListItem.state == ItemState.OPEN,
        )
        .distinct()
        .order_by(Unit.name)
    )
    return list(db.session.scalars(query))


def find_holder(campaign_id: int, citizen_id: int, purpose: Purpose) -> ListItem | None:
    """Return the open item of a citizen, or None."""
    query = (
        select(ListItem)
        .options(joinedload(ListItem.hand_over).joinedload(HandOver.to_unit))
        .where(
            ListItem.campaign_id == campaign_id,
            ListItem.citizen_id == citizen_id,
            ListItem.purpose == purpose,
            ListItem.state == ItemState.OPEN,
        )
    )
    return db.session.scalar(query)


def list_walk_items(
    given: HandOver, *, is_open: bool = True
) -> list[tuple[ListItem, Citizen, Household, Unit]]:
    """Return the open items of a list (read through the scope), or those that ended, in walking
    order."""
    query = (
        select(ListItem, Citizen, Household, Unit)
        .join(Citizen, Citizen.id == ListItem.citizen_id)
        .join(Household, Household.id == ListItem.household_id)
        .join(Unit, Unit.id == Household.unit_id)
        .where(
            ListItem.hand_over_id == given.id,
            ListItem.state == ItemState.OPEN if is_open else ListItem.state != ItemState.OPEN,
        )
        .order_by(Unit.path, Household.walk_key, Household.id, Citizen.birth_on, Citizen.id)
    )
    return [tuple(row) for row in db.session.execute(query)]  # type: ignore[misc]


@dataclass(frozen=True)
class AlleyLoad:
    """An alley or street of a list: open people, how many are assigned, to whom."""

    hamlet_id: int
    hamlet_name: str
    alley: str
    people: int
    households: int
    assigned: int
    first_assigned_to: int | None
    last_assigned_to: int | None

    @property
    def assigned_to(self) -> int | None:
        """The member who has all of it, else None."""
        whole = self.assigned == self.people and self.first_assigned_to == self.last_assigned_to
        return self.first_assigned_to if whole else None

    @property
    def is_mixed(self) -> bool:
        """Whether parts of it belong to several members, or to one and nobody."""
        return bool(self.assigned) and self.assigned_to is None


def list_alleys(given: HandOver) -> list[AlleyLoad]:
    """Return the alleys and streets of a list in walking order, to split it by them."""
    query = (
        select(
            Unit.id,
            Unit.name,
            Household.alley,
            func.count(),
            func.count(func.distinct(Household.id)),
            func.count(ListItem.assigned_to),
            func.min(ListItem.assigned_to),
            func.max(ListItem.assigned_to),
        )
        .join(Household, Household.id == ListItem.household_id)
        .join(Unit, Unit.id == Household.unit_id)
        .where(ListItem.hand_over_id == given.id, ListItem.state == ItemState.OPEN)
        .group_by(Unit.id, Unit.name, Unit.path, Household.alley)
        .order_by(Unit.path, func.min(Household.walk_key), Household.alley)
    )
    return [AlleyLoad(*row) for row in db.session.execute(query)]


def count_assigned(hand_over_id: int) -> dict[int | None, int]:
    """Return open items per member (None: not split yet)."""
    query = (
        select(ListItem.assigned_to, func.count())
        .where(ListItem.hand_over_id == hand_over_id, ListItem.state == ItemState.OPEN)
        .group_by(ListItem.assigned_to)
    )
    return {member: count for member, count in db.session.execute(query)}
