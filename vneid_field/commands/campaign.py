"""`init`, `demo`, `figures`, `recount`."""

import json
import sys
import time
from collections.abc import Sequence
from datetime import date, datetime

import click
from flask import current_app
from sqlalchemy import func, select

from vneid_field.accounts.labels import ROLE_LABELS
from vneid_field.accounts.services import create_account
from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.queries import current_campaign, use_campaign_clock
from vneid_field.commands.arguments import DAY, check_day, unit_of
from vneid_field.commands.database import alone, bring_up_to_date
from vneid_field.core import clock
from vneid_field.core.access import Role
from vneid_field.core.database import writing
from vneid_field.core.errors import DomainError
from vneid_field.core.text import vn_date
from vneid_field.demo.load import load_demo
from vneid_field.extensions import db
from vneid_field.founding import CampaignPlan, found_campaign
from vneid_field.home import DEMO_ACCOUNTS, DEMO_PASSWORD
from vneid_field.recount import check
from vneid_field.reporting.calendar import LONGEST_DAYS
from vneid_field.reporting.summary import figures_json, summarise
from vneid_field.units.models import Unit

HOUR = click.DateTime(formats=["%H:%M"])


def register(cli: click.Group) -> None:
    """Add the commands."""
    for command in (init, demo, figures, recount):
        cli.add_command(command)


@click.command(help="Bắt đầu chiến dịch thật: đơn vị, chỉ tiêu, ngày, giờ, quản trị đầu tiên.")
@click.option("--admin", required=True, help="Tên đăng nhập của quản trị.")
@click.option("--admin-name", required=True, help="Họ và tên quản trị.")
@click.option("--police", required=True, help="Tên đăng nhập của Công an thành phố.")
@click.option("--police-name", required=True, help="Họ và tên người dùng Công an thành phố.")
@click.option("--code", default="KH128", show_default=True, help="Mã chiến dịch.")
@click.option("--starts-on", type=DAY, required=True, help="Ngày bắt đầu, ví dụ 2027-03-01.")
@click.option("--ends-on", type=DAY, required=True, help="Ngày kết thúc, không trước hôm nay.")
@click.option(
    "--quota-days",
    type=click.IntRange(1, 366),
    help="Số ngày để chia chỉ tiêu ngày. Mặc định: số ngày của chiến dịch.",
)
@click.option("--team-hour", type=HOUR, default="08:00", show_default=True)
@click.option("--commune-hour", type=HOUR, default="10:00", show_default=True)
@click.option("--district-hour", type=HOUR, default="14:00", show_default=True)
@click.option("--point-hour", type=HOUR, default="17:00", show_default=True)
def init(
    admin: str,
    admin_name: str,
    police: str,
    police_name: str,
    code: str,
    starts_on: datetime,
    ends_on: datetime,
    quota_days: int | None,
    team_hour: datetime,
    commune_hour: datetime,
    district_hour: datetime,
    point_hour: datetime,
) -> None:
    """Seed the real tree and start the campaign in one transaction.

    The first account of each chain is made here: the administrator gives no role that opens
    personal data (ADR 011), so the police begin with the city's.
    """
    begins, ends = starts_on.date(), ends_on.date()
    _check_dates(begins, ends)
    plan = CampaignPlan(
        code=code,
        starts_on=begins,
        ends_on=ends,
        quota_days=quota_days or (ends - begins).days + 1,
        team_hour=team_hour.time(),
        commune_hour=commune_hour.time(),
        district_hour=district_hour.time(),
        point_hour=point_hour.time(),
    )
    first = (
        (Role.ADMINISTRATOR, admin, admin_name),
        (Role.CITY_POLICE, police, police_name),
    )
    bring_up_to_date()
    with alone(), writing():
        try:
            campaign = found_campaign(actor=None, plan=plan)
            root = db.session.get_one(Unit, campaign.root_unit_id)
            secrets = _open_accounts(root, first)
        except DomainError as error:
            raise click.ClickException(error.message) from error
        db.session.commit()
    click.echo(f"Đã tạo chiến dịch {code}. Mật khẩu tạm, chỉ hiện một lần:")
    for (role, login, _name), secret in zip(first, secrets, strict=True):
        click.echo(f"  {ROLE_LABELS[role]}: {login}  {secret}")


