"""Counting who kept the hours of reports reads one index, not the rows."""

from alembic import op

revision = "019"
down_revision = "018"
branch_labels = None
depends_on = None

COLUMNS = ["campaign_id", "unit_path", "report_kind", "state", "due_at", "period_end_on"]


def upgrade() -> None:
    """Go up."""
    op.create_index("ix_obligation_kept", "obligation", COLUMNS)


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_obligation_kept", "obligation")
