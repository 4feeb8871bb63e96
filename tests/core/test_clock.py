"""The one clock: Asia/Ho_Chi_Minh, anchored for demo and tests."""

from datetime import UTC, date, datetime, time, timedelta

from vneid_field.core import clock
from vneid_field.core.clock import Anchor


def test_an_anchored_clock_runs_on_from_the_campaign_instant(monkeypatch):
    real, campaign = datetime(2026, 1, 1, tzinfo=UTC), datetime(2023, 7, 4, 10, tzinfo=UTC)
    monkeypatch.setattr(clock, "real_now", lambda: real + timedelta(minutes=7))
    clock.use_anchor(Anchor(real, campaign))
    try:
        assert clock.now() == campaign + timedelta(minutes=7)
    finally:
        clock.use_anchor(None)


def test_without_an_anchor_the_campaign_runs_on_the_machines_clock(monkeypatch):
    real = datetime(2023, 7, 1, 2, tzinfo=UTC)
    monkeypatch.setattr(clock, "real_now", lambda: real)
    clock.use_anchor(None)
    assert clock.now() == real


def test_a_frozen_clock_stands_above_the_anchor_and_is_given_back():
    at = datetime(2023, 7, 4, 23, 30, tzinfo=clock.TZ)
    with clock.frozen(at):
        with clock.frozen(at + timedelta(hours=1)):
            assert clock.today() == date(2023, 7, 5)
        assert clock.now() == at
        assert clock.now().tzinfo is UTC
        assert clock.today() == date(2023, 7, 4)


def test_a_day_closes_at_24h00_local_time():
    begins, ends = clock.day_bounds(date(2023, 7, 4))
    assert begins == datetime(2023, 7, 3, 17, tzinfo=UTC)
    assert ends == datetime(2023, 7, 4, 17, tzinfo=UTC)
    assert clock.to_local(ends - timedelta(microseconds=1)).date() == date(2023, 7, 4)
    assert clock.to_local(ends).date() == date(2023, 7, 5)


def test_every_day_of_the_drive_has_24_hours():
    for offset in range(60):
        begins, ends = clock.day_bounds(date(2023, 6, 15) + timedelta(days=offset))
        assert ends - begins == timedelta(hours=24)


def test_17h00_here_is_10h00_utc():
    assert clock.at_local(date(2023, 7, 4), time(17)) == datetime(2023, 7, 4, 10, tzinfo=UTC)
