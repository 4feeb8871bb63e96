"""What stands on top of every page of who has to send: the superior's word, and the last half hour."""

from datetime import time, timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import on_both
from tests.make.world import DAY
from tests.statements import counted
from tests.write_lock import watch
from vneid_field.audit.models import AuditEvent
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING
from vneid_field.extensions import db
from vneid_field.menu import reminder_of
from vneid_field.reporting import obligation_services, views
from vneid_field.reporting.kinds import ReportKind
from vneid_field.reporting.queries import get_obligation, list_owed

NINE = clock.at_local(DAY + timedelta(days=1), time(9))


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
    assert text == (
        "Cấp trên (Người dùng commune) nhắc lúc 20h00 ngày 04/7/2023: báo cáo ngày 04/7/2023 chưa gửi."
    )


def remind(world, who, units, at, kind=ReportKind.DAILY):
    """Let a superior's police remind units of the day's reports; return how many were."""
    found = [get_obligation(EVERYTHING, world.campaign.id, u.id, kind, DAY) for u in units]
    with clock.frozen(at):
        return obligation_services.remind(
            actor=world.actor(who), campaign=world.campaign, obligations=found
        )


@pytest.mark.parametrize(
    ("superior", "code", "below"), [("district", "31120", "commune"), ("city", "916", "district")]
)
def test_each_level_reads_who_reminded_it_and_when(app, world, superior, code, below):
    assert remind(world, superior, [world.unit(code)], NINE) == 1
    with app.test_request_context(), clock.frozen(NINE):
        found = reminder_of(world.actor(below), world.campaign)
    assert found["text"] == (
        f"Cấp trên (Người dùng {superior}) nhắc lúc 09h00: báo cáo ngày 04/7/2023 chưa gửi."
    )


def test_several_kinds_are_named_together_and_the_newest_word_counts(app, world):
    remind(world, "district", [world.ward], NINE)
    remind(world, "district", [world.ward], NINE + timedelta(minutes=5), ReportKind.WEEKLY)
    with app.test_request_context(), clock.frozen(NINE + timedelta(minutes=5)):
        found = reminder_of(world.actor("commune"), world.campaign)
    assert found["text"] == (
        "Cấp trên (Người dùng district) nhắc lúc 09h05: báo cáo ngày 04/7/2023, "
        "báo cáo tuần 28/6–04/7/2023 chưa gửi."
    )


def test_an_hour_that_several_reports_share_is_told_once_with_all_of_them(app, world):
    with app.test_request_context():
        text = told(world, "commune", 10)
    assert text == (
        "Còn 10 phút đến 10h00: báo cáo ngày 04/7/2023, báo cáo tuần 28/6–04/7/2023 chưa gửi."
    )


@on_both
def test_pressed_twice_reminds_once_and_again_only_after_a_while(world):
    teams = world.teams_of(world.ward)[:2]
    assert remind(world, "commune", teams, NINE) == 2
    assert remind(world, "commune", teams, NINE + timedelta(minutes=9)) == 0
    events = select(func.count()).where(AuditEvent.event == "report.reminded")
    assert db.session.scalar(events) == 1
    assert remind(world, "commune", teams, NINE + timedelta(minutes=10)) == 2


def test_what_may_not_be_sent_yet_is_not_reminded_of(world):
    five = clock.at_local(DAY, time(16, 59))
    assert remind(world, "commune", [world.team], five) == 0
    assert remind(world, "commune", [world.team], five + timedelta(minutes=1)) == 1


def test_the_superior_reads_who_was_reminded_when_and_by_whom(arrange, login):
    with arrange() as world:
        team = world.team.id
    with clock.frozen(NINE):
        pages = login("commune")
        answer = pages.post("/reports/remind", kind="daily", on=str(DAY))
        shown = pages.text(answer.headers["Location"])
        assert "Lời nhắc hiện trên đầu mọi trang của đơn vị" in shown
        assert "đã nhắc lúc 09h00, Người dùng commune" in shown
        again = pages.post("/reports/remind", kind="daily", on=str(DAY))
        assert "Không nhắc thêm" in pages.text(again.headers["Location"])
        report = pages.text(f"/reports/{team}/daily/{DAY}")
        assert "Đã nhắc lúc 09h00 ngày 05/7/2023, Người dùng commune." in report
        assert "Người dùng commune) nhắc lúc 09h00" in login("leader").text("/today")


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


def test_a_home_with_reminders_stays_within_its_statements(app, arrange, login):
    with arrange() as world:
        remind(world, "city", [world.unit("916")], NINE)
        remind(world, "district", [world.ward], NINE)
    with clock.frozen(NINE):
        for who in ("commune", "district", "city"):
            pages = login(who)
            pages.get("/reports/")
            with counted(app) as seen:
                pages.get("/reports/")
            assert len(seen) <= 12, (who, "\n".join(seen))
