"""Review: the day's sample, call-backs, what was accepted with the rest."""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import recreate_triggers

revision = "021"
down_revision = "020"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
MARKS = ("is_bulk", "is_sampled")


def _key(column: str, to: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    """Go up."""
    for name in MARKS:
        column = sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column("checklist_review", column)
    _create_days()
    _create_calls()
    recreate_triggers()


def _create_days() -> None:
    op.create_table(
        "review_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("commune_id", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("cut", sa.BigInteger(), nullable=False),
        sa.Column("checklists", sa.Integer(), nullable=False),
        sa.Column("sampled", sa.Integer(), nullable=False),
        sa.Column("drawn_at", INSTANT, nullable=False),
        sa.Column("drawn_by", sa.Integer()),
        _key("campaign_id", "campaign", "review_day"),
        _key("commune_id", "unit", "review_day"),
        _key("drawn_by", "user_account", "review_day"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_day")),
        sa.UniqueConstraint(
            "campaign_id",
            "commune_id",
            "counted_on",
            name=op.f("uq_review_day_campaign_id_commune_id_counted_on"),
        ),
    )


def _create_calls() -> None:
    op.create_table(
        "review_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("citizen_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("commune_id", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(40), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.Integer()),
        _key("campaign_id", "campaign", "review_call"),
        _key("citizen_id", "citizen", "review_call"),
        _key("household_id", "household", "review_call"),
        _key("team_id", "unit", "review_call"),
        _key("commune_id", "unit", "review_call"),
        _key("event_id", "visit_event", "review_call"),
        _key("by", "user_account", "review_call"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_call")),
        sa.UniqueConstraint("uuid", name=op.f("uq_review_call_uuid")),
    )
    op.create_index(
        "ix_review_call_checklist", "review_call", ["household_id", "team_id", "counted_on"]
    )
    op.create_index("ix_review_call_team", "review_call", ["team_id", "counted_on"])


def downgrade() -> None:
    """Go back; the columns have no index and no key, so nothing is copied."""
    op.drop_table("review_call")
    op.drop_table("review_day")
    for name in MARKS:
        op.drop_column("checklist_review", name)
