"""What the browser's own print makes of a page."""

import pytest

from tests.browser import ROOT, chromium

PAGE = """<style>{css}</style><body class="desk"><nav class="chips"><a class="chip" aria-current="page">Tất cả 7</a></nav>
<table class="data"><thead><tr><th>Đơn vị</th></tr></thead><tbody><tr><td>1</td></tr></tbody>
<tfoot><tr><td>Cộng</td></tr></tfoot></table></body>"""


@pytest.fixture(scope="module")
def printed():
    css = (ROOT / "static" / "css" / "app.css").read_text()
    with chromium() as browser:
        page = browser.new_page()
        page.set_content(PAGE.replace("{css}", css))
        page.emulate_media(media="print")
        yield lambda selector, name: page.eval_on_selector(
            selector, f"one => getComputedStyle(one)['{name}']"
        )


def test_the_sum_of_a_table_stands_once_below_its_last_row_not_on_each_sheet(printed):
    assert printed("tfoot", "display") == "table-row-group"


def test_the_chosen_filter_is_readable_where_backgrounds_are_not_printed(printed):
    assert printed(".chip", "color") == "rgb(0, 0, 0)"
    assert printed(".chip", "backgroundColor") == "rgb(255, 255, 255)"
