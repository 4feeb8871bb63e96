"""Does everybody on the work list have exactly one holder? Proved row by row on a live database.

Nobody is lost: whoever is on the work list is on one standing list, or waits in a hamlet (or
commune) that an officer can hand over, or their case is closed. Nobody is there twice.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select
from sqlalchemy.orm import aliased

from vneid_field.accounts.models import RoleGrant, User
from vneid_field.campaigns.models import Campaign
from vneid_field.extensions import db
from vneid_field.figures.stocks import DONE, FINAL
from vneid_field.lists.kinds import HandOverState, ItemState, Purpose
from vneid_field.lists.models import HandOver, ListItem
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Citizen
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind

ON_THE_LIST = (ApplicationState.APPROVED, ApplicationState.ACTIVATED)
WAITING_PLACES = (UnitKind.HAMLET, UnitKind.COMMUNE)  # where hand-over pages find people


@dataclass(frozen=True)
class Case:
    """A rule that a row breaks: ids only, so that an operator may send it to anybody."""

    rule: str
    citizen_id: int
    detail: str


def check(campaign: Campaign) -> list[Case]:
    """Return every broken hand-over rule of a campaign; empty when all are kept."""
    return [
        Case(rule, row[0], " ".join(f"{name}={value}" for name, value in _named(row)))
        for rule, query in _RULES.items()
        for row in db.session.execute(query(campaign.id))
    ]


def _named(row: Any) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in list(row._mapping.items())[1:])


def _open(campaign_id: int) -> ColumnElement[bool]:
    return and_(ListItem.campaign_id == campaign_id, ListItem.state == ItemState.OPEN)


def _items(campaign_id: int, *wrong: ColumnElement[bool]) -> Any:
    """Open items of which something is wrong, with whom they name and where they are."""
    return (
        select(
            ListItem.citizen_id,
            ListItem.id.label("item"),
            ListItem.hand_over_id.label("list"),
            ListItem.holder_unit_id.label("holder"),
        )
        .join(Citizen, Citizen.id == ListItem.citizen_id)
        .join(HandOver, HandOver.id == ListItem.hand_over_id)
        .join(Unit, Unit.id == ListItem.holder_unit_id)
        .where(_open(campaign_id), *wrong)
        .order_by(ListItem.id)
    )


def _two_holders(campaign_id: int) -> Any:
    return (
        select(ListItem.citizen_id, ListItem.purpose, func.count().label("items"))
        .where(_open(campaign_id))
        .group_by(ListItem.citizen_id, ListItem.purpose)
        .having(func.count() > 1)
        .order_by(ListItem.citizen_id)
    )


def _held_twice_over(campaign_id: int) -> Any:
    """The holder named on the item is the team to which its list went."""
    return _items(campaign_id, ListItem.holder_unit_id != HandOver.to_unit_id)


def _on_an_ended_list(campaign_id: int) -> Any:
    return _items(campaign_id, HandOver.state == HandOverState.ENDED)


def _by_a_closed_unit(campaign_id: int) -> Any:
    return _items(campaign_id, Unit.is_active.is_(False))


def _in_another_household(campaign_id: int) -> Any:
    """The checklist opens households: an item that stayed behind shows its person nowhere."""
    return _items(campaign_id, ListItem.household_id != Citizen.household_id)


def _off_the_work_list(campaign_id: int) -> Any:
    return _items(
        campaign_id,
        ListItem.purpose == Purpose.ACTIVATE,
        Citizen.application_state.not_in(ON_THE_LIST),
    )


def _by_nobody_who_sees_it(campaign_id: int) -> Any:
    """Where volunteers see only their own part, a part of somebody who left is seen by nobody."""
    may_work = exists().where(
        RoleGrant.user_id == ListItem.assigned_to,
        RoleGrant.unit_id == ListItem.holder_unit_id,
        User.id == RoleGrant.user_id,
        User.is_active.is_(True),
    )
    return _items(campaign_id, ListItem.assigned_to.is_not(None), not_(may_work))


def _wrongly_marked(campaign_id: int) -> Any:
    """`done_at` hides people from the walk: exactly those whose result is final."""
    is_final = or_(
        Citizen.application_state == ApplicationState.ACTIVATED,
        and_(Citizen.visit_status.is_not(None), Citizen.visit_status.in_(FINAL)),
    )
    return _items(
        campaign_id,
        ListItem.purpose == Purpose.ACTIVATE,
        or_(
            and_(is_final, ListItem.done_at.is_(None)),
            and_(not_(is_final), ListItem.done_at.is_not(None)),
        ),
    )


def _ended_without_a_moment(campaign_id: int) -> Any:
    return (
        select(ListItem.citizen_id, ListItem.id.label("item"), ListItem.state)
        .where(
            ListItem.campaign_id == campaign_id,
            or_(
                and_(ListItem.state == ItemState.OPEN, ListItem.ended_at.is_not(None)),
                and_(ListItem.state != ItemState.OPEN, ListItem.ended_at.is_(None)),
            ),
        )
        .order_by(ListItem.id)
    )


def _lost(campaign_id: int) -> Any:
    """Whoever waits is found by an officer: at home in a living hamlet or commune."""
    held = select(ListItem.citizen_id).where(
        _open(campaign_id), ListItem.purpose == Purpose.ACTIVATE
    )
    return (
        select(Citizen.id, Citizen.unit_id.label("home"), Unit.kind)
        .join(Unit, Unit.id == Citizen.unit_id)
        .where(
            Citizen.application_state == ApplicationState.APPROVED,
            or_(Citizen.visit_status.is_(None), Citizen.visit_status.not_in(DONE)),
            Citizen.id.not_in(held),
            or_(Unit.kind.not_in(WAITING_PLACES), Unit.is_active.is_(False)),
        )
        .order_by(Citizen.id)
    )


def _outside_their_unit(campaign_id: int) -> Any:
    """A path that is not the home unit's hides a person from every scope, or shows them to others.
    The campaign does not matter here.
    """
    home = aliased(Unit)
    return (
        select(Citizen.id, Citizen.unit_id.label("home"))
        .join(home, home.id == Citizen.unit_id)
        .where(Citizen.unit_path != home.path)
        .order_by(Citizen.id)
    )


_RULES: dict[str, Callable[[int], Any]] = {
    "two_holders": _two_holders,
    "holder_differs": _held_twice_over,
    "ended_list": _on_an_ended_list,
    "closed_unit": _by_a_closed_unit,
    "other_household": _in_another_household,
    "off_the_list": _off_the_work_list,
    "part_of_nobody": _by_nobody_who_sees_it,
    "wrongly_done": _wrongly_marked,
    "no_moment": _ended_without_a_moment,
    "lost": _lost,
    "other_path": _outside_their_unit,
}
RULES = tuple(_RULES)
