"""An Hòa ward whole: citizens in households, standing lists, twenty days of visits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import insert, select, update

from vneid_field.accounts.models import User
from vneid_field.core import clock
from vneid_field.core.crypto import keyring
from vneid_field.core.shares import largest_remainder
from vneid_field.core.text import person_sort_key, search_key
from vneid_field.demo.history import DemoTarget, DemoTeam, DemoVisit, make_history
from vneid_field.demo.people import (
    CitizenIds,
    DemoApplication,
    assign_applications,
    make_households,
)
from vneid_field.demo.people import Household as DemoHousehold
from vneid_field.demo.seeds import rng_for
from vneid_field.extensions import db
from vneid_field.figures.rules import Counter, FlowKey, merge
from vneid_field.figures.services import HOLDER, HOME, StockChange, add_stocks, apply_flows
from vneid_field.figures.stocks import FINAL, bucket_of
from vneid_field.lists.kinds import HandOverState, ItemState, Purpose
from vneid_field.lists.models import HandOver, ListItem
from vneid_field.people.addresses import address_key, alley_of, walk_key
from vneid_field.people.kinds import ApplicationState, BirthPrecision, Sex
from vneid_field.people.models import Citizen, Household
from vneid_field.quotas.queries import targets_of
from vneid_field.quotas.rules import daily_quota
from vneid_field.reporting.models import CollectionResult
from vneid_field.units.models import Unit
from vneid_field.units.queries import list_children
from vneid_field.units.rules import UnitKind
from vneid_field.visits.given import VisitInput
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.queries import fact_of
from vneid_field.visits.rules import contributions, fold

if TYPE_CHECKING:
    from vneid_field.demo.load import Demo

CITIZENS = 13_700
UNDO = "undo"


def load(demo: Demo, ward: Unit) -> None:
    """Load the ward; its collection results must be there already."""
    hamlets = list_children(ward, (UnitKind.HAMLET,))
    teams = [t for t in list_children(ward, (UnitKind.TEAM,)) if t.subtype == "community_digital"]
    rng = rng_for(demo.seed, "people", ward.code)
    ids = CitizenIds(rng)
    sizes = largest_remainder(CITIZENS, {h.id: 100 + (i * 7) % 23 for i, h in enumerate(hamlets)})
    homes: list[tuple[Unit, DemoHousehold]] = []
    for hamlet in hamlets:
        for home in make_households(rng, hamlet.name, sizes[hamlet.id], ids=ids):
            homes.append((hamlet, home))
    applications = assign_applications(
        rng, [home for _h, home in homes], _backlog(demo, ward), _collected(demo, ward)
    )
    citizens, households = _store_people(homes, applications)
    items = _hand_over_all(
        demo, ward, dict(zip([h.id for h in hamlets], teams, strict=True)), citizens
    )
    visits = make_history(
        rng_for(demo.seed, "history", ward.code),
        _demo_teams(demo, teams, items, households),
        demo.days,
        demo.now,
    )
    _store_visits(demo, teams, citizens, visits)
    _store_stocks(demo, citizens, items)


def _backlog(demo: Demo, ward: Unit) -> int:
    targets = targets_of(demo.campaign.id, [ward.id])[ward.id]
    amounts = list(targets.values())
    return max(amounts) - min(amounts)


def _collected(demo: Demo, ward: Unit) -> list[tuple[date, int]]:
    query = select(CollectionResult.collected_on, CollectionResult.collected).where(
        CollectionResult.campaign_id == demo.campaign.id, CollectionResult.home_unit_id == ward.id
    )
    found = dict(db.session.execute(query).tuples().all())
    return [(day, found.get(day, 0)) for day in demo.days]


def _state(application: DemoApplication) -> ApplicationState:
    if application.approved_at is not None:
        return ApplicationState.APPROVED
    if application.collected_on is not None:
        return ApplicationState.COLLECTED
    return ApplicationState.NOT_COLLECTED


def _store_households(homes: Sequence[tuple[Unit, DemoHousehold]]) -> None:
    household_rows = []
    for number, (hamlet, home) in enumerate(homes, start=1):
        line = home.address.line or f"Nhà không số, {hamlet.name}"
        is_plain = not home.address.line
        household_rows.append(
            {
                "id": number,
                "unit_id": hamlet.id,
                "unit_path": hamlet.path,
                "address_line": line,
                "address_key": f"{address_key(line)} {number}" if is_plain else address_key(line),
                "walk_key": walk_key(line)
                if not is_plain
                else f"~|{home.address.walking_order:06d}",
                "alley": alley_of(line),
                "head_name": home.head_name,
                "is_manual": False,
            }
        )
    db.session.execute(insert(Household), household_rows)


def _store_people(
    homes: Sequence[tuple[Unit, DemoHousehold]], applications: Sequence[DemoApplication]
) -> tuple[list[dict[str, Any]], list[int]]:
    """Store households and citizens; returns citizen rows (with ids, in order) and home indexes."""
    _store_households(homes)
    start = clock.now()
    rows: list[dict[str, Any]] = []
    home_of: list[int] = []
    for number, (hamlet, home) in enumerate(homes, start=1):
        for member in home.members:
            application = applications[len(rows)]
            at = application.approved_at or start
            rows.append(
                {
                    "id": len(rows) + 1,
                    "household_id": number,
                    "unit_id": hamlet.id,
                    "unit_path": hamlet.path,
                    "full_name": member.full_name,
                    "search_key": search_key(member.full_name),
                    "sort_key": person_sort_key(member.full_name),
                    "birth_on": member.birth_on,
                    "birth_precision": BirthPrecision(member.birth_precision),
                    "sex": Sex(member.sex),
                    "citizen_id": member.citizen_id,
                    "citizen_id_index": keyring().blind_index(member.citizen_id, "citizen_id"),
                    "phone": member.phone,
                    "phone_index": keyring().blind_index(member.phone, "phone")
                    if member.phone
                    else None,
                    "phone_source": "import",
                    "application_state": _state(application),
                    "application_state_at": at,
                    "approved_on": clock.to_local(application.approved_at).date()
                    if application.approved_at
                    else None,
                    "created_at": start,
                    "updated_at": at,
                }
            )
            home_of.append(number)
    for first in range(0, len(rows), 2000):
        db.session.execute(insert(Citizen), rows[first : first + 2000])
    return rows, home_of


def _hand_over_all(
    demo: Demo, ward: Unit, team_of: dict[int, Unit], citizens: list[dict[str, Any]]
) -> dict[int, dict[str, Any]]:
    """Store a received list per hamlet and day on which people were approved; citizen id → item."""
    groups: dict[tuple[int, date], list[dict[str, Any]]] = {}
    for row in citizens:
        if row["application_state"] is not ApplicationState.APPROVED:
            continue
        # Approved on a day, handed over the next morning; the backlog on the first one.
        day = max(row["approved_on"], demo.days[0])
        groups.setdefault((row["unit_id"], day), []).append(row)
    items: dict[int, dict[str, Any]] = {}
    for (hamlet_id, day), people in sorted(groups.items()):
        team = team_of[hamlet_id]
        sent_at = max(
            clock.at_local(day, time(17, 30)) if day > demo.days[0] else _first(demo), _first(demo)
        )
        if sent_at > demo.now:
            continue
        given = HandOver(
            campaign_id=demo.campaign.id,
            from_unit_id=ward.id,
            to_unit_id=team.id,
            purpose=Purpose.ACTIVATE,
            handed_on=clock.to_local(sent_at).date(),
            state=HandOverState.RECEIVED,
            sent_at=sent_at,
            received_at=sent_at,
        )
        db.session.add(given)
        db.session.flush()
        for row in people:
            items[row["id"]] = {
                "campaign_id": demo.campaign.id,
                "hand_over_id": given.id,
                "citizen_id": row["id"],
                "household_id": row["household_id"],
                "purpose": Purpose.ACTIVATE,
                "holder_unit_id": team.id,
                "state": ItemState.OPEN,
                "opened_at": sent_at,
            }
    db.session.execute(insert(ListItem), list(items.values()))
    return items


def _first(demo: Demo) -> datetime:
    return clock.at_local(demo.days[0], time(7, 0))


def _demo_teams(
    demo: Demo, teams: Sequence[Unit], items: dict[int, dict[str, Any]], home_of: Sequence[int]
) -> list[DemoTeam]:
    targets = targets_of(demo.campaign.id, [team.id for team in teams])
    result = []
    for index, team in enumerate(teams):
        own = [item for item in items.values() if item["holder_unit_id"] == team.id]
        if index == 0:
            own = _without_newest_doors(own)
        result.append(
            DemoTeam(
                team_index=index,
                members=4,
                daily_quota=daily_quota(max(targets[team.id].values()), demo.campaign.quota_days),
                targets=tuple(
                    DemoTarget(i["citizen_id"] - 1, home_of[i["citizen_id"] - 1], i["opened_at"])
                    for i in sorted(own, key=lambda i: i["citizen_id"])
                ),
            )
        )
    return result


def _without_newest_doors(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave half of the newest list's households for whoever tries the demo: the team everybody
    logs in as has doors to go on with.
    """
    newest = max(item["opened_at"] for item in items)
    fresh = {item["household_id"] for item in items if item["opened_at"] == newest}
    fresh -= {item["household_id"] for item in items if item["opened_at"] != newest}
    left = set(sorted(fresh)[::2])
    return [item for item in items if item["household_id"] not in left]


