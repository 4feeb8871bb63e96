"""A sent report whose papers nobody asked for: whoever opens it can have them made."""

import re

from tests.make.world import DAY
from tests.reporting.test_team_report import send, visit
from vneid_field.extensions import db
from vneid_field.jobs.models import Job
from vneid_field.jobs.services import enqueue, run_waiting
from vneid_field.reporting.tasks import ask_for_papers


def test_a_report_without_papers_offers_to_make_them_and_waits_only_then(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        visit(world, 0)
        send(world)
        at = f"/reports/{world.team.id}/daily/{DAY.isoformat()}"
    police = login("commune")
    page = police.text(at)
    assert "Đang lập văn bản" not in page
    assert "Lập văn bản PDF" in page
    police.post(re.search(rf'action="({at}/papers)"', page)[1])
    assert "Đang lập văn bản" in police.text(at)
    with arrange():
        assert db.session.query(Job).filter_by(kind="reporting.papers").count() == 1


def test_papers_of_another_commune_are_nobodys_here(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        visit(world, 0)
        send(world)
        at = f"/reports/{world.team.id}/daily/{DAY.isoformat()}/papers"
    login("sibling.commune").post(at, 404)


def test_the_page_asks_for_the_papers_alone_and_less_often_each_time(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        visit(world, 0)
        ask_for_papers(actor=None, report=send(world))
        db.session.commit()
        at = f"/reports/{world.team.id}/daily/{DAY.isoformat()}"
    police = login("commune")

    def ask(turn):
        return police.get(f"{at}/papers?turn={turn}", **{"HX-Request": "true"}).get_data(True)

    assert 'hx-trigger="every 2s"' in police.text(at)
    early, late = ask(1), ask(20)
    assert ("every 2s" in early, "turn=2" in early, "<body" in early) == (True, True, False)
    assert "every 15s" in late
    with arrange():
        run_waiting()
    made = ask(21)
    assert ("Xem, tải văn bản" in made, "hx-trigger" in made) == (True, False)
    assert police.get(f"{at}/papers", 303).headers["Location"] == at


def test_the_page_says_how_much_the_worker_has_to_do_first(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        visit(world, 0)
        sent = send(world)
        for number in range(3):
            enqueue("reporting.papers", actor=None, payload={}, dedupe_key=f"other {number}")
        ask_for_papers(actor=None, report=sent)
        enqueue("reporting.papers", actor=None, payload={}, dedupe_key="later")
        db.session.commit()
        at = f"/reports/{world.team.id}/daily/{DAY.isoformat()}"
    assert "Còn 3 việc trước" in login("commune").text(at)
