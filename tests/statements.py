"""Counting the SQL statements of a request (quality.md: any board or obligations page ≤ 12)."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from vneid_field.extensions import db


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Yield the list that the statements run inside the block are appended to, BEGIN included."""
    with app.app_context():
        engine = db.engine
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
