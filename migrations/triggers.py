"""Append-only tables refuse every change in the database itself, on both engines.

Refused are UPDATE, DELETE, INSERT OR REPLACE (SQLite, where it deletes without a delete trigger)
and TRUNCATE (PostgreSQL; SQLite has none).

SQLite's batch alters copy tables and silently drop their triggers: every migration that alters
a table in batch mode calls `recreate_triggers` at its end, and a test lists them.
"""

from alembic import op
from sqlalchemy import inspect

# Table → the columns that name a row: an insert that repeats one of them would replace.
TABLES = {
    "audit_event": ("id",),
    "visit_event": ("id", "uuid"),
    "review_call": ("id", "uuid"),
    "collection_event": ("id", "uuid"),
}
REFUSAL = "BEGIN SELECT RAISE(ABORT, 'append-only table'); END"


def _present() -> list[str]:
    there = set(inspect(op.get_bind()).get_table_names())
    return [table for table in TABLES if table in there]


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def drop_triggers() -> None:
    """Drop ours, where they are."""
    for table in _present():
        for verb in ("update", "delete", "replace", "truncate"):
            on = "" if _is_sqlite() else f" ON {table}"
            op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}")
    if not _is_sqlite():
        op.execute("DROP FUNCTION IF EXISTS refuse_change()")


def recreate_triggers() -> None:
    """Drop and create ours on the tables that are there by now."""
    drop_triggers()
    if not _is_sqlite():
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'append-only table'; END $$"
        )
    for table in _present():
        statements = _for_sqlite(table) if _is_sqlite() else _for_postgresql(table)
        for statement in statements:
            op.execute(statement)


def _for_sqlite(table: str) -> list[str]:
    same = " OR ".join(f"{column} = NEW.{column}" for column in TABLES[table])
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {REFUSAL}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {REFUSAL}",
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {REFUSAL}",
    ]


def _for_postgresql(table: str) -> list[str]:
    per = {"update": "FOR EACH ROW", "delete": "FOR EACH ROW", "truncate": "FOR EACH STATEMENT"}
    return [
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} {each} "
        "EXECUTE FUNCTION refuse_change()"
        for verb, each in per.items()
    ]
