"""The daily delta: claims on citizens, verdicts of lists on them, what an undo needs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.triggers import recreate_triggers

revision = "020"
down_revision = "019"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
PATH = sa.String(80).with_variant(sa.String(80, collation="C"), "postgresql")
CLAIM = ("claim_at", "claim_last_at", "claim_unit_id", "claim_by", "other_status",
         "other_status_at", "refuted_until", "last_event_at")  # fmt: skip
IMPORT = ("reach_path", "speaks_until", "undone_at", "undone_by", "undo_reason")
# An event that no undo takes back.
STANDS = (
    "e.citizen_id = citizen.id AND e.outcome IS NOT NULL AND NOT EXISTS (SELECT 1 FROM visit_event "
    "u WHERE u.citizen_id = e.citizen_id AND u.undoes_uuid = e.uuid)"
)
CLAIMS = f"{STANDS} AND e.outcome IN ('activated_app', 'activated_web', 'already_activated')"
OTHERS = f"{STANDS} AND e.outcome NOT IN ('activated_app', 'activated_web', 'already_activated')"
# Among the others a data outcome is stronger than the rest, then the latest (domain.md section 7).
STRENGTH = (
    "CASE WHEN e.outcome IN ('not_approved', 'data_mismatch', 'moved_out', 'deceased', "
    "'duplicate') THEN 0 ELSE 1 END, e.happened_at DESC, e.uuid DESC LIMIT 1"
)


def _key(column: str, to: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    """Go up."""
    _add_columns()
    _fill_claims()
    _create_pages()
    _create_verdicts()
    recreate_triggers()


def _add_columns() -> None:
    with op.batch_alter_table("citizen") as batch:
        batch.add_column(sa.Column("claim_at", INSTANT))
        batch.add_column(sa.Column("claim_last_at", INSTANT))
        batch.add_column(sa.Column("claim_unit_id", sa.Integer()))
        batch.add_column(sa.Column("claim_by", sa.Integer()))
        batch.add_column(sa.Column("other_status", sa.String(40)))
        batch.add_column(sa.Column("other_status_at", INSTANT))
        batch.add_column(sa.Column("refuted_until", INSTANT))
        batch.add_column(sa.Column("last_event_at", INSTANT))
        batch.create_foreign_key(
            op.f("fk_citizen_claim_unit_id_unit"), "unit", ["claim_unit_id"], ["id"]
        )
        batch.create_foreign_key(
            op.f("fk_citizen_claim_by_user_account"), "user_account", ["claim_by"], ["id"]
        )
    with op.batch_alter_table("list_import") as batch:
        batch.add_column(sa.Column("reach_path", PATH, nullable=False, server_default=""))
        batch.add_column(sa.Column("speaks_until", INSTANT))
        batch.add_column(sa.Column("undone_at", INSTANT))
        batch.add_column(sa.Column("undone_by", sa.Integer()))
        batch.add_column(
            sa.Column("undo_reason", sa.String(300), nullable=False, server_default="")
        )
        batch.create_foreign_key(
            op.f("fk_list_import_undone_by_user_account"), "user_account", ["undone_by"], ["id"]
        )


def _fill_claims() -> None:
    """People visited before this migration: their claims, from the events."""

    def first(column: str, events: str, order: str) -> str:
        return f"(SELECT e.{column} FROM visit_event e WHERE {events} ORDER BY {order})"

    eldest = "e.happened_at, e.uuid LIMIT 1"
    values = {
        "last_event_at": "(SELECT max(e.received_at) FROM visit_event e WHERE e.citizen_id = "
        "citizen.id)",
        "claim_at": first("happened_at", CLAIMS, eldest),
        "claim_last_at": f"(SELECT max(e.happened_at) FROM visit_event e WHERE {CLAIMS})",
        "claim_unit_id": first("performed_by_unit_id", CLAIMS, eldest),
        "claim_by": first("performed_by", CLAIMS, eldest),
        "other_status": first("outcome", OTHERS, STRENGTH),
        "other_status_at": first("happened_at", OTHERS, STRENGTH),
    }
    sets = ", ".join(f"{name} = {value}" for name, value in values.items())
    visited = "SELECT 1 FROM visit_event e WHERE e.citizen_id = citizen.id"
    op.execute(f"UPDATE citizen SET {sets} WHERE EXISTS ({visited})")


def _create_pages() -> None:
    op.create_table(
        "list_mention",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("citizen_id", sa.Integer(), nullable=False),
        _key("import_id", "list_import", "list_mention"),
        _key("citizen_id", "citizen", "list_mention"),
        sa.PrimaryKeyConstraint("import_id", "citizen_id", name=op.f("pk_list_mention")),
    )
    op.create_index("ix_list_mention_citizen", "list_mention", ["citizen_id"])
    op.create_table(
        "list_page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("delta_group", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _key("import_id", "list_import", "list_page"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_page")),
        sa.UniqueConstraint(
            "import_id",
            "delta_group",
            "number",
            name=op.f("uq_list_page_import_id_delta_group_number"),
        ),
    )
    op.create_table(
        "list_undo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("citizen_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer()),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _key("import_id", "list_import", "list_undo"),
        _key("citizen_id", "citizen", "list_undo"),
        _key("item_id", "list_item", "list_undo"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_undo")),
        sa.UniqueConstraint(
            "import_id", "citizen_id", name=op.f("uq_list_undo_import_id_citizen_id")
        ),
    )
    op.create_index("ix_list_undo_citizen", "list_undo", ["citizen_id"])


def _create_verdicts() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        "list_verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("citizen_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("home_unit_id", sa.Integer(), nullable=False),
        sa.Column("performed_by_unit_id", sa.Integer()),
        sa.Column("performed_by", sa.Integer()),
        sa.Column("claimed_at", INSTANT),
        sa.Column("speaks_until", INSTANT, nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("item_id", sa.Integer()),
        sa.Column("before", json, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("taken_back_at", INSTANT),
        sa.Column("taken_back_import_id", sa.Integer(), sa.ForeignKey("list_import.id")),
        _key("campaign_id", "campaign", "list_verdict"),
        _key("import_id", "list_import", "list_verdict"),
        _key("citizen_id", "citizen", "list_verdict"),
        _key("home_unit_id", "unit", "list_verdict"),
        _key("performed_by_unit_id", "unit", "list_verdict"),
        _key("performed_by", "user_account", "list_verdict"),
        _key("item_id", "list_item", "list_verdict"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_verdict")),
    )
    op.create_index("ix_list_verdict_citizen", "list_verdict", ["citizen_id", "kind"])
    op.create_index("ix_list_verdict_import", "list_verdict", ["import_id", "kind", "citizen_id"])
    op.create_index("ix_list_verdict_team", "list_verdict", ["performed_by_unit_id", "kind"])


def downgrade() -> None:
    """Go back."""
    for table in ("list_verdict", "list_undo", "list_page", "list_mention"):
        op.drop_table(table)
    with op.batch_alter_table("list_import") as batch:
        batch.drop_constraint(op.f("fk_list_import_undone_by_user_account"), type_="foreignkey")
        for column in IMPORT:
            batch.drop_column(column)
    with op.batch_alter_table("citizen") as batch:
        batch.drop_constraint(op.f("fk_citizen_claim_unit_id_unit"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_citizen_claim_by_user_account"), type_="foreignkey")
        for column in CLAIM:
            batch.drop_column(column)
    recreate_triggers()
