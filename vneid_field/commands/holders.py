"""`holders`: proves the hand-over rules on a live database."""

import sys
from collections import Counter

import click

from vneid_field.campaigns.queries import current_campaign
from vneid_field.core.text import vn_number
from vneid_field.lists.holders import check
from vneid_field.lists.labels import HOLDER_RULE_LABELS

SHOWN = 200


def register(cli: click.Group) -> None:
    """Add the command."""
    cli.add_command(holders)


@click.command(help="Đối chiếu: mỗi người trong diện đúng một nơi giữ, không mất, không trùng.")
@click.option("--check", "is_check", is_flag=True, required=True, help="Chỉ đối chiếu.")
def holders(is_check: bool) -> None:
    """Exit 1 and print the cases, ids only, when a hand-over rule is broken."""
    cases = check(current_campaign())
    if not cases:
        click.echo("Mỗi người trong diện có đúng một nơi giữ, hoặc đã khép.")
        return
    click.echo(f"{'công dân':>10}  trường hợp")
    for case in cases[:SHOWN]:
        click.echo(f"{case.citizen_id:>10}  {HOLDER_RULE_LABELS[case.rule]} ({case.detail})")
    if len(cases) > SHOWN:
        click.echo(f"… {SHOWN} trong {vn_number(len(cases))} trường hợp")
    for rule, count in Counter(case.rule for case in cases).most_common():
        click.echo(f"{HOLDER_RULE_LABELS[rule]}: {vn_number(count)}")
    sys.exit(1)
