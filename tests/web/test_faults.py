"""A busy database asks for patience; anything else is an error with a code and a traceback."""

import logging
import sqlite3

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from vneid_field.core.database import is_passing
from vneid_field.web import errors
from vneid_field.web.access import public

SECRET = "090123456789"


def fault(original):
    return OperationalError("SELECT ?", {"id": SECRET}, original, hide_parameters=True)


@pytest.mark.parametrize(
    "original",
    [
        sqlite3.OperationalError("database is locked"),
        sqlite3.OperationalError("database table is locked"),
        psycopg.OperationalError("the connection is closed"),
        psycopg.errors.AdminShutdown("terminating connection"),
        psycopg.errors.DeadlockDetected("deadlock detected"),
        psycopg.errors.TooManyConnections("too many clients"),
    ],
)
def test_locked_and_lost_are_passing(original):
    assert is_passing(fault(original))


@pytest.mark.parametrize(
    "original",
    [
        sqlite3.OperationalError("no such column: full_name"),
        sqlite3.OperationalError("database or disk is full"),
        sqlite3.OperationalError("disk I/O error"),
        psycopg.errors.DiskFull("no space left on device"),
    ],
)
def test_broken_and_full_are_not(original):
    assert not is_passing(fault(original))


@pytest.fixture
def ask(app, caplog):
    """Ask for a page that meets a fault of the database; returns page, status and log."""
    app.testing = False

    def run(original):
        @public
        def at_fault():
            raise fault(original)

        app.add_url_rule("/fault", view_func=at_fault)
        with caplog.at_level(logging.ERROR, logger=errors.__name__):
            answer = app.test_client().get(f"/fault?cccd={SECRET}")
        return answer.get_data(as_text=True), answer.status_code, caplog.text

    return run


def test_a_busy_database_asks_for_patience_and_the_log_says_where(ask):
    page, status, log = ask(sqlite3.OperationalError("database is locked"))
    assert status == 503
    assert "Máy chủ đang bận" in page
    assert "GET at_fault" in log
    assert SECRET not in log


def test_another_fault_has_a_code_and_a_traceback_without_personal_data(ask):
    page, status, log = ask(sqlite3.OperationalError("no such column: full_name"))
    assert status == 500
    code = page.split("Mã lỗi: <strong>")[1][:8]
    assert f"error {code} at GET at_fault" in log
    assert "in at_fault" in log
    assert SECRET not in log + page
