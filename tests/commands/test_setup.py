"""What script/setup says and does when system packages are missing, with the system played."""

import os
import subprocess

import pytest

from tests.browser import ROOT

TOOLS = ("sh", "dirname", "cat", "grep", "flock", "printf")


@pytest.fixture
def set_up(tmp_path):
    """Run script/setup on a machine without any package; returns what it said and called."""
    tools, calls = tmp_path / "bin", tmp_path / "calls"
    tools.mkdir()
    for name in TOOLS:
        if path := next((p for p in (f"/bin/{name}", f"/usr/bin/{name}") if os.path.exists(p)), ""):
            (tools / name).symlink_to(path)

    def fake(name, body):
        (tools / name).write_text(f"#!/bin/sh\n{body}\n")
        (tools / name).chmod(0o755)

    def run(user, *extra):
        fake("id", f"echo {user}")
        fake("dpkg-query", "exit 1")
        fake("apt-get", f'echo "apt-get $*" >>{calls}; exit 100')
        fake("dpkg", f'echo "dpkg $*" >>{calls}')
        for name in extra:
            fake(name, "exit 1")
        done = subprocess.run(
            ["/bin/sh", str(ROOT / "script" / "setup"), "run"],
            env={"PATH": str(tools)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode != 0
        return done.stderr, calls.read_text().splitlines() if calls.exists() else []

    return run


def test_without_root_it_prints_the_one_command(set_up):
    said, calls = set_up(1000, "sudo")
    assert "sudo sh -c 'apt-get update && apt-get install" in said
    assert "libpango" in said
    assert calls == []


def test_a_machine_without_sudo_is_told_to_be_root(set_up):
    said, _calls = set_up(1000)
    assert "với quyền root" in said
    assert "sudo" not in said


def test_an_interrupted_dpkg_is_finished_before_anything_is_installed(set_up):
    _said, calls = set_up(0)
    assert calls == ["dpkg --configure -a", "apt-get update -qq"]
