"""Reading visits, guide ticks and the citizens a visit may touch."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import cache
from itertools import groupby

from sqlalchemy import Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from vneid_field.core.access import Scope
from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.lists.kinds import ItemState, Purpose
from vneid_field.lists.models import ListItem
from vneid_field.people.models import Citizen, Household
from vneid_field.units.models import Unit
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.models import GuideTick, VisitEvent, WalkStart
from vneid_field.visits.rules import VisitFact, day_results, valid_events

# Statements of every door are built once: building one anew costs as much as running it.
_VISITABLE = (
    select(Citizen, ListItem)
    .join(ListItem, ListItem.citizen_id == Citizen.id)
    .options(joinedload(ListItem.hand_over))
    .where(
        Citizen.id == bindparam("citizen_id"),
        ListItem.campaign_id == bindparam("campaign_id"),
        ListItem.purpose == Purpose.ACTIVATE,
        ListItem.state == ItemState.OPEN,
    )
)
_EVENTS = (
    select(VisitEvent)
    .where(
        VisitEvent.citizen_id.in_(bindparam("citizen_ids", expanding=True)),
        VisitEvent.campaign_id == bindparam("campaign_id"),
    )
    .order_by(VisitEvent.happened_at, VisitEvent.id)
)
_EVENTS_AND_NAMESAKE = (
    select(VisitEvent)
    .where(
        or_(
            and_(
                VisitEvent.citizen_id == bindparam("citizen_id"),
                VisitEvent.campaign_id == bindparam("campaign_id"),
            ),
            VisitEvent.uuid == bindparam("uuid"),
        )
    )
    .order_by(VisitEvent.happened_at, VisitEvent.id)
)
_TICKS = select(GuideTick.citizen_id, GuideTick.step).where(
    GuideTick.citizen_id.in_(bindparam("citizen_ids", expanding=True)),
    GuideTick.campaign_id == bindparam("campaign_id"),
)


def get_visitable(
    scope: Scope, campaign_id: int, citizen_id: int, *, to_write: bool = False
) -> tuple[Citizen, ListItem]:
    """Return a citizen with the open activation item that opens them; raises NoResultFound.

    Field roles come in through the items their unit holds, police through where people live.
    `to_write` locks the citizen, then the item: two results on one person are folded one after
    the other, and a list taken back in this very moment takes no more.
    """
    if scope.holders:
        is_own_part = scope.only_assigned_to is not None
        query = _visitable_in_field(is_own_part=is_own_part, to_write=to_write)
    else:
        query = _locking(_VISITABLE.where(within(Citizen.unit_path, scope.paths)), to_write)
    of = {
        "citizen_id": citizen_id,
        "campaign_id": campaign_id,
        "holders": scope.holders,
        "assigned_to": scope.only_assigned_to,
    }
    citizen, item = db.session.execute(query, of).one()
    return citizen, item


@cache
def _visitable_in_field(*, is_own_part: bool, to_write: bool) -> Select[Citizen, ListItem]:
    query = _VISITABLE.where(ListItem.holder_unit_id.in_(bindparam("holders", expanding=True)))
    if is_own_part:
        query = query.where(ListItem.assigned_to == bindparam("assigned_to"))
    return _locking(query, to_write)


def _locking(query: Select[Citizen, ListItem], to_write: bool) -> Select[Citizen, ListItem]:
    if not to_write:
        return query
    query = query.with_for_update(of=[Citizen, ListItem], key_share=True)
    return query.execution_options(populate_existing=True)


def list_events(citizen_ids: Sequence[int], campaign_id: int) -> dict[int, list[VisitEvent]]:
    """Return the events of citizens the caller has already opened, oldest first."""
    found: dict[int, list[VisitEvent]] = {citizen_id: [] for citizen_id in citizen_ids}
    of = {"citizen_ids": list(citizen_ids), "campaign_id": campaign_id}
    for event in db.session.scalars(_EVENTS, of):
        found[event.citizen_id].append(event)
    return found


def list_events_and_namesake(
    citizen_id: int, campaign_id: int, uuid: str
) -> tuple[list[VisitEvent], VisitEvent | None]:
    """Return a person's events, oldest first, and whatever event bears a client's UUID.

    One statement for both questions of a tap: what is known, and is this a repeat or a clash.
    """
    of = {"citizen_id": citizen_id, "campaign_id": campaign_id, "uuid": uuid}
    found = list(db.session.scalars(_EVENTS_AND_NAMESAKE, of))
    events = [e for e in found if e.citizen_id == citizen_id and e.campaign_id == campaign_id]
    return events, next((event for event in found if event.uuid == uuid), None)


def fact_of(event: VisitEvent) -> VisitFact:
    """Return the pure fact that the fold works on."""
    return VisitFact(
        uuid=event.uuid,
        citizen_id=event.citizen_id,
        home_unit_id=event.home_unit_id,
        performed_by_unit_id=event.performed_by_unit_id,
        performed_by=event.performed_by,
        happened_at=event.happened_at,
        counted_on=event.counted_on,
        outcome=event.outcome,
        sub_reason=event.sub_reason,
        undoes=event.undoes_uuid,
        received_at=event.received_at,
        refuted_at=event.refuted_at,
    )


def list_ticks(citizen_ids: Iterable[int], campaign_id: int) -> dict[int, set[str]]:
    """Return the guide steps done per citizen."""
    of = {"citizen_ids": list(citizen_ids), "campaign_id": campaign_id}
    found: dict[int, set[str]] = {}
    for citizen_id, step in db.session.execute(_TICKS, of):
        found.setdefault(citizen_id, set()).add(step)
    return found


def find_tick(citizen_id: int, campaign_id: int, step: str) -> GuideTick | None:
    """Return one tick, or None."""
    query = select(GuideTick).where(
        GuideTick.citizen_id == citizen_id,
        GuideTick.campaign_id == campaign_id,
        GuideTick.step == step,
    )
    return db.session.scalar(query)


def find_walk_start(user_id: int) -> int | None:
    """Return the household from which a person's walk begins, or None."""
    query = select(WalkStart.household_id).where(WalkStart.user_id == user_id)
    return db.session.scalar(query)


