"""Rebuilds flows and stocks from what happened and compares them with the counters (section 12)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Select, func, select

from vneid_field.absences.models import AbsenceCase, AbsenceHop
from vneid_field.campaigns.models import Campaign
from vneid_field.collection.day_queries import fact_of as collection_fact
from vneid_field.collection.models import CollectionEvent
from vneid_field.collection.rules import contributions as of_points
from vneid_field.extensions import db
from vneid_field.figures.contributions import contributions as of_openings
from vneid_field.figures.models import Flow, OpeningFigure, UnitStock
from vneid_field.figures.rules import Bucket, Counter, FlowKey
from vneid_field.figures.stocks import bucket_of
from vneid_field.lists.contributions import contributions as of_imports
from vneid_field.lists.contributions import verdict_contributions
from vneid_field.lists.kinds import ItemState, Purpose, VerdictKind
from vneid_field.lists.models import ListItem, ListVerdict
from vneid_field.people.models import ApplicationEvent, Citizen
from vneid_field.reporting.contributions import contributions as of_collection
from vneid_field.reporting.models import CollectionResult
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.queries import fact_of
from vneid_field.visits.rules import claim_columns, fold
from vneid_field.visits.rules import contributions as of_visits


@dataclass(frozen=True)
class Difference:
    """A counter that is not what events say."""

    place: str  # "flow", "stock", "citizen" or "absence"
    key: str
    stored: object
    counted: object


def count_flows(campaign: Campaign) -> dict[tuple[FlowKey, Counter], int]:
    """Return every flow from the events of each slice, without zeros."""
    total: dict[tuple[FlowKey, Counter], int] = {}

    def add(part: dict[tuple[FlowKey, Counter], int]) -> None:
        for key, value in part.items():
            total[key] = total.get(key, 0) + value

    for events in _visits_by_citizen(campaign):
        add(of_visits([fact_of(event) for event in events]))
    add(of_openings(_all(OpeningFigure, campaign)))
    add(of_collection(_all(CollectionResult, campaign)))
    add(verdict_contributions(_all(ListVerdict, campaign)))
    for at_points in _at_points_by_citizen(campaign):
        add(of_points([collection_fact(event) for event in at_points]))
    for changes in _changes_by_citizen(campaign):
        add(of_imports(changes, first_on=campaign.starts_on, last_on=campaign.ends_on))
    return {key: value for key, value in total.items() if value}


def _all(model: Any, campaign: Campaign) -> Iterator[Any]:
    query = select(model).where(model.campaign_id == campaign.id)
    return iter(db.session.scalars(query.execution_options(yield_per=2000)))


def _by_citizen(query: Select[Any], model: Any) -> Iterator[list[Any]]:
    query = query.order_by(model.citizen_id, model.id).execution_options(yield_per=2000)
    for _citizen, events in groupby(db.session.scalars(query), key=lambda e: e.citizen_id):
        yield list(events)


def _visits_by_citizen(campaign: Campaign) -> Iterator[list[VisitEvent]]:
    query = select(VisitEvent).where(VisitEvent.campaign_id == campaign.id)
    return _by_citizen(query, VisitEvent)


def _at_points_by_citizen(campaign: Campaign) -> Iterator[list[CollectionEvent]]:
    query = select(CollectionEvent).where(CollectionEvent.campaign_id == campaign.id)
    return _by_citizen(query, CollectionEvent)


def _changes_by_citizen(campaign: Campaign) -> Iterator[list[ApplicationEvent]]:
    """Changes of application states name no campaign: those of its days are its own."""
    query = select(ApplicationEvent).where(
        ApplicationEvent.counted_on.between(campaign.starts_on, campaign.ends_on)
    )
    return _by_citizen(query, ApplicationEvent)


def _check_flows(campaign: Campaign) -> list[Difference]:
    counted = count_flows(campaign)
    stored: dict[tuple[FlowKey, Counter], int] = {}
    for row in _all(Flow, campaign):
        key = FlowKey(row.home_unit_id, row.performed_by_unit_id, row.counted_on)
        for counter in Counter:
            value = getattr(row, counter.value)
            if value:
                stored[(key, counter)] = value
    return [
        Difference(
            "flow",
            f"{key} {counter}",
            stored.get((key, counter), 0),
            counted.get((key, counter), 0),
        )
        for key, counter in sorted(
            {**stored, **counted},
            key=lambda k: (
                k[0].home_unit_id,
                k[0].performed_by_unit_id or 0,
                k[0].counted_on,
                k[1],
            ),
        )
        if stored.get((key, counter), 0) != counted.get((key, counter), 0)
    ]


def _check_stocks(campaign: Campaign) -> list[Difference]:
    counted: dict[tuple[str, int, str], int] = {}

    def add(basis: str, unit_id: int, state: str, status: str | None) -> None:
        bucket = bucket_of(state, status)
        if bucket is not None:
            key = (basis, unit_id, bucket.value)
            counted[key] = counted.get(key, 0) + 1

    people = select(Citizen.unit_id, Citizen.application_state, Citizen.visit_status)
    for unit_id, state, status in db.session.execute(people):
        add("home", unit_id, state, status)
    held = (
        select(ListItem.holder_unit_id, Citizen.application_state, Citizen.visit_status)
        .join(Citizen, Citizen.id == ListItem.citizen_id)
        .where(
            ListItem.campaign_id == campaign.id,
            ListItem.state == ItemState.OPEN,
            ListItem.purpose == Purpose.ACTIVATE,
        )
    )
    for unit_id, state, status in db.session.execute(held):
        add("holder", unit_id, state, status)
    stored = {}
    for row in _all(UnitStock, campaign):
        for bucket in Bucket:
            if value := getattr(row, bucket.value):
                stored[(row.basis, row.unit_id, bucket.value)] = value
    return [
        Difference("stock", str(key), stored.get(key, 0), counted.get(key, 0))
        for key in sorted({**stored, **counted})
        if stored.get(key, 0) != counted.get(key, 0)
    ]


def _check_statuses(campaign: Campaign) -> list[Difference]:
    statuses = dict(
        db.session.execute(
            select(Citizen.id, Citizen.visit_status).where(Citizen.visit_status.is_not(None))
        )
        .tuples()
        .all()
    )
    found = []
    seen = set()
    for events in _visits_by_citizen(campaign):
        citizen_id = events[0].citizen_id
        seen.add(citizen_id)
        status = fold([fact_of(event) for event in events]).status
        wanted = status.value if status else None
        if statuses.get(citizen_id) != wanted:
            found.append(Difference("citizen", str(citizen_id), statuses.get(citizen_id), wanted))
    found += [
        Difference("citizen", str(cid), status, None)
        for cid, status in statuses.items()
        if cid not in seen
    ]
    return found


def _check_claims(campaign: Campaign) -> list[Difference]:
    """What lists judge stands on the citizens' rows; it must be what events and verdicts say."""
    names = ("claim_at", "claim_last_at", "claim_unit_id", "claim_by", "other_status",
             "other_status_at", "last_event_at")  # fmt: skip
    columns = [getattr(Citizen, name) for name in names]
    touched = select(Citizen.id, *columns).where(Citizen.last_event_at.is_not(None))
    stored = {row[0]: dict(zip(names, row[1:], strict=True)) for row in db.session.execute(touched)}
    found = []
    for events in _visits_by_citizen(campaign):
        newest_at = max(event.received_at for event in events)
        wanted = claim_columns(fold([fact_of(event) for event in events]), newest_at)
        own = stored.pop(events[0].citizen_id, {})
        found += [
            Difference("citizen", f"{events[0].citizen_id} {name}", own.get(name), value)
            for name, value in wanted.items()
            if own.get(name) != value
        ]
    found += [Difference("citizen", str(one), "claim", None) for one in stored]
    return found + _check_refuted(campaign)


