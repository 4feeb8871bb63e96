"""Moving stored values from an old data key to the current one; what they say stays the same.

The blind indexes have a key of their own and are not touched. Old and new value may stand side by
side at any moment, so the work can stop anywhere and begin again.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    MetaData,
    bindparam,
    column,
    func,
    select,
    table,
    text,
    true,
)

from vneid_field.core.crypto import Keyring
from vneid_field.core.database import EncryptedText


@dataclass(frozen=True)
class SealedColumn:
    """A column of sealed values with its label; `flag` names the column that says a row's is."""

    table: str
    column: str
    label: str
    flag: str = ""
    batch: int = 500  # rows at once; whole files are large

    @property
    def name(self) -> str:
        """ "citizen.phone"."""
        return f"{self.table}.{self.column}"


def sealed_columns(metadata: MetaData) -> list[SealedColumn]:
    """Return every EncryptedText, and every column of bytes whose `info` says "sealed"."""
    found = [_sealed(one) for each in metadata.sorted_tables for one in each.columns]
    return [one for one in found if one is not None]


def _sealed(one: Column[Any]) -> SealedColumn | None:
    if isinstance(one.type, EncryptedText):
        return SealedColumn(one.table.name, one.name, one.type.label)
    if "sealed" not in one.info:
        return None
    flag = one.info.get("sealed_when", "")
    return SealedColumn(one.table.name, one.name, one.info["sealed"], flag, batch=10)


def _raw(sealed: SealedColumn) -> Any:
    """The table with its bytes as they are: the mapped type would open them."""
    names = [column("id"), column(sealed.column, LargeBinary)]
    return table(sealed.table, *names, *([column(sealed.flag)] if sealed.flag else []))


def _begins_with(raw: Any, sealed: SealedColumn, key_id: str) -> ColumnElement[bool]:
    prefix = f"{key_id}:".encode()
    start = func.substr(raw.c[sealed.column], 1, len(prefix), type_=LargeBinary)
    return start == bindparam(None, prefix, LargeBinary)


def _is_sealed(raw: Any, sealed: SealedColumn) -> ColumnElement[bool]:
    flag = raw.c[sealed.flag].is_(true()) if sealed.flag else true()
    return raw.c[sealed.column].is_not(None) & flag


def count_values(connection: Connection, sealed: SealedColumn, key_id: str | None = None) -> int:
    """Count the sealed values of a column, or those of one key."""
    raw = _raw(sealed)
    query = select(func.count()).select_from(raw).where(_is_sealed(raw, sealed))
    if key_id is not None:
        query = query.where(_begins_with(raw, sealed, key_id))
    return int(connection.scalar(query) or 0)


def read_batch(
    connection: Connection, sealed: SealedColumn, *, after: int, current: str
) -> list[tuple[int, bytes]]:
    """Return the next (id, value) that are not of the current key, by id."""
    raw = _raw(sealed)
    query = (
        select(raw.c.id, raw.c[sealed.column])
        .where(raw.c.id > after, _is_sealed(raw, sealed), ~_begins_with(raw, sealed, current))
        .order_by(raw.c.id)
        .limit(sealed.batch)
    )
    return [(row[0], bytes(row[1])) for row in connection.execute(query)]


def reseal(keys: Keyring, value: bytes, label: str) -> bytes | None:
    """Return a value under the current key; None when no key of ours opens it."""
    try:
        return keys.encrypt_bytes(keys.decrypt_bytes(value, label), label)
    except (KeyError, InvalidTag, ValueError):
        return None


def store_batch(
    connection: Connection, sealed: SealedColumn, changes: Sequence[tuple[int, bytes, bytes]]
) -> None:
    """Replace (id, old, new) where the old value still stands; the caller commits."""
    raw = _raw(sealed)
    value = raw.c[sealed.column]
    statement = (
        raw.update()
        .where(raw.c.id == bindparam("row"), value == bindparam("old", type_=LargeBinary))
        .values({sealed.column: bindparam("new", type_=LargeBinary)})
    )
    with _changeable(connection, sealed.table):
        connection.execute(statement, [{"row": i, "old": o, "new": n} for i, o, n in changes])


@contextmanager
def _changeable(connection: Connection, name: str) -> Iterator[None]:
    """Lift the refusal of an append-only table within this transaction: nobody else sees it off.

    The name is that of migrations/triggers.py. When the block fails the caller's rollback puts
    the trigger back.
    """
    trigger = f"{name}_no_update"
    if connection.dialect.name == "sqlite":
        query = text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")
        off, on = f"DROP TRIGGER {trigger}", connection.scalar(query, {"name": trigger})
    else:
        query = text("SELECT tgname FROM pg_trigger WHERE tgname = :name")
        found = connection.scalar(query, {"name": trigger})
        off = f"ALTER TABLE {name} DISABLE TRIGGER {trigger}"
        on = f"ALTER TABLE {name} ENABLE TRIGGER {trigger}" if found else None
    if on:
        connection.exec_driver_sql(off)
    yield
    if on:
        connection.exec_driver_sql(on)
