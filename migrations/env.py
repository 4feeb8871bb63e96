"""Alembic environment: the application's engine and metadata."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import context
from flask import current_app

from vneid_field.core.database import Base
from vneid_field.models import SLICES  # noqa: F401 - loads every table

PLAIN = {
    "UtcDateTime": "sa.DateTime(timezone=True)",
    "EncryptedText": "sa.LargeBinary()",
    "EnumText": "sa.String(length=40)",
}


def plain_type(kind: str, item: object, _context: object) -> str | bool:
    """Write our column types as plain ones: a migration must not depend on today's code."""
    if kind != "type":
        return False
    if isinstance(item, sa.JSON):
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return PLAIN.get(type(item).__name__, False)


target_db = current_app.extensions["migrate"].db


@contextmanager
def foreign_keys_off(connection: sa.Connection) -> Iterator[None]:
    """Let batch alters of SQLite copy a table that others refer to.

    The pragma does nothing inside a transaction, so it goes to the driver before one begins.
    """
    raw = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite" or raw is None:
        yield
        return
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    """Run migrations on a connection of the application's engine."""
    engine = target_db.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_object=context.config.attributes.get("include_object"),
            render_as_batch=True,
            render_item=plain_type,
            compare_type=True,
            transaction_per_migration=True,
        )
        with foreign_keys_off(connection), context.begin_transaction():
            context.run_migrations()


run()
