"""Commune police take a team's wrong result back: who may, what follows, what the team reads."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from tests.conftest import on_both
from tests.make.visits import make_uuid, make_visit
from vneid_field.audit.models import AuditEvent
from vneid_field.core import clock
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.extensions import db
from vneid_field.figures.queries import performed_days, stock_of
from vneid_field.lists.models import HandOver, ListItem
from vneid_field.lists.services import take_back
from vneid_field.people.models import Citizen
from vneid_field.recount import check
from vneid_field.review import queries, services
from vneid_field.review.coverage import cover_commune
from vneid_field.review.kinds import ReviewState
from vneid_field.review.rules import Standing
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.services import record_visit

WHY = "Gọi điện, người dân nói chưa làm"


def walk(world, citizen, outcome=Outcome.ACTIVATED_APP, login="volunteer"):
    return record_visit(
        actor=world.actor(login),
        campaign=world.campaign,
        citizen_id=citizen.id,
        given=make_visit(outcome),
    ).event


def undo(world, event, login="commune", why=WHY, **more):
    return services.undo_result(
        actor=world.actor(login),
        campaign=world.campaign,
        citizen_id=event.citizen_id,
        given=make_visit(None, undoes=event.uuid, note=why, **more),
    )


def returned(world, login="leader"):
    return queries.list_returned(world.actor(login).scope, world.campaign.id, world.team.id)


@on_both
@pytest.mark.parametrize("login", ["commune", "beat"])
def test_figures_follow_and_the_team_reads_who_did_it_and_why(world, login):
    world.hand_over_all()
    person = world.citizens[0]
    event = walk(world, person)
    undo(world, event, login)
    scope, today = world.actor("commune").scope, clock.today()
    done = performed_days(scope, world.campaign.id, [world.team], today, today).whole_day
    assert (done.activated, done["visits"]) == (0, 0)
    assert stock_of(scope, world.campaign.id, "home", world.ward.path)["unvisited"] == 24
    item = db.session.scalar(select(ListItem).where(ListItem.citizen_id == person.id))
    assert (person.visit_status, item.done_at) == (None, None)
    (back,) = returned(world)
    for word in (
        world.user(login).display_name,
        "Đã kích hoạt",
        f"sinh {person.birth_on.year}",
        WHY,
    ):
        assert word in back.remark
    assert check(world.campaign) == []
    audit = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "visit.corrected"))
    assert [one.data for one in audit] == [{"citizen_id": person.id, "team_id": world.team.id}]


@on_both
def test_a_wrong_result_is_taken_back_although_the_list_has_ended(world):
    given = world.hand_over_all()
    event = walk(world, world.citizens[0])
    take_back(actor=world.actor("commune"), campaign=world.campaign, given=given)
    undo(world, event)
    assert world.citizens[0].visit_status is None
    assert check(world.campaign) == []
    assert [one.is_held for one in returned(world)] == [False]


def test_the_undo_is_no_checklist_of_its_own_and_nobodys_own_work(world):
    world.hand_over_all()
    event = walk(world, world.citizens[0])
    walk(world, world.citizens[1])
    undo(world, event)
    scope, campaign = world.actor("commune").scope, world.campaign
    (held,) = queries.list_checklists(scope, campaign.id, event.counted_on)
    assert held.standing is Standing.RETURNED
    total = cover_commune(campaign, world.ward, event.counted_on, event.counted_on).total
    assert (total.accepted, total.with_team, total.checklists) == (0, 1, 1)
    again = walk(world, world.citizens[0], Outcome.REFUSED)
    services.note_correction(again)
    services.review(
        actor=world.actor("commune"),
        campaign=campaign,
        on=event.counted_on,
        household_id=event.household_id,
        team_id=world.team.id,
        seen_event_id=again.id,
        state=ReviewState.ACCEPTED,
    )


def test_two_results_of_a_household_taken_back_are_both_told(world):
    world.hand_over_all()
    first, second = (walk(world, one) for one in world.citizens[:2])
    assert first.household_id == second.household_id
    undo(world, first)
    undo(world, second, why="Ghi nhầm người")
    (back,) = returned(world)
    assert WHY in back.remark
    assert "Ghi nhầm người" in back.remark


@on_both
def test_the_same_undo_again_is_the_same_success_and_another_one_is_late(world):
    world.hand_over_all()
    event, uuid = walk(world, world.citizens[0]), make_uuid()
    for _ in range(2):
        assert undo(world, event, uuid=uuid) is event
    with pytest.raises(Conflict):
        undo(world, event)
    with pytest.raises(Conflict):
        undo(world, event, uuid=uuid, why="khác")
    assert len(db.session.scalars(select(VisitEvent)).all()) == 2


def test_what_is_refused(world):
    world.hand_over_all()
    event = walk(world, world.citizens[0])
    with pytest.raises(DomainError, match="lý do"):
        undo(world, event, why="")
    with pytest.raises(DomainError, match="quá 150"):
        undo(world, event, why="a" * 151)
    with pytest.raises(NoResultFound):
        undo(world, event, "sibling.commune")
    with pytest.raises(NotFound):
        services.undo_result(
            actor=world.actor("commune"),
            campaign=world.campaign,
            citizen_id=world.citizens[1].id,
            given=make_visit(None, undoes=event.uuid, note=WHY),
        )


def test_police_undo_from_the_queue_and_the_team_corrects(arrange, login, home):
    household_id, (first, *_) = home
    phone, uuid = login("volunteer"), make_uuid()
    phone.post(f"/citizens/{first}/visits", outcome="activated_app", uuid=uuid)
    police, url = login("commune"), f"/review/people/{first}/results/{uuid}/undo"
    assert f"{url}?back=queue" in police.text("/review/")
    assert url in police.text(f"/people/{first}")
    assert "Số liệu ngày" in police.text(f"{url}?back=queue")
    answer = police.post(url, 422, back="queue", note=" ", uuid=make_uuid())
    assert "Hãy ghi lý do" in answer.get_data(as_text=True)
    queue = police.text(police.post(url, back="queue", note=WHY, uuid=make_uuid()).location)
    assert "Đã hoàn tác" in queue
    assert queue.count(WHY) == 2  # beside the result, and in what was asked of the team
    person = police.text(f"/people/{first}")
    assert "đã hoàn tác" in person
    assert "Người dùng commune" in person
    police.get(url, 404)
    for page in ("/today", f"/households/{household_id}"):
        assert WHY in phone.text(page)
    phone.post(f"/citizens/{first}/visits", outcome="refused", uuid=make_uuid())
    assert "Tổ đã sửa, chờ duyệt lại" in police.text("/review/")


def test_a_team_that_lost_the_list_reads_it_and_says_so(arrange, login, home):
    _household, (first, *_) = home
    phone, uuid = login("volunteer"), make_uuid()
    phone.post(f"/citizens/{first}/visits", outcome="activated_app", uuid=uuid)
    with arrange() as world:
        for given in db.session.scalars(select(HandOver)):
            take_back(actor=world.actor("commune"), campaign=world.campaign, given=given)
    login("commune").post(f"/review/people/{first}/results/{uuid}/undo", note=WHY, uuid=make_uuid())
    today = phone.text("/today")
    assert WHY in today
    assert "Sửa ngay" not in today
    with arrange() as world:
        (back,) = returned(world)
        assert db.session.get(Citizen, first).visit_status is None
    phone.post(f"/review/{back.review_id}/answer", remark="Đã xem")
    assert WHY not in phone.text("/today")


def test_nobody_else_takes_a_result_back(login, home):
    _household, (first, *_) = home
    uuid = make_uuid()
    login("volunteer").post(f"/citizens/{first}/visits", outcome="refused", uuid=uuid)
    url = f"/review/people/{first}/results/{uuid}/undo"
    for who in ("leader", "district", "city", "commune.ubnd", "sibling.commune", "admin"):
        pages = login(who)
        pages.get(url, 404)
        pages.post(url, 404, note=WHY, uuid=make_uuid())
