"""`calendar`: show a running campaign's last day and hours, or change them."""

from datetime import datetime

import click

from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.queries import current_campaign, list_report_rules, use_campaign_clock
from vneid_field.commands.arguments import DAY
from vneid_field.commands.campaign import HOUR
from vneid_field.core.database import writing
from vneid_field.core.errors import DomainError
from vneid_field.core.text import vn_date, vn_number, vn_time
from vneid_field.extensions import db
from vneid_field.reporting.calendar import Followed, change_calendar
from vneid_field.reporting.kinds import ReportKind
from vneid_field.reporting.labels import LEVEL_LABELS, REPORT_LABELS
from vneid_field.units.rules import UnitKind


def register(cli: click.Group) -> None:
    """Add the command."""
    cli.add_command(calendar)


@click.command(help="Xem, đổi ngày kết thúc và giờ báo cáo của chiến dịch đang chạy.")
@click.option("--ends-on", type=DAY, help="Ngày kết thúc mới, ví dụ 2023-08-12.")
@click.option("--team-hour", type=HOUR, help="Giờ báo cáo ngày, tuần của tổ, ví dụ 08:30.")
@click.option("--commune-hour", type=HOUR, help="Giờ của Công an cấp xã.")
@click.option("--district-hour", type=HOUR, help="Giờ của Công an cấp huyện.")
@click.option("--point-hour", type=HOUR, help="Giờ của điểm thu nhận.")
def calendar(
    ends_on: datetime | None,
    team_hour: datetime | None,
    commune_hour: datetime | None,
    district_hour: datetime | None,
    point_hour: datetime | None,
) -> None:
    """Change what is given; reports that nobody has sent follow, what is past stays."""
    use_campaign_clock()
    given = {
        UnitKind.TEAM: team_hour,
        UnitKind.COMMUNE: commune_hour,
        UnitKind.DISTRICT: district_hour,
        UnitKind.COLLECTION_POINT: point_hour,
    }
    hours = {kind: hour.time() for kind, hour in given.items() if hour is not None}
    if ends_on is not None or hours:
        try:
            with writing():
                campaign = current_campaign()
                last_on = ends_on.date() if ends_on else campaign.ends_on
                done = change_calendar(actor=None, campaign=campaign, ends_on=last_on, hours=hours)
                db.session.commit()
        except DomainError as error:
            raise click.ClickException(error.message) from error
        _tell(done)
    _show(current_campaign())


def _tell(done: Followed) -> None:
    click.echo(
        f"Đã đổi lịch: thêm {vn_number(done.opened)}, bỏ {vn_number(done.dropped)}, dời "
        f"{vn_number(done.moved)} báo cáo chưa gửi."
    )


def _show(campaign: Campaign) -> None:
    click.echo(f"Chiến dịch {vn_date(campaign.starts_on)}–{vn_date(campaign.ends_on)}.")
    for rule in list_report_rules(campaign.id):
        label = REPORT_LABELS[ReportKind(rule.report_kind)]
        days = f", {rule.due_days_after} ngày sau kỳ" if rule.due_days_after else ", trong ngày"
        click.echo(f"  {LEVEL_LABELS[rule.unit_kind]}: {label}, {vn_time(rule.due_at)}{days}")
