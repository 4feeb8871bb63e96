"""Synthetic households and citizens; nobody in them exists."""

from datetime import date
from itertools import count

from vneid_field.core import clock
from vneid_field.core.crypto import keyring
from vneid_field.core.text import person_sort_key, search_key
from vneid_field.extensions import db
from vneid_field.figures.services import HOME, StockChange, add_stocks
from vneid_field.figures.stocks import bucket_of
from vneid_field.people.addresses import alley_of, household_key, walk_key
from vneid_field.people.kinds import ApplicationState, BirthPrecision, Sex
from vneid_field.people.models import ApplicationEvent, Citizen, Household
from vneid_field.units.models import Unit

_numbers = count(1)
FAMILIES = ("Nguyễn Thị", "Trần Văn", "Lê Hoàng", "Phạm Ngọc", "Huỳnh Thị Mỹ", "Đặng Quốc")
GIVEN = ("Ánh", "Bình", "Duyên", "Đức", "Hường", "Khởi", "Lựu", "Nghĩa", "Phượng", "Thúy", "Yến")


def make_household(unit: Unit, *, address_line: str = "12 Mậu Thân", people: int = 0, **overrides):
    """Return a stored household with that many approved citizens."""
    values = dict(
        unit_id=unit.id,
        unit_path=unit.path,
        address_line=address_line,
        address_key=household_key(unit.id, address_line, "", "").address_key,
        walk_key=walk_key(address_line),
        alley=alley_of(address_line),
    )
    household = Household(**values | overrides)
    db.session.add(household)
    db.session.flush()
    for _ in range(people):
        make_citizen(household)
    return household


def make_citizen(household: Household, **overrides) -> Citizen:
    """Return a stored citizen whose application was approved by an import a week ago."""
    number = next(_numbers)
    name = f"{FAMILIES[number % 6]} {GIVEN[number % 11]}"
    citizen_id = overrides.pop("citizen_id", f"09209{number % 10}{number:06d}")
    phone = overrides.pop("phone", f"0912{number:06d}")
    values = dict(
        household_id=household.id,
        unit_id=household.unit_id,
        unit_path=household.unit_path,
        full_name=name,
        birth_on=date(1950 + number % 50, 1 + number % 12, 1 + number % 28),
        birth_precision=BirthPrecision.DAY,
        sex=Sex.FEMALE if number % 2 else Sex.MALE,
        application_state=ApplicationState.APPROVED,
        application_state_at=clock.now(),
        approved_on=date(2023, 6, 27),
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    values |= overrides
    citizen = Citizen(
        **values,
        search_key=search_key(values["full_name"]),
        sort_key=person_sort_key(values["full_name"]),
        citizen_id=citizen_id,
        citizen_id_index=keyring().blind_index(citizen_id, "citizen_id"),
        phone=phone,
        phone_index=keyring().blind_index(phone, "phone") if phone else None,
    )
    db.session.add(citizen)
    db.session.flush()
    db.session.add(
        ApplicationEvent(
            citizen_id=citizen.id,
            from_state=None,
            to_state=citizen.application_state,
            source="test",
            at=clock.now(),
        )
    )
    bucket = bucket_of(citizen.application_state, citizen.visit_status)
    if bucket:
        add_stocks(1, [StockChange(HOME, citizen.unit_id, citizen.unit_path, {bucket.value: 1})])
    return citizen
