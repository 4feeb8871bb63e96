"""Keep sessions as rows, so that one can be ended; count failing names of an address."""

import sqlalchemy as sa
from alembic import op

revision = "017"
down_revision = "016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up; cookies from before name no row, so everybody logs in once more."""
    op.create_table(
        "login_session",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("is_remembered", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_login_session_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
    )
    op.create_index(op.f("ix_login_session_user_id"), "login_session", ["user_id"])
    op.create_table(
        "known_place",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_known_place")),
    )
    op.add_column("login_throttle", sa.Column("address_key", sa.String(64), nullable=True))
    op.create_index(op.f("ix_login_throttle_address_key"), "login_throttle", ["address_key"])


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f("ix_login_throttle_address_key"), "login_throttle")
    op.drop_column("login_throttle", "address_key")
    op.drop_table("known_place")
    op.drop_table("login_session")
