"""The demo's clock moves only to the banner's hours, forward, in a demo, not far past its end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.databases import START
from vneid_field.campaigns.labels import next_stops
from vneid_field.core import clock
from vneid_field.core.clock import to_local

STOPS = next_stops(to_local(START))


@pytest.fixture
def demo(app, arrange):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], is_demo=True)
    with arrange() as world:
        world.campaign.is_demo = True


def stored(arrange):
    with arrange() as world:
        return world.campaign.clock_campaign_at


@pytest.mark.parametrize("stop", STOPS)
def test_it_moves_to_an_hour_of_the_banner(demo, arrange, login, stop):
    login("volunteer").post("/campaign/clock", to=stop.isoformat())
    assert stored(arrange) == stop


@pytest.mark.parametrize(
    "to",
    [
        "9999-12-31T16:59:30+00:00",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+14:00",
        "2100-01-01T00:00:00+07:00",
        (STOPS[0] + timedelta(minutes=1)).isoformat(),
        (STOPS[0] + timedelta(days=1)).isoformat(),
        (STOPS[-1] - timedelta(days=1)).isoformat(),
        "soon",
        "",
        "a\x00b",
    ],
)
def test_it_moves_nowhere_else(demo, arrange, login, to):
    pages = login("volunteer")
    response = pages.client.post("/campaign/clock", data={"csrf_token": pages.token, "to": to})
    assert response.status_code in {409, 422}
    assert stored(arrange) is None


def test_it_stops_a_week_after_the_campaign(demo, arrange, login):
    late = datetime(2023, 8, 12, 17, 30, tzinfo=UTC)
    with clock.frozen(late):
        pages = login("admin")
        pages.post("/campaign/clock", 409, to=next_stops(to_local(late))[0].isoformat())
    assert stored(arrange) is None


@pytest.mark.parametrize(("server", "campaign"), [(True, False), (False, True)])
def test_it_moves_only_when_server_and_campaign_are_a_demo(app, arrange, login, server, campaign):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], is_demo=server)
    with arrange() as world:
        world.campaign.is_demo = campaign
    login("volunteer").post("/campaign/clock", 409, to=STOPS[0].isoformat())
