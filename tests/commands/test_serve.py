"""`serve` is one thing to its owner: it starts whole, mends its worker and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from sqlalchemy.exc import OperationalError

from tests.browser import ROOT, Server
from vneid_field.jobs import worker


def children_of(pid):
    """Return the processes that a process started: id → command line."""
    found = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat") as stat:
                fields = stat.read().rpartition(")")[2].split()
            with open(f"/proc/{entry}/cmdline") as line:
                command = line.read().replace("\0", " ")
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found[int(entry)] = command
    return found


def wait_for(question, seconds=30):
    """Ask until the answer is true; returns it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := question():
            return answer
        time.sleep(0.1)
    return question()


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def is_open(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def started(folder):
    """Serve an empty installation; whatever is left of it is killed at the end."""
    folder.chmod(0o700)
    server = Server(folder)
    log = (folder / "serve.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "vneid_field.cli", "serve"],
        cwd=ROOT,
        env=server.environment,
        stdout=log,
        stderr=log,
        # The suite itself may run under nohup, which children inherit and serve respects.
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    )
    family = []
    try:
        assert wait_for(lambda: is_open(server.port) and worker_of(process.pid), 60)
        family += family_of(process.pid)
        yield server, process, family
    finally:
        for pid in {*family, *family_of(process.pid), process.pid}:
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)
        process.wait(10)
        log.close()


def worker_of(pid):
    return next((one for one, line in children_of(pid).items() if "worker" in line.split()), None)


def family_of(pid):
    found = list(children_of(pid))
    return [*found, *(child for one in found for child in children_of(one))]


@pytest.mark.parametrize(
    ("ending", "code"), [(signal.SIGKILL, -9), (signal.SIGHUP, 0), (signal.SIGTERM, 0)]
)
def test_whatever_ends_serve_ends_gunicorn_and_the_worker(tmp_path, ending, code):
    with started(tmp_path) as (server, process, family):
        process.send_signal(ending)
        assert process.wait(90) == code
        assert wait_for(lambda: not any(map(is_alive, family)))
        assert not is_open(server.port)


def test_a_dead_worker_is_started_again_and_the_pages_stay(tmp_path):
    with started(tmp_path) as (server, process, _family):
        first = worker_of(process.pid)
        os.kill(first, signal.SIGKILL)
        assert wait_for(lambda: worker_of(process.pid) not in (None, first))
        assert process.poll() is None
        assert is_open(server.port)
        assert "worker ended (-9)" in (tmp_path / "serve.log").read_text()


def test_the_end_of_gunicorn_ends_all(tmp_path):
    with started(tmp_path) as (_server, process, family):
        gunicorn = next(one for one in family if one != worker_of(process.pid))
        os.kill(gunicorn, signal.SIGKILL)
        assert process.wait(90) == 1
        assert wait_for(lambda: not any(map(is_alive, family)))


def try_to_serve(folder, **environment):
    server = Server(folder)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "vneid_field.cli", "serve", "--demo-if-empty"],
        cwd=ROOT,
        env={**server.environment, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert not (folder / "vneid.db").exists()  # noticed before anything was filled
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.returncode, done.stderr


def test_a_port_in_use_is_noticed_first(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        code, errors = try_to_serve(tmp_path, PORT=port)
    assert code == 1
    assert f"127.0.0.1:{port}" in errors
    assert "đặt PORT khác" in errors


@pytest.mark.parametrize("host", ["203.0.113.7", "khong.co.may.nay.invalid", "1.2.3.4.5"])
def test_an_address_that_is_not_this_machines_is_noticed_first(tmp_path, host):
    code, errors = try_to_serve(tmp_path, HOST=host)
    assert code == 1
    assert "sửa HOST" in errors


def test_a_busy_database_does_not_end_the_worker(app, monkeypatch):
    served = []

    class Consumer:
        def run(self):
            served.append(True)

    def busy():
        raise OperationalError("UPDATE", None, Exception("database is locked"))

    monkeypatch.setattr(worker, "sweep", busy)
    monkeypatch.setattr(worker.SqliteHuey, "create_consumer", lambda *_, **__: Consumer())
    worker.run_worker(app)
    assert served == [True]
