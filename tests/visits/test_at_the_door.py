"""A checklist in a real browser on a small phone: where the eye and the focus are after a tap."""

import re

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


def test_the_head_says_how_many_are_left_after_each_result(door):
    page = door.page
    head = page.locator(".phone-head .small")
    assert "2 người, 2 chưa xong" in head.inner_text()
    card(page, 0).get_by_role("button", name="Đã kích hoạt").click()
    card(page, 0).get_by_role("button", name="Hoàn tác").wait_for()
    assert "2 người, 1 chưa xong" in head.inner_text()
    card(page, 0).get_by_role("button", name="Hoàn tác").click()
    card(page, 0).get_by_role("button", name="Đã kích hoạt").wait_for()


def test_going_back_to_a_search_shows_it_again_and_asks_for_nothing(door):
    page = door.page
    name = card(page, 0).locator("h2").inner_text()
    door.open("/households")
    page.fill("#words", name)
    page.get_by_role("button", name="Tìm").click()
    page.get_by_text("Tìm “").wait_for()
    found = page.locator("a.household").all_inner_texts()
    page.locator("a.household").first.click()
    page.wait_for_url(re.compile(r"/households/\d+"))
    page.go_back()
    page.get_by_text("Tìm “").wait_for()
    assert page.locator("#words").input_value() == name
    assert page.locator("a.household").all_inner_texts() == found


def test_the_chosen_filter_is_in_view_with_its_number(door):
    page = door.page
    door.open("/households?show=done")
    chip = page.locator(".chip[aria-current]")
    assert chip.inner_text().split() == ["Xong", "0"]
    box = chip.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE[0]


def test_without_signal_a_link_leaves_the_page_where_it_is(door):
    page = door.page
    before = page.url
    door.context.set_offline(True)
    page.get_by_role("link", name="hộ tiếp theo").click()
    bar = page.locator("#trouble")
    bar.wait_for()
    assert "chưa mở được “Bỏ qua, hộ tiếp theo”" in bar.inner_text()
    page.get_by_text("Việc khác với hộ này").click()
    page.get_by_role("button", name="Bắt đầu đi từ hộ này").click()
    assert "“Bắt đầu đi từ hộ này”" in bar.inner_text()
    assert page.url == before
    door.context.set_offline(False)
    bar.get_by_role("button", name="Thử lại").click()
    page.wait_for_url("**/households")
    assert page.get_by_text("Đang đi bắt đầu từ hộ").is_visible()
    page.get_by_role("button", name="Bỏ, đi từ đầu").click()
    page.get_by_text("Đang đi bắt đầu từ hộ").wait_for(state="hidden")


def test_a_paper_typed_in_on_a_phone_asks_only_what_its_result_needs(stage):
    server, browser = stage
    leader = Person(browser, server, "leader", PHONE)
    leader.open("/lists/mine")
    leader.press("Nhập thay")
    line = leader.page.locator("fieldset.type-in").first
    shown = line.locator("select:visible, input:visible")
    asked = {
        "": ["outcome"],
        "absent": ["outcome", "sub_reason", "next_day", "note"],
        "revisit": ["outcome", "next_day", "note"],
        "phone_mismatch": ["outcome", "new_phone", "note"],
        "refused": ["outcome", "note"],
    }
    for outcome, names in asked.items():
        line.locator("select").first.select_option(outcome)
        fields = shown.evaluate_all("all => all.map(one => one.name.split('-')[0])")
        assert fields == names, outcome
    # What was typed and hidden since is not dropped in silence: the line comes back with all of it.
    line.locator("select").first.select_option("revisit")
    line.locator("input[type=date]").fill("2030-01-01")
    line.locator("select").first.select_option("refused")
    leader.press("Lưu trang này")
    assert line.get_by_role("alert").is_visible()
    assert line.locator("input[type=date]").is_visible()
    leader.close()
