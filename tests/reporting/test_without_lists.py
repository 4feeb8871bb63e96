"""Opening figures have no current number: a week's paper names them, never says that nobody waits."""

import pytest
from sqlalchemy import select

from tests.conftest import on_both
from tests.make.world import DAY, World
from tests.reporting.test_period_papers import (
    LEVELS,
    WEEK,
    final_of,
    somebody_is_absent,
    weekly_of,
    words_of,
)
from vneid_field.extensions import db
from vneid_field.figures.rules import Counter
from vneid_field.figures.services import enter_opening_figure
from vneid_field.reporting.drafting import period_figures
from vneid_field.reporting.kinds import ReportKind
from vneid_field.reporting.period_papers import team_weekly
from vneid_field.units.models import TeamHamlet, Unit


def enters(world: World, unit: Unit, value: int = 30, counter=Counter.ACTIVATED_APP, **more):
    enter_opening_figure(
        actor=None,
        campaign_id=world.campaign.id,
        unit=unit,
        counted_on=DAY,
        counter=counter,
        value=value,
        reason="Sổ tay",
        **more,
    )


@on_both
@pytest.mark.parametrize("code", LEVELS)
def test_who_has_opening_figures_only_is_named_beside_those_who_wait(world, code):
    somebody_is_absent(world)
    enters(world, world.ward)  # has people on record: they are counted
    enters(world, world.unit("31117"))
    enters(world, world.unit("31150"), counter=Counter.COLLECTED)  # nobody of these is activated
    enters(world, world.unit("31149"))
    enters(world, world.unit("31149"), -30)  # taken back
    figures, paper = weekly_of(world, code)
    assert figures["without_lists"] == ([] if code == "31120" else ["Phường Cái Khế"])
    text = words_of(paper)
    assert "còn 03 trường hợp: 02 vắng mặt tại nơi cư trú, 01 chưa đồng ý" in text
    of = "; chưa kể người dân chỉ có trong số liệu ban đầu, không có danh sách, của phường Cái Khế."
    assert (of in text) == (code != "31120")
    assert ("không tính ở các cột không kích hoạt được" in text) == (code != "31120")


def test_a_place_that_its_team_entered_stands_as_its_commune_and_by_itself(world):
    other = world.unit("31117")
    team = world.teams_of(other)[0]
    home = db.session.scalars(
        select(Unit)
        .join(TeamHamlet, TeamHamlet.hamlet_id == Unit.id)
        .where(TeamHamlet.team_id == team.id)
    ).first()
    enters(world, team, home_unit=home, performed_by=team)
    assert weekly_of(world, "916")[0]["without_lists"] == ["Phường Cái Khế"]
    assert weekly_of(world, "31117")[0]["without_lists"] == [home.name]
    figures = period_figures(world.campaign, team, WEEK, ReportKind.WEEKLY)
    assert figures["without_lists"] == [team.name]
    words = words_of(team_weekly(team, other, figures, {}, ""))
    assert "Đang không kích hoạt được (chưa kể số liệu ban đầu) người 0" in words
    idle = world.teams_of(other)[1]
    assert period_figures(world.campaign, idle, WEEK, ReportKind.WEEKLY)["without_lists"] == []


def test_nobody_waits_is_never_said_beside_opening_figures(world):
    assert "không kích hoạt được Không có." in words_of(final_of(world, "916")[1])
    district = world.unit("916").id
    communes = select(Unit).where(Unit.parent_id == district, Unit.id != world.ward.id)
    for unit in db.session.scalars(communes.order_by(Unit.id).limit(7)):
        enters(world, unit)
    for _figures, paper in (weekly_of(world, "916"), final_of(world, "916")):
        text = words_of(paper)
        assert "không kích hoạt được Không có" not in text
        assert "trong các danh sách không còn trường hợp nào; chưa kể người dân chỉ có" in text
        assert "không có danh sách, của 07 đơn vị." in text
