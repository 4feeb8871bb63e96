"""Stocks and flows as boards read them: who did it, opening figures, and what recount finds."""

import pytest
from sqlalchemy import select, update

from tests.conftest import on_both
from tests.make.visits import make_visit
from tests.make.world import DAY
from vneid_field.core import clock
from vneid_field.core.errors import DomainError
from vneid_field.extensions import db
from vneid_field.figures.models import Flow, OpeningFigure, UnitStock
from vneid_field.figures.queries import home_days, performed_days, stock_of
from vneid_field.figures.rules import Bucket, Counter
from vneid_field.figures.services import enter_opening_figure
from vneid_field.figures.stocks import bucket_of
from vneid_field.lists.hand_over_queries import count_items, list_waiting_citizens
from vneid_field.lists.models import ListItem
from vneid_field.lists.queries import find_next_household
from vneid_field.lists.services import hand_over, move, receive, take_back
from vneid_field.people.kinds import ApplicationState
from vneid_field.recount import check
from vneid_field.reporting.summary import summarise
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.services import record_visit


def record(world, number, outcome, login="volunteer"):
    return record_visit(
        actor=world.actor(login),
        campaign=world.campaign,
        citizen_id=world.citizens[number].id,
        given=make_visit(outcome),
    )


def stock(world, basis, path):
    return stock_of(world.actor("commune").scope, world.campaign.id, basis, path)


def opening(world, **more):
    values = dict(
        actor=world.actor("commune"),
        campaign_id=world.campaign.id,
        unit=world.ward,
        counted_on=DAY,
        counter=Counter.ACTIVATED_APP,
        value=40,
        reason="Theo báo cáo giấy",
    )
    return enter_opening_figure(**values | more)


@on_both
def test_activations_by_a_team_from_outside_are_told_apart_on_the_board_of_the_home(world):
    helpers = world.unit_of("sibling-team")
    given = hand_over(
        actor=world.actor("commune"),
        campaign=world.campaign,
        from_unit=world.ward,
        team=helpers,
        citizens=world.citizens[:3],
    )
    receive(actor=world.actor("sibling.leader"), given=given)
    record(world, 0, Outcome.ACTIVATED_APP, "sibling.leader")
    record(world, 1, Outcome.ACTIVATED_WEB, "sibling.leader")
    record(world, 2, Outcome.REFUSED, "sibling.leader")
    ward = summarise(world.campaign, world.ward, DAY)
    assert (ward.activation.in_day, ward.work.by_others.day.activated) == (2, 2)
    district = summarise(world.campaign, world.unit("916"), DAY)
    assert (district.activation.in_day, district.work.by_others.day.activated) == (2, 0)
    assert summarise(world.campaign, helpers, DAY).activation.in_day == 2
    assert check(world.campaign) == []


@on_both
def test_an_opening_figure_counts_for_its_unit_and_a_correction_is_another_entry(world):
    opening(world)
    opening(world, value=-3, reason="Đếm trùng")
    scope = world.actor("commune").scope
    days = home_days(scope, world.campaign.id, world.ward.path, DAY, DAY)
    assert (days.whole_day.activated, days.outside) == (37, 0)
    assert check(world.campaign) == []


@on_both
def test_a_teams_opening_figure_counts_for_its_hamlet_and_on_its_own_board(world):
    opening(world, unit=world.team, home_unit=world.hamlet, performed_by=world.team)
    row = db.session.scalars(select(OpeningFigure)).one()
    assert row.unit_id == row.performed_by_unit_id == world.team.id
    assert row.home_unit_id == world.hamlet.id
    scope = world.actor("commune").scope
    mine = performed_days(scope, world.campaign.id, [world.team], DAY, DAY)
    assert mine.whole_day.activated == 40
    homes = home_days(scope, world.campaign.id, world.ward.path, DAY, DAY)
    assert (homes.day_of(world.hamlet.path).activated, homes.outside) == (40, 0)
    assert check(world.campaign) == []


def test_an_opening_figure_needs_its_ground_and_a_day_that_has_come(world):
    with pytest.raises(DomainError, match="căn cứ"):
        opening(world, reason=" ")
    with pytest.raises(DomainError, match="ngày đã qua"):
        opening(world, counted_on=DAY.replace(day=5))


@on_both
def test_recount_finds_a_falsified_flow_a_falsified_stock_and_a_falsified_status(world):
    world.hand_over_all()
    record(world, 0, Outcome.ACTIVATED_APP)
    assert check(world.campaign) == []
    for model, change, place in (
        (Flow, {"activated_app": Flow.activated_app + 1}, "flow"),
        (UnitStock, {"unvisited": UnitStock.unvisited - 1}, "stock"),
    ):
        with db.session.begin_nested() as falsified:
            one = db.session.scalar(select(model.id).limit(1))
            db.session.execute(update(model).where(model.id == one).values(**change))
            db.session.expire_all()
            found = check(world.campaign)
            assert [difference.place for difference in found] == [place]
            falsified.rollback()
    db.session.expire_all()
    world.citizens[0].visit_status = "refused"
    assert {difference.place for difference in check(world.campaign)} == {"citizen", "stock"}


@on_both
def test_stocks_follow_a_list_that_is_taken_back_or_moved(world):
    given = world.hand_over_all()
    record(world, 0, Outcome.ACTIVATED_APP)
    record(world, 1, Outcome.REFUSED)
    actor = world.actor("commune")
    moved = move(actor=actor, campaign=world.campaign, given=given, team=world.other_team)
    team, other = world.team.path, world.other_team.path
    assert stock(world, "holder", team).held == 0
    assert stock(world, "holder", other).values == {"unvisited": 22, "not_activated": 1}
    assert take_back(actor=actor, campaign=world.campaign, given=moved) == 23
    assert stock(world, "holder", other).held == 0
    home = stock(world, "home", world.ward.path)
    assert home.values == {"unvisited": 22, "not_activated": 1, "activated": 1}
    assert check(world.campaign) == []


@on_both
def test_whom_a_team_reports_as_left_remains_until_police_confirm_and_is_not_offered_again(world):
    given = world.hand_over_all()
    for number, outcome in enumerate((Outcome.MOVED_OUT, Outcome.DECEASED)):
        record(world, number, outcome)
    held = stock(world, "holder", world.team.path)
    assert (held["left"], held.remaining) == (2, 24)
    scope = world.actor("volunteer").scope
    gone = world.citizens[0].household_id
    walked = find_next_household(scope, world.campaign.id, after=None, now=clock.now())
    assert walked.household_id != gone
    actor = world.actor("commune")
    counts = count_items([given.id])[given.id]
    assert (counts.done, counts.to_take) == (2, 24)
    assert take_back(actor=actor, campaign=world.campaign, given=given) == 24
    waiting = list_waiting_citizens(actor.scope, world.campaign.id, world.hamlet.id, 100)
    assert {c.id for c in waiting} == {c.id for c in world.citizens}
    assert stock(world, "home", world.ward.path).remaining == 24
    world.hand_over_all()
    item = select(ListItem).where(ListItem.citizen_id == world.citizens[0].id)
    newest = db.session.scalars(item.order_by(ListItem.id.desc())).first()
    assert newest.done_at is not None
    assert check(world.campaign) == []


@pytest.mark.parametrize("state", ["moved_out", "deceased", "ineligible"])
def test_whom_police_take_off_the_list_is_in_no_bucket(state):
    assert bucket_of("approved", "moved_out") is Bucket.LEFT
    assert bucket_of(ApplicationState(state), "moved_out") is None
    assert bucket_of(state, None) is None
