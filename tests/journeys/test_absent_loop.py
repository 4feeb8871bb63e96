"""An absent person goes from the team to the district's support team, who activates them through
the web: each hand in a real browser, the case closed everywhere, the trail read in the viewer.
"""

import json

import pytest

from tests.browser import DESK, PHONE, Person, engines, staged

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]


@pytest.fixture(params=engines("sqlite"))
def stage(request, tmp_path):
    with staged(request.param, tmp_path, "tests.make.journey_world") as (server, browser):
        yield server, lambda login, size: Person(browser, server, login, size)


def test_an_absent_person_is_activated_by_the_districts_support_team(stage):
    server, person = stage
    police, leader = person("commune", DESK), person("leader", PHONE)
    police.open("/lists/")
    police.press("Giao tất cả theo khu vực của tổ")
    leader.open("/today")
    leader.press("Nhận danh sách")
    name = _find_absent(leader)
    _sent_by_team(leader, name)
    _sent_by_commune(police, name)
    district = person("district", DESK)
    _make_support_team(district)
    server.run("tests.make.support_account")
    _assigned(district, name)
    support = person("support", PHONE)
    _activated(support, name)
    _closed_everywhere(server, name, police, district, leader)
    city = person("city", DESK)
    city.open("/audit/?subject=absence_case&number=1")
    trail = city.page.locator("table.data").inner_text()  # not the words of the filter
    for words in ("Mở trường hợp vắng mặt", "Chuyển trường hợp vắng mặt",
                  "Nhận trường hợp vắng mặt", "Kết thúc trường hợp vắng mặt"):  # fmt: skip
        assert words in trail, words
    for one in (police, leader, district, support, city):
        one.close()


def _find_absent(leader: Person) -> str:
    """The door of somebody who works far away."""
    leader.open("/today")
    leader.press("Đi tiếp")
    row = leader.page.locator("article.person").first
    name = row.locator("h2.who").inner_text().strip()
    row.locator("summary", has_text="Vắng mặt…").click()
    row.get_by_label("Đi làm ăn xa").check()
    row.get_by_role("button", name="Lưu vắng mặt").click()
    leader.page.locator("article.person").first.get_by_role("button", name="Hoàn tác").wait_for()
    return name


def _sent_by_team(leader: Person, name: str) -> None:
    leader.open("/calls/?show=found")
    assert name in leader.text()
    leader.press("Gửi Công an cấp xã (1 người)")
    assert name not in leader.text()


def _sent_by_commune(police: Person, name: str) -> None:
    police.open("/absences/")
    assert name in police.text()
    police.press("Nhận", exact=True)
    assert "Đã nhận" in police.text()
    police.press("Gửi lên cấp trên")
    assert name not in police.text()


def _make_support_team(district: Person) -> None:
    district.open("/absences/")
    district.press("Tổ hỗ trợ")
    page = district.page
    page.fill("#name", "Tổ hỗ trợ số 1")
    page.fill("#place", "Trụ sở Công an quận")
    page.fill("#hours", "7h30–17h00, cả thứ Bảy")
    district.press("Thêm tổ")
    district.open("/support/")
    assert "Trụ sở Công an quận" in district.text()


def _assigned(district: Person, name: str) -> None:
    district.open("/absences/")
    assert name in district.text()
    district.press("Nhận", exact=True)
    district.page.select_option("#team_id", label="Tổ hỗ trợ số 1")
    district.press("Phân công", exact=True)
    assert name not in district.text()
    district.open("/absences/board")
    assert "Tổ hỗ trợ số 1" in district.text()


def _activated(support: Person, name: str) -> None:
    support.open("/calls/")
    support.press("Nhận", exact=True)
    support.press(name)
    support.press("Không nghe máy")
    support.open("/calls/")
    support.press(name)
    assert "1/3 lần không liên lạc được" in support.text()
    support.press("Đã kích hoạt qua vneid.gov.vn")
    support.open("/calls/")
    assert name not in support.text()


def _closed_everywhere(server, name: str, police: Person, district: Person, leader: Person) -> None:
    for one in (police, district):
        for tab in ("mine", "below"):
            one.open(f"/absences/?show={tab}")
            assert name not in one.text()
    figures = json.loads(
        server.run("vneid_field.cli", "figures", "--unit", "31120", "--on", "2023-07-04", "--json")
    )
    assert figures["activation"]["in_day"] == 1
    assert "khớp" in server.run("vneid_field.cli", "recount", "--check")
    server.run("vneid_field.cli", "holders", "--check")
    # The team's phone knows: nobody goes there in vain.
    leader.open("/today")
    leader.open("/households/1")
    assert name in leader.text()
    row = leader.page.locator("article.person", has_text=name)
    assert "Đã kích hoạt" in row.inner_text()
