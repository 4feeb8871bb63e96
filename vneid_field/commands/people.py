"""`account create | password`."""

import click

from vneid_field.accounts.queries import find_user_by_login
from vneid_field.accounts.services import create_account, reset_password
from vneid_field.commands.arguments import unit_of
from vneid_field.core.access import Role
from vneid_field.core.database import writing
from vneid_field.core.errors import DomainError
from vneid_field.extensions import db


def register(cli: click.Group) -> None:
    """Add the group."""
    cli.add_command(group)


@click.group("account", help="Tài khoản.")
def group() -> None:
    """Accounts."""


@group.command("create", help="Tạo tài khoản; mật khẩu tạm in ra một lần.")
@click.option("--login", required=True, help="Tên đăng nhập.")
@click.option("--name", required=True, help="Họ và tên người dùng.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--unit", "unit_code", required=True, help="Mã đơn vị, ví dụ 31120.")
def create(login: str, name: str, role: str, unit_code: str) -> None:
    """Make an account as the machine's owner."""
    with writing():
        unit = unit_of(unit_code)
        try:
            user, secret = create_account(
                actor=None, login_name=login, display_name=name, role=Role(role), unit=unit
            )
        except DomainError as error:
            raise click.ClickException(error.message) from error
        db.session.commit()
    click.echo(f"Đã tạo {user.login_name}. Mật khẩu tạm: {secret}")


@group.command("password", help="Cấp lại mật khẩu tạm, khi không còn cấp trên nào cấp được.")
@click.option("--login", required=True, help="Tên đăng nhập.")
def password(login: str) -> None:
    """Give a temporary password as the machine's owner: nobody is above the city police."""
    with writing():
        user = find_user_by_login(login)
        if user is None:
            raise click.ClickException(f"Không có tài khoản {login}.")
        secret = reset_password(actor=None, user=user)
        db.session.commit()
    click.echo(f"Mật khẩu tạm của {user.login_name}: {secret}")
