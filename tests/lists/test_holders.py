"""`vneid-field holders --check`: each broken rule is found, named, and nothing else is."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text, update

from tests.conftest import on_both
from tests.make.people import make_household
from tests.make.visits import make_visit
from vneid_field.commands.holders import holders
from vneid_field.core import clock
from vneid_field.extensions import db
from vneid_field.lists.holders import RULES, check
from vneid_field.lists.kinds import HandOverState, ItemState
from vneid_field.lists.labels import HOLDER_RULE_LABELS
from vneid_field.lists.models import HandOver, ListItem
from vneid_field.lists.services import hand_over, take_back
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Citizen
from vneid_field.units.models import Unit
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.services import record_visit


def first_item():
    return db.session.scalars(select(ListItem).order_by(ListItem.id)).first()


def change(model, row_id, **values):
    db.session.execute(update(model).where(model.id == row_id).values(**values))
    db.session.expire_all()


def break_two_holders(world):
    db.session.execute(text("DROP INDEX uq_list_item_open"))
    held = first_item()
    again = {
        name: getattr(held, name)
        for name in ("campaign_id", "hand_over_id", "citizen_id", "household_id", "purpose")
    }
    row = ListItem(**again, holder_unit_id=held.holder_unit_id, opened_at=clock.now())
    row.state = ItemState.OPEN
    db.session.add(row)
    db.session.flush()


def break_holder_differs(world):
    change(ListItem, first_item().id, holder_unit_id=world.other_team.id)


def break_ended_list(world):
    change(HandOver, first_item().hand_over_id, state=HandOverState.ENDED)


def break_closed_unit(world):
    change(Unit, world.team.id, is_active=False)


def break_other_household(world):
    other = make_household(world.hamlet, address_line="1 Lê Lai")
    change(Citizen, first_item().citizen_id, household_id=other.id)


def break_off_the_list(world):
    change(Citizen, first_item().citizen_id, application_state=ApplicationState.MOVED_OUT)


def break_part_of_nobody(world):
    change(ListItem, first_item().id, assigned_to=world.user("sibling.leader").id)


def break_wrongly_done(world):
    change(ListItem, first_item().id, done_at=clock.now())


def break_no_moment(world):
    change(ListItem, first_item().id, ended_at=clock.now())


def break_lost(world):
    """Somebody of a team that lives nowhere an officer looks."""
    person = world.citizens[-1]
    item = db.session.scalars(select(ListItem).where(ListItem.citizen_id == person.id)).one()
    change(ListItem, item.id, state=ItemState.TAKEN_BACK, ended_at=clock.now())
    assert check(world.campaign) == []  # waiting in a hamlet is being found
    change(Citizen, person.id, unit_id=world.team.id, unit_path=world.team.path)


def break_other_path(world):
    change(Citizen, first_item().citizen_id, unit_path=world.unit("31117").path)


@pytest.mark.parametrize("rule", RULES)
@on_both
def test_a_broken_rule_is_found_and_nothing_else(world, rule):
    world.hand_over_all()
    assert check(world.campaign) == []
    globals()[f"break_{rule}"](world)
    found = check(world.campaign)
    assert {case.rule for case in found} == {rule}
    assert len(found) == (len(world.citizens) if rule in ("ended_list", "closed_unit") else 1)
    assert rule in HOLDER_RULE_LABELS


@on_both
def test_ordinary_work_breaks_nothing(world):
    given = world.hand_over_all()
    for number, outcome in enumerate((Outcome.ACTIVATED_APP, Outcome.MOVED_OUT, Outcome.REFUSED)):
        record_visit(
            actor=world.actor("volunteer"),
            campaign=world.campaign,
            citizen_id=world.citizens[number].id,
            given=make_visit(outcome),
        )
    assert check(world.campaign) == []
    take_back(actor=world.actor("commune"), campaign=world.campaign, given=given)
    assert check(world.campaign) == []
    hand_over(
        actor=world.actor("commune"),
        campaign=world.campaign,
        from_unit=world.ward,
        team=world.other_team,
        citizens=world.citizens[1:],
    )
    assert check(world.campaign) == []


def test_the_command_exits_1_and_names_ids_only(app, arrange):
    with arrange() as world:
        world.hand_over_all()
        person = first_item().citizen_id
        name = db.session.get_one(Citizen, person).full_name
    with app.app_context():
        done = CliRunner().invoke(holders, ["--check"])
    assert (done.exit_code, "đúng một nơi giữ" in done.output) == (0, True)
    with arrange() as world:
        break_holder_differs(world)
    with app.app_context():
        done = CliRunner().invoke(holders, ["--check"])
    assert done.exit_code == 1
    assert f"{person}  nơi giữ khác tổ nhận danh sách (item=" in done.output
    assert "nơi giữ khác tổ nhận danh sách: 1" in done.output
    assert name not in done.output