def _check_refuted(campaign: Campaign) -> list[Difference]:
    stored = dict(
        db.session.execute(
            select(Citizen.id, Citizen.refuted_until).where(Citizen.refuted_until.is_not(None))
        )
        .tuples()
        .all()
    )
    standing = (
        select(ListVerdict.citizen_id, func.max(ListVerdict.speaks_until))
        .where(
            ListVerdict.campaign_id == campaign.id,
            ListVerdict.kind == VerdictKind.CONTRADICTED,
            ListVerdict.taken_back_at.is_(None),
        )
        .group_by(ListVerdict.citizen_id)
    )
    wanted = dict(db.session.execute(standing).tuples().all())
    return [
        Difference("citizen", f"{one} refuted_until", stored.get(one), wanted.get(one))
        for one in sorted({**stored, **wanted})
        if stored.get(one) != wanted.get(one)
    ]


def _check_absences(campaign: Campaign) -> list[Difference]:
    """An open case of the absent loop has one holder and a person who is not activated."""
    held = (
        select(func.count())
        .where(AbsenceHop.case_id == AbsenceCase.id, AbsenceHop.left_at.is_(None))
        .scalar_subquery()
    )
    query = (
        select(
            AbsenceCase.id,
            AbsenceCase.closed_at,
            held,
            Citizen.application_state,
            Citizen.visit_status,
        )
        .join(Citizen, Citizen.id == AbsenceCase.citizen_id)
        .where(AbsenceCase.campaign_id == campaign.id)
        .order_by(AbsenceCase.id)
    )
    found = []
    for case_id, closed_at, holders, state, status in db.session.execute(query):
        is_followed = bucket_of(state, status) not in (Bucket.ACTIVATED, None)
        wanted = 1 if closed_at is None and is_followed else 0
        if holders != wanted:
            found.append(Difference("absence", str(case_id), holders, wanted))
    return found


def check(campaign: Campaign) -> list[Difference]:
    """Return every difference between counters and events; empty when they agree."""
    return [
        *_check_flows(campaign),
        *_check_stocks(campaign),
        *_check_statuses(campaign),
        *_check_claims(campaign),
        *_check_absences(campaign),
    ]
