"""Declarative base, column types and the two databases' manners. Knows no slice and no Flask."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    DateTime,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    and_,
    any_,
    event,
    false,
    insert,
    literal,
    literal_column,
    or_,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from vneid_field.core.crypto import keyring
from vneid_field.core.write_queue import BUSY_S, queue_writers

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All mapped classes."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator):
    """An instant: aware in Python, UTC in the database; refuses a naive value."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EncryptedText(TypeDecorator):
    """Text that is AES-GCM ciphertext in the database; `label` binds a value to its column."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    def process_bind_param(self, value: str | None, dialect: Any) -> bytes | None:
        return None if value is None else keyring().encrypt(value, self.label)

    def process_result_value(self, value: bytes | None, dialect: Any) -> str | None:
        return None if value is None else keyring().decrypt(value, self.label)


class EnumText(TypeDecorator):
    """A StrEnum stored as its value; an unknown value in the database raises."""

    impl = String(40)
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: StrEnum | str | None, dialect: Any) -> str | None:
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: str | None, dialect: Any) -> StrEnum | None:
        return None if value is None else self.enum(value)


def key_text(length: int) -> String:
    """Return a text type compared byte by byte on both databases: paths, sort and search keys."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


JsonValue = JSON().with_variant(JSONB(), "postgresql")


def within(path: Any, roots: Sequence[str]) -> ColumnElement[bool]:
    """Return the predicate "path lies in one of these subtrees", as ranges an index serves.

    Paths end in "/", so the subtree of "000001/" is ["000001/", "0000010"): "0" follows "/".
    """
    if not roots:
        return false()
    if "" in roots:
        return true()
    return or_(*(and_(path >= root, path < root[:-1] + "0") for root in roots))


def one_of(column: Any, values: Sequence[Any], dialect: str) -> ColumnElement[bool]:
    """Return "column is one of these values", as one array on PostgreSQL.

    A thousand separate parameters cost psycopg more than the look-up itself.
    """
    if dialect == "postgresql":
        return column == any_(literal(list(values), ARRAY(column.type)))
    return column.in_(values)


def bulk_insert(
    connection: Connection, table: Table, rows: Sequence[dict[str, Any]], same: Mapping[str, Any]
) -> None:
    """Insert many rows with the same keys; `same` are columns that all share.

    PostgreSQL gets COPY; SQLite one prepared statement.
    """
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, table, rows, same)
    else:
        connection.execute(insert(table).values(_literals(connection, table, same)), list(rows))


def _literals(
    connection: Connection, table: Table, same: Mapping[str, Any]
) -> dict[str, ColumnElement[Any]]:
    """Constants as literal SQL: binding 25 columns a row costs more than the insert."""
    found: dict[str, ColumnElement[Any]] = {}
    for name, value in same.items():
        typed = literal(value, table.c[name].type)
        text = typed.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        found[name] = literal_column(str(text))
    return found


def _copy(
    connection: Connection, table: Table, rows: Sequence[dict[str, Any]], same: Mapping[str, Any]
) -> None:
    dialect, names = connection.dialect, [*rows[0], *same]
    processors = [table.c[n].type.dialect_impl(dialect).bind_processor(dialect) for n in names]
    quoted = ", ".join(dialect.identifier_preparer.quote(name) for name in names)
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(f"COPY {table.name} ({quoted}) FROM STDIN") as copy:
        for row in rows:
            values = (*(row[name] for name in rows[0]), *same.values())
            copy.write_row([p(v) if p else v for p, v in zip(processors, values, strict=True)])


_writing: ContextVar[bool] = ContextVar("writing", default=False)


def set_writing(value: bool) -> None:
    """Say whether transactions begun in this context will write (SQLite: BEGIN IMMEDIATE)."""
    _writing.set(value)


_end_reading: Callable[[], object] = bool


def use_session(end_reading: Callable[[], object]) -> None:
    """Say how to end the session's open transaction (create_app: `db.session.rollback`)."""
    global _end_reading
    _end_reading = end_reading


@contextmanager
def writing() -> Iterator[None]:
    """Within this block transactions begin ready to write: jobs and commands.

    A transaction that began to read is ended first: SQLite refuses it the lock for ever once
    somebody else has written, however long it waits.
    """
    if not _writing.get():
        _end_reading()
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


@contextmanager
def reading() -> Iterator[None]:
    """Within this block nobody waits for us: long work between two short writes.

    Ends the open transaction when it begins and when it is over, so nothing may be pending.
    """
    _end_reading()
    token = _writing.set(False)
    try:
        yield
    finally:
        _end_reading()
        _writing.reset(token)


# Classes and codes of SQLSTATE: connection lost, transaction given up for another one, lock not
# had in time, server stopping or starting, too many connections.
_PASSING = ("08", "40", "55P03", "57P01", "57P02", "57P03", "53300")


def is_passing(error: DBAPIError) -> bool:
    """Whether the database was only busy or away, so that the same may succeed later.

    A full disk, a missing table or a broken file is not: waiting does not mend them.
    """
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return "is locked" in str(original)
    state = getattr(original, "sqlstate", None)
    return error.connection_invalidated or state is None or state.startswith(_PASSING)


def prepare_engine(engine: Engine) -> None:
    """Teach an SQLite engine WAL, foreign keys, a busy timeout and explicit BEGINs."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_S * 1000}",
            "synchronous=FULL",
            "cache_size=-65536",
            "temp_store=MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    queue_writers(engine, _writing.get)
