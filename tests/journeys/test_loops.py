"""Two days of one commune in a real browser: a list of the next morning confirms and contradicts
what the team claimed, a checklist goes back, and nothing is lost or counted twice.
"""

import json
import re
from pathlib import Path

import pytest

from tests.browser import DESK, PHONE, Person, engines, staged
from tests.journeys.steps import apply_list, correct, preview_approved, return_one
from tests.make.delta import TITLES
from tests.make.sheets import xlsx

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
CLAIMS = 4


@pytest.fixture(params=engines("postgresql"))
def stage(request, tmp_path):
    with staged(request.param, tmp_path, "tests.make.journey_world") as (server, browser):
        yield server, lambda login, size: Person(browser, server, login, size)


def test_a_list_judges_what_a_team_claimed(stage, tmp_path):
    server, person = stage
    police, leader = person("commune", DESK), person("leader", PHONE)
    police.open("/lists/")
    police.press("Giao tất cả theo khu vực của tổ")
    leader.open("/today")
    leader.press("Nhận danh sách")
    volunteer = person("volunteer", PHONE)
    claimed = _claim(volunteer)
    correct(volunteer, return_one(police))
    server.run("tests.make.journey_clock", "2023-07-05T16:00:00+07:00")
    file = _list_of_the_morning(server, tmp_path, claimed)
    _apply(police, file)
    _slip(police)
    _contradicted_come_back(volunteer, claimed[2:])
    figures = json.loads(
        server.run("vneid_field.cli", "figures", "--unit", "31120", "--on", "2023-07-05", "--json")
    )
    assert figures["activation"]["cumulative"] == CLAIMS  # a contradicted claim was claimed
    police.open("/boards?on=2023-07-05")
    assert "khớp" in server.run("vneid_field.cli", "recount", "--check")
    _undo(police)
    assert "khớp" in server.run("vneid_field.cli", "recount", "--check")
    for one in (police, leader, volunteer):
        one.close()


def _claim(volunteer: Person) -> list[str]:
    """Activate four people at their doors; returns their names as the phone shows them."""
    page, names = volunteer.page, []
    volunteer.open("/today")
    volunteer.press("Đi tiếp")
    while len(names) < CLAIMS:
        rows = page.locator("article.person")
        for number in range(min(rows.count(), CLAIMS - len(names))):
            row = rows.nth(number)
            names.append(row.locator("h2.who").inner_text().strip())
            row.get_by_role("button", name="Đã kích hoạt").click()
            row.get_by_role("button", name="Hoàn tác").wait_for()
        page.locator("#next-action a").click()
        volunteer.look()
    return names


def _list_of_the_morning(server, folder: Path, claimed: list[str]) -> Path:
    """Of everybody but the first two who were claimed, and one new person, as police send it."""
    people = json.loads(server.run("tests.make.named_people"))
    rows = [
        (number, name, citizen_id, "", "Khu vực 1")
        for number, (name, citizen_id) in enumerate(people.items(), start=1)
        if name not in claimed[:2]
    ]
    assert len(rows) == len(people) - 2
    rows.append((99, "Trần Văn Mới", "092090000001", "", "Khu vực 1"))
    file = folder / "danh-sach.xlsx"
    file.write_bytes(xlsx(rows, titles=TITLES))
    return file


def _apply(police: Person, file: Path) -> None:
    page = police.page
    preview_approved(police, file, "2023-07-05")
    text = police.text()
    for group, count in (
        ("Người mới", 1),
        ("Không còn trong danh sách", 2),
        ("Tổ báo đã kích hoạt, danh sách vẫn ghi chưa", 2),
    ):
        assert re.search(rf"{group}\s+{count}\b", text), text[:1500]
    police.press("Xem tên Tổ báo đã kích hoạt")
    assert "Không có ai" not in police.text()
    page.go_back()
    apply_list(police)
    assert "xác nhận 2 người đã kích hoạt, bác 2 kết quả" in police.text()


def _slip(police: Person) -> None:
    police.press("Phiếu tiếp nhận (PDF, Excel)")
    assert "phiếu tiếp nhận danh sách" in police.text()
    police.page.go_back()


def _contradicted_come_back(volunteer: Person, names: list[str]) -> None:
    """The phone leads to both again, and says why; one is done again with the citizen."""
    page, seen = volunteer.page, set()
    volunteer.open("/today")
    volunteer.press("Đi tiếp")
    for _household in range(12):
        for number in range(page.locator("article.person").count()):
            row = page.locator("article.person").nth(number)
            name = row.locator("h2.who").inner_text().strip()
            if "danh sách quốc gia" in row.inner_text():
                seen.add(name)
        volunteer.look()
        if seen == set(names):
            return
        page.locator("#next-action a").click()
        page.wait_for_load_state("load")
    assert seen == set(names)


def _undo(police: Person) -> None:
    page = police.page
    police.open("/imports/1")
    page.locator("summary", has_text="Hoàn tác cả lần nạp").click()
    page.fill("#reason", "Nạp nhầm tệp của hôm trước")
    police.press("Hoàn tác cả lần nạp", within="details", exact=True)
    page.get_by_text("Đã hoàn tác cả lần nạp lúc").wait_for()
    police.look()
