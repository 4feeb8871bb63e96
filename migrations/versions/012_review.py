"""Create the tables of review."""

import sqlalchemy as sa
from alembic import op

revision = "012"
down_revision = "011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "checklist_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("commune_id", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("remark", sa.String(length=300), nullable=False),
        sa.Column("through_event_id", sa.Integer(), nullable=False),
        sa.Column("is_newest", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by"], ["user_account.id"], name=op.f("fk_checklist_review_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_checklist_review_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["unit.id"], name=op.f("fk_checklist_review_commune_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["household.id"],
            name=op.f("fk_checklist_review_household_id_household"),
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["unit.id"], name=op.f("fk_checklist_review_team_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_review")),
    )
    with op.batch_alter_table("checklist_review", schema=None) as batch_op:
        batch_op.create_index(
            "ix_checklist_review_household", ["household_id", "team_id", "counted_on"], unique=False
        )
        batch_op.create_index(
            "ix_checklist_review_team", ["team_id", "counted_on", "is_newest"], unique=False
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("checklist_review", schema=None) as batch_op:
        batch_op.drop_index("ix_checklist_review_team")
        batch_op.drop_index("ix_checklist_review_household")

    op.drop_table("checklist_review")
