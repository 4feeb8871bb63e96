"""A commune whole: citizens in households, standing lists, every day of visits, event by event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import Table, func, select

from vneid_field.accounts.models import User
from vneid_field.core import clock
from vneid_field.core.crypto import keyring
from vneid_field.core.database import bulk_insert
from vneid_field.core.shares import largest_remainder
from vneid_field.demo.history import DemoTarget, DemoTeam, DemoVisit, make_history
from vneid_field.demo.people import (
    CitizenIds,
    assign_applications,
    make_households,
)
from vneid_field.demo.people import Household as DemoHousehold
from vneid_field.demo.rows import Row, citizen_row, household_row
from vneid_field.demo.seeds import rng_for
from vneid_field.extensions import db
from vneid_field.figures.rules import merge
from vneid_field.figures.services import HOLDER, HOME, StockChange, add_stocks, apply_flows
from vneid_field.figures.stocks import ANSWERED, bucket_of
from vneid_field.lists.kinds import HandOverState, ItemState, Purpose
from vneid_field.lists.models import HandOver, ListItem
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Citizen, Household
from vneid_field.quotas.queries import targets_of
from vneid_field.quotas.rules import daily_quota
from vneid_field.reporting.models import CollectionResult
from vneid_field.units.models import TeamHamlet, Unit
from vneid_field.units.queries import list_children
from vneid_field.units.rules import UnitKind
from vneid_field.visits.given import VisitInput
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.rules import VisitFact, claim_columns, contributions, fold

if TYPE_CHECKING:
    from vneid_field.demo.load import Demo

UNDO = "undo"
DOORS_LEFT = 8
# Two million visits for 700.000 citizens (quality.md): a city's doors are shut more often.
SHUT_MORE_IN_THE_CITY = 0.17


@dataclass
class Ledger:
    """What communes share: how many rows there are, and the id numbers given out."""

    ids: CitizenIds
    households: int = 0
    citizens: int = 0
    events: int = 0

    def close(self) -> None:
        """Let the next rows be numbered behind these: PostgreSQL does not look for itself."""
        if db.engine.dialect.name == "postgresql":
            for model in (Household, Citizen, VisitEvent):
                name = model.__tablename__
                newest = select(func.max(model.id)).scalar_subquery()
                sequence = func.pg_get_serial_sequence(name, "id")
                db.session.execute(select(func.setval(sequence, newest)))


@dataclass
class _Commune:
    """One commune while it is made; nothing is stored before its last day is over."""

    demo: Demo
    unit: Unit
    ledger: Ledger
    hamlets: list[Unit]
    teams: list[Unit]
    households: list[Row] = field(default_factory=list)
    citizens: list[Row] = field(default_factory=list)
    items: dict[int, Row] = field(default_factory=dict)  # by citizen
    events: dict[int, list[Row]] = field(default_factory=dict)  # by citizen

    def citizen(self, citizen_id: int) -> Row:
        """Return a citizen's row."""
        return self.citizens[citizen_id - self.ledger.citizens - 1]


def load(demo: Demo, unit: Unit, count: int, ledger: Ledger) -> None:
    """Store a commune of `count` citizens; its collection results must be there already."""
    made = _Commune(
        demo,
        unit,
        ledger,
        list_children(unit, (UnitKind.HAMLET,)),
        [t for t in list_children(unit, (UnitKind.TEAM,)) if t.subtype == "community_digital"],
    )
    _make_people(made, count)
    _hand_over_all(made)
    visits = make_history(
        rng_for(demo.seed, "history", unit.code), _demo_teams(made), demo.days, demo.now
    )
    _make_events(made, visits)
    facts = {citizen_id: list(map(_fact, rows)) for citizen_id, rows in made.events.items()}
    for citizen_id, own in facts.items():
        _fold(made, citizen_id, own)
    _store(made)
    apply_flows(demo.campaign.id, merge([contributions(own) for own in facts.values()]))
    _store_stocks(made)
    ledger.households += len(made.households)
    ledger.citizens += len(made.citizens)
    ledger.events += len(visits)


def _make_people(made: _Commune, count: int) -> None:
    rng = rng_for(made.demo.seed, "people", made.unit.code)
    weights = {h.id: 100 + (i * 7) % 23 for i, h in enumerate(made.hamlets)}
    sizes = largest_remainder(count, weights)
    is_ward = made.unit.name.startswith("Phường")
    homes: list[tuple[Unit, DemoHousehold]] = []
    for hamlet in made.hamlets:
        for home in make_households(
            rng,
            hamlet.name,
            sizes[hamlet.id],
            ids=made.ledger.ids,
            commune_code=made.unit.code,
            ward=is_ward,
        ):
            homes.append((hamlet, home))
    applications = iter(
        assign_applications(rng, [h for _u, h in homes], _backlog(made), _collected(made))
    )
    for hamlet, home in homes:
        number = made.ledger.households + len(made.households) + 1
        made.households.append(household_row(number, hamlet, home))
        for member in home.members:
            citizen_id = made.ledger.citizens + len(made.citizens) + 1
            row = citizen_row(citizen_id, number, hamlet, member, next(applications))
            made.citizens.append(row)