def _open_accounts(root: Unit, first: Sequence[tuple[Role, str, str]]) -> list[str]:
    """Make accounts of the city from role, login and name; returns their temporary passwords."""
    return [
        create_account(actor=None, login_name=login, display_name=name, role=role, unit=root)[1]
        for role, login, name in first
    ]


def _check_dates(begins: date, ends: date) -> None:
    """A campaign that is over takes no work."""
    if begins > ends:
        raise click.ClickException("Ngày bắt đầu phải trước ngày kết thúc.")
    if ends < clock.today():
        raise click.ClickException(
            f"Ngày kết thúc {vn_date(ends)} đã qua (hôm nay là {vn_date(clock.today())}): chiến "
            "dịch sẽ không ghi nhận được gì. Hãy đặt lại --starts-on và --ends-on."
        )
    if (ends - begins).days >= LONGEST_DAYS:
        raise click.ClickException(f"Chiến dịch dài nhất {LONGEST_DAYS} ngày.")


@click.command(help="Nạp dữ liệu thử (tên người đều là giả) vào cơ sở dữ liệu trống.")
@click.option("--size", type=click.Choice(["small", "city"]), default="small", show_default=True)
@click.option("--seed", type=int, default=128, show_default=True)
@click.option("--if-empty", is_flag=True, help="Không làm gì khi đã có dữ liệu.")
def demo(size: str, seed: int, if_empty: bool) -> None:
    """Load the demo in one transaction: all of it or nothing."""
    if current_app.config["SETTINGS"].is_production:
        raise click.ClickException("Chế độ production không nạp dữ liệu thử.")
    bring_up_to_date()
    fill_with_demo(seed=seed, if_empty=if_empty, is_city=size == "city")
    tell_accounts()


def is_filled() -> bool:
    """Whether the database holds a campaign."""
    return bool(db.session.scalar(select(func.count()).select_from(Campaign)))


def fill_with_demo(*, seed: int, if_empty: bool, is_city: bool = False) -> None:
    """Load the demo; does nothing when filled and `if_empty`."""
    if if_empty and is_filled():
        return  # without waiting for whoever writes
    started = time.monotonic()

    def say(step: str) -> None:
        click.echo(f"  {time.monotonic() - started:5.1f} s  {step}")

    # Asked once more when nobody else can write: a second first start finds it filled.
    with alone(), writing():
        if is_filled():
            if if_empty:
                return
            raise click.ClickException(
                "Cơ sở dữ liệu đã có chiến dịch; bản thử cần cơ sở dữ liệu trống."
            )
        click.echo("Đang nạp bản dùng thử…")
        load_demo(seed=seed, say=say, is_city=is_city)
        db.session.commit()
    click.echo("Xong.")


def tell_accounts() -> None:
    """Say who can log in to a demo, and with which password."""
    click.echo(f"Mật khẩu chung của bản thử: {DEMO_PASSWORD}")
    for login, label in DEMO_ACCOUNTS:
        click.echo(f"  {login:<22} {label}")


@click.command(help="In số liệu của một đơn vị trong một ngày.")
@click.option("--unit", "code", required=True, help="Mã đơn vị, ví dụ 31120.")
@click.option("--on", "on", type=DAY, required=True, help="Ngày, ví dụ 2023-07-04.")
@click.option("--json", "as_json", is_flag=True, help="In dạng JSON.")
def figures(code: str, on: datetime, as_json: bool) -> None:
    """Print what boards show and reports freeze."""
    use_campaign_clock()
    campaign, unit = current_campaign(), unit_of(code)
    check_day(campaign, on.date())
    values = figures_json(summarise(campaign, unit, on.date()))
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False, indent=2))
        return
    for name, value in values.items():
        if name != "lines":
            click.echo(f"{name:<20} {value}")


@click.command(help="Dựng lại số liệu từ sự kiện và đối chiếu.")
@click.option("--check", "is_check", is_flag=True, required=True, help="Chỉ đối chiếu.")
def recount(is_check: bool) -> None:
    """Exit 1 and print a table when counters differ from events."""
    differences = check(current_campaign())
    if not differences:
        click.echo("Số liệu khớp với sự kiện.")
        return
    click.echo(f"{'nơi':<10} {'đang lưu':>10} {'theo sự kiện':>14}  khóa")
    for row in differences[:200]:
        click.echo(f"{row.place:<10} {row.stored!s:>10} {row.counted!s:>14}  {row.key}")
    click.echo(f"Sai khác: {len(differences)}")
    sys.exit(1)
