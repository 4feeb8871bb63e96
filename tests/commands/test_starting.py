"""`init` starts a campaign that can be worked in; two first starts at once are one."""

import subprocess
import sys
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from tests.browser import ROOT, Server
from tests.databases import START, drop_database, make_app, new_database
from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.queries import current_campaign
from vneid_field.commands import campaign as commands
from vneid_field.commands.campaign import demo, init
from vneid_field.commands.server import prepare
from vneid_field.core import clock
from vneid_field.extensions import db
from vneid_field.home import DEMO_PASSWORD
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.queries import targets_of
from vneid_field.reporting.models import Obligation

WHO = (
    *("--admin", "quantri", "--admin-name", "Nguyễn Văn Quản"),
    *("--police", "thanhpho", "--police-name", "Trần Văn An"),
)


@pytest.fixture
def empty():
    url = new_database("sqlite", is_founded=False)
    with make_app(url).app_context(), clock.frozen(START):
        yield
        db.session.remove()
        db.engine.dispose()
    drop_database(url)


def begin(first, last, *more):
    return CliRunner().invoke(init, [*WHO, "--starts-on", first, "--ends-on", last, *more])


def test_the_dates_must_be_given(empty):
    result = CliRunner().invoke(init, WHO)
    assert result.exit_code == 2
    assert "--starts-on" in result.output


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2023-06-15", "2023-07-03", "đã qua"),
        ("2023-07-20", "2023-07-10", "trước ngày kết thúc"),
        ("2023-07-01", "2033-07-01", "dài nhất"),
    ],
)
def test_a_campaign_that_nobody_could_work_in_is_refused(empty, first, last, words):
    result = begin(first, last)
    assert result.exit_code == 1
    assert words in result.output
    assert not db.session.scalar(select(func.count()).select_from(Campaign))


def test_other_dates_than_the_plans_have_its_targets_and_their_own_days(empty):
    result = begin("2023-07-04", "2023-07-13")
    assert result.exit_code == 0, result.output
    campaign = current_campaign()
    assert campaign.quota_days == 10
    targets = targets_of(campaign.id, [campaign.root_unit_id])[campaign.root_unit_id]
    assert targets[QuotaKind.ACTIVATION] == 700_000
    last = db.session.scalar(select(func.max(Obligation.period_end_on)))
    assert last == campaign.starts_on + timedelta(days=9)
    again = begin("2023-07-04", "2023-07-13")
    assert again.exit_code == 1
    assert "đã có" in again.output


def test_the_plans_own_fifty_days_may_be_said(empty):
    assert begin("2023-06-15", "2023-08-05", "--quota-days", "50").exit_code == 0
    assert current_campaign().quota_days == 50


def test_a_demo_asks_once_more_when_nobody_else_writes(world, monkeypatch):
    """Somebody filled the database between the first question and the lock."""
    answers = iter([False, True])
    monkeypatch.setattr(commands, "is_filled", lambda: next(answers))
    monkeypatch.setattr(commands, "load_demo", lambda **_: pytest.fail("filled twice"))
    db.session.rollback()
    assert CliRunner().invoke(demo, ["--if-empty"]).exit_code == 0


def test_two_first_starts_at_once_end_with_one_campaign(tmp_path):
    tmp_path.chmod(0o700)
    server = Server(tmp_path)
    dates = ("--starts-on", "2027-01-01", "--ends-on", "2027-01-02")
    command = [sys.executable, "-W", "ignore", "-m", "vneid_field.cli", "init", *WHO, *dates]
    both = [
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=server.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [one.communicate(timeout=120) for one in both]
    assert sorted(one.returncode for one in both) == [0, 1], said
    errors = "".join(errors for _output, errors in said)
    assert "Traceback" not in errors
    assert "Chiến dịch KH128 đã có" in errors


@pytest.mark.parametrize("is_demo", [True, False])
def test_each_start_of_a_demo_says_who_can_log_in_and_no_other_does(world, is_demo):
    world.campaign.is_demo = is_demo
    db.session.commit()
    for _start in range(2):
        db.session.rollback()
        result = CliRunner().invoke(prepare, ["--demo-if-empty"])
        assert result.exit_code == 0, result.output
        assert (DEMO_PASSWORD in result.output) is is_demo
        assert ("totruong.31120.1" in result.output) is is_demo
