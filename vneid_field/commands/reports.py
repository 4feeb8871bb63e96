"""`obligations`: who owes which report, and what became of it."""

import json
from datetime import datetime
from typing import Any

import click

from vneid_field.campaigns.queries import current_campaign, use_campaign_clock
from vneid_field.commands.arguments import DAY, unit_of
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING
from vneid_field.core.text import vn_date, vn_time
from vneid_field.extensions import db
from vneid_field.reporting.models import Obligation
from vneid_field.reporting.queries import list_of_period
from vneid_field.reporting.rules import standing
from vneid_field.reporting.words import title_of
from vneid_field.units.models import Unit


def register(cli: click.Group) -> None:
    """Add the command."""
    cli.add_command(obligations)


@click.command(help="In các báo cáo phải gửi của kỳ kết thúc vào một ngày.")
@click.option("--on", "on", type=DAY, required=True, help="Ngày cuối kỳ, ví dụ 2023-07-04.")
@click.option("--unit", "code", help="Mã đơn vị; mặc định cả chiến dịch. Gồm các đơn vị bên dưới.")
@click.option("--json", "as_json", is_flag=True, help="In dạng JSON.")
def obligations(on: datetime, code: str | None, as_json: bool) -> None:
    """Print unit, report, period, due, state and received of every obligation of a day."""
    use_campaign_clock()
    campaign = current_campaign()
    root = unit_of(code) if code else db.session.get_one(Unit, campaign.root_unit_id)
    found = list_of_period(EVERYTHING, campaign.id, root, on.date())
    if as_json:
        rows = [_row(one) for one in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for one in found:
        due = clock.to_local(one.due_at)
        state = standing(one.state.value, one.due_at, clock.now()).value
        click.echo(
            f"{one.unit.code:<12} {title_of(one):<32} hạn {vn_time(due)} "
            f"{vn_date(due.date())}  {state}"
        )
    click.echo(f"{len(found)} báo cáo.")


def _row(one: Obligation) -> dict[str, Any]:
    return {
        "unit": one.unit.code,
        "unit_name": one.unit.name,
        "report": one.report_kind.value,
        "period": [one.period_start_on.isoformat(), one.period_end_on.isoformat()],
        "due": clock.to_local(one.due_at).isoformat(),
        "state": standing(one.state.value, one.due_at, clock.now()).value,
        "decision": one.report_state.value if one.report_state else None,
        "received": clock.to_local(one.received_at).isoformat() if one.received_at else None,
    }
