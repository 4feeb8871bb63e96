"""A checklist in a real browser on a small phone: where the eye and the focus are after a tap."""

import pytest

from tests.browser import PHONE, Person, chromium, serving

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    folder = tmp_path_factory.mktemp("door")
    with serving(folder, world="tests.make.walk_world") as server, chromium() as browser:
        yield server, browser


@pytest.fixture
def door(stage):
    """A volunteer at the next household."""
    server, browser = stage
    person = Person(browser, server, "volunteer", PHONE)
    person.open("/households/next")
    yield person
    person.close()


def card(page, number):
    return page.locator("article.person").nth(number)


def test_each_result_keeps_its_card_in_view_and_focused_not_only_the_first(door):
    page = door.page
    for number in (0, 1):
        card(page, number).locator("summary", has_text="Hẹn lại…").click()
        card(page, number).get_by_role("button", name="Lưu hẹn lại").click()
        card(page, number).get_by_role("button", name="Hoàn tác").wait_for()
        page.wait_for_timeout(200)
        assert page.evaluate("document.activeElement.id") == card(page, number).get_attribute("id")
        head = page.locator(".phone-head").bounding_box()
        assert card(page, number).bounding_box()["y"] >= head["y"] + head["height"]
    for number in (0, 1):
        card(page, number).get_by_role("button", name="Hoàn tác").click()
        card(page, number).get_by_role("button", name="Đã kích hoạt").wait_for()


def test_a_card_is_not_busy_any_more_once_a_step_is_ticked_or_the_number_shown(door):
    page = door.page
    card(page, 0).get_by_text("Hướng dẫn từng bước").click()
    card(page, 0).locator(".steps button").first.click()
    card(page, 0).locator(".steps [aria-pressed=true]").wait_for()
    card(page, 0).get_by_role("button", name="Gọi").click()
    card(page, 0).locator("a[href^='tel:']").wait_for()
    page.wait_for_timeout(200)
    assert page.locator("[aria-busy]").count() == 0
