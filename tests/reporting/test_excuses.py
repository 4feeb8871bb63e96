"""A superior excuses a unit from a report by hand, and takes the excuse back."""

from datetime import time, timedelta

import pytest
from sqlalchemy import select

from tests.make.world import DAY
from tests.reporting.test_life import decide
from vneid_field.audit.models import AuditEvent
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING
from vneid_field.core.errors import Conflict, DomainError, NotFound, WrongField
from vneid_field.extensions import db
from vneid_field.reporting import excuses, services
from vneid_field.reporting.collection_services import enter_collection_result
from vneid_field.reporting.drafting import draft_figures, period_figures
from vneid_field.reporting.kinds import ObligationState, ReportKind, Step
from vneid_field.reporting.queries import get_obligation
from vneid_field.reporting.rules import Period
from vneid_field.reporting.timeliness import Asked, gather_timeliness
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind

NINE = clock.at_local(DAY + timedelta(days=1), time(9))
REASON = "Khu vực ngập, mất điện cả ngày"


def owed(world, unit, kind=ReportKind.DAILY):
    return get_obligation(EVERYTHING, world.campaign.id, unit.id, kind, DAY)


def excuse(world, unit, who="commune", reason=REASON, kind=ReportKind.DAILY):
    found = owed(world, unit, kind)
    with clock.frozen(NINE):
        excuses.excuse(actor=world.actor(who), obligation=found, reason=reason)
    return found


def events(name):
    query = select(AuditEvent).where(AuditEvent.event == name)
    return [event.data for event in db.session.scalars(query)]


@pytest.mark.parametrize(
    ("who", "code"), [("commune", "team"), ("district", "31120"), ("city", "916")]
)
def test_each_superior_excuses_the_units_right_below(world, who, code):
    found = excuse(world, world.unit_of(code), who)
    assert (found.state, found.excused_reason) == (ObligationState.EXCUSED, REASON)
    assert (found.excused_by, found.excused_at) == (world.user(who).id, NINE)
    assert events("report.excused") == [{"kind": "daily", "period": str(DAY)}]


@pytest.mark.parametrize("who", ["leader", "district", "city", "sibling.commune", "commune.ubnd"])
def test_nobody_else_excuses_a_team(world, who):
    with pytest.raises(NotFound):
        excuse(world, world.team, who)
    assert owed(world, world.team).state is ObligationState.EXPECTED


def test_a_reason_is_needed_and_a_second_excuse_is_told_of_the_first(world):
    with pytest.raises(WrongField, match="lý do"):
        excuse(world, world.team, reason="  ")
    excuse(world, world.team)
    with pytest.raises(Conflict, match="đã được miễn lúc 09h00 ngày 05/7/2023"):
        excuse(world, world.team)


def test_what_was_sent_is_not_excused(world):
    found = owed(world, world.team)
    found.state, found.received_at = ObligationState.SENT_LATE, NINE
    db.session.flush()
    with pytest.raises(Conflict, match="đã gửi lúc 09h00"):
        excuse(world, world.team)


def test_an_excuse_taken_back_asks_again_and_both_stand_in_the_log(world):
    found = excuse(world, world.team)
    excuses.take_back_excuse(actor=world.actor("commune"), obligation=found)
    assert (found.state, found.excused_reason) == (ObligationState.EXPECTED, "")
    assert (found.excused_at, found.excused_by) == (None, None)
    assert len(events("report.excuse_taken_back")) == 1
    with pytest.raises(Conflict, match="không còn được miễn"):
        excuses.take_back_excuse(actor=world.actor("commune"), obligation=found)


def test_a_closed_unit_is_not_asked_again(world):
    found = excuse(world, world.team)
    world.team.is_active = False
    with pytest.raises(NotFound):
        excuses.take_back_excuse(actor=world.actor("commune"), obligation=found)


def test_the_excused_count_in_no_rate_and_the_papers_name_them(world):
    week = Period(DAY - timedelta(days=6), DAY)
    asked, scope = Asked(week.first_on, week.last_on), world.actor("commune").scope
    with clock.frozen(NINE):
        before = gather_timeliness(scope, world.campaign, world.ward, asked).level.kept
        excuse(world, world.team)
        after = gather_timeliness(scope, world.campaign, world.ward, asked).level.kept
        daily = draft_figures(world.campaign, world.ward, DAY)
        weekly = period_figures(world.campaign, world.ward, week, ReportKind.WEEKLY)
    assert (after.missing, after.excused) == (before.missing - 1, before.excused + 1)
    assert (after.due, after.total) == (before.due - 1, before.total)
    assert daily["notes"][world.team.code] == "excused"
    assert world.team.name not in daily["missing_units"]
    assert weekly["timeliness"][world.team.code]["excused"] == 1


