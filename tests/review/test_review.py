"""Review: accept, return, correct; nobody reviews their own work; late results reopen."""

import re
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select, update

from tests.conftest import on_both
from tests.make.visits import make_uuid, make_visit
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.extensions import db
from vneid_field.lists.models import ListItem
from vneid_field.review import queries, services
from vneid_field.review.coverage import cover_commune
from vneid_field.review.kinds import ReviewState
from vneid_field.review.rules import Standing, standing
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.services import record_visit

DAY = date(2023, 7, 4)


@pytest.fixture
def visited(world):
    """One visited household: (world, household id, newest event id)."""
    world.hand_over_all()
    citizen = world.citizens[0]
    done = record_visit(
        actor=world.actor("volunteer"),
        campaign=world.campaign,
        citizen_id=citizen.id,
        given=make_visit(Outcome.ACTIVATED_APP),
    )
    return world, citizen.household_id, done.event.id


def decide(world, household_id, seen, state, *, login="commune", remark=""):
    return services.review(
        actor=world.actor(login),
        campaign=world.campaign,
        on=DAY,
        household_id=household_id,
        team_id=world.team.id,
        seen_event_id=seen,
        state=state,
        remark=remark,
    )


@on_both
def test_an_accepted_checklist_waits_again_when_a_result_of_its_day_arrives(visited):
    world, household_id, seen = visited
    assert decide(world, household_id, seen, ReviewState.ACCEPTED).standing is Standing.ACCEPTED
    record_visit(
        actor=world.actor("volunteer"),
        campaign=world.campaign,
        citizen_id=world.citizens[1].id,
        given=make_visit(Outcome.REFUSED),
    )
    (checklist,) = queries.list_checklists(world.actor("commune").scope, world.campaign.id, DAY)
    assert checklist.standing is Standing.WAITING


def test_accepting_covers_what_was_seen_of_this_checklist_and_no_other_result_of_the_team(visited):
    world, household_id, seen = visited
    record_visit(
        actor=world.actor("volunteer"),
        campaign=world.campaign,
        citizen_id=world.citizens[5].id,
        given=make_visit(Outcome.REFUSED),
    )
    accepted = decide(world, household_id, seen, ReviewState.ACCEPTED)
    assert accepted.review.through_event_id == seen


@on_both
def test_a_returned_checklist_is_the_teams_and_its_next_result_answers(visited):
    world, household_id, seen = visited
    decide(world, household_id, seen, ReviewState.RETURNED, remark="Gọi lại không đúng")
    scope = world.actor("leader").scope
    (back,) = queries.list_returned(scope, world.campaign.id, world.team.id)
    assert (back.household_id, back.remark) == (household_id, "Gọi lại không đúng")
    assert cover_commune(world.campaign, world.ward, DAY, DAY).total.with_team == 1
    done = record_visit(
        actor=world.actor("leader"),
        campaign=world.campaign,
        citizen_id=world.citizens[0].id,
        given=make_visit(None, undoes=_uuid(world)),
    )
    services.note_correction(done.event)
    assert queries.list_returned(scope, world.campaign.id, world.team.id) == []
    (checklist,) = queries.list_checklists(world.actor("commune").scope, world.campaign.id, DAY)
    assert checklist.standing is Standing.CORRECTED


def _uuid(world):
    from vneid_field.visits.queries import list_events

    return list_events([world.citizens[0].id], world.campaign.id)[world.citizens[0].id][0].uuid


def test_the_team_may_answer_that_its_result_is_right(visited):
    world, household_id, seen = visited
    decide(world, household_id, seen, ReviewState.RETURNED, remark="Xem lại")
    leader = world.actor("leader")
    (back,) = queries.list_returned(leader.scope, world.campaign.id, world.team.id)
    with pytest.raises(DomainError):
        services.answer(actor=leader, campaign=world.campaign, review_id=back.review_id, remark="")
    with pytest.raises(NotFound):
        services.answer(
            actor=world.actor("other.leader"),
            campaign=world.campaign,
            review_id=back.review_id,
            remark="không phải tổ tôi",
        )
    services.answer(
        actor=leader, campaign=world.campaign, review_id=back.review_id, remark="Đã gọi, đúng"
    )
    assert queries.list_returned(leader.scope, world.campaign.id, world.team.id) == []


