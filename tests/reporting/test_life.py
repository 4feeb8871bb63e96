"""A report's life: sent, accepted, returned, sent again, unlocked; a committee's receipt."""

import re
from datetime import time, timedelta

import pytest
from sqlalchemy import select

from tests.conftest import on_both
from tests.make.flows import make_flow
from tests.make.quotas import make_quota
from tests.make.world import DAY
from tests.reporting.test_desk_home import NINE
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.documents.models import Document
from vneid_field.documents.queries import find_replacement
from vneid_field.extensions import db
from vneid_field.jobs.services import run_waiting
from vneid_field.reporting import decisions, services
from vneid_field.reporting.drafting import figures_of
from vneid_field.reporting.kinds import ObligationState, ReportKind, ReportState, Step
from vneid_field.reporting.models import Report, ReportStep
from vneid_field.reporting.queries import get_obligation
from vneid_field.reporting.step_queries import find_superior
from vneid_field.reporting.tasks import ask_for_papers

AT = f"daily/{DAY.isoformat()}"


def owed(world, unit, kind=ReportKind.DAILY):
    return get_obligation(EVERYTHING, world.campaign.id, unit.id, kind, DAY)


def send(world, unit=None, kind=ReportKind.DAILY, **texts):
    obligation = owed(world, unit or world.team, kind)
    return services.send_report(
        actor=world.actor("leader"),
        obligation=obligation,
        figures=figures_of(world.campaign, obligation),
        texts={"explanation": "Mưa lớn.", **texts},
        is_no_list=True,
    )


def decide(world, step, version=1, remark="", who="commune", unit=None):
    return decisions.decide(
        actor=world.actor(who),
        obligation=owed(world, unit or world.team),
        step=step,
        version=version,
        remark=remark,
    )


@on_both
def test_a_returned_report_is_sent_again_as_the_next_version_and_the_first_never_changes(world):
    with clock.frozen(NINE):
        first = send(world)
        frozen, digest = dict(first.figures), first.figures_digest
        decide(world, Step.RETURNED, remark="Ghi rõ lý do vắng mặt.")
        make_flow(world.hamlet, DAY, 3, world.team)
        second = send(world, explanation="Mưa lớn cả ngày.")
    assert (second.version, second.replaces_id, second.state) == (2, first.id, ReportState.SENT)
    assert (first.state, first.figures, first.figures_digest) == (
        ReportState.RETURNED,
        frozen,
        digest,
    )
    assert second.figures["activation"]["in_day"] == 3
    assert owed(world, world.team).report_state is ReportState.SENT


def test_answering_a_return_leaves_the_punctuality_of_the_first_sending(world):
    early = clock.at_local(DAY, time(20))
    with clock.frozen(early):
        send(world)
        decide(world, Step.RETURNED, remark="Sửa.")
    with clock.frozen(NINE):  # an hour after it was due
        again = send(world)
    assert (again.is_late, again.minutes_late) == (False, 0)
    obligation = owed(world, world.team)
    assert obligation.state is ObligationState.SENT_ON_TIME
    assert obligation.received_at == early


def test_an_accepted_report_is_closed_until_the_superior_unlocks_it_with_a_reason(world):
    with clock.frozen(NINE):
        send(world)
        decide(world, Step.ACCEPTED)
        locked = r"đã được cấp trên duyệt và khóa lúc 09h00 ngày [\d/]+ \(Người dùng commune\)"
        with pytest.raises(Conflict, match=locked):
            send(world)
        with pytest.raises(DomainError, match="lý do mở khóa"):
            decide(world, Step.UNLOCKED)
        decide(world, Step.UNLOCKED, remark="Thiếu danh sách vắng mặt.")
        assert send(world).version == 2


def test_a_report_that_waits_is_not_sent_twice_and_the_refusal_says_what_to_do(world):
    with clock.frozen(NINE):
        send(world)
        with pytest.raises(
            Conflict, match=r"gửi lúc 09h00 ngày [\d/]+ \(Người dùng \w+\).*trả lại"
        ):
            send(world)


