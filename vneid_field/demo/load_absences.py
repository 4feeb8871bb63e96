"""The absent loop in the demo's ward: support teams of its district, cases at every stage."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from vneid_field.absences.kinds import CloseReason, ContactOutcome, Leave, Stage
from vneid_field.absences.models import AbsenceCase, AbsenceContact, AbsenceHop, SupportDesk
from vneid_field.absences.rules import TRIES, due_at
from vneid_field.core import clock
from vneid_field.core.database import bulk_insert
from vneid_field.core.text import person_sort_key, search_key
from vneid_field.demo.names import make_name
from vneid_field.demo.rows import Row
from vneid_field.demo.seeds import rng_for
from vneid_field.documents.letterheads import inside_sentence
from vneid_field.extensions import db
from vneid_field.people.models import Citizen
from vneid_field.units.models import TeamMember, Unit
from vneid_field.units.queries import find_unit_by_code, list_children
from vneid_field.units.rules import UnitKind, path_of
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.models import VisitEvent

if TYPE_CHECKING:
    from vneid_field.demo.load import Demo

DESKS = (
    ("Tổ hỗ trợ kích hoạt số 1", "Trụ sở Công an {kind}", "7h30–17h00, thứ Hai đến thứ Bảy"),
    ("Tổ hỗ trợ kích hoạt số 2", "Nhà văn hóa thiếu nhi {kind}", "17h00–20h00 hằng ngày"),
)
PER_COMMUNE = 40  # people with a case in each commune of the city's size but the first
PLACES = ("Thành phố Hồ Chí Minh", "tỉnh Bình Dương", "tỉnh Đồng Nai", "tỉnh Vĩnh Long")
NEIGHBOUR = "31117"  # where some of the absent are said to rent a room
# Days since the team wrote it → (stage or None for closed, weight).
LATELY = ((Stage.WORK, 55), (Stage.DISTRICT, 22), (Stage.COMMUNE, 13), (Stage.FOUND, 10))
SINCE = ((Stage.WORK, 62), (None, 18), (Stage.BACK, 14), (Stage.ELSEWHERE, 6))
LONG_AGO = ((None, 78), (Stage.BACK, 12), (Stage.WORK, 8), (Stage.ELSEWHERE, 2))


def add_desks(district: Unit) -> None:
    """Add the support teams of a district."""
    kind = inside_sentence(district.name).split()[0]  # quận, huyện
    for number, (name, place, hours) in enumerate(DESKS, start=1):
        full = f"{name} {inside_sentence(district.name)}"
        code = f"{district.code}.HT{number}"
        unit = Unit(
            kind=UnitKind.SUPPORT_TEAM,
            subtype="fixed",
            code=code,
            name=full,
            short_name=name,
            parent_id=district.id,
            path=f"new:{code}",
            sort_order=number,
            search_key=search_key(full),
        )
        db.session.add(unit)
        db.session.flush()
        unit.path = path_of(district.path, unit.id)
        db.session.add(SupportDesk(unit_id=unit.id, place=place.format(kind=kind), hours=hours))
        rng = rng_for("desk", code)
        for seat in range(4):
            full_name = make_name(rng, rng.choice(("male", "female")), rng.randint(1980, 2002))
            db.session.add(
                TeamMember(
                    team_id=unit.id,
                    full_name=full_name,
                    sort_key=person_sort_key(full_name),
                    knows_it=True,
                    is_leader=seat == 0,
                )
            )
    db.session.flush()


@dataclass
class _Loop:
    """The ward's cases while they are made."""

    demo: Demo
    ward: Unit
    district: Unit
    desks: list[Unit]
    neighbour: Unit
    rng: Random
    cases: list[Row] = field(default_factory=list)
    hops: list[Row] = field(default_factory=list)
    contacts: list[Row] = field(default_factory=list)


def load(demo: Demo, ward: Unit) -> None:
    """Give each of the ward's absentees a case, from just found to closed long ago; in the city's
    size also some of every other commune.
    """
    loop = _loop_of(demo, ward, rng_for(demo.seed, "absences"))
    for event in db.session.scalars(_newest_absent(demo, ward)):
        _make_case(loop, event)
    if demo.is_city:
        _load_others(demo, ward, loop)
    _insert(loop)


