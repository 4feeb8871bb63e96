"""The banner's hours and the hour of III.6 that they lead to."""

from datetime import datetime, time

from vneid_field.campaigns.labels import next_stops
from vneid_field.core import clock
from vneid_field.reporting.rules import PLAN_128_RULES, due_instant, minutes_late
from vneid_field.units.rules import UnitKind


def at(hour, minute):
    return datetime(2023, 7, 5, hour, minute, tzinfo=clock.TZ)


def test_before_17h00_the_banner_offers_ten_minutes_to_announce_a_points_result():
    stops = next_stops(at(16, 30))
    assert [stop.time() for stop in stops] == [
        time(16, 50),
        time(17, 0),
        time(7, 50),
        time(9, 50),
        time(13, 50),
    ]
    point = next(r for r in PLAN_128_RULES if r.unit_kind is UnitKind.COLLECTION_POINT)
    due = due_instant(point, stops[0].date())
    assert minutes_late(due, stops[0]) == 0
    assert minutes_late(due, stops[1]) == 0  # 17h00 sharp is on time
    assert minutes_late(due, at(17, 0).replace(second=1)) == 1


def test_each_hour_that_is_over_moves_to_the_next_day():
    assert [stop.day for stop in next_stops(at(16, 50))] == [5, 6, 6, 6, 6]
