"""The job row is the truth: nothing asked for is lost, nothing runs twice at once."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import OperationalError

from tests.conftest import on_both
from vneid_field.core import clock
from vneid_field.core.database import set_writing, writing
from vneid_field.core.errors import DomainError
from vneid_field.extensions import db
from vneid_field.jobs import services
from vneid_field.jobs.models import Job
from vneid_field.jobs.rules import ABANDONED_AFTER_S, MOST_ATTEMPTS, JobState
from vneid_field.jobs.services import enqueue, run_one, run_waiting, sweep


@pytest.fixture
def body(monkeypatch):
    """Register a body for the kind "test"; returns the list of what it was given."""
    seen = []

    def register(function=lambda job, progress: {}):
        def run(job, progress):
            seen.append(dict(job.payload))
            return function(job, progress)

        monkeypatch.setitem(services._BODIES, "test", run)
        return seen

    return register


def ask(payload=None, **more):
    job = enqueue("test", actor=None, payload=payload or {}, **more)
    db.session.commit()
    return job.id


def state_of(job_id):
    return db.session.scalar(
        select(Job.state).where(Job.id == job_id).execution_options(populate_existing=True)
    )


@on_both
def test_a_job_runs_once_and_keeps_its_result(world, body):
    seen = body(lambda job, progress: {"made": 7})
    job_id = ask({"n": 1})
    assert run_waiting() == 1
    assert run_waiting() == 0
    assert (seen, db.session.get_one(Job, job_id).result) == ([{"n": 1}], {"made": 7})


@on_both
def test_the_same_wish_is_one_job_until_it_is_finished(world, body):
    body()
    first = ask(dedupe_key="papers:1")
    assert ask(dedupe_key="papers:1") == first
    run_waiting()
    assert ask(dedupe_key="papers:1") == first
    assert state_of(first) is JobState.WAITING


def test_a_job_writes_although_somebody_else_wrote_after_it_was_read(app, body):
    """SQLite never gives the lock to a transaction that began to read before another's write."""
    with app.app_context():
        other = create_engine(str(db.engine.url))

        def write_meanwhile(job, progress):
            progress(1, 2)
            with other.begin() as connection:
                connection.execute(text("UPDATE campaign SET name = name || '.'"))
            progress(2, 2)
            return {}

        body(write_meanwhile)
        with writing():
            job_id = ask()
            db.session.rollback()
        set_writing(False)
        db.session.scalar(select(Job.id))  # the worker reads something, as its clock does
        with other.begin() as connection:
            connection.execute(text("UPDATE campaign SET name = name || '.'"))
        run_one(job_id)
        assert state_of(job_id) is JobState.DONE
        db.session.scalar(select(Job.id))
        with other.begin() as connection:
            connection.execute(text("UPDATE campaign SET name = name || '.'"))
        assert sweep() == 0  # and so does the sweeper
        other.dispose()


def test_a_busy_database_is_tried_again_and_not_for_ever(world, body):
    def busy(job, progress):
        raise OperationalError("UPDATE", None, Exception("database is locked"))

    seen = body(busy)
    job_id = ask()
    for _ in range(MOST_ATTEMPTS):
        assert run_one()
        assert state_of(job_id) is JobState.WAITING
    assert run_one()
    assert state_of(job_id) is JobState.FAILED
    assert len(seen) == MOST_ATTEMPTS


@on_both
def test_a_refusal_is_final_and_says_why(world, body):
    def refuse(job, progress):
        raise DomainError("Tệp không đọc được.")

    body(refuse)
    job_id = ask()
    run_waiting()
    assert state_of(job_id) is JobState.FAILED
    assert db.session.get_one(Job, job_id).message == "Tệp không đọc được."


@on_both
def test_what_a_dead_worker_left_is_found_again(world, body):
    body()
    job = db.session.get_one(Job, ask())
    job.state = JobState.RUNNING
    job.heartbeat_at = clock.real_now() - timedelta(seconds=ABANDONED_AFTER_S + 1)
    db.session.commit()
    assert run_waiting() == 0
    assert sweep() == 1
    assert run_waiting() == 1
