"""The team's daily report: figures, refusals, lateness, freezing."""

from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from tests.conftest import on_both
from tests.databases import START
from tests.make.quotas import make_quota
from tests.make.visits import make_visit
from tests.make.world import DAY, World
from vneid_field.boards.services import gather_today
from vneid_field.core import clock
from vneid_field.core.database import writing
from vneid_field.core.errors import Conflict, DomainError
from vneid_field.documents.services import figures_digest
from vneid_field.extensions import db
from vneid_field.reporting import services
from vneid_field.reporting.drafting import draft_figures
from vneid_field.reporting.kinds import ObligationState, ReportKind, ReportState
from vneid_field.reporting.models import Obligation, Report
from vneid_field.reporting.obligation_services import open_obligations, remind
from vneid_field.reporting.queries import get_obligation
from vneid_field.reporting.services import save_draft
from vneid_field.reporting.summary import summarise
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.services import record_visit

EIGHT = datetime(2023, 7, 5, 1, tzinfo=UTC)  # 08h00 of the next day
WORDS = {"explanation": "Mưa lớn cả buổi chiều."}


def visit(world, number, outcome=Outcome.ACTIVATED_APP, **overrides):
    return record_visit(
        actor=world.actor("volunteer"),
        campaign=world.campaign,
        citizen_id=world.citizens[number].id,
        given=make_visit(outcome, **overrides),
    )


def obligation_of(world, on=DAY):
    scope = world.actor("leader").scope
    return get_obligation(scope, world.campaign.id, world.team.id, ReportKind.DAILY, on)


def send(world, on=DAY, texts=WORDS, **more):
    return services.send_report(
        actor=world.actor("leader"),
        obligation=obligation_of(world, on),
        figures=draft_figures(world.campaign, world.team, on),
        texts=texts,
        **more,
    )


@on_both
def test_the_draft_shows_the_figures_of_the_phone_and_of_the_communes_board(world):
    make_quota(world.team, 100)
    world.hand_over_all()
    for number, outcome in enumerate(
        [Outcome.ACTIVATED_APP, Outcome.ACTIVATED_WEB, Outcome.ALREADY_ACTIVATED, Outcome.REFUSED]
    ):
        visit(world, number, outcome)
    visit(world, 4, Outcome.NOBODY_HOME)
    draft = draft_figures(world.campaign, world.team, DAY)
    assert draft["activation"]["in_day"] == 3
    assert [draft["activation"][name] for name in ("app", "web", "self")] == [1, 1, 1]
    assert draft["not_activated"] == {"total": 1, "absent": 0, "by_reason": {"out_refused": 1}}
    assert draft["pending"]["nobody_home"] == 1
    assert draft["households"] == 3
    today = gather_today(world.actor("leader"), world.campaign).summary
    line = next(
        line
        for line in summarise(world.campaign, world.ward, DAY).lines
        if line.unit.id == world.team.id
    )
    for shown in (today.activation, line.activation):
        assert shown.in_day == draft["activation"]["in_day"]
        assert shown.cumulative == draft["activation"]["cumulative"]
        assert shown.quota_a_day == draft["activation"]["quota_a_day"] == 2
    assert line.other == draft["not_activated"]["total"]


def test_every_unit_owes_each_day_once_however_often_the_rows_are_opened(world):
    before = db.session.query(Obligation).count()
    teams, points, communes, districts = 607, 100, 83, 9
    daily = (teams + points + communes + districts) * 52
    weekly, final = (teams + communes + districts + 1) * 7, communes + districts + 1
    assert before == daily + weekly + final
    assert open_obligations(campaign=world.campaign) == 0
    assert db.session.query(Obligation).count() == before


@on_both
def test_a_report_below_quota_needs_an_explanation(world):
    make_quota(world.team, 100)  # 2 a day
    world.hand_over_all()
    visit(world, 0)
    with pytest.raises(DomainError, match="giải trình"):
        send(world, texts={})
    assert send(world).explanation == WORDS["explanation"]


def test_a_report_that_meets_its_quota_needs_no_explanation(world):
    make_quota(world.team, 100)
    world.hand_over_all()
    visit(world, 0)
    visit(world, 1)
    assert send(world, texts={}).state is ReportState.SENT


def test_an_empty_report_must_say_that_no_list_came(world):
    make_quota(world.team, 100)
    with pytest.raises(DomainError, match="Không nhận được danh sách"):
        send(world)
    assert send(world, texts={}, is_no_list=True).is_no_list_received


def test_saying_no_list_came_does_not_excuse_a_team_that_made_visits(world):
    make_quota(world.team, 100)
    world.hand_over_all()
    visit(world, 0)
    with pytest.raises(DomainError, match="giải trình"):
        send(world, texts={}, is_no_list=True)


def test_a_day_without_activations_but_with_visits_is_not_empty(world):
    world.hand_over_all()
    visit(world, 0, Outcome.NOBODY_HOME)
    assert send(world, texts={}).figures["visits"] == 1


def test_before_17h00_no_team_can_send(world):
    world.hand_over_all()
    visit(world, 0)
    with (
        clock.frozen(START - timedelta(minutes=31)),
        pytest.raises(DomainError, match="17h00 ngày 04/7/2023"),
    ):
        send(world)
    with clock.frozen(START - timedelta(minutes=30)):
        assert send(world).sent_at == START - timedelta(minutes=30)


