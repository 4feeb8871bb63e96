"""Reports are accepted, returned and sent again; weekly and final ones; levels of running drives."""

from datetime import time

import sqlalchemy as sa
from alembic import op

revision = "018"
down_revision = "017"
branch_labels = None
depends_on = None

TEXTS = ("strengths", "shortcomings", "causes", "responsibility")
# unit kind, report kind, opens at, hour of (kind, or None for a time of its own), days after, to
RULES = (
    ("district", "daily", "00:00", "14:00", 1, "city"),
    ("team", "weekly", "17:00", None, 1, "commune"),
    ("commune", "weekly", "00:00", None, 1, "district"),
    ("district", "weekly", "00:00", "14:00", 1, "city"),
    ("city", "weekly", "00:00", "09:00", 2, "city"),
    ("commune", "final", "00:00", "10:00", 1, "district"),
    ("district", "final", "00:00", "15:00", 1, "city"),
    ("city", "final", "00:00", "15:00", 2, "city"),
)


def upgrade() -> None:
    """Go up; campaigns that run on the plan's first rules get the others (obligations follow)."""
    for name in TEXTS:
        op.add_column(
            "report", sa.Column(name, sa.String(2000), nullable=False, server_default=sa.text("''"))
        )
    op.add_column("obligation", sa.Column("report_state", sa.String(40), nullable=True))
    op.create_table(
        "report_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_report_step_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_step_report_id_report")
        ),
        sa.ForeignKeyConstraint(
            ["by"], ["user_account.id"], name=op.f("fk_report_step_by_user_account")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_report_step_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_step")),
    )
    op.create_index(op.f("ix_report_step_report_id"), "report_step", ["report_id"])
    op.execute(
        "UPDATE obligation SET report_state = 'sent' WHERE id IN "
        "(SELECT obligation_id FROM report WHERE state = 'sent')"
    )
    _add_rules()


def _add_rules() -> None:
    rule = sa.table(
        "report_rule",
        *(
            sa.column(n)
            for n in ("campaign_id", "unit_kind", "report_kind", "due_days_after", "to_kind")
        ),
        sa.column("opens_at", sa.Time()),
        sa.column("due_at", sa.Time()),
    )
    connection = op.get_bind()
    found: dict[int, dict[tuple[str, str], time]] = {}
    for row in connection.execute(sa.select(rule)):
        found.setdefault(row.campaign_id, {})[(row.unit_kind, row.report_kind)] = row.due_at
    for campaign_id, hours in found.items():
        if not {("team", "daily"), ("commune", "daily")} <= hours.keys():
            continue
        for unit, kind, opens_at, due_at, days, to in RULES:
            if (unit, kind) in hours:
                continue
            connection.execute(
                sa.insert(rule).values(
                    campaign_id=campaign_id,
                    unit_kind=unit,
                    report_kind=kind,
                    opens_at=_time(opens_at),
                    due_at=_time(due_at) if due_at else hours[unit, "daily"],
                    due_days_after=days,
                    to_kind=to,
                )
            )


def _time(text: str) -> time:
    return time.fromisoformat(text)


def downgrade() -> None:
    """Go back; the rules and what they asked for stay: rows that older code leaves alone."""
    op.drop_index(op.f("ix_report_step_report_id"), "report_step")
    op.drop_table("report_step")
    op.drop_column("obligation", "report_state")
    for name in TEXTS:
        op.drop_column("report", name)
