"""Accepting all at once accepts what was seen; the end of the chain unlocks its own report."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.make.world import DAY
from tests.reporting.test_desk_home import NINE
from tests.reporting.test_life import decide, owed, send
from tests.statements import counted
from vneid_field.core import clock
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.extensions import db
from vneid_field.reporting import decisions
from vneid_field.reporting.kinds import ReportKind, ReportState, Step
from vneid_field.reporting.models import ReportStep


def accept(world, seen):
    rows = [owed(world, one) for one in world.teams_of(world.ward)]
    seen = {owed(world, unit).id: version for unit, version in seen.items()}
    done = decisions.accept_seen(actor=world.actor("commune"), obligations=rows, seen=seen)
    return (done.count, done.renewed), {row.unit_id: row.report_state for row in rows}


def test_what_was_seen_is_accepted_at_once_and_others_left_alone(world):
    third = world.teams_of(world.ward)[2]
    with clock.frozen(NINE):
        send(world)
        send(world, world.other_team)
        send(world, third)
        decide(world, Step.RETURNED, remark="Sửa.")
        # One was sent while the page lay open, one was returned by a colleague.
        done, states = accept(world, {world.team: 1, world.other_team: 1})
    assert done == (1, 0)
    assert states[world.team.id] is ReportState.RETURNED
    assert states[world.other_team.id] is ReportState.ACCEPTED
    assert states[third.id] is ReportState.SENT


def test_a_version_that_nobody_saw_waits_and_does_not_hold_up_the_others(world):
    with clock.frozen(NINE):
        send(world)
        send(world, world.other_team)
        decide(world, Step.RETURNED, remark="Sửa.")
        send(world)
        done, states = accept(world, {world.team: 1, world.other_team: 1})
    assert done == (1, 1)
    assert states[world.team.id] is ReportState.SENT
    assert states[world.other_team.id] is ReportState.ACCEPTED


SEEN = re.compile(r'name="seen" value="(\d+:\d+)"')
HOME = f"/reports/?on={DAY.isoformat()}"


def test_the_button_accepts_the_versions_of_its_page_and_says_what_came_after(arrange, login):
    with arrange() as world, clock.frozen(NINE):
        send(world)
        send(world, world.other_team)
    commune, on = login("commune"), DAY.isoformat()
    assert not SEEN.findall(commune.text(f"{HOME}&show=missing"))  # they do not stand there
    seen = SEEN.findall(commune.text(HOME))
    assert len(seen) == 2
    with arrange() as world, clock.frozen(NINE):
        decide(world, Step.RETURNED, remark="Sửa.")
        send(world)
    answer = commune.post("/reports/accept", kind="daily", on=on, seen=[*seen, "x:1", "7"])
    page = commune.text(answer.location)
    assert "Đã duyệt 1 báo cáo. 1 đơn vị vừa gửi bản mới, chưa duyệt." in page
    assert SEEN.findall(page) == [seen[0].replace(":1", ":2")]
    assert not SEEN.findall(login("commune.ubnd").text(HOME))


def own(world, step, who="city", remark="Số quận Ninh Kiều sai.", version=1):
    return decisions.decide(
        actor=world.actor(who),
        obligation=owed(world, world.unit("92"), ReportKind.WEEKLY),
        step=step,
        version=version,
        remark=remark,
    )


def test_the_end_of_the_chain_unlocks_its_own_report_with_a_reason(world):
    city = world.unit("92")
    with clock.frozen(NINE + timedelta(days=1)):
        send(world, city, ReportKind.WEEKLY)
        with pytest.raises(Conflict, match=r"hãy mở khóa ở trang báo cáo, nêu lý do\.$"):
            send(world, city, ReportKind.WEEKLY)
        for who in ("district", "city.ubnd", "leader"):
            with pytest.raises(NotFound):
                own(world, Step.UNLOCKED, who)
        for step in (Step.ACCEPTED, Step.RETURNED):  # nobody accepts what they sent themselves
            with pytest.raises(NotFound):
                own(world, step)
        with pytest.raises(DomainError, match="lý do mở khóa"):
            own(world, Step.UNLOCKED, remark=" ")
        own(world, Step.UNLOCKED)
        with pytest.raises(Conflict, match="vừa được mở khóa"):
            own(world, Step.UNLOCKED)
        assert send(world, city, ReportKind.WEEKLY).version == 2
    told = db.session.scalars(select(ReportStep)).one()
    assert (told.step, told.remark, told.unit_id) == (
        Step.UNLOCKED,
        "Số quận Ninh Kiều sai.",
        city.id,
    )


def test_the_end_of_the_chain_does_not_excuse_itself(world):
    weekly = owed(world, world.unit("92"), ReportKind.WEEKLY)
    assert not decisions.may_decide(world.actor("city"), weekly)
    daily = owed(world, world.ward)
    assert not decisions.may_unlock_own(world.actor("commune"), daily)


def test_the_city_mends_its_week_over_the_pages_and_reads_of_no_superior(arrange, login):
    later = NINE + timedelta(days=1)
    with arrange() as world, clock.frozen(later):
        send(world, world.unit("92"), ReportKind.WEEKLY)
        at = f"/reports/{world.unit('92').id}/weekly/{DAY.isoformat()}"
    with clock.frozen(later):
        city = login("city")
        page = city.text(at)
        assert "Mở khóa để sửa và gửi lại" in page
        assert "Duyệt, khóa số liệu" not in page
        refused = city.post(at, 409, act="send", explanation="x").get_data(as_text=True)
        city.post(f"{at}/decide", step="unlocked", version=1, remark="Số sai.")
        mended, home = city.text(at), city.text("/reports/?kind=weekly")
        assert "Đã mở khóa, cần sửa và gửi lại" in mended
        assert "Đã mở khóa, chờ gửi lại: báo cáo tuần" in home
        assert "Đã mở khóa, chờ đơn vị gửi lại" in login("city.ubnd").text(at)
        assert not [one for one in (page, refused, mended, home) if "ấp trên" in one]
        city.post(at, act="send", explanation="Mưa.")
        assert "bản 2, thay bản 1" in city.text(at)


def test_a_home_where_reports_wait_stays_within_its_statements(app, arrange, login):
    with arrange() as world, clock.frozen(NINE):
        send(world)
        send(world, world.other_team)
    with clock.frozen(NINE):
        pages = login("commune")
        assert len(SEEN.findall(pages.text(HOME))) == 2
        with counted(app) as seen:
            pages.get(HOME)
    assert len(seen) <= 12, "\n".join(seen)


def test_who_decides_is_not_sent_to_a_superior(arrange, login):
    with arrange() as world, clock.frozen(NINE):
        send(world)
        at = f"/reports/{world.team.id}/daily/{DAY}"
    with clock.frozen(NINE):
        assert "đề nghị cấp trên" not in login("commune").text(at)
        assert "hãy đề nghị cấp trên trả lại" in login("leader").text(at)
