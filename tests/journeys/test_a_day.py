"""The whole way in a real browser: a messy list comes in, a team walks it, commune police review
it, the reports go up, the papers say what the boards say.
"""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.browser import DESK, PHONE, Person, staged
from tests.documents.result_table import printed_rows, wanted_rows
from tests.journeys.steps import correct, return_one
from tests.make import messy_list

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]


@pytest.fixture(params=["sqlite", "postgresql"])
def stage(request, tmp_path):
    with staged(request.param, tmp_path, "tests.make.journey_world") as (server, browser):
        yield server, lambda login, size: Person(browser, server, login, size)


def test_a_list_becomes_visits_reports_and_papers(stage, tmp_path):
    server, person = stage
    police = person("commune", DESK)
    _import(police)
    _hand_over(police)
    leader = person("leader", PHONE)
    _receive_and_split(leader)
    volunteer = person("volunteer", PHONE)
    activated = _walk(volunteer)
    returned = return_one(police)
    correct(volunteer, returned)
    _accept_all(police)
    _board_moved(police, activated)
    _report_of_team(leader)
    _late_report_of_commune(police)
    _paper_agrees(police, server, tmp_path)
    for one in (police, leader, volunteer):
        one.close()


def _import(police: Person) -> None:
    page = police.page
    police.open("/imports/")
    page.select_option("#kind", "approved_not_activated")
    page.fill("#as_of_on", "2023-07-04")
    page.set_input_files("#file", str(messy_list.FILE))
    police.press("Tải lên và xem trước")
    page.get_by_text("Lý do bị loại").wait_for()
    police.look()
    text = police.text()
    assert re.search(rf"{messy_list.GOOD}\s+người mới", text), text[:800]
    assert re.search(rf"{len(messy_list.WRONG)}\s+bị loại", text)
    for reason in ("11 chữ số", "CMND cũ", "Thiếu họ tên", "14 tuổi", "Trùng số CCCD"):
        assert reason in text
    assert "Số điện thoại bàn" in text
    # The spelling nobody knows is mapped once.
    page.get_by_label("Khu vực/ấp của “khu vực hai”").select_option(label="Khu vực 2")
    police.press("Ghi nhớ và đọc lại")
    page.get_by_role("button", name="Áp dụng danh sách").wait_for()
    assert "chưa nhận ra" not in police.text()
    with page.expect_download() as download:
        page.get_by_role("button", name="Tải dòng bị loại").click()
    assert download.value.suggested_filename.startswith("dong-bi-loai-")
    police.press("Áp dụng danh sách")
    page.get_by_text("Đã áp dụng lúc").wait_for()
    police.look()
    # The same file again changes nothing.
    police.open("/imports/")
    page.fill("#as_of_on", "2023-07-04")
    page.set_input_files("#file", str(messy_list.FILE))
    police.press("Tải lên và xem trước")
    page.get_by_text("Không có gì mới").wait_for()
    assert re.search(rf"{messy_list.GOOD}\s+giữ nguyên", police.text())


def _hand_over(police: Person) -> None:
    police.open("/lists/")
    assert "chờ giao" in police.text()
    police.press("Giao tất cả theo khu vực của tổ")
    assert "Chờ tổ nhận" in police.text()
    police.press("Số ", within="table >> nth=1")
    assert "tổ chưa bấm nhận" in police.text()


def _receive_and_split(leader: Person) -> None:
    leader.open("/today")
    leader.press("Nhận danh sách")
    assert "Tổ đã nhận" in leader.text()
    leader.page.locator("select").first.select_option(label="Người dùng volunteer")
    leader.press("Lưu cách chia")
    assert "Đã lưu cách chia" in leader.text()


