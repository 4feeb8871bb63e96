"""17h00 in a real browser: the sum of the reasons while typing, the action next day, the board."""

import pytest
from playwright.sync_api import expect

from tests.browser import DESK, PHONE, Person, chromium, serving

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    folder = tmp_path_factory.mktemp("point")
    with serving(folder, world="tests.make.point_world") as server, chromium() as browser:
        yield server, browser


def test_a_shortfall_is_explained_on_the_phone_and_read_by_the_city(stage):
    server, browser = stage
    point = Person(browser, server, "point", PHONE)
    point.open("/reports/point")
    page = point.page
    assert page.input_value("#collected") == "2"
    page.fill("#collected", "5")
    page.fill("#why_away", "1")
    assert "1 · thiếu 2" in page.inner_text("output")
    page.fill("#why_did_not_come", "2")
    assert "3 · đủ" in page.inner_text("output")
    page.fill("#collected", "6")
    assert "3 · thừa 1" in page.inner_text("output")
    page.fill("#why_away", "0")
    page.select_option("#remedy_kind", "home_persuasion")
    page.fill("#responsible", "Trung úy Lê Văn A")
    page.fill("#due_on", "2023-07-05")
    point.press("Báo kết quả ngày 04/7")
    assert "Đã báo 6 hồ sơ của ngày 04/7." in point.text()

    for login, size in (("city", DESK), ("commune", PHONE)):
        desk = Person(browser, server, login, size)
        desk.open("/reports/")
        desk.press("Kết quả thu nhận 17h00")
        told = desk.text()
        assert "Thiếu 2 hồ sơ theo lý do" in told
        assert "Đến nhà vận động" in told
        desk.close()

    point.move_clock("2023-07-06T08:00:00+07:00")
    point.open("/reports/point")
    assert "quá hạn, chưa làm" in point.text()
    page.locator("input[name=note]").fill("Đã gặp cả hai người")
    point.press("Đã làm", exact=True)
    assert "quá hạn, chưa làm" not in point.text()
    point.close()


def advance(page, seconds):
    """Let time pass step by step: an answer must come before its request's own time limit."""
    for _ in range(0, seconds, 5):
        page.clock.run_for(5_000)
        expect(page.locator(".htmx-request")).to_have_count(0)


def hide(page, is_hidden):
    page.evaluate(
        "v => Object.defineProperty(document, 'hidden', {get: () => v, configurable: true})",
        is_hidden,
    )


def test_the_board_asks_again_only_while_it_is_seen(stage):
    server, browser = stage
    city = Person(browser, server, "city", DESK)
    city.page.clock.install()
    city.open("/reports/")
    city.press("Kết quả thu nhận 17h00")
    page, asked = city.page, []
    page.on("response", lambda answer: asked.append(answer.url))

    def count():
        return sum("/reports/points/" in url for url in asked)

    advance(page, 35)
    assert count() == 1
    hide(page, True)
    advance(page, 65)
    assert count() == 1
    hide(page, False)
    advance(page, 35)
    assert count() == 2
    city.look()
    city.close()
