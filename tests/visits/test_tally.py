"""The own tally: what one person did on a day."""

from tests.conftest import on_both
from tests.make.visits import make_visit
from vneid_field.core import clock
from vneid_field.lists.services import take_back
from vneid_field.visits import services
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.rules import CountsAs
from vneid_field.visits.tally import gather_mine


def record(world, person, given, login="volunteer"):
    return services.record_visit(
        actor=world.actor(login), campaign=world.campaign, citizen_id=person.id, given=given
    )


def mine(world, login="volunteer"):
    return gather_mine(world.actor(login), world.campaign, clock.today())


@on_both
def test_the_tally_counts_the_last_result_per_person_and_not_what_was_undone(world):
    world.hand_over_all()
    first, second, third = world.citizens[:3]
    record(world, first, make_visit(Outcome.NOBODY_HOME))
    record(world, first, make_visit(Outcome.ACTIVATED_APP))
    record(world, second, make_visit(Outcome.ABSENT, sub_reason=AbsentReason.STUDYING))
    wrong = make_visit(Outcome.REFUSED)
    record(world, third, wrong)
    record(world, third, make_visit(None, undoes=wrong.uuid))
    own = mine(world)
    assert own.counts == {CountsAs.ACTIVATION: 1, CountsAs.ABSENT: 1}
    assert (own.people, own.households) == (2, len({first.household_id, second.household_id}))
    assert {line.full_name for line in own.lines} == {first.full_name, second.full_name}


@on_both
def test_a_colleagues_results_are_not_mine(world):
    world.hand_over_all()
    record(world, world.citizens[0], make_visit(Outcome.ACTIVATED_APP), login="leader")
    assert mine(world).people == 0
    assert mine(world, "leader").counts == {CountsAs.ACTIVATION: 1}


def test_people_taken_back_stay_counted_but_are_not_named(world):
    given = world.hand_over_all()
    record(world, world.citizens[0], make_visit(Outcome.NOBODY_HOME))
    take_back(actor=world.actor("commune"), campaign=world.campaign, given=given)
    own = mine(world)
    assert (own.people, own.lines, own.hidden) == (1, [], 1)


def test_the_page_says_what_to_do_when_the_day_is_empty(arrange, login):
    with arrange() as world:
        world.hand_over_all()
    pages = login("volunteer")
    assert "Chưa có kết quả nào" in pages.text("/mine")
    assert "Chưa có kết quả nào" in pages.text("/mine?on=không-phải-ngày")
