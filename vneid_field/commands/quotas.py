"""`quota-table`: the plan's twelve columns on the terminal, as JSON, XLSX or PDF."""

import json
from pathlib import Path

import click

from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.queries import current_campaign, use_campaign_clock
from vneid_field.commands.arguments import check_output, unit_of, write_output
from vneid_field.core.database import writing
from vneid_field.core.errors import DomainError
from vneid_field.core.text import vn_number
from vneid_field.documents.kinds import EXTENSIONS
from vneid_field.documents.queries import list_renditions
from vneid_field.documents.services import read_rendition
from vneid_field.extensions import db
from vneid_field.quotas.overview import PlanTable, gather_plan
from vneid_field.quotas.papers import make_plan, plan_figures, plan_paper
from vneid_field.units.models import Unit

FORMS = {f".{extension}": media_type for media_type, extension in EXTENSIONS.items()}


def register(cli: click.Group) -> None:
    """Add the command."""
    cli.add_command(quota_table)


@click.command(help="In bảng phân bổ chỉ tiêu 12 cột của thành phố hoặc một quận, huyện.")
@click.option("--unit", "code", help="Mã thành phố, quận, huyện. Mặc định: cả thành phố.")
@click.option("--json", "as_json", is_flag=True, help="In dạng JSON.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Ghi ra tệp .pdf hoặc .xlsx.",
)
def quota_table(code: str | None, as_json: bool, output: Path | None) -> None:
    """Print or write the table; a wrong unit, file name or folder is one sentence and exit 1."""
    if as_json and output is not None:
        raise click.UsageError("Chỉ chọn một: --json hoặc -o.")
    if output is not None:
        check_output(output, *FORMS)
    use_campaign_clock()
    try:
        campaign = current_campaign()
        unit = _unit(campaign, code)
        table = gather_plan(campaign, unit)
    except DomainError as error:
        raise click.ClickException(error.message) from error
    if output is not None:
        _write(output, campaign, unit)
    elif as_json:
        click.echo(json.dumps(plan_figures(campaign, table), ensure_ascii=False, indent=2))
    else:
        _print(campaign, table)


def _unit(campaign: Campaign, code: str | None) -> Unit:
    if code is None:
        return db.session.get_one(Unit, campaign.root_unit_id)
    unit = unit_of(code)
    if unit.kind.value not in ("city", "district"):
        raise DomainError(f"Bảng 12 cột có cho thành phố và quận, huyện; {code} là {unit.name}.")
    return unit


def _write(output: Path, campaign: Campaign, unit: Unit) -> None:
    """Write the stored paper, so that its code answers on the verify page."""
    unit_id, campaign_id = unit.id, campaign.id
    db.session.rollback()
    with writing():
        document = make_plan(
            actor=None,
            campaign=db.session.get_one(Campaign, campaign_id),
            parent=db.session.get_one(Unit, unit_id),
        )
        stored = {one.media_type: one for one in list_renditions([document.id])[document.id]}
        content = read_rendition(stored[FORMS[output.suffix.lower()]])
        write_output(output, content)
        code = document.code
        db.session.commit()
    click.echo(f"Đã ghi {output} ({vn_number(len(content))} byte), mã văn bản {code}.")


def _print(campaign: Campaign, table: PlanTable) -> None:
    paper = plan_paper(campaign, table)
    click.echo(f"{'':<26}" + "".join(f"{formula:>10}" for formula in paper.formulas[2:]))
    for row in (*paper.rows, paper.total):
        cells = ("" if cell is None else vn_number(cell) for cell in row.cells)
        click.echo(f"{row.name:<26}" + "".join(f"{cell:>10}" for cell in cells))