def _backlog(made: _Commune) -> int:
    amounts = list(targets_of(made.demo.campaign.id, [made.unit.id])[made.unit.id].values())
    return max(amounts) - min(amounts)


def _collected(made: _Commune) -> list[tuple[date, int]]:
    query = select(CollectionResult.collected_on, CollectionResult.collected).where(
        CollectionResult.campaign_id == made.demo.campaign.id,
        CollectionResult.home_unit_id == made.unit.id,
    )
    found = {row[0]: row[1] for row in db.session.execute(query)}
    return [(day, found.get(day, 0)) for day in made.demo.days]


def _hand_over_all(made: _Commune) -> None:
    """Make a received list per hamlet and day on which people were approved."""
    demo, team_of = made.demo, _teams_of_hamlets(made)
    first_at = clock.at_local(demo.days[0], time(7, 0))
    groups: dict[tuple[int, date], list[Row]] = {}
    for row in made.citizens:
        if row["application_state"] is ApplicationState.APPROVED:
            # Approved on a day, handed over that evening; the backlog on the first morning.
            day = max(row["approved_on"], demo.days[0])
            groups.setdefault((row["unit_id"], day), []).append(row)
    for (hamlet_id, day), people in sorted(groups.items()):
        sent_at = clock.at_local(day, time(17, 30)) if day > demo.days[0] else first_at
        if sent_at > demo.now:
            continue
        given = HandOver(
            campaign_id=demo.campaign.id,
            from_unit_id=made.unit.id,
            to_unit_id=team_of[hamlet_id].id,
            purpose=Purpose.ACTIVATE,
            handed_on=day,
            state=HandOverState.RECEIVED,
            sent_at=sent_at,
            received_at=sent_at,
        )
        db.session.add(given)
        db.session.flush()
        for row in people:
            made.items[row["id"]] = {
                "hand_over_id": given.id,
                "citizen_id": row["id"],
                "household_id": row["household_id"],
                "holder_unit_id": given.to_unit_id,
                "opened_at": sent_at,
                "done_at": None,
            }


def _teams_of_hamlets(made: _Commune) -> dict[int, Unit]:
    by_id = {team.id: team for team in made.teams}
    query = select(TeamHamlet.hamlet_id, TeamHamlet.team_id).where(TeamHamlet.team_id.in_(by_id))
    return {row[0]: by_id[row[1]] for row in db.session.execute(query)}


def _demo_teams(made: _Commune) -> list[DemoTeam]:
    campaign = made.demo.campaign
    targets = targets_of(campaign.id, [team.id for team in made.teams])
    items: dict[int, list[Row]] = {team.id: [] for team in made.teams}
    for item in made.items.values():
        items[item["holder_unit_id"]].append(item)
    if made.unit.code == made.demo.ward_code:
        first = made.teams[0].id
        items[first] = _without_newest_doors(items[first])
    return [
        DemoTeam(
            team_index=index,
            members=4,
            daily_quota=daily_quota(max(targets[team.id].values()), campaign.quota_days),
            targets=tuple(
                DemoTarget(
                    item["citizen_id"] - made.ledger.citizens - 1,
                    item["household_id"],
                    item["opened_at"],
                )
                for item in sorted(items[team.id], key=lambda i: i["citizen_id"])
            ),
            shut_more=SHUT_MORE_IN_THE_CITY if made.demo.is_city else 0.0,
        )
        for index, team in enumerate(made.teams)
    ]


def _without_newest_doors(items: list[Row]) -> list[Row]:
    """Leave some of the newest households for whoever tries the demo: the team everybody logs in
    as has doors to go on with.
    """
    known_since: dict[int, datetime] = {}
    for item in items:
        at = known_since.setdefault(item["household_id"], item["opened_at"])
        known_since[item["household_id"]] = min(at, item["opened_at"])
    newest = sorted(known_since, key=lambda door: (known_since[door], door))[-DOORS_LEFT * 2 :]
    left = set(newest[::2])
    return [item for item in items if item["household_id"] not in left]


