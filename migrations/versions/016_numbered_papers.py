"""Keep papers as data, number their renditions, remember when a paper was purged."""

import sqlalchemy as sa
from alembic import op

revision = "016"
down_revision = "015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.add_column("document", sa.Column("purged_on", sa.Date(), nullable=True))
    op.add_column("document", sa.Column("frozen", sa.LargeBinary(), nullable=True))
    op.add_column(
        "rendition",
        sa.Column("number", sa.String(60), nullable=False, server_default=sa.text("''")),
    )
    op.add_column("rendition", sa.Column("signed_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.drop_column("rendition", "signed_on")
    op.drop_column("rendition", "number")
    op.drop_column("document", "frozen")
    op.drop_column("document", "purged_on")
