"""Declarative base, column types and the two databases' manners. Knows no slice and no Flask."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    DateTime,
    Engine,
    LargeBinary,
    MetaData,
    String,
    and_,
    event,
    false,
    or_,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from vneid_field.core.crypto import keyring

BUSY_S = 15  # a writer waits so long for the others before it says so

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


_writing: ContextVar[bool] = ContextVar("writing", default=False)


def set_writing(value: bool) -> None:
    """Say whether transactions begun in this context will write (SQLite: BEGIN IMMEDIATE)."""
    _writing.set(value)


@contextmanager
def writing() -> Iterator[None]:
    """Within this block transactions begin ready to write: jobs and commands."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


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

    _queue_writers(engine)


def _queue_writers(engine: Engine) -> None:
    """Let the threads of a process queue for SQLite's one write lock instead of sleeping for it.

    SQLite's busy handler sleeps longer and longer, so under load a writer of this process would
    sleep while the lock is free. Across processes the busy timeout still decides.
    """
    gate = threading.Lock()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        if not _writing.get():
            connection.exec_driver_sql("BEGIN")
            return
        if not connection.info.get("has_gate"):
            if not gate.acquire(timeout=BUSY_S):
                refused = sqlite3.OperationalError("database is locked")
                raise OperationalError("BEGIN IMMEDIATE", None, refused)
            connection.info["has_gate"] = True
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def _checkin(_connection: Any, record: Any) -> None:
        """Whatever ended the transaction, its connection comes back here."""
        if record.info.pop("has_gate", False):
            gate.release()
