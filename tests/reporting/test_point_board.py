"""The live board at 17h00: who has announced, what lacks why, few statements, one sheet."""

from datetime import UTC, datetime
from io import BytesIO

from python_calamine import CalamineWorkbook

from tests.conftest import on_both
from tests.make.events import happen
from tests.make.results import explained
from tests.make.world import DAY
from tests.statements import counted
from vneid_field.collection.kinds import EventKind
from vneid_field.core import clock
from vneid_field.reporting.collection_services import enter_collection_result
from vneid_field.reporting.kinds import ShortfallReason
from vneid_field.reporting.point_board import gather_points
from vneid_field.units.models import Unit

LATE = datetime(2023, 7, 4, 10, 30, tzinfo=UTC)  # 17h30


def announce(world, point: Unit, collected, quota=10):
    enter_collection_result(
        actor=None,
        campaign=world.campaign,
        point=point,
        collected_on=DAY,
        collected=collected,
        quota=quota,
        **explained(quota - collected, DAY),
    )


@on_both
def test_the_board_counts_lists_results_and_reasons(world):
    city = world.unit("92")
    actor = world.actor("city")
    empty = gather_points(actor.scope, world.campaign, city, DAY)
    assert (len(empty.rows), empty.announced, empty.lack) == (100, 0, 0)
    first, second = world.unit_of("point"), empty.rows[-1].point
    with clock.frozen(LATE):
        announce(world, first, 7)
        announce(world, second, 14)
    board = gather_points(actor.scope, world.campaign, city, DAY)
    assert (board.announced, board.late, board.collected) == (2, 2, 21)
    assert board.lack == 3  # the surplus of the other point helps nobody
    assert board.reasons == {ShortfallReason.EQUIPMENT: 3}
    assert [row.result is None for row in board.rows[-3:]] == [True, False, False]
    assert board.rows[-2].point.id == first.id


@on_both
def test_a_superior_sees_its_points_only_and_who_is_told(world):
    ward = gather_points(world.actor("commune").scope, world.campaign, world.ward, DAY)
    assert [row.above for row in ward.rows] == [world.ward.name]
    district = world.unit("916")
    rows = gather_points(world.actor("district").scope, world.campaign, district, DAY).rows
    told = {row.above for row in rows if row.point.subtype == "mobile"}
    assert told == {district.name}
    assert all(row.point.path.startswith(district.path) for row in rows)


def test_a_point_that_has_not_announced_shows_what_it_named(arrange, login):
    with arrange() as world:
        happen(world, world.citizens[0], EventKind.COLLECTED)
        at = f"/reports/points/{world.ward.id}"
    page = login("commune").text(at)
    assert "đã ghi tên 1" in page
    assert "chưa báo" in page
    assert 'hx-trigger="every 30s"' in page
    assert 'hx-trigger="every 30s"' not in login("commune").text(f"{at}?on=2023-07-03")


def test_the_citys_board_takes_few_statements_and_its_sheet_has_a_column_a_reason(
    app, arrange, login
):
    with arrange() as world:
        city = world.unit("92").id
        announce(world, world.unit_of("point"), 7)
    pages = login("city")
    with counted(app) as seen:
        pages.get(f"/reports/points/{city}")
    assert len(seen) <= 12, "\n".join(seen)
    content = pages.post(f"/reports/points/{city}/sheet", 200, on=DAY.isoformat()).data
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    heads = next(row for row in rows if row[0] == "Điểm thu nhận")
    total = next(row for row in rows if row[0] == "Cộng")
    assert total[heads.index("Thiết bị, đường truyền, mất điện")] == 3
    assert total[heads.index("Thiếu")] == 3


def test_the_desks_home_leads_to_the_board(login):
    assert "/reports/points/" in login("district").text("/reports/")
