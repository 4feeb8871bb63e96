"""Two people at once: real threads, a session each, one of them holding its locks."""

from collections.abc import Callable
from contextvars import copy_context
from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy import text

from tests.make.world import World
from vneid_field.core.database import writing
from vneid_field.extensions import db

Act = Callable[[World], object]
WAIT_S = 20  # nobody waits so long unless something is broken


class Runner:
    """One person's transaction in a thread of its own; `answer` is a result or an exception."""

    def __init__(self, app: Flask, act: Act) -> None:
        self.app, self.act = app, act
        self.acted, self.may_commit, self.done = Event(), Event(), Event()
        self.answer: object = None
        self.thread = Thread(target=copy_context().run, args=(self._run,), daemon=True)

    def _run(self) -> None:
        with self.app.app_context(), writing():
            try:
                self.answer = self.act(World())
                self.acted.set()
                assert self.may_commit.wait(WAIT_S)
                db.session.commit()
            except Exception as error:
                db.session.rollback()
                self.answer = error
            finally:
                db.session.remove()
                self.acted.set()
                self.done.set()


def _waits_for_a_lock() -> bool:
    """Say whether somebody waits; on SQLite the second always does, at its BEGIN."""
    if db.engine.dialect.name == "sqlite":
        return True
    with db.engine.connect() as connection:
        query = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
        query += " and datname = current_database()"
        return bool(connection.execute(text(query)).scalar())


@pytest.fixture
def race(app: Flask) -> Callable[[Act, Act], list[object]]:
    """Return `race(first, second)`: the answers of two transactions that overlap.

    The first has done everything but its commit when the second begins; it commits when the
    second waits for a lock, or is through without one.
    """

    def run(first: Act, second: Act) -> list[object]:
        one, other = Runner(app, first), Runner(app, second)
        one.thread.start()
        assert one.acted.wait(WAIT_S)
        other.may_commit.set()
        other.thread.start()
        with app.app_context():
            while not other.done.wait(0.005) and not _waits_for_a_lock():
                pass
        one.may_commit.set()
        for runner in (one, other):
            runner.thread.join(WAIT_S)
            assert runner.done.is_set(), "somebody waits for ever"
        return [one.answer, other.answer]

    return run