@pytest.mark.parametrize(
    ("step", "message"),
    [(Step.RETURNED, "vừa được duyệt"), (Step.ACCEPTED, "vừa được duyệt")],
)
def test_what_is_decided_is_not_decided_again(world, step, message):
    with clock.frozen(NINE):
        send(world)
        decide(world, Step.ACCEPTED)
        with pytest.raises(Conflict, match=message):
            decide(world, step, remark="x")


def test_a_decision_on_a_version_that_was_replaced_meanwhile_is_refused(world):
    with clock.frozen(NINE):
        send(world)
        decide(world, Step.RETURNED, remark="Sửa.")
        send(world)
        with pytest.raises(Conflict, match="vừa gửi bản 2"):
            decide(world, Step.ACCEPTED, version=1)


@pytest.mark.parametrize("who", ["district", "city", "leader", "sibling.commune", "commune.ubnd"])
def test_only_the_unit_it_goes_to_decides(world, who):
    with clock.frozen(NINE):
        send(world)
        with pytest.raises(NotFound):
            decide(world, Step.ACCEPTED, who=who)


def test_each_level_decides_on_the_one_below_and_nobody_on_the_citys(world):
    superiors = {
        unit.code: find_superior(owed(world, unit))
        for unit in (world.team, world.ward, world.unit("916"))
    }
    assert [one.code for one in superiors.values()] == ["31120", "916", "92"]
    weekly = owed(world, world.unit("92"), ReportKind.WEEKLY)
    assert find_superior(weekly) is None


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
            with pytest.raises(Conflict):
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


def sent_page(arrange):
    with arrange() as world, clock.frozen(NINE):
        send(world)
        return f"/reports/{world.team.id}/{AT}"


def test_the_way_of_a_report_over_the_pages(arrange, login):
    at = sent_page(arrange)
    commune, leader = login("commune"), login("leader")
    assert "Duyệt báo cáo" in commune.text(at)
    assert "Duyệt báo cáo" not in leader.text(at)
    commune.post(f"{at}/decide", 422, step="returned", version=1)
    commune.post(f"{at}/decide", step="returned", version=1, remark="Ghi rõ lý do.")
    # Who returned it may still write for the team, but nobody above has returned anything.
    assert "Đã trả lại, chờ đơn vị gửi lại" in commune.text(at)
    page = leader.text(at)
    assert "Cấp trên trả lại, cần sửa và gửi lại" in page
    assert "Ghi rõ lý do." in page
    assert "Người dùng commune, Công an phường An Hòa, " in page
    assert "Mưa lớn." in page  # what was written is still there
    assert "Báo cáo bị trả lại" in leader.text("/today")
    leader.post(at, act="send", explanation="Mưa lớn cả ngày.", is_no_list="y")
    page = commune.text(at)
    assert "bản 2, thay bản 1" in page
    commune.post(f"{at}/decide", 409, step="accepted", version=1)
    commune.post(f"{at}/decide", step="accepted", version=2)
    page = commune.text(at)
    assert "đã duyệt, đã khóa" in page
    assert "Mở khóa để đơn vị sửa" in page


def test_a_committee_leaves_one_receipt_a_version_and_police_none(arrange, login):
    at = sent_page(arrange)
    reader = login("commune.ubnd")
    assert "Đã đọc báo cáo" in reader.text(at)
    reader.post(f"{at}/read")
    reader.post(f"{at}/read")
    login("commune").post(f"{at}/read", 404)
    with arrange():
        assert db.session.scalars(select(ReportStep.step)).all() == [Step.READ]
    page = reader.text(at)
    assert "Người dùng commune.ubnd" in page
    assert 'class="btn">Đã đọc báo cáo' not in page


def test_an_untold_step_is_none(arrange, login):
    at = sent_page(arrange)
    login("commune").post(f"{at}/decide", 404, step="read", version=1)
    login("commune").post(f"{at}/decide", 404, step="", version=1)
    with arrange():
        assert db.session.scalar(select(Report.state)) is ReportState.SENT


