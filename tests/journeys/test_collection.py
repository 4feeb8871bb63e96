"""One citizen from "not collected" to activated: invited, collected at the point, transmitted,
approved by a list, handed to the team, activated; counted once on each board.
"""

import json
from pathlib import Path

import pytest

from tests.browser import DESK, PHONE, Person, engines, staged
from tests.journeys.steps import apply_list, preview_approved
from tests.make.delta import TITLES
from tests.make.sheets import xlsx

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
FIRST = 24  # the hamlet's people who were approved before


@pytest.fixture(params=engines("postgresql"))
def stage(request, tmp_path):
    with staged(request.param, tmp_path, "tests.make.collection_world") as (server, browser):
        yield server, lambda login, size: Person(browser, server, login, size)


def test_a_citizen_goes_from_an_invitation_to_an_activated_account(stage, tmp_path):
    server, person = stage
    police = person("commune", DESK)
    _invite(police)
    server.run("tests.make.journey_clock", "2023-07-05T08:00:00+07:00")
    people = json.loads(server.run("tests.make.named_people"))
    officer = person("point", PHONE)
    name = _collect(officer)
    _come_and_go(officer)
    stranger = next(one for one in reversed(people) if one not in officer.text())
    _walk_in(officer, stranger, people[stranger])
    assert _figures(server, "2023-07-05")["collection"]["in_day"] == 2
    server.run("tests.make.journey_clock", "2023-07-05T16:50:00+07:00")
    _announce(officer)
    assert _figures(server, "2023-07-05")["collection"]["in_day"] == 2  # nobody counted twice
    _board(police)
    server.run("tests.make.journey_clock", "2023-07-06T08:00:00+07:00")
    _remedy_done(officer)
    _transmit(police)
    approved = [*list(people.items())[:FIRST], (name, people[name])]
    preview_approved(police, _list_of(tmp_path, approved), "2023-07-06")
    apply_list(police)
    leader = person("leader", PHONE)
    police.open("/lists/")
    police.press("Giao tất cả theo khu vực của tổ")
    leader.open("/today")
    leader.press("Nhận danh sách")
    _activate(leader, name)
    figures = _figures(server, "2023-07-06")
    assert (figures["activation"]["in_day"], figures["collection"]["cumulative"]) == (1, 2)
    assert "khớp" in server.run("vneid_field.cli", "recount", "--check")
    server.run("vneid_field.cli", "holders", "--check")
    _trail(person("city", DESK))
    for one in (police, officer, leader):
        one.close()


def _figures(server, on: str) -> dict:
    return json.loads(
        server.run("vneid_field.cli", "figures", "--unit", "31120", "--on", on, "--json")
    )


def _invite(police: Person) -> None:
    """Tomorrow's people, a dozen."""
    police.open("/invitations/")
    police.press("Tổ thu nhận hồ sơ")
    police.page.fill("#people", "12")
    police.press("Mời", exact=True)
    assert "Đã mời" in police.text()


def _collect(officer: Person) -> str:
    """Somebody comes, waits, is collected; returns the name."""
    officer.open("/collection/day/")
    row = officer.page.locator("article.person").first
    name = row.locator("h2.who").inner_text().strip()
    identity = row.get_attribute("id")
    row.get_by_role("button", name="Đã đến").click()
    again = officer.page.locator(f"#{identity}")
    again.get_by_role("button", name="Hoàn tác").wait_for()
    again.get_by_role("button", name="Thu nhận xong").click()
    again.get_by_text("Đã thu nhận", exact=True).wait_for()
    officer.look()
    return name


def _come_and_go(officer: Person) -> None:
    """The next one has no chip card; a wrong tap is taken back before."""
    officer.open("/collection/day/")
    row = officer.page.locator("article.person").first
    identity = row.get_attribute("id")
    row.get_by_role("button", name="Thu nhận xong").click()
    again = officer.page.locator(f"#{identity}")
    again.get_by_role("button", name="Hoàn tác").click()
    again.locator("summary", has_text="Chưa được").click()
    again.get_by_label("Chưa có thẻ CCCD gắn chip").check()
    again.get_by_role("button", name="Lưu").click()
    again.get_by_text("Chưa thu nhận được", exact=True).wait_for()
    officer.open("/collection/day/?show=")


def _walk_in(officer: Person, name: str, number: str) -> None:
    """Somebody nobody invited shows the card."""
    officer.open("/collection/day/look-up")
    officer.page.fill("#number", number)
    officer.press("Tìm", exact=True)
    assert name in officer.text()
    assert number not in officer.text()
    officer.press("Thu nhận xong")
    officer.open("/collection/day/?show=done")
    assert name in officer.text()


def _announce(officer: Person) -> None:
    """The 17h00 result: below the list, so reasons that add up, and what is done about it."""
    officer.press("17h00", exact=True)
    page = officer.page
    assert page.input_value("#collected") == "2"
    lack = page.locator("output[data-wanted]").get_attribute("data-wanted")
    page.locator("[data-part=why]").first.fill("1")
    officer.press("Báo kết quả ngày 05/7")
    assert "thiếu" in officer.text()  # refused: the reasons do not add up
    page.locator("[data-part=why]").first.fill(lack)
    page.select_option("#remedy_kind", index=1)
    page.fill("#responsible", "Trung úy Nguyễn Văn A")
    page.fill("#due_on", "2023-07-06")
    officer.press("Báo kết quả ngày 05/7")
    assert "Đã báo 2 hồ sơ" in officer.text()


def _board(police: Person) -> None:
    police.open("/reports/")
    police.press("Kết quả thu nhận 17h00")
    assert "Công an phường An Hòa" in police.text()
    assert "16h50" in police.text()


def _remedy_done(officer: Person) -> None:
    """Next morning the action stands on top until somebody says whether it was done."""
    officer.press("17h00", exact=True)
    officer.page.locator("input[name=note]").first.fill("Đã đến từng nhà")
    officer.press("Đã làm", exact=True)
    assert "đã làm" in officer.text()


def _transmit(police: Person) -> None:
    police.open("/invitations/")
    police.press("Truyền hồ sơ")
    police.press("Lập đợt truyền")
    police.page.fill("#number", "01/TH-CAP")
    police.press("Ghi đợt truyền")
    assert "01/TH-CAP" in police.text()


def _list_of(folder: Path, people: list[tuple[str, str]]) -> Path:
    rows = [
        (number, name, citizen_id, "", "Khu vực 1")
        for number, (name, citizen_id) in enumerate(people, start=1)
    ]
    file = folder / "phe-duyet.xlsx"
    file.write_bytes(xlsx(rows, titles=TITLES))
    return file


def _activate(leader: Person, name: str) -> None:
    """The team's phone finds the person by name and activates the account with them."""
    leader.open("/households")
    leader.page.fill("#words", name)
    leader.press("Tìm", exact=True)
    leader.page.locator("a.household").first.click()
    row = leader.page.locator("article.person", has_text=name)
    row.get_by_role("button", name="Đã kích hoạt").click()
    leader.page.locator("article.person.done", has_text=name).wait_for()
    leader.look()


def _trail(city: Person) -> None:
    """Each hand is in the audit viewer."""
    city.open("/audit/")
    trail = city.page.locator("table.data").inner_text()
    for words in ("Mời thu nhận hồ sơ", "Ghi tại điểm thu nhận", "Truyền hồ sơ về Cục"):
        assert words in trail, words
    city.close()
