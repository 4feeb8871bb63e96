"""Create the tables of people."""

import sqlalchemy as sa
from alembic import op

revision = "007"
down_revision = "006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "household",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "unit_path",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("address_line", sa.String(length=200), nullable=False),
        sa.Column(
            "address_key",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "walk_key",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("alley", sa.String(length=120), nullable=False),
        sa.Column("head_name", sa.String(length=120), nullable=False),
        sa.Column("is_manual", sa.Boolean(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["household.id"], name=op.f("fk_household_merged_into_id_household")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_household_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
    )
    with op.batch_alter_table("household", schema=None) as batch_op:
        batch_op.create_index("ix_household_unit_address", ["unit_id", "address_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_household_unit_path"), ["unit_path"], unique=False)
        batch_op.create_index("ix_household_unit_walk", ["unit_id", "walk_key"], unique=False)

    op.create_table(
        "citizen",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "unit_path",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("full_name", sa.String(length=120), nullable=False),
        sa.Column(
            "search_key",
            sa.String(length=160).with_variant(sa.String(length=160, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "sort_key",
            sa.String(length=260).with_variant(sa.String(length=260, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("birth_on", sa.Date(), nullable=True),
        sa.Column("birth_precision", sa.String(length=40), nullable=False),
        sa.Column("sex", sa.String(length=40), nullable=False),
        sa.Column("citizen_id", sa.LargeBinary(), nullable=False),
        sa.Column("citizen_id_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("phone_source", sa.String(length=20), nullable=False),
        sa.Column("phone_set_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("field_phone", sa.LargeBinary(), nullable=True),
        sa.Column("field_phone_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("field_phone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("application_state", sa.String(length=40), nullable=False),
        sa.Column("application_state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("visit_status", sa.String(length=40), nullable=True),
        sa.Column("visit_status_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visit_attempts", sa.Integer(), nullable=False),
        sa.Column("next_visit_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_citizen_household_id_household")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_citizen_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen")),
        sa.UniqueConstraint("citizen_id_index", name=op.f("uq_citizen_citizen_id_index")),
    )
    with op.batch_alter_table("citizen", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_citizen_field_phone_index"), ["field_phone_index"], unique=False
        )
        batch_op.create_index("ix_citizen_household", ["household_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_citizen_phone_index"), ["phone_index"], unique=False)
        batch_op.create_index("ix_citizen_search_key", ["search_key"], unique=False)
        batch_op.create_index(
            "ix_citizen_unit_path_state", ["unit_path", "application_state"], unique=False
        )

    op.create_table(
        "application_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("citizen_id", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.String(length=40), nullable=True),
        sa.Column("to_state", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("home_unit_id", sa.Integer(), nullable=True),
        sa.Column("counted_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["home_unit_id"], ["unit.id"], name=op.f("fk_application_event_home_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["by"], ["user_account.id"], name=op.f("fk_application_event_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizen.id"], name=op.f("fk_application_event_citizen_id_citizen")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_event")),
    )
    with op.batch_alter_table("application_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_application_event_citizen_id"), ["citizen_id"], unique=False
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("application_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_event_citizen_id"))

    op.drop_table("application_event")
    with op.batch_alter_table("citizen", schema=None) as batch_op:
        batch_op.drop_index("ix_citizen_unit_path_state")
        batch_op.drop_index("ix_citizen_search_key")
        batch_op.drop_index(batch_op.f("ix_citizen_phone_index"))
        batch_op.drop_index("ix_citizen_household")
        batch_op.drop_index(batch_op.f("ix_citizen_field_phone_index"))

    op.drop_table("citizen")
    with op.batch_alter_table("household", schema=None) as batch_op:
        batch_op.drop_index("ix_household_unit_walk")
        batch_op.drop_index(batch_op.f("ix_household_unit_path"))
        batch_op.drop_index("ix_household_unit_address")

    op.drop_table("household")