def find_held_address(scope: Scope, household_id: int) -> str | None:
    """Return the address of a household of which the unit holds anybody, or None."""
    query = select(Household.address_line).join(ListItem, ListItem.household_id == Household.id)
    query = query.where(
        Household.id == household_id,
        ListItem.holder_unit_id.in_(scope.holders),
        ListItem.state == ItemState.OPEN,
    )
    return db.session.scalar(query.limit(1))


def name_units(unit_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of the units that recorded events the caller has opened."""
    wanted = list(unit_ids)
    if not wanted:
        return {}
    query = select(Unit.id, Unit.name).where(Unit.id.in_(wanted))
    return {unit_id: name for unit_id, name in db.session.execute(query)}


def newest_event_id(team_id: int | None = None) -> int:
    """Return the newest event's id, of a team or of all; 0 when there is none."""
    query = select(func.max(VisitEvent.id))
    if team_id is not None:
        query = query.where(VisitEvent.performed_by_unit_id == team_id)
    return db.session.scalar(query) or 0


def list_events_of(campaign_id: int, citizen_ids: Select[int]) -> list[VisitEvent]:
    """Return every event of the citizens a SELECT names, person by person."""
    query = select(VisitEvent).where(
        VisitEvent.campaign_id == campaign_id, VisitEvent.citizen_id.in_(citizen_ids)
    )
    return list(db.session.scalars(query.order_by(VisitEvent.citizen_id, VisitEvent.id)))


def count_households(campaign_id: int, team_id: int, on: date) -> int:
    """Return at how many households a team has results of a day that nobody took back."""
    visited = select(VisitEvent.citizen_id).where(
        VisitEvent.campaign_id == campaign_id,
        VisitEvent.performed_by_unit_id == team_id,
        VisitEvent.counted_on == on,
    )
    events = list_events_of(campaign_id, visited)
    valid = {fact.uuid for fact in valid_events(map(fact_of, events))}
    return len(
        {
            event.household_id
            for event in events
            if event.uuid in valid
            and (event.performed_by_unit_id, event.counted_on) == (team_id, on)
        }
    )


def list_absent_events(
    scope: Scope,
    campaign_id: int,
    root_path: str,
    on: date,
    team_id: int | None = None,
    *,
    through_id: int | None = None,
) -> list[VisitEvent]:
    """Return the absent results by which people count on a day, one a person, oldest first.

    Of people who then lived in a subtree, or whom one team found absent: as many as the figure
    `out_absent` of that day, whatever is found at their doors later (`rules.day_results`).
    `through_id`: as it was when that event was the newest; None for now.
    """
    if team_id is not None:
        here = VisitEvent.performed_by_unit_id == team_id
    else:
        homes = select(Unit.id).where(
            within(Unit.path, (root_path,)), within(Unit.path, scope.paths)
        )
        here = VisitEvent.home_unit_id.in_(homes)
    absent = select(VisitEvent).where(
        VisitEvent.campaign_id == campaign_id,
        VisitEvent.counted_on == on,
        VisitEvent.outcome == Outcome.ABSENT,
        here,
    )
    known = list_events_of(campaign_id, absent.with_only_columns(VisitEvent.citizen_id))
    standing = {
        fact.uuid
        for _citizen_id, own in groupby(known, key=lambda event: event.citizen_id)
        for fact in day_results(
            fact_of(event) for event in own if through_id is None or event.id <= through_id
        )
    }
    ordered = absent.order_by(VisitEvent.happened_at, VisitEvent.id)
    return [event for event in db.session.scalars(ordered) if event.uuid in standing]


def count_credits(
    campaign_id: int, team_ids: Collection[int], until: date
) -> dict[tuple[int, int], int]:
    """Return how many people somebody of these teams activated up to a day, by (team, user).

    As the figures credit it: a person once, to the earliest activation that nobody took back.
    Whoever had activated alone is nobody's merit, and a result of nobody in particular counts
    for nobody.
    """
    guided = {Outcome.ACTIVATED_APP, Outcome.ACTIVATED_WEB}
    undo = aliased(VisitEvent)
    taken_back = exists().where(
        undo.citizen_id == VisitEvent.citizen_id, undo.undoes_uuid == VisitEvent.uuid
    )
    theirs = select(VisitEvent.citizen_id).where(
        VisitEvent.campaign_id == campaign_id,
        VisitEvent.performed_by_unit_id.in_(team_ids),
        VisitEvent.counted_on <= until,
        VisitEvent.outcome.in_(guided),
    )
    query = (
        select(
            VisitEvent.citizen_id,
            VisitEvent.outcome,
            VisitEvent.performed_by_unit_id,
            VisitEvent.performed_by,
            VisitEvent.counted_on,
        )
        .where(
            VisitEvent.campaign_id == campaign_id,
            VisitEvent.citizen_id.in_(theirs),
            VisitEvent.outcome.in_((*guided, Outcome.ALREADY_ACTIVATED)),
            ~taken_back,
        )
        .order_by(VisitEvent.citizen_id, VisitEvent.happened_at, VisitEvent.uuid)
    )
    found: Counter[tuple[int, int]] = Counter()
    seen = None  # rows come person by person, the credited one first
    for citizen_id, outcome, team_id, user_id, counted_on in db.session.execute(query):
        is_credit, seen = citizen_id != seen, citizen_id
        is_guided = outcome in guided and counted_on <= until
        if is_credit and is_guided and team_id in team_ids and user_id is not None:
            found[team_id, user_id] += 1
    return dict(found)
