"""Storing people that a list brings: in pieces of a thousand, grouped into households."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, and_, insert, literal, or_, select, update

from vneid_field.core.crypto import keyring
from vneid_field.core.database import Base, bulk_insert, one_of
from vneid_field.core.text import person_sort_key, search_key
from vneid_field.extensions import db
from vneid_field.people.addresses import alley_of, household_key, walk_key
from vneid_field.people.kinds import ApplicationState, BirthPrecision, Sex
from vneid_field.people.models import ApplicationEvent, Citizen, Household


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of a citizen, as a list is compared with it. `phone` is plain text."""

    id: int
    household_id: int
    unit_id: int
    unit_path: str
    full_name: str
    birth_on: date | None
    birth_precision: BirthPrecision
    sex: Sex
    phone: str | None
    phone_source: str
    application_state: ApplicationState
    application_state_at: datetime
    approved_on: date | None
    visit_status: str | None
    note: str
    address_line: str
    is_manual: bool


@dataclass(frozen=True, slots=True)
class Home:
    """Where a person of a list lives, and what tells their household."""

    unit_id: int
    unit_path: str
    address_line: str
    head_name: str
    full_name: str


def _table(model: type[Base]) -> Table:
    """Bulk inserts go to the table: the ORM's own bookkeeping costs more than the insert."""
    return cast(Table, model.__table__)


def id_index(citizen_id: str) -> bytes:
    """Return the blind index of an id number."""
    return keyring().blind_index(citizen_id, "citizen_id")


def phone_index(phone: str | None) -> bytes | None:
    """Return the blind index of a phone number, None for none."""
    return keyring().blind_index(phone, "phone") if phone else None


def find_held(indexes: Sequence[bytes], *, is_locked: bool = False) -> dict[bytes, Held]:
    """Return what is held, city-wide, of the citizens with these indexes (≤ 1.000).

    The id number is the natural key of the whole city, so there is no scope here: callers compare
    and count, and show nothing of a person outside their unit. `is_locked` holds the rows until
    the transaction ends, so that a visit recorded meanwhile waits.
    """
    here = one_of(Citizen.citizen_id_index, indexes, db.engine.dialect.name)
    if is_locked:
        # Apart from the reading: a row that changed while its lock was waited for would be
        # joined with the household it had before, and be missed.
        lock = select(Citizen.id).where(here).order_by(Citizen.id)
        db.session.execute(lock.with_for_update(key_share=True))
    query = (
        select(
            Citizen.citizen_id_index,
            Citizen.id,
            Citizen.household_id,
            Citizen.unit_id,
            Citizen.unit_path,
            Citizen.full_name,
            Citizen.birth_on,
            Citizen.birth_precision,
            Citizen.sex,
            Citizen.phone,
            Citizen.phone_source,
            Citizen.application_state,
            Citizen.application_state_at,
            Citizen.approved_on,
            Citizen.visit_status,
            Citizen.note,
            Household.address_line,
            Household.is_manual,
        )
        .join(Household, Household.id == Citizen.household_id)
        .where(here)
    )
    return {bytes(row[0]): Held(*tuple(row)[1:]) for row in db.session.execute(query)}


def place_in_households(homes: Sequence[Home]) -> list[int]:
    """Return the household id of each person, making the households that are missing.

    People of one hamlet and normalised address share one. Of several with the same address
    (split by hand) the eldest takes newcomers; a merged one leads to where it went.
    """
    keys = [household_key(h.unit_id, h.address_line, h.head_name, h.full_name) for h in homes]
    wanted = {(key.unit_id, key.address_key) for key in keys}
    known = _find_households(wanted)
    missing: dict[tuple[int, str], dict[str, Any]] = {}
    for home, key in zip(homes, keys, strict=True):
        pair = (key.unit_id, key.address_key)
        if pair not in known and pair not in missing:
            missing[pair] = {
                "unit_id": home.unit_id,
                "unit_path": home.unit_path,
                "address_line": home.address_line,
                "address_key": key.address_key,
                "walk_key": walk_key(home.address_line),
                "alley": alley_of(home.address_line),
                "head_name": home.head_name,
                "is_manual": False,
            }
    if missing:
        # A plain bulk insert, then one look-up: RETURNING in order goes row by row on SQLite.
        bulk_insert(db.session.connection(), _table(Household), list(missing.values()), {})
        known |= _find_households(set(missing))
    return [known[(key.unit_id, key.address_key)] for key in keys]


