"""A sent report whose papers nobody asked for: whoever opens it can have them made."""

import re

from tests.make.world import DAY
from tests.reporting.test_team_report import send, visit
from vneid_field.extensions import db
from vneid_field.jobs.models import Job


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
