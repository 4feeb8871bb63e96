"""Column types and the subtree predicate, on both databases."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from tests.conftest import on_both
from vneid_field.core.access import Scope
from vneid_field.core.clock import TZ
from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.people.models import Citizen
from vneid_field.units.models import Unit


def _paths(roots):
    return set(db.session.scalars(select(Unit.path).where(within(Unit.path, roots))))


@on_both
def test_within_finds_exactly_what_a_scope_covers(world):
    every = set(db.session.scalars(select(Unit.path)))
    district = world.unit("916")
    for roots in (
        (),
        ("",),
        (world.ward.path,),
        (world.team.path,),
        (district.path, world.unit("918").path),
    ):
        scope = Scope(paths=roots)
        assert _paths(roots) == {path for path in every if scope.covers(path)}, roots


@on_both
def test_an_instant_comes_back_aware_and_in_utc(world):
    person = world.citizens[0]
    person.updated_at = datetime(2023, 7, 4, 17, 30, tzinfo=TZ)
    db.session.flush()
    db.session.expire(person)
    assert person.updated_at == datetime(2023, 7, 4, 10, 30, tzinfo=UTC)
    assert person.updated_at.tzinfo is UTC


@on_both
def test_a_naive_instant_is_refused(world):
    world.citizens[0].updated_at = datetime(2023, 7, 4, 17, 30)
    with pytest.raises(StatementError, match="aware"):
        db.session.flush()


@on_both
def test_an_id_number_never_stands_readable_in_the_database(world):
    person = world.citizens[0]
    stored = db.session.execute(
        text("select citizen_id, phone from citizen where id = :id"), {"id": person.id}
    ).one()
    assert person.citizen_id.encode() not in bytes(stored[0])
    assert person.phone.encode() not in bytes(stored[1])


@on_both
def test_both_databases_order_people_by_the_bytes_of_the_sort_key(world):
    keys = list(db.session.scalars(select(Citizen.sort_key).order_by(Citizen.sort_key)))
    assert keys == sorted(keys)
