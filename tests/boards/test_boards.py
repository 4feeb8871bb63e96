"""Boards add up, say who did it for whom, and show both targets, the rank and the baseline."""

import io
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import select

from tests.conftest import on_both
from tests.databases import START
from tests.make.flows import make_flow, scatter_flows
from tests.make.quotas import make_quota
from tests.make.world import DAY
from vneid_field.audit.models import AuditEvent
from vneid_field.boards.services import gather_board, own_standing
from vneid_field.extensions import db
from vneid_field.figures.rules import Counter
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.reporting.drafting import draft_figures
from vneid_field.reporting.lines import RestKind
from vneid_field.reporting.papers import daily_report
from vneid_field.reporting.result_sheets import table_rows
from vneid_field.reporting.summary import figures_json, summarise
from vneid_field.units.models import Unit

BEFORE = DAY - timedelta(days=1)
# Columns of Phụ lục I that hold results: collection and activation of the day and in sum,
# absent, other.
RESULTS = (4, 5, 7, 8, 12, 13)


def everywhere(world):
    """Homes and doers of two wards of a district and of another district."""
    district, other = world.unit("916"), world.unit("31117")
    far = world.unit("31168")
    mobile = db.session.scalars(
        select(Unit).where(Unit.parent_id == district.id, Unit.subtype == "mobile")
    ).first()
    team_far = world.teams_of(far)[0]
    homes = [world.unit("92"), district, world.ward, world.hamlet, other, far]
    doers = [None, world.team, world.other_team, world.teams_of(other)[0], team_far]
    return homes, [*doers, mobile, world.unit_of("point")]


def _columns(part):
    return (
        part["activation"]["in_day"],
        part["activation"]["cumulative"],
        part["collection"]["in_day"],
        part["collection"]["cumulative"],
        part["absent"],
        part["other"],
    )


@on_both
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("code", ["92", "916", "31120"])
def test_lines_and_rests_add_up_to_the_total_in_every_column(world, code, seed):
    homes, doers = everywhere(world)
    scatter_flows(homes, doers, [DAY, BEFORE, BEFORE - timedelta(days=3)], seed)
    values = figures_json(summarise(world.campaign, world.unit(code), DAY))
    parts = [_columns(part) for part in (*values["lines"], *values["rests"])]
    absent = values["not_activated"]["absent"]
    whole = values | {"absent": absent, "other": values["not_activated"]["total"] - absent}
    assert tuple(sum(column) for column in zip(*parts, strict=True)) == _columns(whole)


@pytest.mark.parametrize("code", ["92", "916", "31120"])
def test_the_rows_of_the_appendix_add_up_to_its_total(world, code):
    scatter_flows(*everywhere(world), [DAY, BEFORE], 4)
    unit = world.unit(code)
    figures = draft_figures(world.campaign, unit, DAY)
    paper = daily_report(world.campaign, unit, None, DAY, figures, {}, START, 0)
    rows, total = table_rows(paper)
    for column in RESULTS:
        assert sum(row[column] or 0 for row in rows) == total[column], column


def test_what_a_mobile_point_collects_stands_on_a_line_of_its_own(world):
    district = world.unit("916")
    make_flow(world.ward, DAY, 10, world.unit_of("point"), Counter.COLLECTED)
    make_flow(district, DAY, 7, None, Counter.COLLECTED)
    (rest,) = summarise(world.campaign, district, DAY).rests
    assert (rest.kind, rest.collected_in_day, rest.collected) == (RestKind.UNPLACED, 7, 7)
    assert summarise(world.campaign, world.unit("92"), DAY).rests == []


def cross_borders(world):
    """2 of 5 people of the ward were served from outside; its team served 4 elsewhere."""
    outsider = world.teams_of(world.unit("31117"))[0]
    make_flow(world.hamlet, DAY, 3, world.team)
    make_flow(world.hamlet, DAY, 1, outsider)
    make_flow(world.hamlet, BEFORE, 1, outsider)
    make_flow(world.unit("31117"), DAY, 1, world.team)
    make_flow(world.unit("31117"), BEFORE, 3, world.team)


def _days(span):
    return span.day.activated, span.whole.activated


@on_both
def test_work_across_the_border_is_shown_both_ways_of_the_day_and_in_sum(world):
    cross_borders(world)
    ward = summarise(world.campaign, world.ward, DAY)
    assert (ward.activation.in_day, ward.activation.cumulative) == (4, 5)
    assert _days(ward.work.by_others) == (1, 2)
    assert _days(ward.work.for_others) == (1, 4)
    kinds = {rest.kind: (rest.activated_in_day, rest.activated) for rest in ward.rests}
    assert kinds == {RestKind.BESIDES_TEAMS: (1, 2), RestKind.ELSEWHERE: (-1, -4)}
    # Both wards lie in the district: nothing crosses its border.
    district = summarise(world.campaign, world.unit("916"), DAY)
    assert _days(district.work.by_others) == _days(district.work.for_others) == (0, 0)


def test_a_teams_board_says_how_many_of_its_results_are_for_people_of_other_places(world):
    cross_borders(world)
    team = summarise(world.campaign, world.team, DAY)
    assert (team.activation.in_day, team.activation.cumulative) == (4, 7)
    assert _days(team.work.for_others) == (1, 4)


def test_a_hamlets_people_served_by_their_wards_teams_were_served_by_no_stranger(world):
    cross_borders(world)
    assert _days(summarise(world.campaign, world.hamlet, DAY).work.by_others) == (1, 2)


