"""The audit log and the visits only grow, whoever talks to the database."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from migrations.triggers import TABLES
from tests.conftest import on_both
from tests.make.collection import make_input, make_waiting, put
from tests.make.reviews import phone
from tests.make.visits import make_visit
from vneid_field.core.database import writing
from vneid_field.extensions import db
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.services import record_visit

VERBS = {"sqlite": {"update", "delete", "replace"}, "postgresql": {"update", "delete", "truncate"}}
LISTED = {
    "sqlite": "select name from sqlite_master where type = 'trigger'",
    "postgresql": "select tgname from pg_trigger where not tgisinternal",
}


@pytest.fixture
def visited(world):
    world.hand_over_all()
    record_visit(
        actor=world.actor("volunteer"),
        campaign=world.campaign,
        citizen_id=world.citizens[0].id,
        given=make_visit(Outcome.REFUSED),
    )
    claimed = record_visit(
        actor=world.actor("volunteer"),
        campaign=world.campaign,
        citizen_id=world.citizens[1].id,
        given=make_visit(Outcome.ACTIVATED_APP),
    )
    phone(world, claimed.event)
    (person,) = make_waiting(world, households=1, people=1)
    put(world, person, make_input(), is_walk_in=True)
    db.session.commit()
    return db.engine.dialect.name


def rows(table):
    return db.session.execute(text(f"select * from {table} order by id")).all()


def refused(statement):
    with writing(), pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(statement))
    db.session.rollback()


@on_both
def test_every_append_only_table_has_its_triggers(visited):
    there = set(db.session.scalars(text(LISTED[visited])))
    assert there == {f"{table}_no_{verb}" for table in TABLES for verb in VERBS[visited]}


@on_both
@pytest.mark.parametrize("table", sorted(TABLES))
def test_no_statement_changes_or_removes_what_was_written(visited, table):
    before = rows(table)
    assert before
    refused(f"update {table} set id = id + 1000")
    refused(f"delete from {table}")
    if visited == "postgresql":
        refused(f"truncate {table} cascade")
    else:
        refused(f"insert or replace into {table} select * from {table}")
        refused(f"replace into {table} select * from {table}")
    assert rows(table) == before


def test_a_visit_cannot_be_replaced_by_another_of_its_uuid(visited):
    before = rows("visit_event")
    columns = ", ".join(before[0]._fields[1:])
    refused(f"insert or replace into visit_event ({columns}) select {columns} from visit_event")
    assert rows("visit_event") == before
