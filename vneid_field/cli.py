"""The console command `vneid-field`."""

import sys

import click

from vneid_field import create_app
from vneid_field.commands import campaign, database, papers, people, quotas, server
from vneid_field.config import ConfigurationError


@click.group(help="VNeID Field: phần mềm chiến dịch cấp, kích hoạt tài khoản định danh điện tử.")
@click.pass_context
def cli(context: click.Context) -> None:
    """All commands run inside the application's context."""
    if context.invoked_subcommand == "serve":
        return  # starts its own processes
    context.with_resource(create_app().app_context())


for group in (campaign, database, papers, people, quotas, server):
    group.register(cli)


def main() -> None:
    """Run the command; a wrong configuration is one sentence and exit code 2 (database: 1)."""
    try:
        cli()
    except ConfigurationError as error:
        click.echo(f"Cấu hình chưa đúng. {error}", err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
