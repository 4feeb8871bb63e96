"""Create the tables of people outside the list and of field corrections."""

import sqlalchemy as sa
from alembic import op

revision = "022"
down_revision = "021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "field_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("citizen_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.Column("source_uuid", sa.String(length=36), nullable=False),
        sa.Column("told_by_unit_id", sa.Integer(), nullable=False),
        sa.Column("told_by", sa.Integer(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizen.id"], name=op.f("fk_field_correction_citizen_id_citizen")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["user_account.id"],
            name=op.f("fk_field_correction_decided_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["told_by"], ["user_account.id"], name=op.f("fk_field_correction_told_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["told_by_unit_id"], ["unit.id"], name=op.f("fk_field_correction_told_by_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_correction")),
        sa.UniqueConstraint("source_uuid", name=op.f("uq_field_correction_source_uuid")),
    )
    with op.batch_alter_table("field_correction", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_field_correction_citizen_id"), ["citizen_id"], unique=False
        )
        batch_op.create_index("ix_field_correction_state", ["state", "id"], unique=False)
        batch_op.create_index(
            "uq_field_correction_open",
            ["citizen_id", "field"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "unlisted_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("body_digest", sa.String(length=64), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("commune_id", sa.Integer(), nullable=False),
        sa.Column(
            "unit_path",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("handed_from_id", sa.Integer(), nullable=True),
        sa.Column("full_name", sa.String(length=120), nullable=False),
        sa.Column("citizen_id", sa.LargeBinary(), nullable=False),
        sa.Column("citizen_id_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("matched_citizen_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_unlisted_person_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["unit.id"], name=op.f("fk_unlisted_person_commune_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["user_account.id"],
            name=op.f("fk_unlisted_person_decided_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["handed_from_id"], ["unit.id"], name=op.f("fk_unlisted_person_handed_from_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["household.id"],
            name=op.f("fk_unlisted_person_household_id_household"),
        ),
        sa.ForeignKeyConstraint(
            ["matched_citizen_id"],
            ["citizen.id"],
            name=op.f("fk_unlisted_person_matched_citizen_id_citizen"),
        ),
        sa.ForeignKeyConstraint(
            ["taken_by"], ["user_account.id"], name=op.f("fk_unlisted_person_taken_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["unit.id"], name=op.f("fk_unlisted_person_team_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unlisted_person")),
        sa.UniqueConstraint("uuid", name=op.f("uq_unlisted_person_uuid")),
    )
    with op.batch_alter_table("unlisted_person", schema=None) as batch_op:
        batch_op.create_index("ix_unlisted_person_number", ["citizen_id_index"], unique=False)
        batch_op.create_index(
            "ix_unlisted_person_queue", ["campaign_id", "unit_path", "state", "id"], unique=False
        )
        batch_op.create_index(
            "ix_unlisted_person_team", ["campaign_id", "team_id", "id"], unique=False
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("unlisted_person", schema=None) as batch_op:
        batch_op.drop_index("ix_unlisted_person_team")
        batch_op.drop_index("ix_unlisted_person_queue")
        batch_op.drop_index("ix_unlisted_person_number")

    op.drop_table("unlisted_person")
    with op.batch_alter_table("field_correction", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_field_correction_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index("ix_field_correction_state")
        batch_op.drop_index(batch_op.f("ix_field_correction_citizen_id"))

    op.drop_table("field_correction")