def _walk(volunteer: Person) -> int:
    """Walk households in the order the phone gives; returns how many were activated."""
    page = volunteer.page
    volunteer.open("/today")
    volunteer.press("Đi tiếp")
    first = page.locator("article.person")
    # Taken back at once: the row answers in place.
    first.nth(0).get_by_role("button", name="Đã kích hoạt").click()
    first.nth(0).get_by_role("button", name="Hoàn tác").click()
    first.nth(0).get_by_role("button", name="Đã kích hoạt").wait_for()
    first.nth(0).get_by_role("button", name="Đã kích hoạt").click()
    first.nth(0).get_by_role("button", name="Hoàn tác").wait_for()
    volunteer.look()
    others = iter(
        ["activated_web", "refused", "otp_not_received", "no_phone_or_sim", "data_mismatch"]
    )
    activated = 1
    absent, revisit = True, True
    for _household in range(6):
        for number in range(page.locator("article.person").count()):
            row = page.locator("article.person").nth(number)
            if row.get_by_role("button", name="Hoàn tác").count():
                continue
            if absent:
                row.locator("summary", has_text="Vắng mặt…").click()
                row.get_by_label("Đi làm ăn xa").check()
                row.get_by_role("button", name="Lưu vắng mặt").click()
                absent = False
            elif revisit:
                row.locator("summary", has_text="Hẹn lại…").click()
                row.get_by_role("button", name="Lưu hẹn lại").click()
                revisit = False
            elif outcome := next(others, None):
                row.locator("summary", has_text="Khác…").click()
                row.locator(f'input[value="{outcome}"]').check()
                row.get_by_role("button", name="Lưu kết quả").click()
                activated += outcome == "activated_web"
            else:
                row.get_by_role("button", name="Đã kích hoạt").click()
                activated += 1
            page.locator("article.person").nth(number).get_by_role(
                "button", name="Hoàn tác"
            ).wait_for()
        volunteer.look()
        page.locator("#next-action a").click()
        volunteer.look()
    # Nobody opens: one tap for the household, and the next one comes by itself.
    before = page.url
    volunteer.press("Chưa gặp ai")
    page.wait_for_url(lambda url: url != before)
    assert re.search(r"Đã ghi kết quả cho \d+ người của hộ trước", volunteer.text())
    volunteer.open("/today")
    return activated


def _accept_all(police: Person) -> None:
    """By keyboard: J to the next, D to accept."""
    police.open("/review/")
    page = police.page
    assert "Tổ đã sửa, chờ duyệt lại" in police.text()
    page.keyboard.press("j")
    page.keyboard.press("d")
    page.locator("article.checklist").first.get_by_text("Đã duyệt").wait_for()


def _board_moved(police: Person, activated: int) -> None:
    police.open("/boards")
    assert re.search(rf"\b{activated}\b", police.text()), police.text()[:1500]


def _report_of_team(leader: Person) -> None:
    leader.move_clock("2023-07-05T07:40:00+07:00")
    leader.open("/today")
    leader.press("Báo cáo ngày 04/7")
    page = leader.page
    if page.locator("#explanation").count():
        page.fill("#explanation", "Nhiều hộ đi làm ban ngày, tổ đi lại buổi tối.")
    page.fill("#difficulties", "Sóng yếu trong hẻm sâu.")
    leader.press("Gửi báo cáo")
    assert "Đúng hạn" in leader.text()


def _late_report_of_commune(police: Person) -> None:
    police.move_clock("2023-07-05T10:05:00+07:00")
    police.open("/reports/?on=2023-07-04")
    police.press("Soạn và gửi")
    page = police.page
    page.fill("#explanation", "Một tổ chưa nhận danh sách.")
    police.press("Gửi báo cáo")
    text = police.text()
    assert "Trễ 5 phút" in text or "Trễ 6 phút" in text, text[:600]


def _paper_agrees(police: Person, server, folder: Path) -> None:
    page = police.page
    link = page.get_by_role("link", name="Xem, tải văn bản")
    link.wait_for(timeout=60_000)
    link.click()
    police.look()
    with page.expect_response(
        lambda answer: "/documents/fetch/" in answer.url and answer.status == 200
    ):
        page.get_by_role("button", name=re.compile("PDF")).first.click()
    server.run(
        "vneid_field.cli", "report-pdf", "--unit", "31120", "--on", "2023-07-04",
        "-o", str(folder / "report.pdf"),
    )  # fmt: skip
    figures = json.loads(
        server.run("vneid_field.cli", "figures", "--unit", "31120", "--on", "2023-07-04", "--json")
    )
    text = subprocess.run(
        ["pdftotext", "-layout", str(folder / "report.pdf"), "-"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    flat = " ".join(text.split())
    assert "CÔNG AN PHƯỜNG AN HÒA" in flat
    assert figures["activation"]["in_day"] > 0
    assert re.search(rf"{figures['activation']['in_day']:02d}\b", flat), flat[:2500]
    assert printed_rows(folder / "report.pdf") == wanted_rows(figures)
    # Counters, events and the board agree as well.
    assert "khớp" in server.run("vneid_field.cli", "recount", "--check")
    police.open("/boards?on=2023-07-04")
    assert re.search(rf"\b{figures['activation']['in_day']}\b", police.text())
