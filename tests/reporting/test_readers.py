"""A committee owes no report: its pages say what the police sent, never that it must send."""

import pytest

from tests.make.world import DAY
from tests.reporting.test_desk_home import send
from tests.statements import counted

AT = f"/reports/?on={DAY.isoformat()}"


@pytest.mark.parametrize("who", ["commune.ubnd", "district.ubnd", "city.ubnd", "admin"])
def test_who_only_reads_is_told_of_no_report_to_send(login, who):
    page = login(who).text(AT)
    assert "<h1>Tình hình báo cáo</h1>" in page
    for words in ("Còn phải gửi", "Việc phải làm", "Soạn và gửi", "Lập báo cáo ngày"):
        assert words not in page


def test_a_communes_committee_sees_how_its_polices_report_stands(arrange, login):
    pages = login("commune.ubnd")
    page = pages.text(AT)
    assert "Báo cáo ngày 04/7/2023 của Công an phường An Hòa" in page
    assert "chưa gửi" in page
    with arrange() as world:
        send(world, {"explanation": "Mưa"})
    page = pages.text(AT)
    assert "09h00 đúng hạn" in page
    assert "Đọc báo cáo" in page


def test_a_reader_of_a_report_that_is_overdue_is_not_told_to_send_it(arrange, login):
    with arrange() as world:
        ward_id = world.ward.id
    at = f"/reports/{ward_id}/daily/2023-07-01"
    assert "vẫn gửi được" in login("commune").text(at)
    page = login("commune.ubnd").text(at)
    assert "vẫn gửi được" not in page
    assert "quá hạn" in page
    assert "đơn vị chưa gửi" in page


def test_a_citys_committee_finds_the_papers_of_the_day(login):
    page = login("city.ubnd").text(AT)
    assert "kind=daily_report" in page


def test_a_readers_home_stays_within_its_statements(app, login):
    for who in ("commune.ubnd", "district.ubnd", "city.ubnd"):
        pages = login(who)
        pages.get(AT)
        with counted(app) as seen:
            pages.get(AT)
        assert 5 < len(seen) <= 12, (who, seen)
