"""The 17h00 result: what events name of it, its list, reasons that add up, remedial actions."""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import recreate_triggers

revision = "025"
down_revision = "024"
branch_labels = None
depends_on = None

COPIES = ("named", "invited")


def _key(column: str, to: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    """Go up; results announced until now name nobody and knew no list."""
    for name in COPIES:
        column = sa.Column(name, sa.Integer(), nullable=False, server_default="0")
        op.add_column("collection_result", column)
    op.create_table(
        "collection_shortfall",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_collection_shortfall_counts_somebody")),
        _key("result_id", "collection_result", "collection_shortfall"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_shortfall")),
        sa.UniqueConstraint(
            "result_id", "reason", name=op.f("uq_collection_shortfall_result_id_reason")
        ),
    )
    op.create_table(
        "remedy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("note", sa.String(120), nullable=False),
        sa.Column("responsible", sa.String(80), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("done_by", sa.Integer()),
        sa.Column("done_note", sa.String(200), nullable=False),
        _key("result_id", "collection_result", "remedy"),
        _key("done_by", "user_account", "remedy"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remedy")),
    )
    op.create_index(op.f("ix_remedy_result_id"), "remedy", ["result_id"])
    op.create_index("ix_collection_event_undoes", "collection_event", ["undoes_uuid"])
    recreate_triggers()


def downgrade() -> None:
    """Go back; the columns have no index and no key, so nothing is copied."""
    op.drop_index("ix_collection_event_undoes", "collection_event")
    op.drop_table("remedy")
    op.drop_table("collection_shortfall")
    for name in COPIES:
        op.drop_column("collection_result", name)