def _make_events(made: _Commune, visits: Sequence[DemoVisit]) -> None:
    rng = rng_for(made.demo.seed, "uuids", made.unit.code)
    users = _users(made.teams)
    uuids = [str(UUID(int=rng.getrandbits(128), version=4)) for _visit in visits]
    for number, (visit, uuid) in enumerate(zip(visits, uuids, strict=True), start=1):
        citizen = made.citizens[visit.citizen_index]
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
        team = made.teams[visit.team_index]
        role = "totruong" if visit.member_index == 0 else "tinhnguyen"
        row = _event(citizen, given, visit.happened_at, team, users[f"{role}.{team.code}"])
        row["id"] = made.ledger.events + number
        made.events.setdefault(citizen["id"], []).append(row)


def _users(teams: Iterable[Unit]) -> dict[str, int]:
    logins = [f"{role}.{team.code}" for team in teams for role in ("totruong", "tinhnguyen")]
    query = select(User.login_name, User.id).where(User.login_name.in_(logins))
    return {row[0]: row[1] for row in db.session.execute(query)}


def _event(citizen: Row, given: VisitInput, at: datetime, team: Unit, user_id: int) -> Row:
    return {
        "uuid": given.uuid,
        "body_digest": given.digest,
        "citizen_id": citizen["id"],
        "household_id": citizen["household_id"],
        "home_unit_id": citizen["unit_id"],
        "performed_by_unit_id": team.id,
        "performed_by": user_id,
        "recorded_by": user_id,
        "received_at": at,
        "happened_at": at,
        "counted_on": clock.to_local(at).date(),
        "outcome": given.outcome,
        "sub_reason": given.sub_reason,
        "note": given.note,
        "next_visit_at": given.next_visit_at,
        "new_phone": given.new_phone,
        "undoes_uuid": given.undoes,
    }


def _fact(row: Row) -> VisitFact:
    names = ("uuid", "citizen_id", "home_unit_id", "performed_by_unit_id", "performed_by",
             "happened_at", "received_at", "counted_on", "outcome", "sub_reason")  # fmt: skip
    return VisitFact(**{name: row[name] for name in names}, undoes=row["undoes_uuid"])


def _fold(made: _Commune, citizen_id: int, facts: list[VisitFact]) -> None:
    """Write into a citizen and their item what the visits come to."""
    folded, events = fold(facts), made.events[citizen_id]
    winner = next((e for e in events if folded.winner and e["uuid"] == folded.winner.uuid), None)
    phones = [event for event in events if event["new_phone"]]
    row, item = made.citizen(citizen_id), made.items[citizen_id]
    row["visit_status"] = folded.status.value if folded.status else None
    row["visit_status_at"] = winner["happened_at"] if winner else None
    row["visit_attempts"] = folded.attempts
    row["next_visit_at"] = winner["next_visit_at"] if winner else None
    row |= claim_columns(folded, max(event["received_at"] for event in events))
    if phones:
        number = phones[-1]["new_phone"]
        row["field_phone"] = number
        row["field_phone_index"] = keyring().blind_index(number, "phone")
        row["field_phone_at"] = phones[-1]["happened_at"]
    if bucket_of(row["application_state"], row["visit_status"]) in ANSWERED:
        item["done_at"] = row["visit_status_at"]


def _store(made: _Commune) -> None:
    connection, campaign_id = db.session.connection(), made.demo.campaign.id
    events = sorted((e for own in made.events.values() for e in own), key=lambda e: e["id"])
    shared = {"campaign_id": campaign_id, "purpose": Purpose.ACTIVATE, "state": ItemState.OPEN}
    for model, rows, same in (
        (Household, made.households, {}),
        (Citizen, made.citizens, {"phone_source": "import", "note": ""}),
        (ListItem, list(made.items.values()), {**shared, "end_reason": ""}),
        (VisitEvent, events, {"campaign_id": campaign_id, "skew_s": 0, "is_typed_in": False}),
    ):
        table = model.__table__
        assert isinstance(table, Table)
        for first in range(0, len(rows), 2000):
            bulk_insert(connection, table, rows[first : first + 2000], same)


def _store_stocks(made: _Commune) -> None:
    stocks: dict[tuple[str, int], dict[str, int]] = {}
    for row in made.citizens:
        bucket = bucket_of(row["application_state"], row["visit_status"])
        if bucket is None:
            continue
        places = [(HOME, row["unit_id"])]
        if row["id"] in made.items:
            places.append((HOLDER, made.items[row["id"]]["holder_unit_id"]))
        for place in places:
            own = stocks.setdefault(place, {})
            own[bucket.value] = own.get(bucket.value, 0) + 1
    paths = {unit.id: unit.path for unit in [*made.hamlets, *made.teams]}
    changes = [
        StockChange(basis, unit_id, paths[unit_id], own) for (basis, unit_id), own in stocks.items()
    ]
    add_stocks(made.demo.campaign.id, changes)