@on_both
def test_a_volunteer_with_an_own_part_sees_and_answers_only_returns_in_it(visited):
    world, household_id, seen = visited
    decide(world, household_id, seen, ReviewState.RETURNED, remark="Xem lại")
    volunteer = replace(world.actor("volunteer"), only_own_part=True)
    (back,) = queries.list_returned(world.actor("leader").scope, world.campaign.id, world.team.id)

    def returned():
        return queries.list_returned(volunteer.scope, world.campaign.id, world.team.id)

    def answer():
        services.answer(
            actor=volunteer, campaign=world.campaign, review_id=back.review_id, remark="Đúng rồi"
        )

    assert returned() == []
    with pytest.raises(NotFound):
        answer()
    db.session.execute(
        update(ListItem)
        .where(ListItem.household_id == household_id)
        .values(assigned_to=volunteer.user_id)
    )
    assert [one.review_id for one in returned()] == [back.review_id]
    answer()
    assert returned() == []


@on_both
def test_a_remark_stays_in_sight_until_commune_police_decide_again(visited):
    world, household_id, seen = visited
    decide(world, household_id, seen, ReviewState.RETURNED, remark="Xem lại cả hai người")
    leader = world.actor("leader")

    def remarks():
        return [
            (one.remark, one.is_answered)
            for one in queries.list_household_remarks(
                leader.scope, world.campaign.id, world.team.id, household_id
            )
        ]

    assert remarks() == [("Xem lại cả hai người", False)]
    done = record_visit(
        actor=leader,
        campaign=world.campaign,
        citizen_id=world.citizens[1].id,
        given=make_visit(Outcome.REFUSED),
    )
    services.note_correction(done.event)
    assert remarks() == [("Xem lại cả hai người", True)]
    (checklist,) = queries.list_checklists(world.actor("commune").scope, world.campaign.id, DAY)
    assert checklist.returned_for == "Xem lại cả hai người"
    decide(world, household_id, done.event.id, ReviewState.ACCEPTED)
    assert remarks() == []