def _loop_of(demo: Demo, ward: Unit, rng: Random, first: _Loop | None = None) -> _Loop:
    """Return the loop of a commune; all of a demo write into the rows of the first."""
    district = db.session.get_one(Unit, ward.parent_id)
    neighbour = find_unit_by_code(NEIGHBOUR if ward.code != NEIGHBOUR else demo.ward_code)
    assert neighbour is not None
    desks = list_children(district, (UnitKind.SUPPORT_TEAM,))
    loop = _Loop(demo, ward, district, desks, neighbour, rng)
    if first is not None:
        loop.cases, loop.hops, loop.contacts = first.cases, first.hops, first.contacts
    return loop


def _load_others(demo: Demo, ward: Unit, first: _Loop) -> None:
    """Give PER_COMMUNE absentees of every other commune a case, drawn from all of them."""
    home = aliased(Unit)
    absent = (
        select(home.parent_id, Citizen.id)
        .join(home, home.id == Citizen.unit_id)
        .where(*_IS_ABSENT, home.parent_id != ward.id)
        .order_by(Citizen.id)
    )
    people: dict[int | None, list[int]] = {}
    for commune_id, citizen_id in db.session.execute(absent):
        people.setdefault(commune_id, []).append(citizen_id)
    communes = db.session.scalars(
        select(Unit).where(Unit.kind == UnitKind.COMMUNE, Unit.id.in_(people)).order_by(Unit.path)
    )
    for commune in communes.all():
        rng = rng_for(demo.seed, "absences", commune.code)
        all_of_it = people[commune.id]
        chosen = rng.sample(all_of_it, min(PER_COMMUNE, len(all_of_it)))
        loop = _loop_of(demo, commune, rng, first)
        for event in db.session.scalars(_newest_of(demo, Citizen.id.in_(chosen))):
            _make_case(loop, event)


def _insert(loop: _Loop) -> None:
    connection = db.session.connection()
    for model, rows in (
        (AbsenceCase, loop.cases),
        (AbsenceHop, loop.hops),
        (AbsenceContact, loop.contacts),
    ):
        bulk_insert(connection, model.__table__, rows, {})  # type: ignore[arg-type]
    if db.engine.dialect.name == "postgresql":
        newest = select(func.max(AbsenceCase.id)).scalar_subquery()
        sequence = func.pg_get_serial_sequence("absence_case", "id")
        db.session.execute(select(func.setval(sequence, newest)))


_IS_ABSENT = (
    Citizen.visit_status == Outcome.ABSENT.value,
    Citizen.application_state == "approved",
)


def _newest_absent(demo: Demo, ward: Unit) -> Select[VisitEvent]:
    """The newest absent result of everybody in the ward who is absent now."""
    hamlets = select(Unit.id).where(Unit.parent_id == ward.id)
    return _newest_of(demo, Citizen.unit_id.in_(hamlets))


def _newest_of(demo: Demo, which: ColumnElement[bool]) -> Select[VisitEvent]:
    newest = (
        select(func.max(VisitEvent.id))
        .join(Citizen, Citizen.id == VisitEvent.citizen_id)
        .where(
            VisitEvent.campaign_id == demo.campaign.id,
            VisitEvent.outcome == Outcome.ABSENT,
            *_IS_ABSENT,
            which,
        )
        .group_by(VisitEvent.citizen_id)
    )
    return select(VisitEvent).where(VisitEvent.id.in_(newest)).order_by(VisitEvent.id)


def _make_case(loop: _Loop, event: VisitEvent) -> None:
    case_id = len(loop.cases) + 1
    back_at = event.next_visit_at
    back_on = clock.to_local(back_at).date() if back_at else None
    age = (clock.to_local(loop.demo.now).date() - clock.to_local(event.happened_at).date()).days
    stage = _stage(loop.rng, age)
    if back_on is not None and age > 1:
        stage = Stage.BACK
    elif stage is Stage.BACK:
        back_on = clock.to_local(loop.demo.now).date() + timedelta(days=loop.rng.randint(1, 20))
    row: Row = {
        "id": case_id,
        "campaign_id": event.campaign_id,
        "citizen_id": event.citizen_id,
        "team_id": event.performed_by_unit_id,
        "event_id": event.id,
        "reason": event.sub_reason,
        "back_on": back_on
        if stage is Stage.BACK or event.sub_reason is AbsentReason.BACK_ON
        else None,
        "tries": 0,
        "opened_at": event.happened_at,
        "closed_at": None,
        "close_reason": None,
        "place": "",
    }
    loop.cases.append(row)
    _make_hops(loop, row, stage)


