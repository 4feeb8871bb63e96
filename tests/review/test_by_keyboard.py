"""The queue worked by keyboard alone, in a real browser."""

import pytest

from tests.browser import DESK, PHONE, Person, chromium, serving

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
WAITING = 12


@pytest.fixture
def stage(tmp_path):
    with serving(tmp_path, world="tests.make.review_world") as server, chromium() as browser:
        yield server, browser


def tab(page, label):
    return page.locator("#review-tabs a", has_text=label).inner_text()


def focused(page):
    return page.evaluate("document.activeElement.id")


def test_hints_are_for_those_who_have_a_keyboard(stage):
    server, browser = stage
    phone = Person(browser, server, "commune", PHONE)
    phone.open("/review/")
    assert not phone.page.locator(".keys").is_visible()
    phone.close()


def test_a_queue_is_worked_by_keyboard_alone(stage):
    server, browser = stage
    police = Person(browser, server, "commune", DESK)
    police.open("/review/")
    page = police.page
    ids = page.eval_on_selector_all("article.checklist", "all => all.map(one => one.id)")
    assert tab(page, "Chờ duyệt").endswith(str(WAITING))

    page.keyboard.press("j")
    assert focused(page) == ids[0]
    page.keyboard.press("d")
    page.locator(f"#{ids[0]}").get_by_text("Đã duyệt").wait_for()
    page.wait_for_function(f"document.activeElement.id === '{ids[1]}'")
    assert tab(page, "Chờ duyệt").endswith(str(WAITING - 1))
    assert tab(page, "Đã duyệt").endswith("1")

    # T opens the remark with the caret in it: its letters are letters, whatever they stand for.
    page.keyboard.press("t")
    page.keyboard.type("dt: khong goi duoc")
    page.keyboard.press("Escape")
    assert focused(page) == ids[1]
    assert page.locator(f"#{ids[1]}").get_by_text("Chờ duyệt").is_visible()
    page.keyboard.press("t")
    page.keyboard.press("Enter")  # what was typed is sent, not the first ready sentence
    page.locator(f"#{ids[1]}").get_by_text("Đã trả lại tổ").wait_for()
    assert "dt: khong goi duoc" in page.locator(f"#{ids[1]}").inner_text()
    page.wait_for_function(f"document.activeElement.id === '{ids[2]}'")
    police.look()

    for number in range(2, WAITING):
        page.keyboard.press("d")
        page.locator(f"#{ids[number]}").get_by_text("Đã duyệt").wait_for()
    assert tab(page, "Chờ duyệt").endswith("· 0")
    page.wait_for_function("document.activeElement.closest('#review-more') !== null")
    page.keyboard.press("Enter")
    page.get_by_text("Đã duyệt hết phiếu của ngày này.").wait_for()
    police.close()


def test_d_and_t_wait_while_a_remark_is_open(stage):
    server, browser = stage
    police = Person(browser, server, "commune", DESK)
    police.open("/review/")
    page = police.page
    page.evaluate(
        """() => {
          const item = document.querySelector("[data-key-item]");
          item.insertAdjacentHTML("beforeend", "<details open><summary>x</summary></details>");
          item.querySelector("summary").focus();
        }"""
    )
    page.keyboard.press("d")
    page.wait_for_timeout(500)
    assert tab(page, "Chờ duyệt").endswith(str(WAITING))
    police.close()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_call_is_noted_without_leaving_the_checklist_and_a_denial_is_returned(stage, size):
    server, browser = stage
    police = Person(browser, server, "commune", size)
    police.open("/review/")
    page = police.page
    first = page.locator("article.checklist").first
    card = page.locator(f"#{first.get_attribute('id')}")
    card.get_by_text("Ghi cuộc gọi…").click()
    card.get_by_role("button", name="Xác nhận đã kích hoạt").click()
    card.get_by_text("Đã ghi cuộc gọi.").wait_for()
    assert card.get_by_text("Gọi: Xác nhận đã kích hoạt").is_visible()
    assert tab(page, "Chờ duyệt").endswith(str(WAITING))
    police.look()
    card.get_by_text("Ghi cuộc gọi…").click()
    card.get_by_role("button", name="Nói chưa kích hoạt").click()
    remark = card.locator("[data-key-remark]")
    remark.wait_for(state="visible")
    assert remark.input_value().startswith("Công an gọi điện lúc ")
    police.look()
    card.get_by_role("button", name="Trả lại", exact=True).click()
    card.get_by_text("Đã trả lại tổ").wait_for()
    assert tab(page, "Chờ duyệt").endswith(str(WAITING - 1))
    assert tab(page, "Đã trả lại").endswith("1")
    police.look()
    assert police.troubles == []
    police.close()
