"""A weak signal in a real browser: what was tapped is kept, sent once, and never two at a time."""

import sqlite3

import pytest

from tests.browser import PHONE, Person, chromium, serving

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
SLOWLY = """() => { const send = window.fetch;
  window.fetch = (...sent) => new Promise((go) => setTimeout(go, 1200)).then(() => send(...sent)); }"""


@pytest.fixture
def walk(tmp_path):
    with (
        serving(tmp_path, world="tests.make.walk_world") as server,
        chromium() as browser,
    ):
        person = Person(browser, server, "volunteer", PHONE)
        person.open("/today")
        person.press("Đi tiếp")
        yield person, tmp_path / "vneid.db"


def _events(path):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as found:
        return found.execute("SELECT uuid, outcome FROM visit_event ORDER BY id").fetchall()


def test_a_lost_tap_is_sent_again_and_a_refused_form_stays_open(walk):
    person, path = walk
    page = person.page
    card = page.locator("article.person").first

    # The signal is lost: the bar is in view and says what, nothing is gone from the screen.
    person.context.set_offline(True)
    card.get_by_role("button", name="Đã kích hoạt").click()
    bar = page.locator("#trouble")
    bar.wait_for()
    box = bar.bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= PHONE[1]
    assert "chưa gửi được “Đã kích hoạt” của" in bar.inner_text()
    tapped = card.locator(
        'form:has(button[value="activated_app"]) input[name="uuid"]'
    ).input_value()
    person.context.set_offline(False)
    bar.get_by_role("button", name="Thử lại").click()
    card.get_by_role("button", name="Hoàn tác").wait_for()
    assert bar.is_hidden()
    assert _events(path) == [(tapped, "activated_app")]
    assert page.evaluate("document.activeElement.id") == card.get_attribute("id")

    # A refused form comes back open, as typed, with the focus at its sentence.
    card = page.locator("article.person").nth(1)
    card.locator("summary", has_text="Khác…").click()
    assert card.locator("[name=new_phone]").is_hidden()
    card.locator("input[value=phone_mismatch]").check()
    card.locator("[name=new_phone]").fill("12")
    card.get_by_role("button", name="Lưu kết quả").click()
    card.get_by_role("alert").wait_for()
    assert card.locator("[name=new_phone]").input_value() == "12"
    assert card.locator("[name=new_phone]").is_visible()
    assert "không đúng" in page.evaluate("document.activeElement.textContent")

    # While one tap is on its way, another of the same person waits for the answer.
    page.evaluate(SLOWLY)
    card.locator("input[value=refused]").check()
    card.locator("[name=new_phone]").fill("")
    card.get_by_role("button", name="Lưu kết quả").click()
    card.get_by_role("button", name="Đang gửi…").wait_for()
    card.get_by_role("button", name="Đã kích hoạt").click()
    card.get_by_role("button", name="Hoàn tác").wait_for()
    page.wait_for_timeout(1500)
    assert [outcome for _uuid, outcome in _events(path)] == ["activated_app", "refused"]
    person.troubles = [one for one in person.troubles if "INTERNET_DISCONNECTED" not in one]
    person.troubles = [one for one in person.troubles if "Failed to fetch" not in one]
    person.look()
    person.close()
