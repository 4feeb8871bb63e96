"""The letterhead's sketch follows what somebody types in a real browser."""

from tests.browser import DESK, PHONE, Person, chromium, serving

TYPED = "Lê Thị Thử Nghiệm"


def test_the_sketch_follows_the_typing_and_the_chosen_report(tmp_path):
    with (
        serving(tmp_path, world="tests.make.journey_world") as server,
        chromium() as browser,
    ):
        for size in (DESK, PHONE):
            person = Person(browser, server, "commune", size)
            person.open("/letterhead/")
            sketch = person.page.locator("#sketch")
            assert TYPED not in sketch.inner_text()
            person.page.get_by_label("Họ tên người ký").fill(TYPED)
            sketch.get_by_text(TYPED).wait_for()
            person.page.get_by_label("Xem trước trên").select_option("weekly_report")
            sketch.get_by_text("định danh điện tử tuần").wait_for()
            # What is typed in the form stays; nothing is saved.
            assert person.page.get_by_label("Họ tên người ký").input_value() == TYPED
            person.look()
            person.open("/letterhead/")
            assert TYPED not in sketch.inner_text()
            person.close()
