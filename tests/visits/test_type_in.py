""" "Nhập thay": a line that has no place any more does not take the others with it."""

import pytest
from sqlalchemy import select

from tests.make.visits import make_uuid
from tests.visits.test_services import give_to_other_team
from vneid_field.extensions import db
from vneid_field.lists.hand_over_queries import find_holder
from vneid_field.lists.kinds import Purpose
from vneid_field.lists.services import hand_over, receive, take_back
from vneid_field.visits.models import VisitEvent


@pytest.fixture
def lists(arrange):
    """The team's list, and the first two people on another team's: ids only."""
    with arrange() as world:
        first = world.hand_over_all()
        people = world.citizens
        take_back(actor=world.actor("commune"), campaign=world.campaign, given=first)
        give_to_other_team(world, people[:2])
        mine = hand_over(
            actor=world.actor("commune"),
            campaign=world.campaign,
            from_unit=world.ward,
            team=world.team,
            citizens=people[2:],
        )
        receive(actor=world.actor("leader"), given=mine)
        return mine.id, [person.id for person in people]


def typed(*ids, outcome="refused", **more):
    lines = {f"outcome-{one}": outcome for one in ids}
    uuids = {f"uuid-{one}": make_uuid() for one in ids}
    return {"day": "2023-07-04", "hour": "10:00", **lines, **uuids, **more}


def visited():
    return set(db.session.scalars(select(VisitEvent.citizen_id)))


@pytest.mark.parametrize("login_name", ["leader", "commune"])
def test_somebody_of_another_list_is_told_and_the_good_lines_are_kept(
    arrange, login, lists, login_name
):
    list_id, people = lists
    response = login(login_name).post(
        f"/lists/{list_id}/type-in", 200, **typed(people[0], people[2], people[3])
    )
    page = response.get_data(as_text=True)
    assert "Đã lưu 2 dòng; 1 người không còn trong danh sách nên không lưu." in page
    with arrange():
        assert visited() == {people[2], people[3]}


def test_a_line_to_mend_is_told_beside_one_that_has_gone(arrange, login, lists):
    list_id, people = lists
    data = typed(people[0], people[2]) | {f"outcome-{people[3]}": "absent"}
    page = login("commune").post(f"/lists/{list_id}/type-in", 200, **data).get_data(as_text=True)
    assert "Đã lưu 1 dòng; 1 dòng còn lại cần sửa; 1 người không còn" in page
    with arrange():
        assert visited() == {people[2]}


@pytest.mark.parametrize("name", ["outcome-abc", "outcome-", "outcome-99999999999999999999"])
def test_a_field_that_is_no_line_is_not_read(arrange, login, lists, name):
    list_id, people = lists
    login("commune").post(f"/lists/{list_id}/type-in", **typed(people[2]), **{name: "refused"})
    with arrange():
        assert visited() == {people[2]}


@pytest.mark.parametrize("who", ["other.leader", "sibling.leader", "commune"])
def test_only_a_member_of_the_lists_team_can_have_walked(arrange, login, lists, who):
    list_id, people = lists
    with arrange() as world:
        stranger = world.user(who).id
    login("commune").post(
        f"/lists/{list_id}/type-in", 404, **typed(people[2], performed_by=stranger)
    )
    with arrange():
        assert visited() == set()


def test_a_walk_of_the_year_one_is_refused(arrange, login, lists):
    list_id, people = lists
    data = typed(people[2]) | {"day": "0001-01-01"}
    login("commune").post(f"/lists/{list_id}/type-in", 422, **data)
    with arrange():
        assert visited() == set()


def test_a_repeat_opens_no_other_person_who_is_not_on_the_list(arrange, login, lists):
    """The UUID of an earlier result speaks for its own line alone."""
    list_id, (other, *_rest) = lists
    with arrange() as world:
        there = find_holder(world.campaign.id, other, Purpose.ACTIVATE).hand_over_id
    police, before = login("commune"), typed(other)
    police.post(f"/lists/{there}/type-in", **before)
    sent = typed(other, outcome="activated_app")
    sent |= {"outcome-999999": "refused", "uuid-999999": before[f"uuid-{other}"]}
    page = police.post(f"/lists/{list_id}/type-in", 200, **sent).get_data(as_text=True)
    assert "2 người không còn trong danh sách" in page
    with arrange():
        assert list(db.session.scalars(select(VisitEvent.outcome))) == ["refused"]
