"""What a team reports as moved, dead or double counts until commune police confirm it."""

import pytest
from sqlalchemy import select

from tests.conftest import on_both
from tests.make.visits import make_visit
from vneid_field.core.errors import Conflict, DomainError
from vneid_field.extensions import db
from vneid_field.figures.queries import stock_of
from vneid_field.figures.services import HOLDER, HOME
from vneid_field.lists.household_views import correct, take_off
from vneid_field.lists.kinds import ItemState
from vneid_field.lists.models import ListItem
from vneid_field.people.kinds import ApplicationState as S
from vneid_field.recount import check
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.services import record_visit


def stocks(world):
    scope = world.actor("commune").scope
    home = stock_of(scope, world.campaign.id, HOME, world.ward.path)
    held = stock_of(scope, world.campaign.id, HOLDER, world.team.path)
    return home.remaining, held.remaining


def report(world, citizen, outcome=Outcome.MOVED_OUT):
    record_visit(
        actor=world.actor("volunteer"),
        campaign=world.campaign,
        citizen_id=citizen.id,
        given=make_visit(outcome),
    )


def confirm(world, citizen, to=S.MOVED_OUT, reason="Đã xác minh tại nơi cư trú"):
    take_off(
        actor=world.actor("commune"), campaign=world.campaign, citizen=citizen, to=to, reason=reason
    )


@on_both
@pytest.mark.parametrize(
    ("outcome", "to"),
    [
        (Outcome.MOVED_OUT, S.MOVED_OUT),
        (Outcome.DECEASED, S.DECEASED),
        (Outcome.DUPLICATE, S.INELIGIBLE),
    ],
)
def test_a_reported_person_leaves_the_denominator_only_when_police_confirm(world, outcome, to):
    world.hand_over_all()
    citizen, all_of_them = world.citizens[0], len(world.citizens)
    report(world, citizen, outcome)
    assert stocks(world) == (all_of_them, all_of_them)
    confirm(world, citizen, to)
    assert stocks(world) == (all_of_them - 1, all_of_them - 1)
    item = db.session.scalar(select(ListItem).where(ListItem.citizen_id == citizen.id))
    assert item.state is ItemState.TAKEN_BACK
    assert check(world.campaign) == []


@on_both
def test_a_confirmation_is_corrected_back_to_where_the_person_was(world):
    world.hand_over_all()
    citizen = world.citizens[0]
    confirm(world, citizen)
    correct(
        actor=world.actor("commune"), campaign=world.campaign, citizen=citizen, reason="Nhầm người"
    )
    assert citizen.application_state is S.APPROVED
    assert stocks(world)[0] == len(world.citizens)
    assert check(world.campaign) == []


def test_a_confirmation_needs_its_ground_and_a_step_that_is_allowed(world):
    citizen = world.citizens[0]
    with pytest.raises(DomainError, match="lý do"):
        confirm(world, citizen, reason=" ")
    with pytest.raises(Conflict):
        confirm(world, citizen, to=S.ACTIVATED)


def test_the_citizens_page_offers_the_confirmation_and_says_what_it_needs(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        report(world, world.citizens[0])
        citizen_id = world.citizens[0].id
    pages = login("commune")
    assert "đang chờ Công an xác nhận" in pages.text(f"/people/{citizen_id}")
    answer = pages.post(f"/people/{citizen_id}/take-off", 422, to="không có", reason="x")
    assert "Hãy chọn đã chuyển đi" in answer.get_data(as_text=True)
    pages.post(f"/people/{citizen_id}/take-off", to="moved_out", reason="Đã xác minh")
    text = pages.text(f"/people/{citizen_id}")
    assert "Công an xác nhận" in text
    assert "Đã chuyển đi: Đã xác minh" in text
