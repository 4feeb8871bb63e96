"""Create the tables of visits."""

import sqlalchemy as sa
from alembic import op

revision = "011"
down_revision = "010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "guide_tick",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("citizen_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("ticked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ticked_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_guide_tick_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizen.id"], name=op.f("fk_guide_tick_citizen_id_citizen")
        ),
        sa.ForeignKeyConstraint(
            ["ticked_by"], ["user_account.id"], name=op.f("fk_guide_tick_ticked_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_tick")),
        sa.UniqueConstraint(
            "campaign_id",
            "citizen_id",
            "step",
            name=op.f("uq_guide_tick_campaign_id_citizen_id_step"),
        ),
    )
    op.create_table(
        "visit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("body_digest", sa.String(length=64), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("citizen_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("home_unit_id", sa.Integer(), nullable=False),
        sa.Column("performed_by_unit_id", sa.Integer(), nullable=False),
        sa.Column("performed_by", sa.Integer(), nullable=True),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("skew_s", sa.Integer(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("sub_reason", sa.String(length=40), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("next_visit_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("new_phone", sa.LargeBinary(), nullable=True),
        sa.Column("undoes_uuid", sa.String(length=36), nullable=True),
        sa.Column("is_typed_in", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_visit_event_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizen.id"], name=op.f("fk_visit_event_citizen_id_citizen")
        ),
        sa.ForeignKeyConstraint(
            ["home_unit_id"], ["unit.id"], name=op.f("fk_visit_event_home_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_visit_event_household_id_household")
        ),
        sa.ForeignKeyConstraint(
            ["performed_by"],
            ["user_account.id"],
            name=op.f("fk_visit_event_performed_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["performed_by_unit_id"],
            ["unit.id"],
            name=op.f("fk_visit_event_performed_by_unit_id_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user_account.id"],
            name=op.f("fk_visit_event_recorded_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_event")),
        sa.UniqueConstraint("uuid", name=op.f("uq_visit_event_uuid")),
    )
    with op.batch_alter_table("visit_event", schema=None) as batch_op:
        batch_op.create_index("ix_visit_event_citizen", ["citizen_id"], unique=False)
        batch_op.create_index(
            "ix_visit_event_home_day", ["home_unit_id", "counted_on"], unique=False
        )
        batch_op.create_index(
            "ix_visit_event_team_day", ["performed_by_unit_id", "counted_on"], unique=False
        )

    op.create_table(
        "walk_start",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_walk_start_household_id_household")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_walk_start_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_walk_start")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("walk_start")
    with op.batch_alter_table("visit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_event_team_day")
        batch_op.drop_index("ix_visit_event_home_day")
        batch_op.drop_index("ix_visit_event_citizen")

    op.drop_table("visit_event")
    op.drop_table("guide_tick")
