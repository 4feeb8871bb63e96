"""The phone's first page tells a leader every report that comes next, and those left behind."""

from datetime import date, time

import pytest

from vneid_field.core import clock

TUESDAY, LAST = date(2023, 7, 4), date(2023, 8, 5)


def cards(text):
    """The titles of the cards that lead to reports."""
    return [part.split("</h2>")[0] for part in text.split("<h2>Báo cáo ")[1:]]


@pytest.mark.parametrize(
    ("on", "hour", "told", "behind"),
    [
        # The day's and the week's fall due at one hour; two days lie behind.
        (TUESDAY, time(18), ["ngày 04/7/2023", "tuần 28/6–04/7/2023"], "2 báo cáo trước chưa gửi"),
        # The drive is over and only what is late is left: the newest, and a way to the rest.
        (date(2023, 8, 6), time(9), ["ngày 05/8/2023"], "1 báo cáo trước chưa gửi"),
        (date(2023, 8, 7), time(9), ["ngày 05/8/2023"], ""),
    ],
)
def test_every_report_of_the_next_hour_is_told(app, login, on, hour, told, behind):
    with clock.frozen(clock.at_local(on, hour)):
        text = login("leader").text("/today")
    assert cards(text) == told
    assert (behind in text) if behind else ("báo cáo trước chưa gửi" not in text)
