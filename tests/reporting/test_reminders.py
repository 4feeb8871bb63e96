"""What stands on top of every page of who has to send: the superior's word, and the last half hour."""

from datetime import time, timedelta

import pytest

from tests.make.world import DAY
from tests.write_lock import watch
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING
from vneid_field.menu import reminder_of
from vneid_field.reporting import obligation_services, views
from vneid_field.reporting.kinds import ReportKind
from vneid_field.reporting.queries import get_obligation, list_owed


def daily(world, unit):
    return get_obligation(EVERYTHING, world.campaign.id, unit.id, ReportKind.DAILY, DAY)


def told(world, who, minutes_before, *, has_read=False):
    """What a person reads so many minutes before the report is due, the week's sent already."""
    actor = world.actor(who)
    due = daily(world, world.team if who == "leader" else world.ward).due_at
    with clock.frozen(due - timedelta(minutes=minutes_before)):
        owed = None
        if has_read:
            scope, unit_id = actor.scope, actor.unit.unit_id
            owed = list_owed(scope, world.campaign.id, unit_id, DAY, clock.today())
        found = reminder_of(actor, world.campaign, owed)
    return found and found["text"]


@pytest.mark.parametrize("has_read", [True, False])
@pytest.mark.parametrize(("minutes", "is_told"), [(31, False), (30, True), (1, True), (-1, False)])
def test_the_last_half_hour_before_an_hour_is_told(app, world, minutes, is_told, has_read):
    with app.test_request_context():
        text = told(world, "leader", minutes, has_read=has_read)
    assert bool(text) is is_told
    if is_told:
        assert text.startswith(f"Còn {minutes} phút đến 08h00: báo cáo ")


@pytest.mark.parametrize("has_read", [True, False])
def test_the_superiors_word_comes_first(app, world, has_read):
    with clock.frozen(clock.at_local(DAY, time(20))):
        obligation_services.remind(
            actor=world.actor("commune"),
            campaign=world.campaign,
            obligations=[daily(world, world.team)],
        )
    with app.test_request_context():
        text = told(world, "leader", 10, has_read=has_read)
    assert text == "Cấp trên nhắc lúc 20h00: báo cáo ngày 04/7/2023 chưa gửi."


def test_who_sends_no_report_is_told_nothing(app, world):
    with app.test_request_context():
        for who in ("volunteer", "commune.ubnd", "admin"):
            assert reminder_of(world.actor(who), world.campaign) is None


def test_pages_ask_again_each_minute_and_only_of_who_sends(login):
    assert 'hx-get="/reports/reminder?poll=1"' in login("leader").text("/today")
    assert "/reports/reminder" not in login("volunteer").text("/today")
    login("volunteer").get("/reports/reminder", 404)
    assert login("commune").get("/reports/reminder?poll=1").text.strip() == ""


def test_the_excel_of_a_day_is_gathered_while_others_write(monkeypatch, login):
    seen = watch(monkeypatch, views, "obligations_sheet")
    login("commune").post("/reports/sheet", 200)
    assert seen == [True]
