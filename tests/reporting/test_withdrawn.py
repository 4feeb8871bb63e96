"""Whoever checks the paper of a report that was sent back is not told that it is in force."""

import pytest

from tests.make.world import DAY
from tests.pages import Pages
from tests.reporting.test_absent_as_sent import is_absent
from tests.reporting.test_commune_and_points import NINE
from tests.reporting.test_life import decide, owed
from vneid_field.core import clock
from vneid_field.documents.services import store_document
from vneid_field.extensions import db
from vneid_field.reporting import services
from vneid_field.reporting.drafting import figures_of
from vneid_field.reporting.kinds import Step
from vneid_field.reporting.tasks import draft_report_papers, make_on_demand

IN_FORCE = "Văn bản thật, đang có hiệu lực"
SENT_BACK = "Đã bị trả lại, chờ bản thay"


def send_and_draw(world):
    """Send the team's report; returns the codes of its form and of the list that goes with it."""
    obligation = owed(world, world.team)
    report = services.send_report(
        actor=world.actor("leader"),
        obligation=obligation,
        figures=figures_of(world.campaign, obligation),
        texts={"explanation": "Mưa lớn."},
    )
    db.session.commit()
    made = draft_report_papers(report)
    for document in made:
        store_document(document, actor=None)
    return [document.code for document in made]


@pytest.mark.parametrize("step", [Step.RETURNED, Step.UNLOCKED])
def test_a_returned_and_an_unlocked_reports_paper_is_not_in_force(app, arrange, step):
    public = Pages(app)
    with clock.frozen(NINE):
        with arrange() as world:
            world.hand_over_all()
            is_absent(world, 0)
            codes = send_and_draw(world)
            if step is Step.UNLOCKED:
                decide(world, Step.ACCEPTED)
        for code in codes:
            assert IN_FORCE in public.text(f"/documents/verify/{code}")
        with arrange() as world:
            decide(world, step, remark="Thiếu số.")
        for code in codes:
            page = public.text(f"/documents/verify/{code}")
            assert SENT_BACK in page
            assert "hiệu lực" not in page
        with arrange() as world:
            newer = send_and_draw(world)
        page = public.text(f"/documents/verify/{codes[0]}")
        assert "Đã được thay thế" in page
        assert SENT_BACK not in page
        assert IN_FORCE in public.text(f"/documents/verify/{newer[0]}")


def test_a_paper_of_no_report_stays_in_force(app, arrange):
    with arrange() as world:
        db.session.commit()
        unit = world.unit("916")
        code = make_on_demand(actor=None, campaign=world.campaign, unit=unit, on=DAY).code
    assert IN_FORCE in Pages(app).text(f"/documents/verify/{code}")
