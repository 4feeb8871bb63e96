"""A running campaign gets another last day or other hours: what nobody has sent follows."""

from datetime import date, time, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from tests.conftest import on_both
from tests.make.flows import make_flow
from tests.make.world import DAY
from tests.reporting.test_team_report import send
from vneid_field.accounts.models import User
from vneid_field.commands.calendar import calendar
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING
from vneid_field.core.errors import Conflict, DomainError
from vneid_field.extensions import db
from vneid_field.reporting.calendar import change_calendar
from vneid_field.reporting.kinds import ObligationState, ReportKind
from vneid_field.reporting.models import Obligation
from vneid_field.reporting.queries import find_obligation, get_obligation
from vneid_field.reporting.services import save_draft
from vneid_field.units.rules import UnitKind

LATER = date(2023, 8, 12)


def change(world, ends_on=date(2023, 8, 5), **hours):
    kinds = {UnitKind(name): hour for name, hour in hours.items()}
    done = change_calendar(actor=None, campaign=world.campaign, ends_on=ends_on, hours=kinds)
    db.session.expire_all()
    return done


def owed(world, on, kind=ReportKind.DAILY, unit=None):
    unit = unit or world.team
    return get_obligation(EVERYTHING, world.campaign.id, unit.id, kind, on)


def local_due(obligation):
    return clock.to_local(obligation.due_at).replace(tzinfo=None).isoformat(" ", "minutes")


def count(kind):
    return db.session.scalar(
        select(func.count()).select_from(Obligation).where(Obligation.report_kind == kind)
    )


@on_both
def test_a_longer_drive_has_more_days_and_weeks_and_one_final_report_each(world):
    before = {kind: count(kind) for kind in ReportKind}
    done = change(world, LATER)
    after = {kind: count(kind) for kind in ReportKind}
    assert local_due(owed(world, LATER)) == "2023-08-13 08:00"
    assert local_due(owed(world, date(2023, 8, 8), ReportKind.WEEKLY)) == "2023-08-09 08:00"
    assert after[ReportKind.DAILY] - before[ReportKind.DAILY] == 7 * (607 + 83 + 9)
    assert after[ReportKind.FINAL] == before[ReportKind.FINAL]
    final = owed(world, LATER, ReportKind.FINAL, world.ward)
    assert (final.period_start_on, local_due(final)) == (date(2023, 6, 15), "2023-08-13 10:00")
    assert done.opened == sum(after.values()) - sum(before.values())
    assert change(world, LATER) == type(done)(0, 0, 0)


@on_both
def test_a_shorter_drive_owes_nothing_behind_its_last_day(world):
    draft = owed(world, date(2023, 7, 18), ReportKind.WEEKLY)
    save_draft(obligation=draft, texts={"difficulties": "Sóng yếu."}, is_no_list=False)
    change(world, date(2023, 7, 15))
    behind = db.session.scalars(
        select(Obligation).where(Obligation.period_end_on > date(2023, 7, 15))
    ).all()
    assert [(one.id, one.state) for one in behind] == [(draft.id, ObligationState.EXCUSED)]
    assert "15/7/2023" in behind[0].excused_reason
    assert local_due(owed(world, date(2023, 7, 15), ReportKind.FINAL, world.ward)) == (
        "2023-07-16 10:00"
    )
    back = change(world)
    assert back.opened > 0
    assert owed(world, date(2023, 8, 5)).state is ObligationState.EXPECTED


@on_both
def test_another_hour_is_for_what_is_still_to_come(world):
    make_flow(world.hamlet, DAY, 3, world.team)
    sent = send(world)
    yesterday = local_due(owed(world, DAY - timedelta(days=1)))
    change(world, team=time(9, 30))
    assert local_due(owed(world, DAY)) == "2023-07-05 08:00"  # sent already
    assert local_due(owed(world, DAY, unit=world.other_team)) == "2023-07-05 09:30"
    assert local_due(owed(world, DAY - timedelta(days=1))) == yesterday
    assert local_due(owed(world, DAY, unit=world.ward)) == "2023-07-05 10:00"
    week = owed(world, DAY, ReportKind.WEEKLY)
    assert local_due(week) == "2023-07-05 09:30"
    assert sent.is_late is False


def test_an_hour_that_is_past_today_begins_tomorrow(world):
    with clock.frozen(clock.at_local(DAY + timedelta(days=1), time(7, 30))):
        change(world, team=time(7))
    assert local_due(owed(world, DAY)) == "2023-07-05 08:00"
    assert local_due(owed(world, DAY + timedelta(days=1))) == "2023-07-06 07:00"


@pytest.mark.parametrize("ends_on", [date(2023, 7, 3), date(2024, 7, 4)])
def test_a_last_day_that_cannot_be_is_refused(world, ends_on):
    with pytest.raises(DomainError, match=r"Ngày kết thúc không được|dài nhất 366"):
        change(world, ends_on)


def test_after_a_final_report_the_last_day_stays(world):
    final = owed(world, date(2023, 8, 5), ReportKind.FINAL, world.ward)
    final.state = ObligationState.SENT_ON_TIME
    db.session.flush()
    with pytest.raises(Conflict, match="không đổi ngày kết thúc được nữa"):
        change(world, LATER)
    assert change(world, team=time(9)).moved


def test_volunteers_accounts_end_with_the_new_last_day(world):
    volunteer, leader = world.user("volunteer"), world.user("leader")
    volunteer.expires_at = clock.day_bounds(world.campaign.ends_on)[1]
    db.session.flush()
    change(world, LATER)
    ends = db.session.get_one(User, volunteer.id).expires_at
    assert ends == clock.day_bounds(LATER)[1]
    assert db.session.get_one(User, leader.id).expires_at is None


def test_the_command_shows_changes_and_refuses_in_a_sentence(world):
    db.session.commit()
    shown = CliRunner().invoke(calendar, [])
    assert "15/6/2023–05/8/2023" in shown.output
    assert "Tổ: Ngày, 08h00, 1 ngày sau kỳ" in shown.output
    done = CliRunner().invoke(calendar, ["--ends-on", "2023-08-06", "--team-hour", "08:30"])
    assert (done.exit_code, "15/6/2023–06/8/2023" in done.output) == (0, True), done.output
    assert "Tổ: Ngày, 08h30" in done.output
    assert find_obligation(EVERYTHING, 1, world.team.id, ReportKind.DAILY, date(2023, 8, 6))
    refused = CliRunner().invoke(calendar, ["--ends-on", "2023-06-20"])
    assert (refused.exit_code, "không được trước hôm nay" in refused.output) == (1, True)
