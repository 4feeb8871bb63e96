"""Create the tables of figures."""

import sqlalchemy as sa
from alembic import op

revision = "009"
down_revision = "008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "flow",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("home_unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "home_path",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("performed_by_unit_id", sa.Integer(), nullable=True),
        sa.Column("performed_key", sa.Integer(), nullable=False),
        sa.Column(
            "performed_path",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("collected", sa.Integer(), nullable=False),
        sa.Column("transmitted", sa.Integer(), nullable=False),
        sa.Column("approved", sa.Integer(), nullable=False),
        sa.Column("activated_app", sa.Integer(), nullable=False),
        sa.Column("activated_web", sa.Integer(), nullable=False),
        sa.Column("activated_self", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("contradicted", sa.Integer(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("people_visited", sa.Integer(), nullable=False),
        sa.Column("out_nobody_home", sa.Integer(), nullable=False),
        sa.Column("out_absent", sa.Integer(), nullable=False),
        sa.Column("out_revisit", sa.Integer(), nullable=False),
        sa.Column("out_refused", sa.Integer(), nullable=False),
        sa.Column("out_phone_mismatch", sa.Integer(), nullable=False),
        sa.Column("out_no_phone_or_sim", sa.Integer(), nullable=False),
        sa.Column("out_otp_not_received", sa.Integer(), nullable=False),
        sa.Column("out_device_unsupported", sa.Integer(), nullable=False),
        sa.Column("out_cannot_self_operate", sa.Integer(), nullable=False),
        sa.Column("out_system_error", sa.Integer(), nullable=False),
        sa.Column("out_not_approved", sa.Integer(), nullable=False),
        sa.Column("out_data_mismatch", sa.Integer(), nullable=False),
        sa.Column("out_moved_out", sa.Integer(), nullable=False),
        sa.Column("out_deceased", sa.Integer(), nullable=False),
        sa.Column("out_duplicate", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_flow_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["home_unit_id"], ["unit.id"], name=op.f("fk_flow_home_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["performed_by_unit_id"], ["unit.id"], name=op.f("fk_flow_performed_by_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow")),
        sa.UniqueConstraint(
            "campaign_id",
            "home_unit_id",
            "performed_key",
            "counted_on",
            name=op.f("uq_flow_campaign_id_home_unit_id_performed_key_counted_on"),
        ),
    )
    with op.batch_alter_table("flow", schema=None) as batch_op:
        batch_op.create_index(
            "ix_flow_home", ["campaign_id", "home_path", "counted_on"], unique=False
        )
        batch_op.create_index(
            "ix_flow_performed", ["campaign_id", "performed_path", "counted_on"], unique=False
        )

    op.create_table(
        "unit_stock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "unit_path",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("unvisited", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("absent", sa.Integer(), nullable=False),
        sa.Column("not_activated", sa.Integer(), nullable=False),
        sa.Column("activated", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_unit_stock_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_stock_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_stock")),
        sa.UniqueConstraint(
            "campaign_id", "basis", "unit_id", name=op.f("uq_unit_stock_campaign_id_basis_unit_id")
        ),
    )
    with op.batch_alter_table("unit_stock", schema=None) as batch_op:
        batch_op.create_index(
            "ix_unit_stock_path", ["campaign_id", "basis", "unit_path"], unique=False
        )

    op.create_table(
        "opening_figure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("home_unit_id", sa.Integer(), nullable=False),
        sa.Column("performed_by_unit_id", sa.Integer(), nullable=True),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("counter", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["home_unit_id"], ["unit.id"], name=op.f("fk_opening_figure_home_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["performed_by_unit_id"],
            ["unit.id"],
            name=op.f("fk_opening_figure_performed_by_unit_id_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["by"], ["user_account.id"], name=op.f("fk_opening_figure_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_opening_figure_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_opening_figure_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_figure")),
    )
    with op.batch_alter_table("opening_figure", schema=None) as batch_op:
        batch_op.create_index(
            "ix_opening_figure_unit", ["campaign_id", "unit_id", "counted_on"], unique=False
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("opening_figure", schema=None) as batch_op:
        batch_op.drop_index("ix_opening_figure_unit")

    op.drop_table("opening_figure")
    with op.batch_alter_table("unit_stock", schema=None) as batch_op:
        batch_op.drop_index("ix_unit_stock_path")

    op.drop_table("unit_stock")
    with op.batch_alter_table("flow", schema=None) as batch_op:
        batch_op.drop_index("ix_flow_performed")
        batch_op.drop_index("ix_flow_home")

    op.drop_table("flow")
