"""Create the tables of collection: sessions, readiness, invitations, events."""

import sqlalchemy as sa
from alembic import op

from migrations.triggers import recreate_triggers

revision = "024"
down_revision = "023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "collection_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("to_minute", sa.Integer(), nullable=False),
        sa.Column("place_kind", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=160), nullable=False),
        sa.Column("partner", sa.String(length=160), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        sa.Column("cancel_reason", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "from_minute < to_minute", name=op.f("ck_collection_session_hours_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_collection_session_campaign_id_campaign"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by"],
            ["user_account.id"],
            name=op.f("fk_collection_session_made_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["unit.id"], name=op.f("fk_collection_session_point_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_session")),
    )
    op.create_index(
        "ix_collection_session_day", "collection_session", ["campaign_id", "on_day"], unique=False
    )
    op.create_index(
        "ix_collection_session_point", "collection_session", ["point_id", "on_day"], unique=False
    )
    op.create_table(
        "readiness_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("is_ready", sa.Boolean(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_readiness_check_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["checked_by"],
            ["user_account.id"],
            name=op.f("fk_readiness_check_checked_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["unit.id"], name=op.f("fk_readiness_check_point_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readiness_check")),
        sa.UniqueConstraint(
            "campaign_id",
            "point_id",
            "item",
            name=op.f("uq_readiness_check_campaign_id_point_id_item"),
        ),
    )
    op.create_index(
        op.f("ix_readiness_check_point_id"), "readiness_check", ["point_id"], unique=False
    )
    op.create_table(
        "collection_session_unit",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["collection_session.id"],
            name=op.f("fk_collection_session_unit_session_id_collection_session"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_collection_session_unit_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("session_id", "unit_id", name=op.f("pk_collection_session_unit")),
    )
    op.create_index(
        op.f("ix_collection_session_unit_unit_id"),
        "collection_session_unit",
        ["unit_id"],
        unique=False,
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("citizen_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("at_minute", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=40), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_as", sa.String(length=40), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_invitation_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizen.id"], name=op.f("fk_invitation_citizen_id_citizen")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["user_account.id"], name=op.f("fk_invitation_ended_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["user_account.id"], name=op.f("fk_invitation_invited_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["unit.id"], name=op.f("fk_invitation_point_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["collection_session.id"],
            name=op.f("fk_invitation_session_id_collection_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    op.create_index("ix_invitation_citizen", "invitation", ["citizen_id"], unique=False)
    op.create_index(
        "ix_invitation_day", "invitation", ["point_id", "on_day", "at_minute"], unique=False
    )
    op.create_index(op.f("ix_invitation_session_id"), "invitation", ["session_id"], unique=False)
    op.create_index(
        "uq_invitation_open",
        "invitation",
        ["campaign_id", "citizen_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "collection_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("body_digest", sa.String(length=64), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("citizen_id", sa.Integer(), nullable=False),
        sa.Column("home_unit_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("undoes_uuid", sa.String(length=36), nullable=True),
        sa.Column("device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_collection_event_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizen.id"], name=op.f("fk_collection_event_citizen_id_citizen")
        ),
        sa.ForeignKeyConstraint(
            ["home_unit_id"], ["unit.id"], name=op.f("fk_collection_event_home_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.id"],
            name=op.f("fk_collection_event_invitation_id_invitation"),
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["unit.id"], name=op.f("fk_collection_event_point_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user_account.id"],
            name=op.f("fk_collection_event_recorded_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["collection_session.id"],
            name=op.f("fk_collection_event_session_id_collection_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_event")),
        sa.UniqueConstraint("uuid", name=op.f("uq_collection_event_uuid")),
    )
    op.create_index("ix_collection_event_citizen", "collection_event", ["citizen_id"], unique=False)
    op.create_index(
        "ix_collection_event_day", "collection_event", ["point_id", "counted_on"], unique=False
    )
    recreate_triggers()


def downgrade() -> None:
    """Go back."""
    for table in (
        "collection_event",
        "invitation",
        "collection_session_unit",
        "readiness_check",
        "collection_session",
    ):
        op.drop_table(table)
