"""The same tap sent again after its list went away: the same success; nobody else learns of it."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from tests.conftest import on_both
from tests.make.visits import make_uuid, make_visit
from tests.visits.test_services import count_events, give_to_other_team, record
from vneid_field.audit.models import AuditEvent
from vneid_field.core.errors import Conflict
from vneid_field.extensions import db
from vneid_field.lists.models import HandOver
from vneid_field.lists.services import take_back
from vneid_field.recount import check
from vneid_field.review.kinds import ReviewState
from vneid_field.review.models import ChecklistReview
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.models import VisitEvent


def take_all_back(world):
    for given in db.session.scalars(select(HandOver)):
        take_back(actor=world.actor("commune"), campaign=world.campaign, given=given)


@on_both
def test_a_repeat_after_the_list_was_taken_back_is_the_same_success(world):
    world.hand_over_all()
    person, given = world.citizens[0], make_visit(Outcome.DATA_MISMATCH)
    first = record(world, person, given)
    undo = make_visit(None, undoes=given.uuid)
    record(world, person, undo)
    take_all_back(world)
    for again in (given, undo):
        repeat = record(world, person, again)
        assert repeat.is_repeat
        assert repeat.event.uuid == again.uuid
    assert first.event.id == record(world, person, given, "leader").event.id  # the same unit
    assert count_events() == 2
    assert check(world.campaign) == []


@on_both
def test_after_the_take_back_another_body_is_a_conflict_and_another_user_finds_nothing(world):
    world.hand_over_all()
    person, given = world.citizens[0], make_visit(Outcome.REFUSED)
    record(world, person, given)
    take_all_back(world)
    with pytest.raises(Conflict) as refusal:
        record(world, person, make_visit(Outcome.NOBODY_HOME, uuid=given.uuid))
    assert set(refusal.value.details) == {"Đã ghi", "Vừa gửi"}
    for login in ("other.leader", "sibling.leader", "sibling.commune"):
        for one in (given, make_visit(Outcome.NOBODY_HOME, uuid=given.uuid), make_visit()):
            with pytest.raises(NoResultFound):
                record(world, person, one, login)
    with pytest.raises(Conflict, match="đã rời danh sách"):
        record(world, person, make_visit())
    assert count_events() == 1


def test_somebody_elses_uuid_tells_nothing_of_what_was_recorded_with_it(world):
    world.hand_over_all()
    person, given = world.citizens[0], make_visit(Outcome.REFUSED)
    record(world, person, given)
    give_to_other_team(world, _take(world, world.citizens[2:4]))
    with pytest.raises(Conflict) as refusal:
        record(world, world.citizens[2], make_visit(uuid=given.uuid), "other.leader")
    assert refusal.value.details == {}


def _take(world, people):
    take_all_back(world)
    return people


def test_what_police_typed_in_is_the_same_success_when_the_list_has_gone(world):
    world.hand_over_all()
    person, given = world.citizens[0], make_visit(Outcome.REFUSED, is_typed_in=True)
    record(world, person, given, "commune")
    take_all_back(world)
    assert record(world, person, given, "commune").is_repeat


@pytest.mark.parametrize("htmx", [True, False])
def test_the_phone_hears_of_success_when_the_list_went_between_two_sends(
    arrange, login, home, htmx
):
    _household, (first, *_) = home
    pages, uuid = login("volunteer"), make_uuid()
    sent = {"outcome": "refused", "uuid": uuid}
    pages.post(f"/citizens/{first}/visits", **sent)
    with arrange() as world:
        take_all_back(world)
    again = pages.post(f"/citizens/{first}/visits", 200, htmx=htmx, **sent)
    html = again.get_data(as_text=True)
    assert "Đã lưu" in html
    assert "Chưa đồng ý" in html
    assert "thu hồi" in html
    undo = {"uuid": make_uuid()}
    pages.post(f"/citizens/{first}/visits/{uuid}/undo", 409, htmx=htmx, **undo)
    pages.post(f"/citizens/{first}/visits", 409, htmx=htmx, **(sent | {"outcome": "nobody_home"}))
    login("other.leader").post(f"/citizens/{first}/visits", 404, htmx=htmx, **sent)


def test_an_undo_sent_twice_around_a_take_back_is_the_same_success(arrange, login, home):
    _household, (first, *_) = home
    pages, uuid, undo = login("volunteer"), make_uuid(), make_uuid()
    pages.post(f"/citizens/{first}/visits", outcome="refused", uuid=uuid)
    pages.post(f"/citizens/{first}/visits/{uuid}/undo", uuid=undo)
    with arrange() as world:
        take_all_back(world)
    answer = pages.post(f"/citizens/{first}/visits/{uuid}/undo", 200, uuid=undo)
    assert "hoàn tác" in answer.get_data(as_text=True)


def test_a_whole_household_sent_twice_around_a_take_back_is_the_same_success(arrange, login, home):
    household_id, people = home
    pages, query = login("volunteer"), select(func.count()).select_from(AuditEvent)
    uuids = {f"uuid_{citizen}": make_uuid() for citizen in people}
    url = f"/households/{household_id}/visits"
    pages.post(url, outcome="nobody_home", **uuids)
    with arrange() as world:
        take_all_back(world)
        audits = db.session.scalar(query)
    target = pages.post(url, outcome="nobody_home", **uuids).location
    pages.get(target)
    with arrange():
        assert count_events() == len(people)
        assert db.session.scalar(query) == audits
    pages.post(url, 409, outcome="absent", sub_reason="unknown", **uuids)
    fresh = {f"uuid_{citizen}": make_uuid() for citizen in people}
    pages.post(url, 404, outcome="nobody_home", **fresh)
    login("other.leader").post(url, 404, outcome="nobody_home", **uuids)


def test_a_field_that_names_nobody_is_not_read(arrange, login, home):
    household_id, people = home
    sent = {f"uuid_{'1' * 5_000}": make_uuid(), "uuid_": make_uuid(), "outcome": "nobody_home"}
    login("volunteer").post(f"/households/{household_id}/visits", **sent)
    with arrange():
        assert count_events() == len(people)


def test_a_household_of_which_one_was_taken_off_between_two_sends(arrange, login, home):
    """A member who is no longer listed is a repeat like the others, not somebody unknown."""
    household_id, people = home
    pages = login("volunteer")
    uuids = {f"uuid_{citizen}": make_uuid() for citizen in people}
    url = f"/households/{household_id}/visits"
    pages.post(url, outcome="nobody_home", **uuids)
    police = login("commune")
    police.post(f"/people/{people[0]}/take-off", to="moved_out", reason="đã cắt hộ khẩu")
    assert "count=2" in pages.post(url, outcome="nobody_home", **uuids).location
    with arrange() as world:
        assert count_events() == len(people)
        assert check(world.campaign) == []


def test_a_repeat_is_not_the_answer_to_a_checklist_returned_after_it(arrange, login, home):
    household_id, (first, *_) = home
    pages, sent = login("volunteer"), {"outcome": "refused", "uuid": make_uuid()}
    pages.post(f"/citizens/{first}/visits", **sent)
    with arrange() as world:
        event = db.session.scalars(select(VisitEvent)).one()
        team, on = world.team.id, event.counted_on.isoformat()
    login("commune").post(
        "/review/return",
        household_id=household_id,
        team_id=team,
        seen=10**6,
        on=on,
        remark="Đến lại",
    )
    pages.post(f"/citizens/{first}/visits", **sent)
    with arrange():
        newest = select(ChecklistReview.state).where(ChecklistReview.is_newest.is_(True))
        assert db.session.scalars(newest).one() is ReviewState.RETURNED


def test_a_paper_saved_twice_around_a_take_back_is_saved_once_and_says_so(arrange, login):
    with arrange() as world:
        given_id, citizen = world.hand_over_all().id, world.citizens[0].id
    pages, url = login("commune"), f"/lists/{given_id}/type-in"
    line = {f"outcome-{citizen}": "refused", f"uuid-{citizen}": make_uuid()}
    sent = {"day": "2023-07-04", "hour": "08:00", **line}
    pages.post(url, **sent)
    with arrange() as world:
        take_all_back(world)
    assert "saved=1" in pages.post(url, **sent).location
    with arrange():
        assert count_events() == 1