def test_the_papers_say_both_ways(world):
    cross_borders(world)
    figures = draft_figures(world.campaign, world.ward, DAY)
    paper = daily_report(world.campaign, world.ward, None, DAY, figures, {}, START, 0)
    assert (paper.activation.by_others, paper.activation.for_others) == ((1, 2), (1, 4))


@on_both
def test_a_unit_sees_its_rank_among_its_siblings_and_ties_share_one(world):
    done = {world.team: 50, world.other_team: 50, world.teams_of(world.ward)[2]: 10}
    for team, number in done.items():
        make_quota(team, 100)
        make_flow(world.hamlet, DAY, number, team)
    ranks = [own_standing(world.campaign, team, DAY) for team in done]
    assert [(one.rank, one.among) for one in ranks] == [(1, 3), (1, 3), (3, 3)]
    assert own_standing(world.campaign, world.teams_of(world.ward)[3], DAY) is None


def test_a_rank_is_the_one_on_the_parents_board(world):
    city = world.unit("92")
    make_flow(world.unit("923"), BEFORE, 4_000)
    make_flow(world.hamlet, DAY, 900, world.team)
    for line in summarise(world.campaign, city, DAY).lines:
        own = own_standing(world.campaign, line.unit, DAY)
        assert (own.rank, own.among) == (line.rank, 9)
    assert own_standing(world.campaign, city, DAY) is None


def test_the_baseline_is_shown_and_never_added(world):
    city = gather_board(world.campaign, world.unit("92"), DAY)
    assert vars(city.baseline) == {
        "collected": 370_380,
        "activated": 117_285,
        "not_activated": 253_095,
    }
    assert city.summary.activation.cumulative == city.summary.collection.cumulative == 0
    assert gather_board(world.campaign, world.unit("916"), DAY).baseline.not_activated == 32_163
    assert gather_board(world.campaign, world.ward, DAY).baseline is None


def test_a_board_names_quota_pace_and_what_is_expected_by_now_for_both_targets(arrange, login):
    with arrange() as world:
        make_quota(world.ward, 5_000)
        make_quota(world.ward, 2_500, QuotaKind.COLLECTION)
        make_flow(world.hamlet, DAY, 60, world.team)
        ward_id = world.ward.id
    page = login("commune").text(f"/boards/{ward_id}")
    for words in (
        "chỉ tiêu đều 100 mỗi ngày",
        "chỉ tiêu đều 50 mỗi ngày",
        "<dd>2.000</dd>",  # expected by 04/7, the 20th day
        "<dd>1.000</dd>",
        "chậm 1.940",
        "<dd>152</dd>",  # 5.000 over 33 days
        "<dd>76</dd>",
    ):
        assert words in page, words


def _sheet(response):
    book = openpyxl.load_workbook(io.BytesIO(response.data))
    return [[cell.value for cell in row] for row in book.active.iter_rows(min_row=3)]


def test_the_excel_of_a_board_is_what_it_shows_in_its_order_and_is_logged(arrange, login):
    with arrange() as world:
        make_flow(world.hamlet, DAY, 3, world.team)
        make_flow(world.unit("31117"), DAY, 5)
        make_flow(world.unit("916"), DAY, 7, None, Counter.COLLECTED)
        district_id, names = world.unit("916").id, [world.unit("31117").name, world.ward.name]
    response = login("district").post(f"/boards/{district_id}/sheet", 200, sort="in_day")
    rows = _sheet(response)
    assert [row[0] for row in rows[1:3]] == names
    (rest,) = [row for row in rows if row[0] == "Tổ lưu động, chưa rõ địa bàn"]
    assert rest[5] == 7
    (total,) = [row for row in rows if row[0] == "Cộng"]
    assert (total[1], total[5]) == (8, 7)
    with arrange():
        event = db.session.scalars(
            select(AuditEvent).where(AuditEvent.event == "export.made")
        ).one()
        assert event.data == {"what": "board", "count": 11}


def test_the_excel_of_the_obligations_is_what_the_page_shows(arrange, login):
    with arrange() as world:
        make_flow(world.hamlet, DAY, 3, world.team)
        make_flow(world.ward, DAY, 2)
        name = world.team.name
    rows = _sheet(login("commune").post("/reports/sheet", 200, on=DAY.isoformat()))
    assert rows[1][0] == name
    assert rows[1][1].startswith("chưa gửi, còn")
    assert rows[1][2] == 3
    named = {row[0]: row[2] for row in rows}
    assert named["Điểm thu nhận, đơn vị khác, chưa rõ tổ"] == 2
    assert named["Cộng"] == 5


@pytest.mark.parametrize("login_name", ["beat", "leader"])
def test_the_board_of_a_hamlet_and_of_a_team_opens_without_a_table(arrange, login, login_name):
    with arrange() as world:
        cross_borders(world)
        unit_id = world.actor(login_name).unit.unit_id
    page = login(login_name).text(f"/boards/{unit_id}")
    assert "Tải bảng" not in page
    words = {"beat": "do đơn vị khác kích hoạt", "leader": "cư trú ngoài Phường An Hòa"}
    assert words[login_name] in page


def test_a_team_without_a_quota_has_not_met_it(arrange, login):
    with arrange() as world:
        make_quota(world.team, 50)
        commune_id, team = world.ward.id, world.team.name
        other = world.other_team.name
    page = login("commune").text(f"/boards/{commune_id}?sort=rank")
    rows = {row.split("</a>")[0].split(">")[-1]: row for row in page.split("<tr>")}
    assert team in rows
    assert "ok strong" not in rows[other]
    assert 'aria-sort="ascending"' in page
