"""A job that failed for good is shown as such, with the button that asks for it again."""

import pytest
from sqlalchemy import func, select

from tests.make.imports import make_asked_import
from tests.make.world import DAY
from vneid_field.extensions import db
from vneid_field.jobs import services as jobs
from vneid_field.jobs.services import run_waiting
from vneid_field.lists import tasks
from vneid_field.lists.kinds import ImportState
from vneid_field.lists.models import ListImport
from vneid_field.people.models import Citizen
from vneid_field.reporting.drafting import draft_figures
from vneid_field.reporting.kinds import ReportKind
from vneid_field.reporting.queries import get_obligation
from vneid_field.reporting.services import send_report
from vneid_field.reporting.tasks import ask_for_papers

ROWS = 25


@pytest.fixture
def stuck(arrange, monkeypatch):
    """A list whose storing broke behind the first ten rows; returns its id."""
    monkeypatch.setattr(tasks, "CHUNK", 10)
    store, pieces = tasks.store_piece, []

    def break_at_the_second(reading, rows):
        pieces.append(rows)
        if len(pieces) == 2:
            raise RuntimeError("the disk is full")
        store(reading, rows)

    monkeypatch.setattr(tasks, "store_piece", break_at_the_second)
    with arrange() as world:
        import_id = make_asked_import(world, ROWS)
        run_waiting()
    return import_id


def run_jobs(arrange):
    with arrange():
        run_waiting()
        return db.session.scalar(select(func.count(Citizen.id)))


def test_a_storing_that_failed_is_applied_further_by_its_button(stuck, arrange, login):
    before = run_jobs(arrange)
    police = login("commune")
    page = police.text(f"/imports/{stuck}")
    assert "Áp dụng tiếp" in page
    assert "hx-get" not in page.split('id="import"')[1]  # nothing polls for ever
    police.post(f"/imports/{stuck}/apply")
    assert "Áp dụng tiếp" not in police.text(f"/imports/{stuck}")
    assert run_jobs(arrange) == before + ROWS - 10
    assert f"{ROWS} người mới" in police.text(f"/imports/{stuck}")


def test_a_storing_that_failed_may_be_given_up_and_says_what_stays(stuck, arrange, login):
    before = run_jobs(arrange)
    police = login("commune")
    police.post(f"/imports/{stuck}/discard")
    page = police.text(f"/imports/{stuck}")
    assert "vẫn giữ" in page
    assert "không có gì thay đổi" not in page
    assert run_jobs(arrange) == before


def test_a_storing_under_way_is_not_given_up(stuck, arrange, login):
    police = login("commune")
    police.post(f"/imports/{stuck}/apply")
    police.post(f"/imports/{stuck}/discard", 409)
    with arrange():
        assert db.session.get_one(ListImport, stuck).state is ImportState.APPLYING


def test_papers_that_failed_are_made_again_by_their_button(arrange, login, monkeypatch):
    def fail(job, progress):
        raise RuntimeError("no font")

    make = jobs._BODIES["reporting.papers"]
    monkeypatch.setitem(jobs._BODIES, "reporting.papers", fail)
    with arrange() as world:
        actor, team = world.actor("leader"), world.team
        owed = get_obligation(actor.scope, world.campaign.id, team.id, ReportKind.DAILY, DAY)
        report = send_report(
            actor=actor,
            obligation=owed,
            figures=draft_figures(world.campaign, team, DAY),
            texts={"explanation": "Mưa lớn."},
            is_no_list=True,
        )
        ask_for_papers(actor=actor, report=report)
        url = f"/reports/{team.id}/daily/{DAY}"
    leader = login("leader")
    assert "Đang lập văn bản" in leader.text(url)
    run_jobs(arrange)
    page = leader.text(url)
    assert "Lập văn bản PDF" in page
    assert "Lần lập văn bản trước gặp lỗi" in page
    assert "Đang lập văn bản" not in page
    monkeypatch.setitem(jobs._BODIES, "reporting.papers", make)
    leader.post(f"{url}/papers")
    assert "Đang lập văn bản" in leader.text(url)
    run_jobs(arrange)
    assert "Xem, tải văn bản" in leader.text(url)
