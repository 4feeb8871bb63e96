"""`serve`: migrations, the demo when asked for, gunicorn and the job worker in one command."""

import ctypes
import errno
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

import click
from flask import current_app
from sqlalchemy import select

from vneid_field import create_app
from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.queries import find_campaign
from vneid_field.commands.campaign import fill_with_demo, is_filled, tell_accounts
from vneid_field.commands.database import bring_up_to_date
from vneid_field.config import ROOT, Settings
from vneid_field.extensions import db
from vneid_field.jobs.worker import run_worker

PR_SET_PDEATHSIG = 1  # prctl(2)
RESTART_S = 1.0
log = logging.getLogger(__name__)
_libc = ctypes.CDLL(None, use_errno=True)


def register(cli: click.Group) -> None:
    """Add the commands."""
    cli.add_command(serve)
    cli.add_command(worker)
    cli.add_command(prepare)


@click.command(help="Chạy bộ xử lý công việc nền (serve tự chạy lệnh này).")
def worker() -> None:
    """Run jobs until told to stop."""
    run_worker(create_app())


def _gunicorn(settings: Settings) -> list[str]:
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "wsgi:app",
        "--bind",
        settings.address,
        "--workers",
        str(settings.workers),
        "--worker-class",
        "gthread",
        "--threads",
        str(settings.threads),
        "--timeout",
        "120",
        "--graceful-timeout",
        "20",
        "--keep-alive",
        "5",
        "--chdir",
        str(ROOT),
        "--log-level",
        "warning",
        "--umask",
        "0o077",
    ]


@click.command(hidden=True, help="Chuẩn bị cơ sở dữ liệu (serve tự chạy lệnh này).")
@click.option("--demo-if-empty", is_flag=True)
def prepare(demo_if_empty: bool) -> None:
    """Bring the schema up to date, fill the demo when asked for, find the campaign to serve."""
    settings: Settings = current_app.config["SETTINGS"]
    bring_up_to_date()
    if demo_if_empty and settings.is_demo:
        fill_with_demo(seed=128, if_empty=True)
    campaign = find_campaign(settings.campaign_code)
    if campaign is not None and campaign.is_demo:
        tell_accounts()
    if is_filled() and campaign is None:
        codes = ", ".join(db.session.scalars(select(Campaign.code).order_by(Campaign.id)))
        raise click.ClickException(
            f"Không có chiến dịch VNEID_CAMPAIGN={settings.campaign_code}; trong cơ sở dữ liệu có "
            f"{codes}."
        )


@click.command(help="Chạy máy chủ web và bộ xử lý công việc nền.")
@click.option("--demo-if-empty", is_flag=True, help="Nạp dữ liệu thử khi cơ sở dữ liệu trống.")
def serve(demo_if_empty: bool) -> None:
    """Start both processes; a dead worker is started again, gunicorn's end ends all."""
    settings = Settings.from_environment()
    try_address(settings)
    command = [sys.executable, "-m", "vneid_field.cli"]
    done = start([*command, "prepare", *(["--demo-if-empty"] if demo_if_empty else [])]).wait()
    if done:
        sys.exit(done)  # it has said itself why
    click.echo(f"Mở trình duyệt tại {settings.public_url}   (dừng: Ctrl+C)")
    _watch(_gunicorn(settings), [*command, "worker"])


def try_address(settings: Settings) -> None:
    """Find out first of all whether the server can listen where it shall; exit 1 if not."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _name, address = found[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = "cổng này đang có chương trình khác dùng. Hãy dừng nó hoặc đặt PORT khác"
        elif error.errno == errno.EACCES:
            reason = "không được phép dùng cổng này. Hãy đặt PORT từ 1024 trở lên"
        else:
            reason = "máy này không có địa chỉ đó. Hãy sửa HOST"
        raise click.ClickException(
            f"Không lắng nghe được tại {settings.address}: {reason}."
        ) from error


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """Start a child that ends with this process, even when this one is killed outright."""
    parent = os.getpid()

    def die_with_parent() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)  # killed in between

    return subprocess.Popen(command, cwd=ROOT, preexec_fn=die_with_parent)  # noqa: S603


def stop(_signal: int, _frame: FrameType | None) -> None:
    """Answer a signal as Ctrl+C is answered: what was started is ended first."""
    raise KeyboardInterrupt


def _watch(web_command: list[str], worker_command: list[str]) -> None:
    signal.signal(signal.SIGTERM, stop)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
        signal.signal(signal.SIGHUP, stop)
    code = 0
    web, work = start(web_command), start(worker_command)
    try:
        while web.poll() is None:
            if work.poll() is not None:
                log.error("worker ended (%s), starting another", work.returncode)
                time.sleep(RESTART_S)
                work = start(worker_command)
            time.sleep(0.5)
        code = 1
    except KeyboardInterrupt:
        click.echo("Đang dừng…")
    _end([web, work])
    os._exit(code)


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)  # once is enough
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    for child in children:
        try:
            child.wait(30)
        except subprocess.TimeoutExpired:
            child.kill()
