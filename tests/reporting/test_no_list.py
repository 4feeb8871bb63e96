"""A team that got no list says so where its police read it: page, row, note, paper."""

import pytest

from tests.conftest import on_both
from tests.make.world import DAY
from tests.reporting.test_absent_as_sent import drawn
from tests.reporting.test_commune_and_points import NINE
from tests.reporting.test_life import decide, owed, send
from tests.reporting.test_workbooks import files_of
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING
from vneid_field.core.errors import WrongField
from vneid_field.reporting import services
from vneid_field.reporting.drafting import draft_figures, figures_of
from vneid_field.reporting.kinds import Step
from vneid_field.reporting.overview import gather
from vneid_field.reporting.tasks import make_on_demand

SAYS = "không nhận được danh sách"


def sends(world, *, no_list, explanation):
    """The team's report with the box ticked or not."""
    obligation = owed(world, world.team)
    return services.send_report(
        actor=world.actor("leader"),
        obligation=obligation,
        figures=figures_of(world.campaign, obligation),
        texts={"explanation": explanation},
        is_no_list=no_list,
    )


def says(world):
    """Whether the commune's row of the team says that it got no list."""
    view = gather(EVERYTHING, world.campaign, world.ward, DAY)
    return [row.obligation.unit_id for row in view.below if row.is_no_list] == [world.team.id]


@on_both
def test_the_newest_version_tells_the_superior_whether_a_list_came(world):
    with clock.frozen(NINE):
        assert not says(world)
        send(world)
        assert says(world)
        assert draft_figures(world.campaign, world.ward, DAY)["no_list"] == [world.team.code]
        decide(world, Step.RETURNED, remark="Danh sách giao từ 03/7.")
        world.hand_over_all()
        services.save_draft(obligation=owed(world, world.team), texts={}, is_no_list=False)
        assert says(world)  # a draft says nothing yet
        draft = figures_of(world.campaign, owed(world, world.team)) | {"visits": 1}
        services.send_report(
            actor=None, obligation=owed(world, world.team), figures=draft, texts={}
        )
        assert not says(world)
        assert draft_figures(world.campaign, world.ward, DAY)["no_list"] == []


def test_a_team_that_holds_a_list_explains_why_it_says_none_came(world):
    world.hand_over_all()
    with pytest.raises(WrongField, match="giữ danh sách có 24 người") as refused:
        sends(world, no_list=True, explanation="")
    assert refused.value.field == "explanation"
    report = sends(world, no_list=True, explanation="Danh sách đến sáng nay.")
    assert report.figures["no_list"] is True


def test_papers_of_team_and_commune_say_it(world):
    with clock.frozen(NINE):
        report = send(world)
        team = world.team.name
        words, _names = drawn(report)
        above = make_on_demand(actor=None, campaign=world.campaign, unit=world.ward, on=DAY)
    assert f"Tổ {SAYS} trong ngày." in words
    rows, _sheet = files_of(above)
    notes = {row[1]: row[-1] for row in rows}
    assert notes[team] == f"báo cáo trễ 60 phút; {SAYS}"
    assert [note for note in notes.values() if note and SAYS in note] == [notes[team]]


def test_page_and_row_say_it(arrange, login):
    with clock.frozen(NINE):
        with arrange() as world:
            send(world)
            unit_id = world.team.id
        desk = login("commune")
        home = desk.get(f"/reports/?on={DAY.isoformat()}").text
        page = desk.get(f"/reports/{unit_id}/daily/{DAY.isoformat()}").text
    assert home.count(f'<span class="pill pill-warn">{SAYS}</span>') == 1
    assert f"<strong>K{SAYS[1:]} trong ngày.</strong>" in page
