"""The phone's first page tells a leader every report that comes next, and those left behind."""

import re
from datetime import date, time

import pytest

from tests.reporting.test_life import decide, send
from vneid_field.core import clock
from vneid_field.reporting.kinds import Step

TUESDAY, LAST = date(2023, 7, 4), date(2023, 8, 5)


def cards(text):
    """The titles of the cards that lead to reports."""
    return [part.split("</h2>")[0] for part in text.split("<h2>Báo cáo ")[1:]]


@pytest.mark.parametrize(
    ("on", "hour", "told", "behind"),
    [
        # The day's and the week's fall due at one hour; 19 days, two weeks lie behind.
        (TUESDAY, time(18), ["ngày 04/7/2023", "tuần 28/6–04/7/2023"], "21 báo cáo trước chưa gửi"),
        # The drive is over and only what is late is left: the newest, and a way to the rest.
        (date(2023, 8, 6), time(9), ["ngày 05/8/2023"], "58 báo cáo trước chưa gửi"),
        (date(2023, 8, 7), time(9), ["ngày 05/8/2023"], "58 báo cáo trước chưa gửi"),
    ],
)
def test_every_report_of_the_next_hour_is_told(app, login, on, hour, told, behind):
    with clock.frozen(clock.at_local(on, hour)):
        text = login("leader").text("/today")
    assert cards(text) == told
    assert f">{behind}</a>" in text


def test_what_is_left_behind_is_a_list_that_a_leader_opens(arrange, login):
    with clock.frozen(clock.at_local(TUESDAY, time(18))):
        with arrange() as world:
            send(world)
            decide(world, Step.RETURNED, remark="Sửa.")
        leader = login("leader")
        today = leader.text("/today")
        found = re.search(r'href="([^"]+)">(\d+) báo cáo trước chưa gửi', today)
        page = leader.text(found[1])
        listed = re.findall(r'href="(/reports/\d+/\w+/[\d-]+)"', page)
        # What lies behind, the week that is due next, and what was returned.
        assert len(listed) == len(set(listed)) == int(found[2]) + 1 + 1
        assert "/daily/2023-06-15" in "".join(listed)
        assert "/daily/2023-07-04" in listed[0]
        assert "quá hạn" in page
        assert found[1] in leader.text(listed[-1])
        login("commune").get("/reports/unsent", 303)
