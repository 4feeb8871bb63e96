"""Two at the same report, number, checklist or quota: one stands, the other is told or follows."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, func, select

from tests.conftest import on_both
from tests.make.visits import make_visit
from tests.make.world import DAY
from tests.races.test_races import agrees, visit
from vneid_field.boards.commendation_forms import Chosen
from vneid_field.boards.commendation_papers import Wish, make_proposal
from vneid_field.boards.papers import make_board
from vneid_field.core.access import Role
from vneid_field.core.errors import Conflict
from vneid_field.documents.models import Document
from vneid_field.documents.papers.commendation import CommendedPerson
from vneid_field.extensions import db
from vneid_field.figures.queries import home_days
from vneid_field.jobs.models import Job
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.papers import make_plan
from vneid_field.quotas.services import save_split
from vneid_field.reporting import collection_services, obligation_services
from vneid_field.reporting import services as reporting
from vneid_field.reporting.drafting import draft_figures
from vneid_field.reporting.kinds import ReportKind
from vneid_field.reporting.models import CollectionResult, Obligation, Report
from vneid_field.reporting.queries import get_obligation
from vneid_field.reporting.summary import summarise
from vneid_field.reporting.tasks import make_on_demand, make_papers
from vneid_field.review.kinds import ReviewState
from vneid_field.review.models import ChecklistReview
from vneid_field.review.services import review
from vneid_field.visits.kinds import Outcome

pytestmark = on_both


def sending(world):
    actor = world.actor("leader")
    kind = ReportKind.DAILY
    obligation = get_obligation(actor.scope, world.campaign.id, world.team.id, kind, DAY)
    return reporting.send_report(
        actor=actor,
        obligation=obligation,
        figures=draft_figures(world.campaign, world.team, DAY),
        texts={"explanation": "Mưa lớn."},
        is_no_list=True,
    ).id


def test_one_report_sent_twice_at_once_is_sent_once_and_the_other_is_told(race, arrange):
    answers = race(sending, sending)
    with arrange() as world:
        assert isinstance(answers[1], Conflict)
        assert "đã gửi lúc" in answers[1].message
        assert db.session.scalar(select(func.count()).select_from(Report)) == 1
        assert agrees(world)


def test_a_draft_kept_while_the_report_is_sent_does_not_change_what_was_sent(race, arrange):
    def keeping(words):
        def act(world):
            actor, kind = world.actor("leader"), ReportKind.DAILY
            obligation = get_obligation(actor.scope, world.campaign.id, world.team.id, kind, DAY)
            reporting.save_draft(
                obligation=obligation, texts={"explanation": words}, is_no_list=False
            )

        return act

    with arrange() as world:
        keeping("Viết trước.")(world)
    answers = race(sending, keeping("Viết sau."))
    with arrange():
        assert db.session.get_one(Report, answers[0]).explanation == "Mưa lớn."


def test_two_numbers_of_a_point_at_once_leave_the_second_and_no_sum_of_both(race, arrange):
    def announcing(number):
        def act(world):
            return collection_services.enter_collection_result(
                actor=world.actor("point"),
                campaign=world.campaign,
                point=world.unit_of("point"),
                collected_on=DAY,
                collected=number,
                quota=0,
            ).version

        return act

    answers = race(announcing(30), announcing(40))
    with arrange() as world:
        assert answers == [1, 2]
        newest = select(CollectionResult.collected).where(CollectionResult.is_newest.is_(True))
        assert list(db.session.scalars(newest)) == [40]
        scope = world.actor("commune").scope
        days = home_days(scope, world.campaign.id, world.ward.path, DAY, DAY)
        assert days.whole_day["collected"] == 40
        assert agrees(world)


def test_a_checklist_accepted_and_returned_at_once_has_one_newest_decision(race, arrange):
    with arrange() as world:
        world.hand_over_all()
        visit(make_visit(Outcome.REFUSED))(world)

    def deciding(state):
        def act(world):
            return review(
                actor=world.actor("commune"),
                campaign=world.campaign,
                on=DAY,
                household_id=world.citizens[0].household_id,
                team_id=world.team.id,
                seen_event_id=10**9,
                state=state,
                remark="Xem lại",
            )

        return act

    race(deciding(ReviewState.ACCEPTED), deciding(ReviewState.RETURNED))
    with arrange():
        newest = select(ChecklistReview.state).where(ChecklistReview.is_newest.is_(True))
        assert list(db.session.scalars(newest)) == [ReviewState.RETURNED]


def test_a_checklist_returned_while_a_colleague_accepts_it_stays_returned(race, arrange):
    with arrange() as world:
        world.hand_over_all()
        visit(make_visit(Outcome.REFUSED))(world)

    def deciding(state, login, remark=""):
        def act(world):
            return review(
                actor=world.actor_on(login, world.ward, Role.COMMUNE_POLICE),
                campaign=world.campaign,
                on=DAY,
                household_id=world.citizens[0].household_id,
                team_id=world.team.id,
                seen_event_id=10**9,
                state=state,
                remark=remark,
                decided_at=datetime.min.replace(tzinfo=UTC),
            )

        return act

    returning = deciding(ReviewState.RETURNED, "commune", "Xem lại")
    answers = race(returning, deciding(ReviewState.ACCEPTED, "beat"))
    assert isinstance(answers[1], Conflict)
    assert "Người dùng commune đã trả lại phiếu này lúc" in answers[1].message
    again = race(returning, deciding(ReviewState.RETURNED, "commune", "Xem kỹ hơn"))
    assert not any(isinstance(answer, Exception) for answer in again)  # one's own may be changed
    with arrange():
        newest = select(ChecklistReview.state).where(ChecklistReview.is_newest.is_(True))
        assert list(db.session.scalars(newest)) == [ReviewState.RETURNED]


def test_obligations_opened_twice_at_once_are_opened_once(race, arrange):
    with arrange() as world:
        due = select(Obligation.id).where(Obligation.unit_id == world.team.id)
        db.session.execute(delete(Obligation).where(Obligation.id.in_(due)))
        opened = db.session.query(Obligation).count()

    def opening(world):
        return obligation_services.open_obligations(campaign=world.campaign)

    answers = race(opening, opening)
    with arrange() as world:
        assert answers == [db.session.query(Obligation).count() - opened, 0]


def test_two_splits_of_one_quota_at_once_are_one_revision_and_a_refusal(race, arrange):
    def splitting(world):
        district, wards = world.unit("916"), [world.ward]
        return save_split(
            actor=world.actor("district"),
            campaign=world.campaign,
            parent=district,
            children=wards,
            amounts={world.ward.id: {QuotaKind.ACTIVATION: 5}},
            expected_number=0,
            is_checked=False,
        ).number

    answers = race(splitting, splitting)
    assert answers[0] == 1
    assert isinstance(answers[1], Conflict)


def board(world):
    summary = summarise(world.campaign, world.unit("916"), DAY, has_stock=False)
    return make_board(
        actor=None, campaign=world.campaign, summary=summary, lines=summary.lines, sort="order"
    ).id


def city_day(world, who="city", words="Mưa lớn."):
    return make_on_demand(
        actor=world.actor(who),
        campaign=world.campaign,
        unit=world.unit("92"),
        on=DAY,
        texts={"difficulties": words},
        seen=0,  # both opened the form before there was a paper
    ).id


def papers_of_report(world):
    """What two workers do with the papers of one report: the first was taken for dead."""
    report = db.session.scalars(select(Report)).one()
    return make_papers(Job(payload={"report_id": report.id}), lambda *_: None)["document_id"]


def plan(world):
    return make_plan(actor=None, campaign=world.campaign, parent=world.unit("92")).id


def commendation(world):
    row = CommendedPerson("Trần Thị Mẫu", "Chuyên viên", "Phòng Văn hóa", "Tham mưu")
    return make_proposal(
        actor=world.actor("city"),
        campaign=world.campaign,
        unit=world.unit("92"),
        on=DAY,
        wish=Wish(Chosen([], [("", row)]), ("Sở Nội vụ",), "", ""),
        seen=0,
    ).id


@pytest.mark.parametrize("paper", [board, plan, city_day, commendation])
def test_a_paper_asked_for_twice_at_once_is_stored_once(race, arrange, paper):
    one, other = race(paper, paper)
    assert one == other
    with arrange():
        assert db.session.scalar(select(func.count()).select_from(Document)) == 1


@pytest.mark.parametrize(
    "others", [{"words": "Nắng nóng."}, {"who": "admin"}], ids=["other words", "somebody else"]
)
def test_two_wishes_for_a_days_paper_at_once_are_two_versions(race, arrange, others):
    one, other = race(city_day, lambda world: city_day(world, **others))
    with arrange():
        second = db.session.get_one(Document, other)
        assert (second.version, second.replaces_id) == (2, one)
        assert second.filename.endswith("-v2")


def test_the_papers_of_a_report_made_by_two_workers_at_once_are_stored_once(race, arrange):
    with arrange() as world:
        sending(world)
    one, other = race(papers_of_report, papers_of_report)
    assert one == other
    with arrange():
        assert db.session.scalar(select(func.count()).select_from(Document)) == 1
        assert db.session.scalar(select(Report.document_id)) == one
