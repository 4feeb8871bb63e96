"""Create the tables of quotas."""

import sqlalchemy as sa
from alembic import op

revision = "008"
down_revision = "007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "quota_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("parent_unit_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_quota_revision_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_quota_revision_made_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["parent_unit_id"], ["unit.id"], name=op.f("fk_quota_revision_parent_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_revision")),
        sa.UniqueConstraint(
            "campaign_id",
            "parent_unit_id",
            "number",
            name=op.f("uq_quota_revision_campaign_id_parent_unit_id_number"),
        ),
    )
    op.create_table(
        "quota",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "unit_path",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_quota_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["quota_revision.id"], name=op.f("fk_quota_revision_id_quota_revision")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_quota_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota")),
        sa.UniqueConstraint(
            "revision_id", "unit_id", "kind", name=op.f("uq_quota_revision_id_unit_id_kind")
        ),
    )
    with op.batch_alter_table("quota", schema=None) as batch_op:
        batch_op.create_index(
            "ix_quota_current_path", ["campaign_id", "is_current", "unit_path"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_quota_unit_id"), ["unit_id"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("quota", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quota_unit_id"))
        batch_op.drop_index("ix_quota_current_path")

    op.drop_table("quota")
    op.drop_table("quota_revision")
