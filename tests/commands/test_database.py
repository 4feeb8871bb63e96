"""Upgrading, stepping back, backing up; and a database that does not fit the code."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from tests.commands.test_settings import refused, run
from tests.commands.test_starting import WHO
from tests.conftest import on_both
from tests.databases import drop_database, make_app, new_database
from vneid_field.commands.database import EMPTY, NEWER, OLDER, group, require_newest_schema
from vneid_field.extensions import db
from vneid_field.people.models import Citizen


def invoke(*arguments):
    db.session.rollback()
    return CliRunner().invoke(group, arguments)


def version(value):
    db.session.execute(db.text("UPDATE alembic_version SET version_num = :v"), {"v": value})
    db.session.commit()


@on_both
def test_stepping_back_with_data_needs_a_word_and_points_to_the_backup(world):
    result = invoke("downgrade")
    assert result.exit_code == 1
    assert "khôi phục bản sao lưu" in result.output
    require_newest_schema()
    assert invoke("downgrade", "--yes").exit_code == 0
    with pytest.raises(Exception, match="cũ hơn"):
        require_newest_schema()
    assert invoke("upgrade").exit_code == 0
    require_newest_schema()


def test_stepping_back_without_data_needs_none():
    url = new_database("sqlite", is_founded=False)
    with make_app(url).app_context():
        assert invoke("downgrade").exit_code == 0
        db.engine.dispose()
    drop_database(url)


def test_a_newer_database_is_neither_used_nor_upgraded(world):
    version("999")
    result = invoke("upgrade")
    assert (result.exit_code, NEWER in result.output) == (1, True)


@pytest.mark.parametrize(("stored", "sentence"), [("999", NEWER), ("001", OLDER), (None, EMPTY)])
def test_commands_refuse_a_database_of_another_age(tmp_path, stored, sentence):
    assert run(tmp_path, "db", "upgrade")[0] == 0
    with sqlite3.connect(tmp_path / "vneid.db") as connection:
        connection.execute("DELETE FROM alembic_version")
        if stored:
            connection.execute("INSERT INTO alembic_version VALUES (?)", (stored,))
    assert sentence in refused(tmp_path, "figures", "--unit", "92", "--on", "2023-07-04")
    if sentence == NEWER:
        assert NEWER in refused(tmp_path, "serve", PORT="8118")


def test_serving_an_unknown_campaign_is_refused(tmp_path):
    dates = ("--starts-on", "2027-01-01", "--ends-on", "2027-01-02")
    assert run(tmp_path, "init", *WHO, *dates)[0] == 0
    errors = refused(tmp_path, "serve", PORT="8118", VNEID_CAMPAIGN="KH999")
    assert "KH999" in errors
    assert "KH128" in errors
    figures = ("figures", "--unit", "92", "--on", "2027-01-01")
    assert "KH999" in refused(tmp_path, *figures, VNEID_CAMPAIGN="KH999")


def test_a_backup_is_whole_private_and_never_over_another(world, tmp_path):
    copy = tmp_path / "sao-luu.db"
    result = invoke("backup", str(copy))
    assert result.exit_code == 0, result.output
    assert copy.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(copy) as connection:
        (people,) = connection.execute("SELECT count(*) FROM citizen").fetchone()
    assert people == db.session.scalar(select(func.count(Citizen.id)))
    assert "đã có" in invoke("backup", str(copy)).output
    missing = invoke("backup", str(tmp_path / "khong" / "co.db"))
    assert (missing.exit_code, "Không ghi được" in missing.output) == (1, True)


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_on_postgresql_a_backup_names_the_servers_own_tool(world, tmp_path):
    result = invoke("backup", str(tmp_path / "sao-luu.db"))
    assert result.exit_code == 1
    assert "pg_dump" in result.output


def test_the_installed_command_works_from_any_folder(tmp_path):
    """As an operator calls it: the script itself, not the module, and not from the checkout."""
    script = Path(sys.executable).with_name("vneid-field")
    environment = {"VNEID_INSTANCE": str(tmp_path), "PATH": "/usr/bin:/bin"}
    for command, code in ((("db", "upgrade"), 0), (("recount", "--check"), 1)):
        done = subprocess.run(
            [script, *command],
            cwd="/",
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
    assert "Chưa có chiến dịch" in done.stderr
