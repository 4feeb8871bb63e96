"""A collection point's page: each day with its state, the form of the day it names."""

from datetime import UTC, date, datetime

import pytest

from tests.conftest import on_both
from tests.make.results import explained
from tests.make.world import DAY
from vneid_field.core import clock
from vneid_field.core.errors import WrongField
from vneid_field.reporting.collection_services import enter_collection_result
from vneid_field.reporting.overview import point_days
from vneid_field.reporting.queries import find_collection_result
from vneid_field.reporting.rules import Standing

BEFORE = date(2023, 7, 3)
TWO_BEFORE = date(2023, 7, 2)


def announce(world, on, hour, collected=200):
    with clock.frozen(datetime(on.year, on.month, on.day, hour, tzinfo=UTC)):
        enter_collection_result(
            actor=world.actor("point"),
            campaign=world.campaign,
            point=world.unit_of("point"),
            collected_on=on,
            collected=collected,
            quota=10,
            reason="Mất điện",
            **explained(10 - collected, on),
        )


@on_both
def test_each_day_until_today_is_listed_with_its_state(world):
    announce(world, BEFORE, 9)  # 16h00
    announce(world, TWO_BEFORE, 11)  # 18h00
    with clock.frozen(datetime(2023, 7, 4, 8, tzinfo=UTC)):  # 15h00
        days = point_days(world.actor("point").scope, world.campaign, world.unit_of("point"))
    assert days[0].on == DAY
    assert days[-1].on == world.campaign.starts_on
    assert len(days) == (DAY - world.campaign.starts_on).days + 1
    found = [day.standing for day in days[:4]]
    assert found == [
        Standing.EXPECTED,
        Standing.SENT_ON_TIME,
        Standing.SENT_LATE,
        Standing.MISSING,
    ]
    assert days[2].minutes == 60
    assert [day.result.collected if day.result else None for day in days[:4]] == [
        None,
        200,
        200,
        None,
    ]


def test_a_missed_day_is_named_with_a_link_to_enter_it(arrange, login):
    with arrange() as world:
        announce(world, BEFORE, 9)
        announce(world, TWO_BEFORE, 11, collected=3)
    page = login("point").text("/reports/point")
    assert "đúng hạn 16h00" in page
    assert "trễ 1 giờ 00" in page
    assert "thiếu 7" in page
    assert '<a href="/reports/point?on=2023-07-01">Báo ngày 01/7</a>' in page
    assert "Còn 17 ngày khác chưa báo." in page


def test_the_form_names_its_day_and_the_number_lands_there(arrange, login):
    pages = login("point")
    page = pages.text("/reports/point?on=2023-07-01")
    assert "Số hồ sơ thu nhận ngày 01/7/2023" in page
    assert "hôm nay</label>" not in page
    assert "Báo kết quả ngày 01/7" in page
    assert "Chưa báo, đã quá hạn" in page
    fields = dict(on="2023-07-01", collected="500")
    answer = pages.post("/reports/point", **fields)
    assert answer.location.endswith("/reports/point?on=2023-07-01&saved=1")
    assert "Đã báo 500 hồ sơ của ngày 01/7." in pages.text(answer.location)
    with arrange() as world:
        point = world.unit_of("point").id
        assert find_collection_result(world.campaign.id, point, date(2023, 7, 1)).is_late
        assert find_collection_result(world.campaign.id, point, DAY) is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"collected": ""}, "Hãy nhập số hồ sơ đã thu nhận."),
        ({"collected": "tám"}, "Hãy nhập số nguyên, ví dụ 85."),
        ({"collected": "8,5"}, "Hãy nhập số nguyên, ví dụ 85."),
        ({"collected": "-3"}, "từ 0 đến 100.000"),
        ({"collected": "99999999999999999999"}, "từ 0 đến 100.000"),
        ({"collected": "5", "reason": "x" * 301}, "dài quá 300 ký tự"),
        ({"collected": "5", "on": ""}, "Không rõ báo cho ngày nào."),
        ({"collected": "500", "on": "2023-07-20"}, "Chưa đến ngày này"),
        ({"collected": "500", "on": "2023-06-01"}, "ngoài đợt"),
    ],
)
def test_a_wrong_number_is_refused_in_vietnamese(arrange, login, fields, words):
    pages = login("point")
    html = pages.post("/reports/point", 422, **{"on": DAY.isoformat()} | fields)
    assert words in html.get_data(as_text=True)
    assert "Not a valid" not in html.get_data(as_text=True)
    with arrange() as world:
        point = world.unit_of("point").id
        assert find_collection_result(world.campaign.id, point, DAY) is None


def test_a_shortfall_is_announced_with_its_reason(arrange, login):
    pages = login("point")
    fields = dict(on=DAY.isoformat(), collected="5", reason="Mưa lớn", remedy="Thu lưu động")
    pages.post("/reports/point", **fields)
    assert "Sửa kết quả ngày 04/7" in pages.text("/reports/point")
    with arrange() as world:
        point = world.unit_of("point").id
        assert find_collection_result(world.campaign.id, point, DAY).collected == 5


def test_a_past_days_number_changes_with_a_reason_and_not_by_a_digit_too_many(world):
    def say(collected, reason="", quota=186):
        enter_collection_result(
            actor=world.actor("point"),
            campaign=world.campaign,
            point=world.unit_of("point"),
            collected_on=BEFORE,
            collected=collected,
            quota=quota,
            reason=reason,
        )

    say(190)
    with pytest.raises(WrongField, match="đã báo 190: hãy ghi lý do"):
        say(200)
    say(200, "Cộng sót một tờ.")
    with pytest.raises(WrongField, match="gấp hơn 10 lần"):
        say(100_000, "Nhầm.")
