"""The absent list of a report is of the moment of sending, whenever its paper is drawn."""

import io
from datetime import timedelta

import openpyxl
import pdfplumber
import pytest

from tests.databases import START
from tests.make.visits import make_visit
from tests.make.world import DAY
from tests.reporting.test_commune_and_points import NINE, team_sends
from tests.reporting.test_life import owed
from vneid_field.core import clock
from vneid_field.documents.kinds import PDF, XLSX
from vneid_field.documents.services import read_rendition
from vneid_field.extensions import db
from vneid_field.figures.rules import Counter
from vneid_field.figures.services import enter_opening_figure
from vneid_field.reporting import services
from vneid_field.reporting.drafting import draft_figures, figures_of
from vneid_field.reporting.kinds import ReportKind
from vneid_field.reporting.queries import get_obligation
from vneid_field.reporting.tasks import draft_report_papers
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.services import record_visit


def at_the_door(world, number, outcome, hours=0, **more):
    with clock.frozen(START + timedelta(hours=hours)):
        return record_visit(
            actor=world.actor("leader"),
            campaign=world.campaign,
            citizen_id=world.citizens[number].id,
            given=make_visit(outcome, **more),
        )


def is_absent(world, number, hours=0):
    return at_the_door(world, number, Outcome.ABSENT, hours, sub_reason=AbsentReason.STUDYING)


def commune_sends(world):
    scope = world.actor("commune").scope
    owed = get_obligation(scope, world.campaign.id, world.ward.id, ReportKind.DAILY, DAY)
    with clock.frozen(NINE):
        return services.send_report(
            actor=world.actor("commune"),
            obligation=owed,
            figures=draft_figures(world.campaign, world.ward, DAY),
            texts={"explanation": "Mưa lớn."},
        )


def content_of(document, media_type):
    found = next(one for one in document.renditions if one.media_type == media_type)
    return io.BytesIO(read_rendition(found))


def drawn(report):
    """The words of the report's own paper, and who stands on the list that goes with it."""
    db.session.commit()
    main, *more = draft_report_papers(report)
    with pdfplumber.open(content_of(main, PDF)) as pdf:
        words = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    cells = [
        str(cell)
        for one in more
        for row in openpyxl.load_workbook(content_of(one, XLSX)).active.values
        for cell in row
    ]
    return words, cells


def test_visits_that_arrive_before_the_paper_is_drawn_change_no_list(world):
    world.hand_over_all()
    is_absent(world, 0)
    is_absent(world, 1)
    team, commune = team_sends(world, "leader", world.team), commune_sends(world)
    at_the_door(world, 0, Outcome.ACTIVATED_APP, hours=1)
    is_absent(world, 2, hours=1)
    names = [one.full_name for one in world.citizens[:3]]
    for report in (team, commune):
        assert report.figures["not_activated"]["absent"] == 2
        words, cells = drawn(report)
        assert [name in cells for name in names] == [True, True, False]
        assert "số liệu ban đầu" not in words
    assert "02 vắng mặt tại nơi cư trú (danh sách vắng mặt tại Phụ lục II)." in words


def test_opening_figures_are_named_as_what_they_are(world):
    world.hand_over_all()
    is_absent(world, 0)
    enter_opening_figure(
        actor=None,
        campaign_id=world.campaign.id,
        unit=world.ward,
        counted_on=DAY,
        counter=Counter.OUT_ABSENT,
        value=3,
        reason="Sổ tay",
    )
    report = commune_sends(world)
    assert report.figures["absent_opening"] == 3
    words, _cells = drawn(report)
    assert "Phụ lục II liệt kê 01 trường hợp vắng mặt; 03 trường hợp còn lại là số liệu" in words


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (0, "Có 03 công dân vắng mặt, không có danh sách."),
        (1, "Có 04 công dân vắng mặt; danh sách gửi riêng có 01 người, số còn lại không có danh"),
    ],
)
def test_a_teams_form_promises_no_list_of_opening_figures(world, found, says):
    world.hand_over_all()
    for number in range(found):
        is_absent(world, number)
    at_the_door(world, 5, Outcome.REFUSED)
    enter_opening_figure(
        actor=None,
        campaign_id=world.campaign.id,
        unit=world.team,
        counted_on=DAY,
        counter=Counter.OUT_ABSENT,
        value=3,
        reason="Sổ tay",
        home_unit=world.hamlet,
        performed_by=world.team,
    )
    obligation = owed(world, world.team)
    report = services.send_report(
        actor=world.actor("leader"),
        obligation=obligation,
        figures=figures_of(world.campaign, obligation),
        texts={"explanation": "Mưa lớn."},
    )
    words, _cells = drawn(report)
    assert says in words
