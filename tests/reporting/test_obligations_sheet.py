"""The Excel of who has sent says what the page says: the period, the states, no sum of days."""

import io

import openpyxl
import pytest

from tests.make.flows import make_flow
from tests.make.world import DAY
from tests.reporting.test_commune_and_points import NINE
from tests.reporting.test_life import decide, send
from vneid_field.core import clock
from vneid_field.figures.rules import Counter
from vneid_field.reporting.kinds import Step


def sheet_of(pages, **asked):
    """The title, the heads and the rows by their first cell."""
    response = pages.post("/reports/sheet", 200, on=DAY.isoformat(), **asked)
    book = openpyxl.load_workbook(io.BytesIO(response.data))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    at = next(number for number, row in enumerate(rows) if row[0] == "Đơn vị")
    return rows[0][0], rows[at], {row[0]: row for row in rows[at + 1 :]}


@pytest.mark.parametrize(
    ("kind", "who", "title", "heads", "absent"),
    [
        (
            "daily",
            "commune",
            "Phường An Hòa: báo cáo ngày 04/7/2023",
            ("Kích hoạt trong ngày", "Chỉ tiêu ngày"),
            2,
        ),
        (
            "weekly",
            "commune",
            "Phường An Hòa: báo cáo tuần 28/6–04/7/2023",
            ("Kích hoạt trong tuần", "Chỉ tiêu tuần"),
            None,
        ),
        (
            "final",
            "district",
            "Quận Ninh Kiều: báo cáo tổng kết",
            ("Kích hoạt cả đợt", "Chỉ tiêu giao"),
            None,
        ),
    ],
)
def test_title_and_heads_name_the_period_and_absent_people_are_of_a_day_only(
    arrange, login, kind, who, title, heads, absent
):
    with arrange() as world:
        make_flow(world.hamlet, DAY, 3, world.team)
        make_flow(world.hamlet, DAY, 2, world.team, Counter.OUT_ABSENT)
        make_flow(world.ward, DAY, 2)  # a row of its own below the teams
        make_flow(world.ward, DAY, 1, counter=Counter.OUT_ABSENT)
        row = world.team.name if who == "commune" else world.ward.name
    said, columns, rows = sheet_of(login(who), kind=kind)
    assert said == title
    assert tuple(columns[-3:]) == (*heads, "Vắng")
    assert rows[row][-3] == (3 if who == "commune" else 5)
    assert [row[-1] for row in rows.values() if row[-1]] == ([absent, 1, 3] if absent else [])


def test_the_states_are_those_of_the_pills(arrange, login):
    with clock.frozen(NINE):
        with arrange() as world:
            send(world)
            send(world, world.other_team)
            decide(world, Step.RETURNED, remark="Thiếu số.")
            decide(world, Step.ACCEPTED, unit=world.other_team)
            names = (world.team.name, world.other_team.name)
        _title, _heads, rows = sheet_of(login("commune"), kind="daily")
    assert rows[names[0]][1] == "đã trả lại, không nhận được danh sách"
    assert rows[names[1]][1] == "09h00 trễ 1 giờ 00, đã duyệt, không nhận được danh sách"