def _find_households(keys: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Return the household of each hamlet and address, where it was merged away the one it went to.

    Locked until the transaction ends, so that a merge waits for whom this list brings, and this
    list for a merge. The weakest lock: it keeps nobody else waiting.
    """
    query = select(
        Household.unit_id, Household.address_key, Household.id, Household.merged_into_id
    ).where(_at(keys))
    locked = query.order_by(Household.id).with_for_update(read=True, key_share=True)
    found: dict[tuple[int, str], tuple[int, int | None]] = {}
    for unit_id, key, household_id, into_id in db.session.execute(locked):
        found.setdefault((unit_id, key), (household_id, into_id))
    ends = _ends_of({into_id for _own, into_id in found.values() if into_id is not None})
    return {pair: own if into is None else ends[into] for pair, (own, into) in found.items()}


def _at(keys: Iterable[tuple[int, str]]) -> ColumnElement[bool]:
    """An array a hamlet: two thousand separate parameters cost more than the look-up itself."""
    by_unit: dict[int, list[str]] = {}
    for unit_id, key in keys:
        by_unit.setdefault(unit_id, []).append(key)
    dialect = db.engine.dialect.name
    return or_(
        *(
            and_(Household.unit_id == unit_id, one_of(Household.address_key, own, dialect))
            for unit_id, own in by_unit.items()
        )
    )


def _ends_of(household_ids: set[int]) -> dict[int, int]:
    """Return where merged households led to at last: what they went into may have gone too."""
    went: dict[int, int | None] = {}
    new = set(household_ids)
    while new:
        query = select(Household.id, Household.merged_into_id).where(Household.id.in_(new))
        locked = query.order_by(Household.id).with_for_update(read=True, key_share=True)
        step = {one: into for one, into in db.session.execute(locked)}
        went |= step
        new = {into for into in step.values() if into is not None} - went.keys()
    ends = {}
    for one in household_ids:
        at = one
        while (into := went[at]) is not None:
            at = into
        ends[one] = at
    return ends


def name_columns(full_name: str) -> dict[str, str]:
    """Return a name with the keys that search and order need."""
    return {
        "full_name": full_name,
        "search_key": search_key(full_name)[:160],
        "sort_key": person_sort_key(full_name)[:260],
    }


def phone_columns(phone: str | None, at: datetime) -> dict[str, Any]:
    """Return a phone number from a list with its index; the one learnt at the door stays."""
    return {
        "phone": phone,
        "phone_index": phone_index(phone),
        "phone_source": "import",
        "phone_set_at": at,
    }


def store_new(rows: Sequence[dict[str, Any]], same: Mapping[str, Any]) -> list[int]:
    """Insert citizens and return their ids in the same order.

    `rows` hold the columns that differ, `same` those that all share (never text of a list).
    """
    if not rows:
        return []
    bulk_insert(db.session.connection(), _table(Citizen), rows, same)
    indexes = [row["citizen_id_index"] for row in rows]
    query = select(Citizen.citizen_id_index, Citizen.id).where(
        one_of(Citizen.citizen_id_index, indexes, db.engine.dialect.name)
    )
    ids = {bytes(row[0]): row[1] for row in db.session.execute(query)}
    return [ids[index] for index in indexes]


def store_changes(changes: Mapping[int, dict[str, Any]]) -> None:
    """Update citizens by id; people with the same set of columns share a statement."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for citizen_id, values in changes.items():
        groups.setdefault(tuple(sorted(values)), []).append({"id": citizen_id, **values})
    for rows in groups.values():
        db.session.execute(update(Citizen), rows)


def store_first_events(citizen_ids: Sequence[int], same: Mapping[str, Any]) -> None:
    """Insert the first change of application state of new citizens: one statement."""
    if not citizen_ids:
        return
    columns = ApplicationEvent.__table__.c
    constants = [literal(value, columns[name].type) for name, value in same.items()]
    source = select(Citizen.id, Citizen.unit_id, *constants).where(
        one_of(Citizen.id, citizen_ids, db.engine.dialect.name)
    )
    names = ["citizen_id", "home_unit_id", *same]
    db.session.execute(insert(_table(ApplicationEvent)).from_select(names, source))


def store_reasons(import_id: int, reasons: Mapping[int, str]) -> None:
    """Write why an import gave new citizens their first state, by citizen, where it says so."""
    for citizen_id, reason in reasons.items():
        if reason:
            db.session.execute(
                update(ApplicationEvent)
                .where(
                    ApplicationEvent.citizen_id == citizen_id,
                    ApplicationEvent.source == "import",
                    ApplicationEvent.source_id == import_id,
                )
                .values(reason=reason)
                .execution_options(synchronize_session=False)
            )


def store_events(rows: Sequence[dict[str, Any]]) -> None:
    """Insert changes of application state (columns of ApplicationEvent)."""
    if rows:
        db.session.execute(insert(_table(ApplicationEvent)), list(rows))
