"""`serve`: migrations, the demo when asked for, gunicorn and the job worker in one command."""

import os
import signal
import subprocess
import sys
import time
from types import FrameType

import click

from vneid_field import create_app
from vneid_field.config import ROOT, Settings
from vneid_field.jobs.worker import run_worker


def register(cli: click.Group) -> None:
    """Add the commands."""
    cli.add_command(serve)
    cli.add_command(worker)


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
        f"{settings.host}:{settings.port}",
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
    ]


@click.command(help="Chạy máy chủ web và bộ xử lý công việc nền.")
@click.option("--demo-if-empty", is_flag=True, help="Nạp dữ liệu thử khi cơ sở dữ liệu trống.")
def serve(demo_if_empty: bool) -> None:
    """Start both processes; when one ends, the other is ended too."""
    settings = Settings.from_environment()
    prepare = [sys.executable, "-m", "vneid_field.cli"]
    _run([*prepare, "db", "upgrade"])
    if demo_if_empty and settings.is_demo:
        _run([*prepare, "demo", "--if-empty"])
    click.echo(f"Mở trình duyệt tại {settings.public_url}   (dừng: Ctrl+C)")
    children = [
        subprocess.Popen(_gunicorn(settings), cwd=ROOT),  # noqa: S603
        subprocess.Popen([*prepare, "worker"], cwd=ROOT),  # noqa: S603
    ]
    _watch(children)


def _run(command: list[str]) -> None:
    """Run one step of the preparation; it has said itself why when it fails."""
    done = subprocess.run(command, check=False, cwd=ROOT)  # noqa: S603
    if done.returncode:
        sys.exit(done.returncode)


def _watch(children: list[subprocess.Popen[bytes]]) -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    code = 0
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
        code = 1
    except KeyboardInterrupt:
        click.echo("Đang dừng…")
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    for child in children:
        try:
            child.wait(30)
        except subprocess.TimeoutExpired:
            child.kill()
    os._exit(code)
