"""The desk's home: chips say which units are shown, links say in which order; a city's by district."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import select

from tests.conftest import on_both
from tests.make.chains import silence_districts
from tests.make.world import DAY
from tests.reporting.test_desk_home import NINE
from tests.reporting.test_life import decide, send
from tests.statements import counted
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING
from vneid_field.extensions import db
from vneid_field.reporting import overview
from vneid_field.reporting.kinds import ObligationState, ReportKind, ReportState, Step
from vneid_field.reporting.models import Obligation
from vneid_field.reporting.showing import Order, Show, choose

AT = f"/reports/?on={DAY.isoformat()}"
LATE, ON_TIME, EXCUSED = "31117", "31150", "31149"


def settle(world):
    """One commune of Ninh Kiều sent late, one on time, one is excused; the rest has not sent.

    Districts report nothing here, so that the city's page is as long as a page can be.
    """
    silence_districts(world)
    for code, state in (
        (LATE, ObligationState.SENT_LATE),
        (ON_TIME, ObligationState.SENT_ON_TIME),
        (EXCUSED, ObligationState.EXCUSED),
    ):
        query = select(Obligation).where(
            Obligation.unit_id == world.unit(code).id,
            Obligation.period_end_on == DAY,
            Obligation.report_kind == ReportKind.DAILY,
        )
        owed = db.session.scalars(query).one()
        owed.state = state
        if state is not ObligationState.EXCUSED:
            late = timedelta(minutes=26 if state is ObligationState.SENT_LATE else -9)
            owed.received_at = owed.due_at + late
    db.session.flush()


def shown(world, code, show=Show.ALL, order=Order.STATE, hours=16):
    due = clock.now() + timedelta(hours=hours)
    with clock.frozen(due):
        view = overview.gather(EVERYTHING, world.campaign, world.unit(code), DAY)
    return choose(view, show, order)


def codes(found):
    return [row.obligation.unit.code for group in found.groups for row in group.rows]


def test_who_has_not_sent_stands_first_and_each_chip_counts_its_own(world):
    settle(world)
    found = shown(world, "916")
    assert codes(found)[-3:] == [LATE, ON_TIME, EXCUSED]
    count = len(codes(found))
    assert found.counts == {Show.ALL: count, Show.MISSING: count - 3, Show.LATE: 1, Show.SENT: 2}
    assert codes(shown(world, "916", Show.LATE)) == [LATE]
    assert codes(shown(world, "916", Show.SENT)) == [LATE, ON_TIME]
    assert not {LATE, ON_TIME, EXCUSED} & set(codes(shown(world, "916", Show.MISSING)))


def send_back(world, *unit_codes):
    for code in unit_codes:
        query = select(Obligation).where(
            Obligation.unit_id == world.unit(code).id,
            Obligation.period_end_on == DAY,
            Obligation.report_kind == ReportKind.DAILY,
        )
        db.session.scalars(query).one().report_state = ReportState.RETURNED
    db.session.flush()


def test_who_was_sent_back_owes_again_whenever_the_first_came(world):
    settle(world)
    send_back(world, LATE, ON_TIME)
    found = shown(world, "916")
    count = len(codes(found))
    assert found.counts == {Show.ALL: count, Show.MISSING: count - 1, Show.LATE: 0, Show.SENT: 0}
    assert codes(found)[-1] == EXCUSED
    assert {LATE, ON_TIME} <= set(codes(shown(world, "916", Show.MISSING)))
    assert codes(shown(world, "916", order=Order.MINUTES))[-1] == EXCUSED
    with clock.frozen(clock.now() + timedelta(hours=16)):
        view = overview.gather(EVERYTHING, world.campaign, world.unit("916"), DAY)
    assert (view.sent, view.sent_back) == (0, 2)
    assert sum(view.counts.values()) == count - 2  # in none of the other pills
    city = next(group for group in shown(world, "92").groups if group.unit.code == "916")
    assert (city.sent, city.total) == (0, count)


@on_both
def test_a_districts_row_counts_the_teams_whose_report_stands(world):
    with clock.frozen(NINE):
        for team in world.teams_of(world.ward)[:3]:
            send(world, team)
        decide(world, Step.RETURNED, remark="Sửa.", unit=world.teams_of(world.ward)[0])
        view = overview.gather(EVERYTHING, world.campaign, world.unit("916"), DAY)
    assert view.counts_below[world.ward.path] == (2, len(world.teams_of(world.ward)))


def test_the_desk_says_who_was_sent_back(arrange, login):
    with arrange() as world, clock.frozen(NINE):
        send(world)
        decide(world, Step.RETURNED, remark="Sửa.")
        count = len(world.teams_of(world.ward))
    page = login("commune").text(AT)
    assert f"Tổ: 0/{count} đã gửi" in page
    assert "1 bị trả lại, chưa gửi lại" in page


def test_rows_are_sorted_by_name_by_unit_and_by_minutes(world):
    settle(world)
    names = [
        row.obligation.unit.short_name
        for group in shown(world, "916", order=Order.NAME).groups
        for row in group.rows
    ]
    assert names[:3] == ["An Bình", "An Cư", "An Hòa"]
    assert codes(shown(world, "916", order=Order.UNIT))[0] == LATE  # Cái Khế, the plan's first
    late_first = codes(shown(world, "916", order=Order.MINUTES, hours=10))
    assert late_first[0] == LATE  # 26 minutes; the others still have time
    assert set(late_first[-2:]) == {ON_TIME, EXCUSED}


def test_a_citys_communes_stand_under_their_districts_with_what_each_has_sent(world):
    settle(world)
    found = shown(world, "92")
    first = found.groups[0]
    assert (first.unit.code, first.sent) == ("916", 2)
    assert len(found.groups) == 9
    assert sum(group.total for group in found.groups) == 83
    assert [group.unit.code for group in shown(world, "92", Show.LATE).groups] == ["916"]
    by_name = shown(world, "92", order=Order.NAME)
    assert [group.unit for group in by_name.groups] == [None]
    assert by_name.above_of(by_name.groups[0].rows[0]).kind == "district"


def test_chips_are_links_and_a_swap_gets_the_part_that_changes(arrange, login):
    with arrange() as world:
        settle(world)
    pages = login("city")
    page = pages.text(AT)
    assert "83 / 83 đơn vị" in page
    assert 'aria-current="true"' in page
    chip = re.search(r'<a class="chip"[^>]*href="([^"]*show=late[^"]*)"', page)[1]
    part = pages.get(chip.replace("&amp;", "&"), **{"HX-Request": "true"}).text
    assert "<html" not in part
    assert "1 / 83 đơn vị" in part
    assert "Phường Cái Khế" in part
    assert "Phường An Bình" not in part
    assert "Quận Ninh Kiều" in part
    assert "83 / 83 đơn vị" in pages.text(f"{AT}&show=nothing&sort=nothing")


def test_a_chip_without_units_says_so(login):
    assert "Không có đơn vị nào" in login("city").text(f"{AT}&show=late")


@pytest.mark.parametrize("query", ["", "&show=missing", "&sort=name", "&show=sent&sort=minutes"])
def test_the_citys_home_stays_within_its_statements(app, login, query):
    pages = login("city")
    pages.get(AT + query)
    with counted(app) as seen:
        pages.get(AT + query)
    assert 5 < len(seen) <= 12, "\n".join(seen)


def test_the_excel_holds_the_rows_that_are_shown(arrange, login):
    with arrange() as world:
        settle(world)
    response = login("city").post(
        "/reports/sheet", 200, on=DAY.isoformat(), show="sent", sort="name"
    )
    book = openpyxl.load_workbook(io.BytesIO(response.data))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows(min_row=4, max_row=5)]
    assert [row[:2] for row in rows] == [
        ["Phường An Bình", "Quận Ninh Kiều"],
        ["Phường Cái Khế", "Quận Ninh Kiều"],
    ]
