"""The audit log refuses UPDATE and DELETE in the database itself, on both engines.

SQLite's batch alters copy tables and silently drop their triggers: every migration that alters
a table in batch mode calls `recreate_triggers` at its end, and a test lists them.
"""

from alembic import op

TABLES = ("audit_event",)


def drop_triggers() -> None:
    """Drop ours, where they are."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in TABLES:
        for verb in ("update", "delete"):
            if is_sqlite:
                op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
            else:
                op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb} ON {table}")
    if not is_sqlite:
        op.execute("DROP FUNCTION IF EXISTS refuse_change()")


def recreate_triggers() -> None:
    """Drop and create ours."""
    drop_triggers()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'append-only table'; END $$"
        )
    for table in TABLES:
        for verb in ("update", "delete"):
            if is_sqlite:
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'append-only table'); END"
                )
            else:
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                    "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
                )
