"""Migrations go up and down, also on a database that is in use (quality.md, reliability)."""

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, inspect, select, table

from tests.databases import START, drop_database, make_app, new_database
from tests.make.visits import make_visit
from tests.make.world import World
from vneid_field.commands.database import MIGRATIONS, differences
from vneid_field.core import clock
from vneid_field.core.database import writing
from vneid_field.extensions import db
from vneid_field.recount import check
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.services import record_visit


def _counts() -> dict[str, int]:
    names = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
    return {
        name: db.session.scalar(select(func.count()).select_from(table(name))) for name in names
    }


@pytest.fixture(params=["sqlite", "postgresql"])
def filled(request):
    url = new_database(request.param)
    app = make_app(url)
    with app.app_context(), clock.frozen(START):
        with writing():
            world = World()
            world.hand_over_all()
            record_visit(
                actor=world.actor("volunteer"),
                campaign=world.campaign,
                citizen_id=world.citizens[0].id,
                given=make_visit(Outcome.ACTIVATED_APP),
            )
            db.session.commit()
        yield
        db.session.remove()
        db.engine.dispose()
    drop_database(url)


def test_the_newest_step_goes_down_and_up_on_a_database_in_use(filled):
    before = _counts()
    db.session.remove()
    downgrade(directory=MIGRATIONS, revision="-1")
    upgrade(directory=MIGRATIONS)
    after = _counts()
    assert {name: after[name] for name in before} == before
    assert before["visit_event"] == 1
    assert check(World().campaign) == []
    assert differences() == []


def test_everything_goes_down_to_nothing_and_up_again(filled):
    db.session.remove()
    downgrade(directory=MIGRATIONS, revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade(directory=MIGRATIONS)
    assert differences() == []
