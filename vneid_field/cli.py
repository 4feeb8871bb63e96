"""The console command `vneid-field`."""

import os
import sys

import click
from sqlalchemy.exc import DBAPIError, OperationalError

from vneid_field import create_app
from vneid_field.commands import (
    calendar,
    campaign,
    database,
    holders,
    keys,
    papers,
    people,
    quotas,
    reports,
    rush,
    server,
)
from vneid_field.config import ROOT, ConfigurationError, Settings
from vneid_field.core.database import is_passing
from vneid_field.core.errors import DomainError

BEGINNINGS = {"init", "demo", "prepare", "db"}  # they meet a database of any age, or none


@click.group(help="VNeID Field: phần mềm chiến dịch cấp, kích hoạt tài khoản định danh điện tử.")
@click.pass_context
def cli(context: click.Context) -> None:
    """All commands run inside the application's context."""
    name = context.invoked_subcommand
    if name == "serve" or "--help" in sys.argv:
        return  # starts its own processes; needs nothing
    settings = Settings.from_environment(makes_keys=name in BEGINNINGS)
    context.with_resource(create_app(settings).app_context())
    if name not in BEGINNINGS:
        database.require_newest_schema()


for group in (
    *(calendar, campaign, database, holders, keys, papers, people, quotas, reports, rush, server),
):
    group.register(cli)


def main() -> None:
    """Run the command; what the operator can mend is one sentence and an exit code."""
    if str(ROOT) not in sys.path:
        sys.path.append(str(ROOT))  # migrations import one another; the script knows no checkout
    os.umask(0o077)  # the database and every file a command writes hold personal data
    try:
        cli()
    except ConfigurationError as error:
        _stop(f"Cấu hình chưa đúng. {error}", error.exit_code)
    except DomainError as error:
        _stop(error.message, 1)
    except DBAPIError as error:
        sentence = _about_database(error)
        if not sentence:
            raise
        _stop(sentence, 1)


def _stop(sentence: str, code: int) -> None:
    click.echo(sentence, err=True)
    sys.exit(code)


def _about_database(error: DBAPIError) -> str:
    """Say what is wrong with the database; empty when the mistake is in the program."""
    words = str(error.orig).strip().partition("\n")[0]
    if "is locked" in words:
        return "Cơ sở dữ liệu đang bận. Hãy thử lại sau ít phút."
    if "not a database" in words or "malformed" in words:
        return (
            "Tệp của DATABASE_URL không phải cơ sở dữ liệu SQLite hoặc đã hỏng. Hãy khôi phục bản "
            "sao lưu."
        )
    broken = ("unable to open", "readonly", "disk I/O error", "is full")
    is_away = isinstance(error, OperationalError) and is_passing(error)
    if is_away or any(one in words for one in broken):
        return f"Không mở được cơ sở dữ liệu (DATABASE_URL): {words}."
    return ""


if __name__ == "__main__":
    main()
