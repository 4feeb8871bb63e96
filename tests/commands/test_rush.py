"""The rush, replayed small: real phones' requests against a real server, every report once."""

import json
import subprocess
import sys

import pytest

from tests.browser import ROOT, Server

pytestmark = pytest.mark.xdist_group("browser")  # measures nothing here, but fills the machine


def rush(server, *arguments):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "vneid_field.cli", "rush", *arguments],
        cwd=ROOT,
        env=server.environment,
        check=False,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout, done.stderr


def test_everybody_sends_once_and_gets_one_paper_each(tmp_path):
    server = Server(tmp_path)
    server.run("tests.make.rush_world")
    code, printed, said = rush(server, "--minutes", "0.5", "--json")
    assert code == 0, said
    found = json.loads(printed[printed.index("{\n") :])
    sent = found["team_reports"] + found["commune_reports"] + found["district_reports"]
    assert sent >= 3
    assert (found["papers"], found["doubled_papers"], found["unsent"]) == (sent, 0, 0)
    wrong = ("server_errors", "refused", "unanswered", "late_by_our_fault")
    assert [found[name] for name in wrong] == [0, 0, 0, 0]
    assert found["send_p95"] > 0
    again, _printed, said = rush(server)
    assert (again, "không còn báo cáo ngày nào chưa gửi" in said) == (1, True)
