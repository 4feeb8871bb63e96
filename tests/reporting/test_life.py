"""A report's life: sent, accepted, returned, sent again, unlocked; a committee's receipt."""

from datetime import time

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
from vneid_field.documents.services import figures_digest
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


@on_both
@pytest.mark.parametrize(
    ("hour", "own"),
    [
        (time(7), {"on_time": 1, "missing": 6}),  # the seventh day's is not due yet
        (time(9), {"late": 1, "missing": 7}),
    ],
)
def test_a_sent_week_counts_itself_as_it_was_sent(world, hour, own):
    with clock.frozen(clock.at_local(DAY.replace(day=5), hour)):
        report = send(world, kind=ReportKind.WEEKLY)
    assert report.figures["timeliness"] == {world.team.code: own}
    assert report.figures_digest == figures_digest(report.figures)


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
