"""The desk of reports in a real browser: the first wrong field, excuses, zoom to 200 %."""

import pytest

from tests.browser import DESK, PHONE, Person, chromium, serving
from tests.make.world import DAY

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
ZOOMED = (320, 512)  # a window 640 px wide at 200 %, and the width that WCAG's reflow asks for
NINE = f"{DAY.replace(day=5)}T09:00:00+07:00"


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk")
    with serving(folder, world="tests.make.journey_world") as server, chromium() as browser:
        yield server, browser


def teams(person):
    """Open the commune's home and return the addresses of its teams' reports."""
    person.open(f"/reports/?on={DAY}")
    rows = person.page.locator("table.units th[scope=row] a")
    return [row.get_attribute("href") for row in rows.all()]


@pytest.mark.parametrize(("size", "number"), [(PHONE, 0), (DESK, 1)])
def test_a_team_is_excused_with_a_reason_and_the_excuse_taken_back(stage, size, number):
    server, browser = stage
    police = Person(browser, server, "commune", size)
    police.move_clock(NINE)
    team = teams(police)[number]
    police.open(team)
    police.press("Miễn báo cáo này…")
    police.press("Miễn báo cáo này", within="form")
    page = police.page
    assert page.evaluate("document.activeElement.id") == "reason"
    assert "Hãy ghi lý do miễn" in page.inner_text("#reason-error")
    page.keyboard.type("Khu vực ngập")
    police.press("Miễn báo cáo này", within="form")
    row = page.locator("table.units tr", has=page.locator(f"a[href='{team}']"))
    assert "Khu vực ngập" in row.inner_text()
    row.get_by_role("link", name="Bỏ miễn…").click()
    police.look()
    police.press("Bỏ miễn, đơn vị phải gửi")
    assert "Khu vực ngập" not in police.text()
    police.close()


def test_a_refused_report_leads_to_the_field_and_keeps_what_was_typed(stage):
    server, browser = stage
    leader = Person(browser, server, "leader", PHONE)
    leader.move_clock(NINE)
    leader.open("/reports/mine")
    page = leader.page
    page.fill("#difficulties", "Mưa cả ngày")
    leader.press("Gửi báo cáo")
    assert page.evaluate("document.activeElement.id") == "is_no_list"
    told = page.locator("#is_no_list").get_attribute("aria-describedby")
    assert "chưa có kết quả nào" in page.inner_text(f"#{told}")
    assert page.input_value("#difficulties") == "Mưa cả ngày"
    leader.close()


@pytest.mark.parametrize("login", ["commune", "district", "city", "commune.ubnd"])
def test_nothing_scrolls_sideways_when_zoomed(stage, login):
    server, browser = stage
    person = Person(browser, server, login, ZOOMED)
    person.move_clock(NINE)
    for kind in ("daily", "weekly", "final"):
        person.open(f"/reports/?kind={kind}")
        report = person.page.locator("table.units th[scope=row] a").first
        if report.count():
            person.open(report.get_attribute("href"))
    person.open("/reports/")
    person.press("Chấp hành giờ báo cáo")
    person.close()
