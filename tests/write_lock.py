"""Whether somebody else could write in the middle of a request (SQLite: one writer at a time)."""

import sqlite3
from types import ModuleType

import pytest

from vneid_field.extensions import db


def can_others_write() -> bool:
    """Try it with a connection of our own, without waiting."""
    other = sqlite3.connect(db.engine.url.database, timeout=0)
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    finally:
        other.close()
    return True


def watch(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str) -> list[bool]:
    """Return a list that says, for each call of a slow function, whether others could write."""
    found, slow = [], getattr(module, name)

    def watched(*args: object, **more: object) -> object:
        before = can_others_write()
        try:
            return slow(*args, **more)
        finally:
            found.append(before and can_others_write())  # also what it began itself

    monkeypatch.setattr(module, name, watched)
    return found
