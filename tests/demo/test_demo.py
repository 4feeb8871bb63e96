"""The small demo: one story on every page, figures that agree, quickly made."""

import json
import time
from importlib.resources import files

import pytest
from sqlalchemy import select

from tests.databases import drop_database, make_app, new_database
from vneid_field.absences.kinds import CloseReason, Stage
from vneid_field.absences.models import AbsenceCase, AbsenceHop
from vneid_field.absences.queries import Wanted, count_cases, list_cases
from vneid_field.accounts.models import User
from vneid_field.accounts.queries import (
    actor_by_login,
    actor_of,
    find_user_by_login,
    find_user_with_grants,
)
from vneid_field.collection.kinds import PointStanding
from vneid_field.collection.readiness_queries import gather_readiness
from vneid_field.collection.session_queries import Asked, list_sessions
from vneid_field.core import clock
from vneid_field.core.database import writing
from vneid_field.demo.load import load_demo
from vneid_field.extensions import db
from vneid_field.jobs.models import Job
from vneid_field.lists import holders
from vneid_field.lists.queries import page_held_households
from vneid_field.people.field_corrections import count_corrections
from vneid_field.people.kinds import CorrectionState
from vneid_field.recount import check
from vneid_field.reporting.kinds import ReportKind
from vneid_field.reporting.models import Report
from vneid_field.units.models import TeamMember, Unit
from vneid_field.units.rules import UnitKind
from vneid_field.unlisted import queries

pytestmark = pytest.mark.xdist_group("demo")
SECONDS = 60  # of this process, so that a busy machine does not fail it


@pytest.fixture(scope="module")
def demo():
    """The loaded demo inside an application context: (campaign, seconds)."""
    url = new_database("sqlite", is_founded=False)
    app = make_app(url)
    with app.app_context():
        began = time.process_time()
        with writing():
            loaded = load_demo(seed=128, say=lambda _step: None)
            db.session.commit()
        seconds = time.process_time() - began
        with clock.frozen(loaded.now):
            yield loaded.campaign, seconds
        db.session.remove()
        db.engine.dispose()
    drop_database(url)


def sent_by(kind):
    """The sent daily reports of one kind of unit."""
    query = select(Report, Unit).join(Unit, Unit.id == Report.unit_id)
    query = query.where(Unit.kind == kind, Report.report_kind == ReportKind.DAILY)
    return [(row[0], row[1]) for row in db.session.execute(query)]


def test_it_is_loaded_within_a_minute_and_its_figures_are_those_of_its_events(demo):
    campaign, seconds = demo
    assert seconds < SECONDS
    assert check(campaign) == []
    assert holders.check(campaign) == []


def test_the_points_are_checked_and_the_mobile_ones_have_a_schedule(demo):
    campaign, _seconds = demo
    city, district = actor_by_login("thanhpho"), actor_by_login("quan.916")
    board = gather_readiness(city.scope, campaign.id)
    assert len(board.lines) == 100
    assert 85 <= board.standings[PointStanding.READY] < 100
    assert board.standings[PointStanding.UNCHECKED] == 0
    asked = Asked(campaign.starts_on, campaign.ends_on)
    lines = list_sessions(district.scope, campaign.id, asked)
    assert {line.point.subtype for line in lines} == {"mobile"}
    assert any(line.session.on_day > clock.today() for line in lines)


def test_the_police_of_the_ward_have_people_to_match_and_files_to_update(demo):
    campaign, _seconds = demo
    police = actor_by_login("phuong.31120")
    counts = queries.count_tabs(police.scope, campaign.id)
    assert (counts["waiting"], counts["rejected"]) == (2, 1)
    waiting = queries.page_queue(police.scope, campaign.id, "waiting", number=1)
    indexes = [row.citizen_id_index for row in waiting.items]
    found = queries.find_matches(police.scope, indexes)
    assert [index in found for index in indexes] == [True, False]  # one can be matched
    corrections = count_corrections(police.scope)
    assert corrections[CorrectionState.OPEN] > 10
    assert corrections[CorrectionState.DONE] == 12


def test_an_account_of_a_team_bears_the_name_of_its_member(demo):
    rows = db.session.execute(
        select(User, TeamMember).join(TeamMember, TeamMember.id == User.team_member_id)
    ).all()
    assert len(rows) == 15  # the ward's seven teams, a leader and a volunteer each; a support team
    for user, member in rows:
        assert user.display_name == member.full_name
        assert member.is_leader is user.login_name.startswith(("totruong", "hotro"))


def test_the_worker_is_asked_for_the_papers_of_the_newest_days_and_of_the_newest_week(demo):
    asked = {job.payload["report_id"] for job in db.session.scalars(select(Job))}
    reports = db.session.execute(
        select(Report.report_kind, Report.period_end_on, Unit.code)
        .join(Unit, Unit.id == Report.unit_id)
        .where(Report.id.in_(asked))
    ).all()
    last = max(on for _kind, on, _code in reports)
    weekly = [(on, code) for kind, on, code in reports if kind is ReportKind.WEEKLY]
    assert {on for on, _code in weekly} == {last}
    assert {"31120", "31120.1"} <= {code for _on, code in weekly}
    assert all(code.split(".")[0] == "31120" for _kind, _on, code in reports)


def test_sent_reports_hold_everything_a_form_prints(demo):
    teams = sent_by(UnitKind.TEAM)
    assert teams
    for report, _unit in teams:
        visited = report.figures["people_visited"]
        assert (report.figures["households"] > 0) == (visited > 0)
    for report, _unit in sent_by(UnitKind.COMMUNE):
        assert {"review", "missing_units", "late_units", "points"} <= set(report.figures)
    ward = [report for report, unit in sent_by(UnitKind.COMMUNE) if unit.code == "31120"]
    assert any(report.figures["review"]["reviewed"] for report in ward)
    assert any(report.figures["late_units"] for report in ward)


def test_police_papers_speak_as_police(demo):
    texts = json.loads((files("vneid_field.demo") / "data" / "texts.json").read_text())
    of_teams = set(texts["difficulties"]) | set(texts["proposals"]) | set(texts["explanations"])
    for report, _unit in sent_by(UnitKind.COMMUNE):
        for words in (report.difficulties, report.proposals, report.explanation):
            assert not any(text and text in words for text in of_teams)


def test_the_first_team_has_a_household_to_go_on_with(demo):
    campaign, _seconds = demo
    user = find_user_with_grants(find_user_by_login("tinhnguyen.31120.1").id)
    actor = actor_of(user, None)
    page = page_held_households(
        actor.scope, campaign.id, wanted="unvisited", search="", number=1, size=50
    )
    assert page.total >= 5


def test_the_absent_loop_has_cases_at_every_stage_and_some_that_ended(demo):
    campaign, _seconds = demo
    stages = set(
        db.session.scalars(select(AbsenceHop.stage).where(AbsenceHop.left_at.is_(None)).distinct())
    )
    assert stages == set(Stage)
    reasons = set(db.session.scalars(select(AbsenceCase.close_reason).distinct()))
    assert {CloseReason.OUTSIDE, CloseReason.UNREACHABLE} <= reasons
    user = find_user_with_grants(find_user_by_login("hotro.916.1").id)
    scope = actor_of(user, None).scope
    assert count_cases(scope, campaign.id, Wanted(stages=(Stage.WORK,))) > 5
    waits = list_cases(scope, campaign.id, Wanted())
    assert any(line.is_late(clock.now()) for line in waits)
    assert any(not line.is_late(clock.now()) for line in waits)