@pytest.mark.parametrize(
    ("seconds", "state", "minutes"),
    [
        (-1, ObligationState.SENT_ON_TIME, 0),
        (0, ObligationState.SENT_ON_TIME, 0),
        (1, ObligationState.SENT_LATE, 1),
        (3600, ObligationState.SENT_LATE, 60),
    ],
)
@on_both
def test_the_servers_clock_decides_whether_a_report_is_late(world, seconds, state, minutes):
    world.hand_over_all()
    visit(world, 0)
    with clock.frozen(EIGHT + timedelta(seconds=seconds)):
        report = send(world)
    assert (report.is_late, report.minutes_late) == (minutes > 0, minutes)
    obligation = obligation_of(world)
    assert obligation.state is state
    assert obligation.received_at == EIGHT + timedelta(seconds=seconds)


@on_both
def test_a_visit_that_arrives_later_never_changes_the_frozen_figures(world):
    world.hand_over_all()
    visit(world, 0)
    with clock.frozen(START + timedelta(minutes=10)):
        report = send(world)
    frozen, digest = dict(report.figures), report.figures_digest
    next_day = START + timedelta(days=1)
    with clock.frozen(next_day):
        visit(world, 1, device_at=START + timedelta(hours=1), device_sent_at=next_day)
        visit(world, 2)
        db.session.flush()
        db.session.expire_all()
        stored = db.session.get_one(Report, report.id)
        assert stored.figures == frozen
        assert figures_digest(stored.figures) == stored.figures_digest == digest
        live = draft_figures(world.campaign, world.team, DAY)
        assert live["activation"]["in_day"] == 2
        following = draft_figures(world.campaign, world.team, DAY + timedelta(days=1))
    assert following["supplement"] == 1
    assert following["activation"]["in_day"] == 1
    assert following["activation"]["cumulative"] == 3


def test_a_sent_report_is_not_sent_again_and_says_when_it_was(world):
    world.hand_over_all()
    visit(world, 0)
    send(world)
    with pytest.raises(Conflict, match="17h30 ngày 04/7/2023"):
        send(world)


@pytest.mark.parametrize("has_draft", [False, True])
@on_both
def test_of_two_who_send_at_once_one_succeeds_and_the_other_gets_a_conflict(
    app, arrange, has_draft
):
    with arrange() as world:
        world.hand_over_all()
        visit(world, 0)
        if has_draft:
            save_draft(obligation=obligation_of(world), texts=WORDS, is_no_list=False)
    barrier, results = Barrier(2, timeout=20), []
    is_sqlite = app.config["SETTINGS"].database_url.startswith("sqlite")

    def press_send():
        barrier.wait()
        with app.app_context(), writing():
            try:
                here = World()
                obligation = obligation_of(here)
                if not is_sqlite:  # there the second waits to begin at all
                    barrier.wait()
                figures = draft_figures(here.campaign, here.team, DAY)
                services.send_report(
                    actor=here.actor("leader"), obligation=obligation, figures=figures, texts=WORDS
                )
                db.session.commit()
                results.append("sent")
            except Conflict:
                db.session.rollback()
                results.append("conflict")

    threads = [Thread(target=copy_context().run, args=(press_send,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(results) == ["conflict", "sent"]
    with arrange():
        assert db.session.scalar(select(func.count()).select_from(Report)) == 1


def test_a_leader_reads_the_refusal_with_the_words_still_there(arrange, login):
    with arrange() as world:
        make_quota(world.team, 100)
        world.hand_over_all()
        visit(world, 0)
        unit_id = world.team.id
    pages = login("leader")
    url = f"/reports/{unit_id}/daily/2023-07-04"
    refused = pages.post(url, 422, act="send", difficulties="Nhiều nhà đi vắng")
    assert "Nhiều nhà đi vắng" in refused.get_data(as_text=True)
    pages.post(url, act="send", **WORDS)
    pages.post(url, 409, act="send", **WORDS)
    login("other.leader").get(url, 404)
    login("sibling.commune").get(url, 404)


def test_reminding_marks_only_units_that_have_not_sent(world):
    world.hand_over_all()
    visit(world, 0)
    send(world)
    query = select(Obligation).where(
        Obligation.period_end_on == DAY,
        Obligation.report_kind == ReportKind.DAILY,
        Obligation.unit_id.in_([world.team.id, world.other_team.id]),
    )
    both = list(db.session.scalars(query))
    count = remind(actor=world.actor("commune"), campaign=world.campaign, obligations=both)
    assert count == 1
    assert {o.unit_id for o in both if o.reminded_at} == {world.other_team.id}


@on_both
def test_a_household_whose_only_result_was_undone_is_not_counted_as_visited(world):
    world.hand_over_all()
    kept, undone = visit(world, 0), visit(world, 2)
    assert draft_figures(world.campaign, world.team, DAY)["households"] == 2
    visit(world, 2, None, undoes=undone.event.uuid)
    assert kept.event.household_id != undone.event.household_id
    assert draft_figures(world.campaign, world.team, DAY)["households"] == 1
