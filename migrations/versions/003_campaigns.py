"""Create the tables of campaigns."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "003"
down_revision = "002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("plan_title", sa.String(length=200), nullable=False),
        sa.Column("root_unit_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("quota_days", sa.Integer(), nullable=False),
        sa.Column("baseline_collected", sa.Integer(), nullable=False),
        sa.Column("baseline_activated", sa.Integer(), nullable=False),
        sa.Column(
            "settings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("clock_real_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_campaign_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["root_unit_id"], ["unit.id"], name=op.f("fk_campaign_root_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("code", name=op.f("uq_campaign_code")),
    )
    op.create_table(
        "campaign_baseline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("collected_not_activated", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_baseline_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_campaign_baseline_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_baseline")),
        sa.UniqueConstraint(
            "campaign_id", "unit_id", name=op.f("uq_campaign_baseline_campaign_id_unit_id")
        ),
    )
    op.create_table(
        "report_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_kind", sa.String(length=40), nullable=False),
        sa.Column("report_kind", sa.String(length=20), nullable=False),
        sa.Column("opens_at", sa.Time(), nullable=False),
        sa.Column("due_at", sa.Time(), nullable=False),
        sa.Column("due_days_after", sa.Integer(), nullable=False),
        sa.Column("to_kind", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_report_rule_campaign_id_campaign")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_rule")),
        sa.UniqueConstraint(
            "campaign_id",
            "unit_kind",
            "report_kind",
            name=op.f("uq_report_rule_campaign_id_unit_kind_report_kind"),
        ),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("report_rule")
    op.drop_table("campaign_baseline")
    op.drop_table("campaign")
