"""Give accounts a search key: names are found without accents."""

import sqlalchemy as sa
from alembic import op

from vneid_field.core.text import search_key

revision = "014"
down_revision = "013"
branch_labels = None
depends_on = None

ACCOUNT = sa.table(
    "user_account",
    sa.column("id", sa.Integer),
    sa.column("display_name", sa.String),
    sa.column("search_key", sa.String),
)


def upgrade() -> None:
    """Go up."""
    text = sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql")
    op.add_column(
        "user_account", sa.Column("search_key", text, nullable=False, server_default=sa.text("''"))
    )
    connection = op.get_bind()
    for user_id, name in connection.execute(sa.select(ACCOUNT.c.id, ACCOUNT.c.display_name)).all():
        connection.execute(
            ACCOUNT.update().where(ACCOUNT.c.id == user_id).values(search_key=search_key(name))
        )


def downgrade() -> None:
    """Go back."""
    op.drop_column("user_account", "search_key")
