"""Create the tables of the absent loop."""

import sqlalchemy as sa
from alembic import op

revision = "023"
down_revision = "022"
branch_labels = None
depends_on = None


def _link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _moment(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _whole(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "absence_case",
        _whole("id"),
        _whole("campaign_id"),
        _whole("citizen_id"),
        _whole("team_id"),
        _whole("event_id"),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("back_on", sa.Date(), nullable=True),
        _whole("tries"),
        _moment("opened_at", nullable=False),
        _moment("closed_at"),
        _whole("closed_by", nullable=True),
        sa.Column("close_reason", sa.String(length=40), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        _link("absence_case", "campaign_id", "campaign"),
        _link("absence_case", "citizen_id", "citizen"),
        _link("absence_case", "closed_by", "user_account"),
        _link("absence_case", "event_id", "visit_event"),
        _link("absence_case", "team_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence_case")),
    )
    op.create_index("ix_absence_case_citizen", "absence_case", ["citizen_id"])
    _one_open("absence_case", ["campaign_id", "citizen_id"], "closed_at IS NULL")
    op.create_table(
        "absence_hop",
        _whole("id"),
        _whole("case_id"),
        sa.Column("stage", sa.String(length=40), nullable=False),
        _whole("unit_id"),
        _whole("from_unit_id", nullable=True),
        _moment("sent_at", nullable=False),
        _whole("sent_by", nullable=True),
        _moment("due_at", nullable=False),
        _moment("received_at"),
        _whole("received_by", nullable=True),
        _moment("left_at"),
        _whole("left_by", nullable=True),
        sa.Column("left_as", sa.String(length=40), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        _link("absence_hop", "case_id", "absence_case"),
        _link("absence_hop", "from_unit_id", "unit"),
        _link("absence_hop", "left_by", "user_account"),
        _link("absence_hop", "received_by", "user_account"),
        _link("absence_hop", "sent_by", "user_account"),
        _link("absence_hop", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence_hop")),
    )
    op.create_index("ix_absence_hop_case", "absence_hop", ["case_id"])
    op.create_index("ix_absence_hop_unit", "absence_hop", ["unit_id", "left_at", "stage"])
    _one_open("absence_hop", ["case_id"], "left_at IS NULL")
    op.create_table(
        "absence_contact",
        _whole("id"),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        _whole("case_id"),
        _whole("unit_id"),
        _moment("at", nullable=False),
        _whole("by", nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        _whole("event_id", nullable=True),
        _moment("call_again_at"),
        sa.Column("note", sa.String(length=300), nullable=False),
        _link("absence_contact", "by", "user_account"),
        _link("absence_contact", "case_id", "absence_case"),
        _link("absence_contact", "event_id", "visit_event"),
        _link("absence_contact", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence_contact")),
        sa.UniqueConstraint("uuid", name=op.f("uq_absence_contact_uuid")),
    )
    op.create_index("ix_absence_contact_case", "absence_contact", ["case_id"])
    op.create_table(
        "support_desk",
        _whole("unit_id"),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("hours", sa.String(length=120), nullable=False),
        _link("support_desk", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_support_desk")),
    )


def _one_open(table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(
        f"uq_{table}_open",
        table,
        columns,
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def downgrade() -> None:
    """Go back."""
    for table in ("support_desk", "absence_contact", "absence_hop", "absence_case"):
        op.drop_table(table)
