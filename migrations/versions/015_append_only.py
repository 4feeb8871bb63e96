"""Visits are append-only too, against REPLACE and TRUNCATE as well; a check value of the keys."""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import recreate_triggers
from vneid_field.campaigns.keys import check_row

revision = "015"
down_revision = "014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    made = op.create_table(
        "key_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("indexed", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_check")),
    )
    op.bulk_insert(made, [check_row()])
    recreate_triggers()


def downgrade() -> None:
    """Go back; the triggers stay, what they refuse was never allowed."""
    op.drop_table("key_check")
