"""A queue for SQLite's one write lock, across threads and processes.

SQLite lets one writer in at a time and makes the others sleep longer and longer, so under load a
writer sleeps while the lock is free and another one overtakes it: seconds at the tail. Here the
threads of a process queue at a lock of their own, and its first one queues with the first ones of
the other processes at two file locks: who holds "next" is the only one that waits for "writer",
so nobody overtakes. The files lie beside the database; a killed process leaves them free.
"""

import fcntl
import os
import sqlite3
import threading
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

BUSY_S = 15  # a writer waits so long for the others before it says so
_PAUSE_S = 0.0005


class WriteQueue:
    """The queue of one database file; `enter` before BEGIN IMMEDIATE, `leave` when it is over."""

    def __init__(self, path: str) -> None:
        self._gate = threading.Lock()
        self._paths = (f"{path}.next", f"{path}.writer")
        self._files: tuple[int, int] = (-1, -1)
        self._pid = 0

    def enter(self) -> None:
        """Wait for this turn; raises OperationalError when it does not come."""
        deadline = time.monotonic() + BUSY_S
        if not self._gate.acquire(timeout=BUSY_S):
            raise _busy()
        try:
            following, writer = self._open()
            _lock(following, deadline)
            try:
                _lock(writer, deadline)
            finally:
                fcntl.flock(following, fcntl.LOCK_UN)
        except BaseException:
            self._gate.release()
            raise

    def leave(self) -> None:
        """Let the next one in."""
        fcntl.flock(self._files[1], fcntl.LOCK_UN)
        self._gate.release()

    def _open(self) -> tuple[int, int]:
        """Locks belong to an open file, and a forked process shares its parent's: open anew."""
        if self._pid != os.getpid():
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            self._files = (
                os.open(self._paths[0], flags, 0o600),
                os.open(self._paths[1], flags, 0o600),
            )
            self._pid = os.getpid()
        return self._files


def _busy() -> OperationalError:
    return OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))


def _lock(file: int, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise _busy() from None
            time.sleep(_PAUSE_S)
        else:
            return


def queue_writers(engine: Engine, is_writing: Any) -> None:
    """Open transactions of an SQLite engine: ready to write, in turn, when `is_writing()`."""
    queue = WriteQueue(engine.url.database or "")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        if not is_writing():
            connection.exec_driver_sql("BEGIN")
            return
        if not connection.info.get("has_turn"):
            queue.enter()
            connection.info["has_turn"] = True
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def _checkin(_connection: Any, record: Any) -> None:
        """Whatever ended the transaction, its connection comes back here."""
        if record.info.pop("has_turn", False):
            queue.leave()
