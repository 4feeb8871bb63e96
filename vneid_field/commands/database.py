"""`db upgrade | downgrade | check | backup`, and whether a database fits the code."""

import fcntl
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select, text

from vneid_field.absences.following import open_missing
from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.queries import use_campaign_clock
from vneid_field.config import ROOT
from vneid_field.core.database import Base, writing
from vneid_field.extensions import db
from vneid_field.reporting.obligation_services import open_after_upgrade

MIGRATIONS = str(ROOT / "migrations")
REPORT_CHAIN = "018"
ABSENT_LOOP = "021"
EMPTY = (
    "Cơ sở dữ liệu còn trống. Hãy bắt đầu bằng vneid-field init (chiến dịch thật) hoặc script/run "
    "(dùng thử)."
)
NEWER = (
    "Cơ sở dữ liệu mới hơn chương trình. Hãy cập nhật chương trình (git pull), hoặc khôi phục bản "
    "sao lưu làm trước khi nâng cấp."
)
OLDER = "Cơ sở dữ liệu cũ hơn chương trình. Hãy sao lưu rồi chạy vneid-field db upgrade."


def register(cli: click.Group) -> None:
    """Add the group."""
    cli.add_command(group)


@click.group("db", help="Cơ sở dữ liệu: nâng cấp, lùi, kiểm tra, sao lưu.")
def group() -> None:
    """Migrations."""


def _stored_revision() -> str | None:
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _known_revisions() -> list[str]:
    return [script.revision for script in ScriptDirectory(MIGRATIONS).walk_revisions()]


def require_newest_schema() -> None:
    """Refuse to work on a database that is empty, older or newer than the code."""
    stored, known = _stored_revision(), _known_revisions()
    if stored is None:
        raise click.ClickException(EMPTY)
    if stored not in known:
        raise click.ClickException(NEWER)
    if stored != known[0]:
        raise click.ClickException(OLDER)


@contextmanager
def alone() -> Iterator[None]:
    """Let one process at a time prepare the database: two first starts at once are ordinary."""
    path = current_app.config["SETTINGS"].instance / "prepare.lock"
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def bring_up_to_date() -> None:
    """Run the migrations that are missing; refuses a database newer than the code."""
    with alone():
        stored = _stored_revision()
        if stored is not None and stored not in _known_revisions():
            raise click.ClickException(NEWER)
        upgrade(directory=MIGRATIONS)
        if stored is not None and stored < REPORT_CHAIN:
            _open_obligations()
        if stored is not None and stored < ABSENT_LOOP:
            _open_absences()


def _open_obligations() -> None:
    """The step to the report chain gives running campaigns rules; here the dated rows follow."""
    use_campaign_clock()
    with writing():
        open_after_upgrade()
        db.session.commit()


def _open_absences() -> None:
    """The step to the absent loop: whoever is absent now gets a case, due from now on."""
    use_campaign_clock()
    with writing():
        for campaign_id in db.session.scalars(select(Campaign.id)).all():
            open_missing(campaign_id)
        db.session.commit()


@group.command("upgrade", help="Nâng cấp lược đồ lên bản mới nhất.")
def upgrade_command() -> None:
    """Run the migrations that are missing."""
    bring_up_to_date()


def _holds_a_campaign() -> bool:
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("campaign"):
            return False
        return bool(connection.scalar(text("SELECT count(*) FROM campaign")))


@group.command("downgrade", help="Lùi lược đồ một bước; dữ liệu của bước đó bị xóa.")
@click.option("--yes", "is_sure", is_flag=True, help="Đồng ý xóa dữ liệu của bước bị lùi.")
def downgrade_command(is_sure: bool) -> None:
    """Undo the newest migration; with data in the database only when somebody says so."""
    if _holds_a_campaign() and not is_sure:
        raise click.ClickException(
            "Lùi một bước sẽ xóa dữ liệu của bước đó và không lấy lại được. Muốn trở về bản "
            "trước, hãy khôi phục bản sao lưu; nếu vẫn muốn lùi, thêm --yes."
        )
    with alone():
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


@group.command("backup", help="Sao lưu cơ sở dữ liệu SQLite ra một tệp mới, cả khi đang phục vụ.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup_command(file: Path) -> None:
    """Copy the database as it is at one moment; keys.json is kept apart, by hand."""
    if db.engine.dialect.name != "sqlite":
        raise click.ClickException("PostgreSQL: hãy dùng pg_dump -Fc (docs/operations.md).")
    require_newest_schema()
    try:
        # Never over an older copy; personal data is for its owner alone.
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise click.ClickException(f"Tệp {file} đã có, hãy chọn tên khác.") from None
    except OSError as error:
        raise click.ClickException(f"Không ghi được {file}: {error.strerror}.") from error
    try:
        _copy_to(file)
    except sqlite3.Error as error:
        file.unlink()
        raise click.ClickException(f"Chưa sao lưu được: {error}.") from error
    click.echo(f"Đã sao lưu ra {file}. Khóa keys.json phải được cất riêng, ở nơi khác.")


def _copy_to(file: Path) -> None:
    path = f"file:{db.engine.url.database}?mode=ro"
    with closing(sqlite3.connect(path, uri=True)) as source, closing(sqlite3.connect(file)) as copy:
        source.backup(copy)
