"""`rush`: the minutes before 08h00, replayed on a demo (quality.md: 607 team reports)."""

import json
import signal
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta

import click
from flask import current_app

from vneid_field.campaigns.queries import current_campaign, use_campaign_clock
from vneid_field.campaigns.services import anchor_clock
from vneid_field.commands.server import start, stop, try_address
from vneid_field.config import Settings
from vneid_field.core import clock
from vneid_field.core.database import writing
from vneid_field.core.text import vn_moment
from vneid_field.demo.rush import log_in, replay
from vneid_field.demo.rush_result import Rush, are_papers_done, list_senders, take_stock
from vneid_field.extensions import db
from vneid_field.home import DEMO_PASSWORD

LOGIN_TIME = timedelta(minutes=3)
STARTS_WITHIN_S = 120
PAPERS_WITHIN_S = 3600


def register(cli: click.Group) -> None:
    """Add the command."""
    cli.add_command(rush)


@click.command(help="Diễn lại những phút trước giờ báo cáo trên bản dùng thử và đo máy chủ.")
@click.option("--minutes", type=click.FloatRange(0.5, 60), default=10.0, show_default=True)
@click.option("--seed", type=int, default=128, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="In dạng JSON.")
def rush(minutes: float, seed: int, as_json: bool) -> None:
    """Start a server, log everybody in, let them report within `minutes`, wait for the papers.

    Teams, communes and districts all send in the same minutes, harder than the plan's three
    hours. The demo's reports of that morning are sent afterwards: it serves once.
    """
    settings: Settings = current_app.config["SETTINGS"]
    use_campaign_clock()
    campaign = current_campaign()
    if settings.is_production or not campaign.is_demo:
        raise click.ClickException("Chỉ diễn lại được trên bản dùng thử.")
    senders = list_senders(campaign.id)
    if not senders:
        raise click.ClickException(
            "Bản dùng thử này không còn báo cáo ngày nào chưa gửi. Hãy nạp lại vào cơ sở dữ liệu "
            "trống."
        )
    try_address(settings)  # else another server would answer in ours' place
    hour = min(sender.due_at for sender in senders)
    if clock.now() + LOGIN_TIME > hour - timedelta(minutes=minutes):
        raise click.ClickException(
            "Giờ của bản dùng thử đã quá gần giờ báo cáo, mà đồng hồ không đi lùi. Hãy chạy với "
            "--minutes nhỏ hơn hoặc nạp lại vào cơ sở dữ liệu trống."
        )
    db.session.remove()
    with _server(settings):
        click.echo(f"{len(senders)} người đăng nhập…", err=True)
        try:
            phones = log_in(senders, settings.port, DEMO_PASSWORD)
        except RuntimeError as error:
            raise click.ClickException(f"Không đăng nhập được ({error}).") from error
        real_hour = _set_clock(hour, timedelta(minutes=minutes))
        at = clock.to_local(hour)
        click.echo(f"{minutes:g} phút trước {vn_moment(at)}…", err=True)
        tally = replay(senders, phones, seconds=minutes * 60, seed=seed)
        click.echo("Chờ văn bản cuối cùng…", err=True)
        _await_papers()
    _print(take_stock(senders, minutes * 60, real_hour, tally), as_json=as_json)


@contextmanager
def _server(settings: Settings) -> Iterator[None]:
    """Run `serve` as an operator does, for as long as the block lasts."""
    signal.signal(signal.SIGTERM, stop)
    process = start([sys.executable, "-m", "vneid_field.cli", "serve"])
    try:
        deadline = time.monotonic() + STARTS_WITHIN_S
        while not _answers(f"http://{settings.address}/health"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise click.ClickException("Máy chủ không khởi động được.")
            time.sleep(0.25)
        yield
    finally:
        process.terminate()
        process.wait(60)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
            return True
    except OSError:
        return False


def _set_clock(hour: datetime, before: timedelta) -> datetime:
    """Let it be `before` the hour; returns the hour on the machine's clock."""
    with writing():
        anchor_clock(campaign=current_campaign(), campaign_at=hour - before)
        db.session.commit()
    db.session.remove()
    return clock.real_now() + before


def _await_papers() -> None:
    deadline = time.monotonic() + PAPERS_WITHIN_S
    while not are_papers_done():
        if time.monotonic() > deadline:
            raise click.ClickException("Văn bản chưa lập xong sau một giờ.")
        time.sleep(1)


def _print(found: Rush, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(found), indent=2))
        return
    for name, value in asdict(found).items():
        click.echo(f"{name:<26} {value:g}")
