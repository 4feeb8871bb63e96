"""A district's police proposes a commendation in a real browser, on a desk and on a phone."""

import pytest

from tests.browser import DESK, PHONE, Person, chromium, serving

pytestmark = pytest.mark.e2e
PERSON = "Trần Thị Mẫu"


def test_rows_are_added_choices_stay_and_a_double_click_makes_one_paper(tmp_path):
    with (
        serving(tmp_path, world="tests.make.journey_world") as server,
        chromium() as browser,
    ):
        for version, size in enumerate((DESK, PHONE), start=1):
            person = Person(browser, server, "district", size)
            page = person.page
            person.open("/boards")
            person.press("Đề nghị khen thưởng")
            first = page.get_by_role("checkbox").first
            assert first.is_checked() is (version > 1)  # the next paper begins with the last one
            first.check()
            page.get_by_label("Họ và tên, dòng 1").fill(PERSON)
            page.get_by_label("Đơn vị, dòng 1", exact=True).fill("Phòng Văn hóa")
            rows = page.locator("input[name=person-name]")
            before = rows.count()
            person.press("Thêm dòng cá nhân")
            page.wait_for_function(
                f"document.querySelectorAll('[name=person-name]').length > {before}"
            )
            assert first.is_checked()
            assert rows.first.input_value() == PERSON
            did = page.locator("input[name=person-did]").first
            did.fill("")
            page.get_by_role("button", name="Lập tờ trình").click()
            page.locator(".error").first.wait_for()
            person.look()
            did.fill("Tập huấn 12 buổi")
            page.get_by_role("button", name="Lập tờ trình").dblclick()
            page.wait_for_url("**/documents/*")
            person.look()
            assert f"khen thưởng · bản {version}" in person.text()
            person.close()
