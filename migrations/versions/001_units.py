"""Create the tables of units."""

import sqlalchemy as sa
from alembic import op

revision = "001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subtype", sa.String(length=40), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column(
            "path",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("short_name", sa.String(length=80), nullable=False),
        sa.Column(
            "search_key",
            sa.String(length=160).with_variant(sa.String(length=160, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("sort_order", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("only_own_part", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_unit_code_valid_from")),
        sa.UniqueConstraint("path", name=op.f("uq_unit_path")),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_code"), ["code"], unique=False)
        batch_op.create_index(
            "ix_unit_parent_kind", ["parent_id", "kind", "sort_order"], unique=False
        )

    op.create_table(
        "team_hamlet",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("hamlet_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hamlet_id"], ["unit.id"], name=op.f("fk_team_hamlet_hamlet_id_unit")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["unit.id"], name=op.f("fk_team_hamlet_team_id_unit")),
        sa.PrimaryKeyConstraint("team_id", "hamlet_id", name=op.f("pk_team_hamlet")),
    )
    with op.batch_alter_table("team_hamlet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_hamlet_hamlet_id"), ["hamlet_id"], unique=False)

    op.create_table(
        "team_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("full_name", sa.String(length=120), nullable=False),
        sa.Column(
            "sort_key",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("union", sa.String(length=40), nullable=False),
        sa.Column("knows_it", sa.Boolean(), nullable=False),
        sa.Column("trained_on", sa.Date(), nullable=True),
        sa.Column("is_leader", sa.Boolean(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "\"union\" in ('youth', 'women', 'none')", name=op.f("ck_team_member_union_known")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["unit.id"], name=op.f("fk_team_member_team_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_member")),
    )
    with op.batch_alter_table("team_member", schema=None) as batch_op:
        batch_op.create_index("ix_team_member_team", ["team_id", "sort_key"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("team_member", schema=None) as batch_op:
        batch_op.drop_index("ix_team_member_team")

    op.drop_table("team_member")
    with op.batch_alter_table("team_hamlet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_hamlet_hamlet_id"))

    op.drop_table("team_hamlet")
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_index("ix_unit_parent_kind")
        batch_op.drop_index(batch_op.f("ix_unit_code"))

    op.drop_table("unit")