def test_a_commune_excuses_at_the_desk_and_takes_it_back_there(arrange, login):
    with arrange() as world:
        at = f"/reports/{world.team.id}/daily/{DAY}"
    with clock.frozen(NINE):
        pages = login("commune")
        assert f'href="{at}/excuse"' in pages.text("/reports/?on=2023-07-04")
        assert f'href="{at}/excuse"' in pages.text(at)
        assert "quá hạn 1 giờ 00" in pages.text(f"{at}/excuse")
        refused = pages.post(f"{at}/excuse", 422, reason=" ").get_data(as_text=True)
        assert 'aria-describedby="reason-error"' in refused
        pages.post(f"{at}/excuse", reason=REASON)
        home = pages.text("/reports/?on=2023-07-04")
        assert REASON in home
        assert "Bỏ miễn…" in home
        told = login("leader").text(at)
        assert "Được miễn báo cáo này" in told
        assert (
            f'{REASON}</p><p class="small muted">Người dùng commune, 09h00 ngày 05/7/2023' in told
        )
        assert "quá hạn" not in told
        pages.post(f"{at}/excuse/undo")
        assert REASON not in pages.text("/reports/?on=2023-07-04")
        pages.post(f"{at}/excuse/undo", 409)


def test_a_points_day_is_excused_from_the_desk_too(arrange, login):
    with arrange() as world:
        point = world.unit_of("point").id
    with clock.frozen(NINE):
        pages = login("commune")
        at = f"/reports/{point}/collection/{DAY}/excuse"
        assert f'href="{at}"' in pages.text("/reports/?on=2023-07-04")
        pages.post(at, reason="Máy hỏng")
        home = pages.text("/reports/?on=2023-07-04")
        assert "Máy hỏng" in home
        assert "Máy hỏng" in login("point").text(f"/reports/point?on={DAY}")
        login("district").get(at, 404)
        login("commune.ubnd").get(at, 404)


def send(world, at=NINE):
    found = owed(world, world.team)
    with clock.frozen(at):
        return services.send_report(
            actor=world.actor("leader"),
            obligation=found,
            figures=draft_figures(world.campaign, world.team, DAY),
            texts={"explanation": "Mưa lớn."},
            is_no_list=True,
        )


def test_an_excused_unit_that_sends_all_the_same_is_never_late_nor_when_it_answers_a_return(world):
    found = excuse(world, world.team)
    report = send(world)  # an hour after it was due
    assert (report.is_late, report.minutes_late) == (False, 0)
    assert (found.state, found.excused_reason) == (ObligationState.SENT_ON_TIME, REASON)
    with clock.frozen(NINE):
        decide(world, Step.RETURNED, remark="Sửa.")
    assert not send(world, NINE + timedelta(hours=2)).is_late
    assert found.state is ObligationState.SENT_ON_TIME


def test_an_excuse_taken_back_lets_the_hour_count_again(world):
    found = excuse(world, world.team)
    excuses.take_back_excuse(actor=world.actor("commune"), obligation=found)
    assert send(world).minutes_late == 60


def test_a_closed_unit_sends_nothing(world):
    excuse(world, world.team)
    world.team.is_active = False
    with pytest.raises(DomainError, match="đã giải thể"):
        send(world)


def test_an_excused_points_number_is_never_late(world):
    point = db.session.scalars(
        select(Unit).where(Unit.kind == UnitKind.COLLECTION_POINT, Unit.parent_id == world.ward.id)
    ).first()
    found = excuse(world, point, kind=ReportKind.COLLECTION)
    with clock.frozen(NINE):
        result = enter_collection_result(
            actor=None, campaign=world.campaign, point=point, collected_on=DAY, collected=3, quota=0
        )
    assert (result.is_late, found.state) == (False, ObligationState.EXCUSED)


def test_the_excuse_stays_on_the_pages_of_a_report_that_came_all_the_same(arrange, login):
    with arrange() as world:
        excuse(world, world.team)
        at = f"/reports/{world.team.id}/daily/{DAY}"
    with clock.frozen(NINE):
        leader = login("leader")
        assert "Vẫn gửi được, không bị ghi trễ." in leader.text(at)
        leader.post(at, act="send", explanation="Mưa lớn.", is_no_list="y")
        page, home = leader.text(at), login("commune").text(f"/reports/?on={DAY}")
    assert f"Được miễn</strong>, không ghi trễ: {REASON}" in page
    assert "Đúng hạn" not in page
    assert "09h00 được miễn, đã gửi" in home
    assert REASON in home
