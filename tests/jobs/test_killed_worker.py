"""A worker killed in the middle of storing a list: whoever goes on, nothing is doubled."""

import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests.browser import ROOT
from tests.conftest import on_both
from tests.jobs.killed_worker import ROWS_A_PIECE
from tests.make.imports import make_asked_import
from vneid_field.extensions import db
from vneid_field.jobs.models import Job
from vneid_field.jobs.rules import ABANDONED_AFTER_S, MOST_ATTEMPTS
from vneid_field.jobs.services import run_waiting, sweep
from vneid_field.people.models import ApplicationEvent, Citizen
from vneid_field.recount import check

ROWS = 25


def run(arrange):
    """Run what waits; returns how many people and changes of state there are."""
    with arrange():
        run_waiting()
        counts = [select(func.count()).select_from(one) for one in (Citizen, ApplicationEvent)]
        return [db.session.scalar(count) for count in counts]


def die(app):
    """Let a worker begin what waits, and be killed."""
    url = app.config["SETTINGS"].database_url
    command = [sys.executable, "-W", "ignore", "-m", "tests.jobs.killed_worker", url]
    ended = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr[-2000:]


def pass_time(arrange):
    """Let the sweeper find what the dead worker held."""
    with arrange():
        back = timedelta(seconds=ABANDONED_AFTER_S + 1)
        held = db.session.scalars(select(Job).where(Job.heartbeat_at.is_not(None)))
        for job in held:
            job.heartbeat_at = job.heartbeat_at - back
        db.session.commit()
        sweep()


@pytest.fixture
def applying(app, arrange):
    """A list that is being stored; its id, the counts before, and the worker is dead."""
    before = run(arrange)
    with arrange() as world:
        import_id = make_asked_import(world, ROWS)
    die(app)
    return import_id, before


def agrees(arrange):
    with arrange() as world:
        return check(world.campaign) == []


@on_both
def test_the_next_worker_goes_on_behind_the_last_piece(arrange, applying):
    _import_id, before = applying
    assert run(arrange) == [count + ROWS_A_PIECE for count in before]  # held: nobody else starts
    pass_time(arrange)
    assert run(arrange) == [count + ROWS for count in before]
    assert agrees(arrange)


def test_after_too_many_deaths_a_person_goes_on_by_the_button(arrange, login, applying):
    import_id, before = applying
    with arrange():
        db.session.execute(update(Job).values(attempts=MOST_ATTEMPTS))
    pass_time(arrange)
    assert run(arrange) == [count + ROWS_A_PIECE for count in before]
    police = login("commune")
    assert "Áp dụng tiếp" in police.text(f"/imports/{import_id}")
    police.post(f"/imports/{import_id}/apply")
    police.post(f"/imports/{import_id}/apply")  # a second click is the same wish
    assert run(arrange) == [count + ROWS for count in before]
    assert f"{ROWS} người mới" in police.text(f"/imports/{import_id}")
    assert agrees(arrange)
