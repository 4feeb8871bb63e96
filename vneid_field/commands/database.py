"""`db upgrade | downgrade | check`."""

import sys

import click
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from vneid_field.config import ROOT
from vneid_field.core.database import Base
from vneid_field.extensions import db

MIGRATIONS = str(ROOT / "migrations")


def register(cli: click.Group) -> None:
    """Add the group."""
    cli.add_command(group)


@click.group("db", help="Cơ sở dữ liệu: nâng cấp, lùi, kiểm tra.")
def group() -> None:
    """Migrations."""


@group.command("upgrade", help="Nâng cấp lược đồ lên bản mới nhất.")
def upgrade_command() -> None:
    """Run the migrations that are missing."""
    upgrade(directory=MIGRATIONS)


@group.command("downgrade", help="Lùi lược đồ một bước.")
def downgrade_command() -> None:
    """Undo the newest migration."""
    downgrade(directory=MIGRATIONS, revision="-1")


def differences() -> list[object]:
    """Return how the database's tables differ from the models; empty when they agree."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


@group.command("check", help="Thử nâng cấp, so với mô hình, lùi một bước trên cơ sở dữ liệu trống.")
def check_command() -> None:
    """Exit 1 when migrations and models differ. Needs an empty database: it fills and undoes it."""
    if inspect(db.engine).get_table_names():
        click.echo("db check cần một cơ sở dữ liệu trống (đặt DATABASE_URL khác).", err=True)
        sys.exit(2)
    upgrade(directory=MIGRATIONS)
    found = differences()
    downgrade(directory=MIGRATIONS, revision="-1")
    upgrade(directory=MIGRATIONS)
    for difference in found:
        click.echo(str(difference), err=True)
    click.echo("Lược đồ khớp với mô hình." if not found else "Lược đồ khác mô hình.")
    sys.exit(1 if found else 0)