def _store_visits(
    demo: Demo, teams: Sequence[Unit], citizens: list[dict[str, Any]], visits: Sequence[DemoVisit]
) -> None:
    rng = rng_for(demo.seed, "uuids")
    users = dict(db.session.execute(select(User.login_name, User.id)).tuples().all())
    uuids = [str(UUID(int=rng.getrandbits(128), version=4)) for _visit in visits]
    events: dict[int, list[VisitEvent]] = {}
    for number, (visit, uuid) in enumerate(zip(visits, uuids, strict=True), start=1):
        row = citizens[visit.citizen_index]
        undoes = uuids[visit.undoes_index] if visit.undoes_index is not None else None
        given = VisitInput(
            uuid=uuid,
            outcome=None if visit.outcome == UNDO else Outcome(visit.outcome),
            sub_reason=AbsentReason(visit.sub_reason) if visit.sub_reason else None,
            note=visit.note,
            next_visit_at=visit.next_visit_at,
            new_phone=visit.new_phone,
            undoes=undoes,
        )
        role = "totruong" if visit.member_index == 0 else "tinhnguyen"
        team = teams[visit.team_index]
        event = _event(demo, row, given, visit.happened_at, team, users[f"{role}.{team.code}"])
        event.id = number
        events.setdefault(row["id"], []).append(event)
    _insert_events(events)
    _fold_all(demo, citizens, events)


