"""A week and the drive on the desk's home: which one is shown, and the pace the days behind need."""

from datetime import date, time, timedelta

import pytest

from tests.make.flows import make_flow
from tests.make.quotas import make_quota
from vneid_field.core import clock
from vneid_field.reporting.summary import summarise

TUESDAY = date(2023, 7, 4)


def pace(world, on, since):
    return summarise(world.campaign, world.team, on, since=since).activation.needed


def test_the_pace_of_a_day_counts_it_and_that_of_a_week_the_days_behind_it(world):
    make_quota(world.team, 100)
    make_flow(world.hamlet, TUESDAY, 4, world.team)
    make_flow(world.hamlet, date(2023, 6, 28), 32, world.team)
    assert pace(world, TUESDAY, TUESDAY) == 3  # 68 in the 33 days to 05/8
    assert pace(world, TUESDAY, date(2023, 6, 28)) == 2  # 64 in the 32 days behind it
    assert pace(world, date(2023, 8, 5), date(2023, 6, 15)) is None


@pytest.mark.parametrize(
    ("today", "title"),
    [
        (date(2023, 6, 18), "Báo cáo tuần 15/6–20/6/2023"),  # none is over yet
        (date(2023, 7, 4), "Báo cáo tuần 21/6–27/6/2023"),
        (date(2023, 7, 5), "Báo cáo tuần 28/6–04/7/2023"),
        (date(2023, 7, 6), "Báo cáo tuần 28/6–04/7/2023"),
        (date(2023, 8, 4), "Báo cáo tuần 26/7–01/8/2023"),
    ],
)
def test_the_newest_week_that_is_over_is_shown_first(login, today, title):
    with clock.frozen(clock.at_local(today, time(9))):
        assert f"<strong>{title}</strong>" in login("commune").text("/reports/?kind=weekly")


def test_a_day_asked_for_shows_its_week(login):
    page = login("commune").text("/reports/?kind=weekly&on=2023-06-22")
    assert "<strong>Báo cáo tuần 21/6–27/6/2023</strong>" in page


def test_a_campaign_without_a_week_says_so(arrange, login):
    with arrange() as world:
        world.campaign.starts_on = world.campaign.ends_on = TUESDAY + timedelta(days=1)
    login("commune").get("/reports/?kind=weekly", 404)
    login("commune").get("/reports/?kind=final")
