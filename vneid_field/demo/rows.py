"""A demo household and its people as rows of their tables."""

from datetime import date, time
from typing import Any

from vneid_field.core import clock
from vneid_field.core.crypto import keyring
from vneid_field.core.text import person_sort_key, search_key
from vneid_field.demo.people import DemoApplication, DemoCitizen, Household
from vneid_field.people.addresses import address_key, alley_of, walk_key
from vneid_field.people.kinds import ApplicationState, BirthPrecision, Sex
from vneid_field.units.models import Unit

Row = dict[str, Any]


def household_row(number: int, hamlet: Unit, home: Household) -> Row:
    """Return the columns of a household; a house without a number is one of its own."""
    line = home.address.line or f"Nhà không số, {hamlet.name}"
    has_number = bool(home.address.line)
    return {
        "id": number,
        "unit_id": hamlet.id,
        "unit_path": hamlet.path,
        "address_line": line,
        "address_key": address_key(line) if has_number else f"{address_key(line)} {number}",
        "walk_key": walk_key(line) if has_number else f"~|{home.address.walking_order:06d}",
        "alley": alley_of(line),
        "head_name": home.head_name,
        "is_manual": False,
    }


def _state(application: DemoApplication) -> ApplicationState:
    if application.approved_at is not None:
        return ApplicationState.APPROVED
    if application.collected_on is not None:
        return ApplicationState.COLLECTED
    return ApplicationState.NOT_COLLECTED


FOUNDED_ON = date(2023, 6, 14)  # the day before the start, when the demo's units are founded
COLLECTED_BY = time(15)  # before the demo's moment, also on its last day


def citizen_row(
    citizen_id: int,
    household_id: int,
    hamlet: Unit,
    member: DemoCitizen,
    application: DemoApplication,
) -> Row:
    """Return the columns of a citizen whom nobody has visited yet."""
    start, approved_at = clock.at_local(FOUNDED_ON, time(9)), application.approved_at
    on = application.collected_on
    stands_since = approved_at or (clock.at_local(on, COLLECTED_BY) if on else start)
    return {
        "id": citizen_id,
        "household_id": household_id,
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
        "phone_index": keyring().blind_index(member.phone, "phone") if member.phone else None,
        "application_state": _state(application),
        "application_state_at": stands_since,
        "approved_on": clock.to_local(approved_at).date() if approved_at else None,
        "field_phone": None,
        "field_phone_index": None,
        "field_phone_at": None,
        "visit_status": None,
        "visit_status_at": None,
        "visit_attempts": 0,
        "next_visit_at": None,
        "claim_at": None,
        "claim_last_at": None,
        "claim_unit_id": None,
        "claim_by": None,
        "other_status": None,
        "other_status_at": None,
        "last_event_at": None,
        "created_at": start,
        "updated_at": stands_since,
    }
