"""Create the tables of the way to approval: batches transmitted, and their items."""

import sqlalchemy as sa
from alembic import op

revision = "026"
down_revision = "025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "transmission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column(
            "number_key",
            sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by", sa.Integer(), nullable=True),
        sa.Column("take_back_reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_transmission_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_transmission_made_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["taken_back_by"],
            ["user_account.id"],
            name=op.f("fk_transmission_taken_back_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_transmission_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transmission")),
    )
    op.create_index(
        "ix_transmission_sent", "transmission", ["campaign_id", "sent_at"], unique=False
    )
    op.create_index(
        "uq_transmission_number",
        "transmission",
        ["unit_id", "year", "number_key"],
        unique=True,
        sqlite_where=sa.text("taken_back_at IS NULL"),
        postgresql_where=sa.text("taken_back_at IS NULL"),
    )
    op.create_table(
        "transmission_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("transmission_id", sa.Integer(), nullable=False),
        sa.Column("citizen_id", sa.Integer(), nullable=False),
        sa.Column("home_unit_id", sa.Integer(), nullable=False),
        sa.Column("collected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_as", sa.String(length=40), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_transmission_item_campaign_id_campaign"),
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizen.id"], name=op.f("fk_transmission_item_citizen_id_citizen")
        ),
        sa.ForeignKeyConstraint(
            ["home_unit_id"], ["unit.id"], name=op.f("fk_transmission_item_home_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["transmission_id"],
            ["transmission.id"],
            name=op.f("fk_transmission_item_transmission_id_transmission"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transmission_item")),
    )
    op.create_index(
        "ix_transmission_item_batch",
        "transmission_item",
        ["transmission_id", "ended_as"],
        unique=False,
    )
    op.create_index(
        "ix_transmission_item_citizen", "transmission_item", ["citizen_id"], unique=False
    )
    op.create_index(
        "uq_transmission_item_open",
        "transmission_item",
        ["campaign_id", "citizen_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("transmission_item")
    op.drop_table("transmission")