@on_both
def test_a_week_adds_its_days_and_stands_beside_the_week_before(world):
    make_quota(world.team, 1000)  # 20 a day
    for day, count in (
        (DAY, 3),
        (DAY.replace(month=6, day=28), 4),
        (DAY.replace(month=6, day=27), 5),
    ):
        make_flow(world.hamlet, day, count, world.team)
    with clock.frozen(NINE):
        week = figures_of(world.campaign, owed(world, world.team, ReportKind.WEEKLY))
    assert (week["since"], week["on"]) == ("2023-06-28", "2023-07-04")
    assert week["activation"]["in_day"] == 7
    assert week["activation"]["cumulative"] == 12
    assert week["activation"]["quota_a_day"] == 140
    assert week["previous"]["activation"] == 5
    times = week["timeliness"][world.team.code]
    assert sum(times.values()) == 7 + 1  # seven days and the week itself are due
    assert times == {"missing": 8}
    with clock.frozen(clock.at_local(DAY.replace(day=20), time(12))):  # weeks late
        week = figures_of(world.campaign, owed(world, world.team, ReportKind.WEEKLY))
    assert week["timeliness"][world.team.code] == {"missing": 8}


def supplement(world, on):
    """Send the team's report of a day at nine of the next; returns what it names as supplement."""
    obligation = get_obligation(EVERYTHING, world.campaign.id, world.team.id, ReportKind.DAILY, on)
    report = services.send_report(
        actor=world.actor("leader"),
        obligation=obligation,
        figures=figures_of(world.campaign, obligation),
        texts={"explanation": "Mưa lớn."},
        is_no_list=True,
    )
    return report.figures["supplement"]


def test_a_late_result_is_named_although_the_day_between_was_never_reported(world):
    with clock.frozen(clock.at_local(DAY.replace(day=8), time(12))):
        assert supplement(world, DAY) == 0
        make_flow(world.hamlet, DAY, 2, world.team)  # came after the report
        make_flow(world.hamlet, DAY.replace(day=5), 5, world.team)  # a day nobody reports
        assert supplement(world, DAY.replace(day=6)) == 2


def test_a_day_sent_after_a_later_one_does_not_name_again_what_that_one_told(world):
    with clock.frozen(clock.at_local(DAY.replace(day=8), time(12))):
        supplement(world, DAY)
        make_flow(world.hamlet, DAY, 2, world.team)
        assert supplement(world, DAY.replace(day=6)) == 2
        assert supplement(world, DAY.replace(day=5)) == 0
        assert supplement(world, DAY.replace(day=7)) == 0


def give_back(world, on):
    decisions.decide(
        actor=world.actor("commune"),
        obligation=get_obligation(
            EVERYTHING, world.campaign.id, world.team.id, ReportKind.DAILY, on
        ),
        step=Step.RETURNED,
        version=1,
        remark="Sửa.",
    )


def test_a_day_sent_again_behind_a_later_one_names_what_it_named_and_so_does_the_later(world):
    between, later = DAY.replace(day=5), DAY.replace(day=6)
    with clock.frozen(clock.at_local(DAY.replace(day=8), time(12))):
        supplement(world, DAY)
        make_flow(world.hamlet, DAY, 1, world.team)
        assert supplement(world, between) == 1
        make_flow(world.hamlet, DAY, 2, world.team)
        assert supplement(world, later) == 2
        give_back(world, between)
        assert supplement(world, between) == 1  # the other two stand in the later report
        give_back(world, later)
        assert supplement(world, later) == 2


def test_a_paper_drawn_after_the_next_versions_is_out_of_force(world):
    with clock.frozen(NINE):
        first = send(world)
        decide(world, Step.RETURNED, remark="Ghi rõ.")
        second = send(world)
        for report in (second, first):
            ask_for_papers(actor=None, report=report)
            db.session.commit()
            run_waiting()
    replaced = db.session.get_one(Document, first.document_id)
    assert find_replacement(replaced).id == second.document_id