def _stage(rng: Random, age: int) -> Stage | None:
    if age < 1:
        return Stage.FOUND
    table = LATELY if age == 1 else SINCE if age < 7 else LONG_AGO
    return rng.choices([stage for stage, _w in table], weights=[w for _s, w in table])[0]


def _make_hops(loop: _Loop, case: Row, stage: Stage | None) -> None:
    """Walk a case along the days: team, commune by 08h00, district by 10h00, a desk by 14h00."""
    found = clock.to_local(case["opened_at"]).date()
    desk = loop.desks[case["id"] % len(loop.desks)]
    walk = [
        (Stage.FOUND, case["team_id"], case["opened_at"]),
        (Stage.COMMUNE, loop.ward.id, clock.at_local(found + timedelta(days=1), time(7, 45))),
        (Stage.DISTRICT, loop.district.id, clock.at_local(found + timedelta(days=1), time(9, 40))),
        (Stage.WORK, desk.id, clock.at_local(found + timedelta(days=1), time(13, 30))),
    ]
    walk = [hop for hop in walk if hop[2] <= loop.demo.now]
    stages = [hop[0] for hop in walk]
    if stage in stages:
        walk = walk[: stages.index(stage) + 1]
    last_at = walk[-1][2]
    later = min(last_at + timedelta(days=1, hours=2), loop.demo.now - timedelta(minutes=20))
    if stage is Stage.BACK:
        walk.append((Stage.BACK, case["team_id"], max(later, last_at)))
    elif stage is Stage.ELSEWHERE:
        walk.append((Stage.ELSEWHERE, loop.neighbour.id, max(later, last_at)))
    for number, (at_stage, unit_id, at) in enumerate(walk):
        following = walk[number + 1][2] if number + 1 < len(walk) else None
        loop.hops.append(_hop(case, at_stage, unit_id, at, following))
        if number:
            loop.hops[-1]["from_unit_id"] = walk[number - 1][1]
    if stage is Stage.WORK or stage is None:
        _make_contacts(loop, case, desk, last_at, is_closed=stage is None)


def _hop(case: Row, stage: Stage, unit_id: int, at: datetime, left_at: datetime | None) -> Row:
    is_waiting = left_at is None and case["id"] % 3 == 0 and stage is not Stage.FOUND
    return {
        "case_id": case["id"],
        "stage": stage,
        "unit_id": unit_id,
        "from_unit_id": None,
        "sent_at": at,
        "due_at": due_at(stage, at, {}, back_on=case["back_on"]),
        "received_at": None if is_waiting else at,
        "left_at": left_at,
        "left_as": Leave.SENT if left_at else None,
        "note": "Ở trọ, chưa rõ số nhà" if stage is Stage.ELSEWHERE else "",
    }


def _make_contacts(
    loop: _Loop, case: Row, desk: Unit, from_at: datetime, *, is_closed: bool
) -> None:
    """Some calls; whoever stays outside the city or never answers is closed."""
    tries = TRIES if is_closed else loop.rng.choice((0, 0, 1, 1, 2))
    at = from_at
    for _try in range(tries):
        at += timedelta(hours=5)
        if at >= loop.demo.now:
            break
        case["tries"] += 1
        _contact(loop, case, desk, ContactOutcome.NO_ANSWER, at)
    if is_closed:
        end = min(at + timedelta(hours=2), loop.demo.now)
        is_outside = loop.rng.random() < 0.6 or case["tries"] < TRIES
        case["closed_at"] = end
        case["close_reason"] = CloseReason.OUTSIDE if is_outside else CloseReason.UNREACHABLE
        case["place"] = loop.rng.choice(PLACES) if is_outside else ""
        _contact(
            loop,
            case,
            desk,
            ContactOutcome.OUTSIDE if is_outside else ContactOutcome.UNREACHABLE,
            end,
        )
        loop.hops[-1]["left_at"], loop.hops[-1]["left_as"] = end, Leave.CLOSED
        loop.hops[-1]["received_at"] = loop.hops[-1]["sent_at"]


def _contact(loop: _Loop, case: Row, desk: Unit, outcome: ContactOutcome, at: datetime) -> None:
    loop.contacts.append(
        {
            "uuid": str(UUID(int=loop.rng.getrandbits(128), version=4)),
            "case_id": case["id"],
            "unit_id": desk.id,
            "at": at,
            "outcome": outcome,
            "note": "",
        }
    )
