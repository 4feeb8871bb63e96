"""What commands ask of their arguments: each mistake is one sentence and exit code 1."""

from datetime import date
from pathlib import Path

import click

from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.text import vn_date
from vneid_field.units.models import Unit
from vneid_field.units.queries import find_unit_by_code

DAY = click.DateTime(formats=["%Y-%m-%d"])


def unit_of(code: str) -> Unit:
    """Return the unit of a code; raises ClickException."""
    unit = find_unit_by_code(code)
    if unit is None:
        raise click.ClickException(f"Không có đơn vị mã {code}.")
    return unit


def check_day(campaign: Campaign, on: date) -> None:
    """Refuse a day that has no figures: outside the campaign, or still to come."""
    if not campaign.starts_on <= on <= campaign.ends_on:
        raise click.ClickException(
            f"Ngày {vn_date(on)} nằm ngoài chiến dịch, từ {vn_date(campaign.starts_on)} đến "
            f"{vn_date(campaign.ends_on)}."
        )
    if on > clock.today():
        raise click.ClickException(
            f"Chưa đến ngày {vn_date(on)}; hôm nay là {vn_date(clock.today())}."
        )


def check_output(output: Path, *endings: str) -> None:
    """Refuse a file whose folder is missing or whose ending says another form."""
    if output.suffix.lower() not in endings:
        raise click.ClickException(
            f"Tên tệp {output.name} phải kết thúc bằng {' hoặc '.join(endings)}."
        )
    if not output.parent.is_dir():
        raise click.ClickException(f"Không có thư mục {output.parent}.")


def write_output(output: Path, content: bytes) -> None:
    """Write a file; raises ClickException with the system's reason."""
    try:
        output.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"Không ghi được {output}: {error.strerror}.") from error