def _event(
    demo: Demo, row: dict[str, Any], given: VisitInput, at: datetime, team: Unit, user_id: int
) -> VisitEvent:
    return VisitEvent(
        uuid=given.uuid,
        body_digest=given.digest,
        campaign_id=demo.campaign.id,
        citizen_id=row["id"],
        household_id=row["household_id"],
        home_unit_id=row["unit_id"],
        performed_by_unit_id=team.id,
        performed_by=user_id,
        recorded_by=user_id,
        received_at=at,
        happened_at=at,
        counted_on=clock.to_local(at).date(),
        outcome=given.outcome,
        sub_reason=given.sub_reason,
        note=given.note,
        next_visit_at=given.next_visit_at,
        new_phone=given.new_phone,
        undoes_uuid=given.undoes,
        skew_s=0,
        is_typed_in=False,
    )


def _insert_events(events: dict[int, list[VisitEvent]]) -> None:
    names = [column.key for column in VisitEvent.__table__.columns]
    rows = [
        {name: getattr(event, name) for name in names} for own in events.values() for event in own
    ]
    rows.sort(key=lambda row: row["id"])
    for first in range(0, len(rows), 2000):
        db.session.execute(insert(VisitEvent), rows[first : first + 2000])


def _fold_all(
    demo: Demo, citizens: list[dict[str, Any]], events: dict[int, list[VisitEvent]]
) -> None:
    parts: list[dict[tuple[FlowKey, Counter], int]] = []
    changes = []
    for citizen_id, own in events.items():
        facts = [fact_of(event) for event in own]
        parts.append(contributions(facts))
        folded = fold(facts)
        winner = next((e for e in own if folded.winner and e.uuid == folded.winner.uuid), None)
        phones = [e for e in own if e.new_phone]
        row = citizens[citizen_id - 1]
        row["visit_status"] = folded.status.value if folded.status else None
        changes.append(
            {
                "id": citizen_id,
                "visit_status": row["visit_status"],
                "visit_status_at": winner.happened_at if winner else None,
                "visit_attempts": folded.attempts,
                "next_visit_at": winner.next_visit_at if winner else None,
                "field_phone": phones[-1].new_phone if phones else None,
                "field_phone_index": keyring().blind_index(phones[-1].new_phone or "", "phone")
                if phones
                else None,
                "field_phone_at": phones[-1].happened_at if phones else None,
            }
        )
    db.session.execute(update(Citizen), changes)
    apply_flows(demo.campaign.id, merge(parts))


def _store_stocks(
    demo: Demo, citizens: list[dict[str, Any]], items: dict[int, dict[str, Any]]
) -> None:
    stocks: dict[tuple[str, int], dict[str, int]] = {}
    for row in citizens:
        bucket = bucket_of(row["application_state"], row.get("visit_status"))
        if bucket is None:
            continue
        places = [(HOME, row["unit_id"])]
        if row["id"] in items:
            places.append((HOLDER, items[row["id"]]["holder_unit_id"]))
        for place in places:
            own = stocks.setdefault(place, {})
            own[bucket.value] = own.get(bucket.value, 0) + 1
    changes = [
        StockChange(basis, unit_id, db.session.get_one(Unit, unit_id).path, own)
        for (basis, unit_id), own in stocks.items()
    ]
    add_stocks(demo.campaign.id, changes)
    finals = [
        {"id": item_id, "done_at": at}
        for item_id, at in db.session.execute(
            select(ListItem.id, Citizen.visit_status_at)
            .join(Citizen, Citizen.id == ListItem.citizen_id)
            .where(Citizen.visit_status.in_(FINAL))
        )
    ]
    if finals:
        db.session.execute(update(ListItem), finals)