def test_the_teams_words_stand_beside_the_remark(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        done = record_visit(
            actor=world.actor("volunteer"),
            campaign=world.campaign,
            citizen_id=world.citizens[0].id,
            given=make_visit(Outcome.ACTIVATED_APP),
        )
        household_id = done.event.household_id
        decide(world, household_id, done.event.id, ReviewState.RETURNED, remark="Gọi không được")
        leader = world.actor("leader")
        (back,) = queries.list_returned(leader.scope, world.campaign.id, world.team.id)
        services.answer(
            actor=leader, campaign=world.campaign, review_id=back.review_id, remark="Đã gọi lại"
        )
    queue = login("commune").text("/review/")
    assert "Gọi không được" in queue
    assert "“Đã gọi lại”" in queue
    assert "chờ duyệt lại" in queue
    page = login("leader").text(f"/households/{household_id}")
    assert "Gọi không được" in page
    assert "chờ Công an duyệt lại" in page


@on_both
def test_nobody_reviews_what_they_typed_in(world):
    world.hand_over_all()
    police = world.actor("commune")
    done = record_visit(
        actor=police,
        campaign=world.campaign,
        citizen_id=world.citizens[0].id,
        given=make_visit(Outcome.REFUSED, is_typed_in=True),
    )
    with pytest.raises(Conflict, match="chính bạn"):
        decide(world, world.citizens[0].household_id, done.event.id, ReviewState.ACCEPTED)
    decide(world, world.citizens[0].household_id, done.event.id, ReviewState.ACCEPTED, login="beat")


def test_a_decision_on_an_outdated_screen_is_refused(visited):
    world, household_id, seen = visited
    with pytest.raises(Conflict, match="vừa ghi thêm"):
        decide(world, household_id, seen - 1, ReviewState.ACCEPTED)


def test_a_return_says_why(visited):
    world, household_id, seen = visited
    with pytest.raises(DomainError, match="vì sao"):
        decide(world, household_id, seen, ReviewState.RETURNED, remark="  ")


def test_another_commune_finds_nothing(visited):
    world, household_id, seen = visited
    with pytest.raises(NotFound):
        decide(world, household_id, seen, ReviewState.ACCEPTED, login="sibling.commune")


@pytest.mark.parametrize(
    ("state", "through", "newest", "expected"),
    [
        (None, None, 5, Standing.WAITING),
        (ReviewState.ACCEPTED, 5, 5, Standing.ACCEPTED),
        (ReviewState.ACCEPTED, 5, 6, Standing.WAITING),
        (ReviewState.RETURNED, 5, 6, Standing.RETURNED),
        (ReviewState.CORRECTED, 5, 6, Standing.CORRECTED),
    ],
)
def test_standing(state, through, newest, expected):
    assert standing(state, through, newest) is expected


@pytest.fixture
def late(arrange, login, home):
    """A checklist whose team recorded more than the reviewer saw: what is sent, and the page."""
    household_id, (first, second, *_) = home
    phone = login("volunteer")
    phone.post(f"/citizens/{first}/visits", outcome="activated_app", uuid=make_uuid())
    with arrange() as world:
        seen, team = db.session.scalar(select(func.max(VisitEvent.id))), world.team.id
    phone.post(f"/citizens/{second}/visits", outcome="refused", uuid=make_uuid())
    sent = {"household_id": household_id, "team_id": team, "seen": seen, "on": DAY.isoformat()}
    return sent, login("commune")


@pytest.mark.parametrize("htmx", [True, False])
def test_a_refused_decision_shows_the_checklist_as_it_stands_under_the_sentence(late, htmx):
    sent, police = late
    html = police.post("/review/accept", 409, htmx=htmx, **sent).get_data(as_text=True)
    assert ("<html" in html) is not htmx
    place = html.index(f'id="checklist-{sent["household_id"]}-{sent["team_id"]}"')
    assert place < html.index("Tổ vừa ghi thêm kết quả") < html.index("Chưa đồng ý")
    assert html.count("Tổ vừa ghi thêm kết quả") == 1
    newest = re.search(r'name="seen" value="(\d+)"', html[place:])[1]
    assert int(newest) > sent["seen"]
    police.post("/review/accept", **(sent | {"seen": newest}))


def test_a_refused_return_keeps_the_remark_typed(late):
    sent, police = late
    answer = police.post("/review/return", 409, htmx=True, other_remark="Đến lại hộ này", **sent)
    html = answer.get_data(as_text=True)
    assert re.search(r'<details class="grow" open>', html)
    assert 'value="Đến lại hộ này" data-key-remark' in html
    answer = police.post("/review/return", 422, htmx=True, **sent)
    assert "Hãy ghi vì sao trả lại" in answer.get_data(as_text=True)


def test_words_that_nobody_can_see_are_no_remark_and_a_paper_can_print_what_is_kept(visited):
    world, household_id, seen = visited
    with pytest.raises(DomainError, match="vì sao trả lại"):
        decide(world, household_id, seen, ReviewState.RETURNED, remark="\u200b\x00 \ufeff")
    returned = decide(
        world, household_id, seen, ReviewState.RETURNED, remark="Xem\x00 lại\x07\u202e"
    )
    assert returned.review.remark == "Xem lại"
    again = decide(world, household_id, seen, ReviewState.RETURNED, remark="Xem lại\x00")
    assert again.review.id == returned.review.id  # the same press
    with pytest.raises(DomainError, match="vì sao kết quả đã đúng"):
        services.answer(
            actor=world.actor("leader"),
            campaign=world.campaign,
            review_id=returned.review.id,
            remark="\u200b\x00",
        )


def test_a_page_older_than_a_colleagues_decision_shows_it_before_it_is_changed(late, login):
    sent, police = late
    beat, key = login("beat"), f"checklist-{sent['household_id']}-{sent['team_id']}"

    def known(page):
        place = page[page.index(f'id="{key}"') :]
        names = ("seen", "decided")
        return {name: re.search(f'name="{name}" value="([^"]*)"', place)[1] for name in names}

    sent |= known(beat.text(f"/review/?on={DAY}"))
    assert sent["decided"] == ""
    for _twice in range(2):  # a second press of the same is the same
        police.post("/review/return", other_remark="Đến lại hộ này", **sent)
    late = beat.post("/review/accept", 409, **sent).get_data(as_text=True)
    assert "Người dùng commune đã trả lại phiếu này lúc" in late
    beat.post("/review/accept", **(sent | known(late)))
    police.post("/review/return", 409, other_remark="Vẫn sai", **(sent | {"decided": "x"}))
