"""Recording at the door on both databases: repeats, scopes, counters, stocks."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from tests.conftest import on_both
from tests.databases import START
from tests.make.visits import make_uuid, make_visit
from vneid_field.core import clock
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.extensions import db
from vneid_field.figures.queries import performed_days, stock_of
from vneid_field.lists.models import ListItem
from vneid_field.lists.services import hand_over, receive, take_back
from vneid_field.people.models import Citizen
from vneid_field.recount import check
from vneid_field.visits import services
from vneid_field.visits.corrections import undo_result
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.queries import list_ticks


def record(world, citizen, given, login="volunteer", **more):
    return services.record_visit(
        actor=world.actor(login),
        campaign=world.campaign,
        citizen_id=citizen.id,
        given=given,
        **more,
    )


def correct(world, citizen, uuid, login="commune", note="gọi lại, người dân nói chưa làm"):
    """Commune police take a team's result back."""
    given = make_visit(None, undoes=uuid, note=note)
    return undo_result(
        actor=world.actor(login), campaign=world.campaign, citizen_id=citizen.id, given=given
    )[0]


def count_events():
    return db.session.scalar(select(func.count()).select_from(VisitEvent))


def give_to_other_team(world, citizens):
    given = hand_over(
        actor=world.actor("commune"),
        campaign=world.campaign,
        from_unit=world.ward,
        team=world.other_team,
        citizens=citizens,
    )
    receive(actor=world.actor("other.leader"), given=given)
    return given


@on_both
def test_the_same_tap_again_is_the_same_success_and_one_event(world):
    world.hand_over_all()
    person, given = world.citizens[0], make_visit(Outcome.ACTIVATED_APP)
    first = record(world, person, given)
    with clock.frozen(START + timedelta(minutes=9)):
        again = record(world, person, given)
    assert again.is_repeat
    assert not first.is_repeat
    assert (again.event.id, again.fold) == (first.event.id, first.fold)
    assert count_events() == 1
    assert check(world.campaign) == []


@on_both
def test_the_same_uuid_with_another_body_is_a_conflict_that_shows_both(world):
    world.hand_over_all()
    person, given = world.citizens[0], make_visit(Outcome.REFUSED)
    record(world, person, given)
    with pytest.raises(Conflict) as refusal:
        record(world, person, make_visit(Outcome.ACTIVATED_APP, uuid=given.uuid))
    assert set(refusal.value.details) == {"Đã ghi", "Vừa gửi"}
    with pytest.raises(Conflict):
        record(world, world.citizens[1], given)
    assert count_events() == 1


@on_both
def test_a_result_moves_the_counters_of_the_team_and_both_stocks(world):
    world.hand_over_all()
    record(world, world.citizens[0], make_visit(Outcome.ACTIVATED_WEB))
    record(world, world.citizens[1], make_visit(Outcome.NOBODY_HOME))
    scope = world.actor("commune").scope
    today = clock.today()
    done = performed_days(scope, world.campaign.id, [world.team], today, today).whole_day
    assert (done.activated, done["visits"], done["out_nobody_home"]) == (1, 2, 1)
    for basis, path in (("home", world.ward.path), ("holder", world.team.path)):
        stock = stock_of(scope, world.campaign.id, basis, path)
        assert (stock["activated"], stock["pending"], stock["unvisited"]) == (1, 1, 22), basis


@on_both
def test_an_undo_is_another_event_and_takes_everything_back(world):
    world.hand_over_all()
    person = world.citizens[0]
    given = make_visit(Outcome.ACTIVATED_APP)
    record(world, person, given)
    item = db.session.scalar(select(ListItem).where(ListItem.citizen_id == person.id))
    assert item.done_at is not None
    undone = record(world, person, make_visit(None, undoes=given.uuid))
    assert undone.fold.status is None
    assert (person.visit_status, person.visit_attempts, item.done_at) == (None, 0, None)
    assert count_events() == 2
    assert check(world.campaign) == []


def test_only_the_own_team_or_police_undo_a_result(world):
    first = world.hand_over_all()
    person, given = world.citizens[0], make_visit(Outcome.DATA_MISMATCH)
    record(world, person, given)
    take_back(actor=world.actor("commune"), campaign=world.campaign, given=first)
    give_to_other_team(world, [person])
    with pytest.raises(Conflict, match="tổ khác"):
        record(world, person, make_visit(None, undoes=given.uuid), "other.leader")
    assert correct(world, person, given.uuid).fold.status is None
    assert check(world.campaign) == []


def test_an_undo_of_nothing_or_of_somebody_elses_result_is_not_found(world):
    world.hand_over_all()
    given = make_visit(Outcome.REFUSED)
    record(world, world.citizens[0], given)
    for unknown in (make_uuid(), given.uuid):
        with pytest.raises(NotFound):
            record(world, world.citizens[1], make_visit(None, undoes=unknown))


@on_both
def test_two_teams_results_on_one_person_are_kept_and_the_second_is_told_of_the_first(world):
    first = world.hand_over_all()
    person = world.citizens[0]
    record(world, person, make_visit(Outcome.DATA_MISMATCH), "leader")
    take_back(actor=world.actor("commune"), campaign=world.campaign, given=first)
    give_to_other_team(world, [person])
    second = record(world, person, make_visit(Outcome.REFUSED), "other.leader")
    assert second.other_team_id == world.team.id
    assert second.fold.status is Outcome.DATA_MISMATCH
    query = select(VisitEvent.performed_by_unit_id).where(VisitEvent.citizen_id == person.id)
    assert set(db.session.scalars(query)) == {world.team.id, world.other_team.id}
    third = record(world, person, make_visit(Outcome.ACTIVATED_APP), "other.leader")
    assert third.other_team_id is None
    assert check(world.campaign) == []


@pytest.mark.parametrize("login", ["other.leader", "sibling.leader", "sibling.commune"])
@on_both
def test_somebody_who_neither_holds_nor_governs_the_person_finds_nobody(world, login):
    world.hand_over_all()
    with pytest.raises(NoResultFound):
        record(world, world.citizens[0], make_visit(), login)


def test_a_list_that_was_not_received_or_was_taken_back_takes_no_result(world):
    given = world.hand_over_all(is_received=False)
    with pytest.raises(Conflict, match="bấm nhận"):
        record(world, world.citizens[0], make_visit())
    receive(actor=world.actor("leader"), given=given)
    take_back(actor=world.actor("commune"), campaign=world.campaign, given=given)
    with pytest.raises(Conflict, match="đã rời danh sách"):
        record(world, world.citizens[0], make_visit())


def test_what_police_type_in_counts_for_the_team_that_did_it(world):
    world.hand_over_all()
    member = world.user("volunteer").id
    given = make_visit(Outcome.REFUSED, is_typed_in=True)
    event = record(world, world.citizens[0], given, "commune", performed_by=member).event
    assert event.performed_by_unit_id == world.team.id
    assert (event.performed_by, event.recorded_by) == (member, world.user("commune").id)


def test_a_broken_rule_is_refused_with_its_sentence_and_nothing_is_kept(world):
    world.hand_over_all()
    with pytest.raises(DomainError, match="lý do vắng mặt"):
        record(world, world.citizens[0], make_visit(Outcome.ABSENT))
    assert count_events() == 0


def test_an_appointment_made_offline_is_kept_although_it_arrives_after_its_hour(world):
    world.hand_over_all()
    at_the_door, synced = START + timedelta(hours=1), START + timedelta(hours=5)
    given = make_visit(
        Outcome.REVISIT,
        next_visit_at=START + timedelta(hours=2),
        device_at=at_the_door,
        device_sent_at=synced,
    )
    with clock.frozen(synced):
        event = record(world, world.citizens[0], given).event
    assert event.happened_at == at_the_door


def test_a_number_learnt_at_the_door_stands_beside_the_lists_number(world):
    world.hand_over_all()
    person = world.citizens[0]
    listed = person.phone
    record(world, person, make_visit(Outcome.PHONE_MISMATCH, new_phone="0987654321"))
    assert (person.phone, person.field_phone) == (listed, "0987654321")


@on_both
def test_marking_a_household_from_the_phone_leaves_final_results_alone(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        household_id = world.households[0].id
        query = select(Citizen).where(Citizen.household_id == household_id).order_by(Citizen.id)
        record(world, db.session.scalars(query).first(), make_visit(Outcome.ALREADY_ACTIVATED))
    login("volunteer").post(f"/households/{household_id}/visits", outcome="nobody_home")
    with arrange() as world:
        statuses = [c.visit_status for c in db.session.scalars(query)]
        assert statuses == ["already_activated", "nobody_home"]
        assert count_events() == 2
        assert check(world.campaign) == []


def test_an_outsiders_phone_gets_404_for_a_visit(arrange, login):
    with arrange() as world:
        world.hand_over_all()
        citizen_id = world.citizens[0].id
    pages = login("other.leader")
    pages.post(f"/citizens/{citizen_id}/visits", 404, outcome="refused", uuid=make_uuid())
    with arrange():
        assert count_events() == 0


@on_both
def test_a_colleague_continues_the_guide_where_it_was_left(world):
    world.hand_over_all()
    person = world.citizens[0]

    def tick(login, step, is_done=True):
        services.tick_step(
            actor=world.actor(login),
            campaign=world.campaign,
            citizen_id=person.id,
            step=step,
            is_done=is_done,
        )

    tick("volunteer", "agrees")
    tick("leader", "agrees")
    tick("leader", "app_ready")
    assert list_ticks([person.id], world.campaign.id) == {person.id: {"agrees", "app_ready"}}
    tick("volunteer", "agrees", is_done=False)
    tick("volunteer", "agrees", is_done=False)
    assert list_ticks([person.id], world.campaign.id) == {person.id: {"app_ready"}}
    with pytest.raises(NotFound):
        tick("volunteer", "otp_code")
    with pytest.raises(NoResultFound):
        tick("other.leader", "agrees")


FINAL = {"activated_app", "activated_web", "already_activated", "moved_out"} | {
    "deceased",
    "duplicate",
}


class Walk:
    """Random results, undos, repeats and a moved list; the same for the same seed."""

    def __init__(self, world, seed):
        self.world, self.rng = world, random.Random(seed)
        self.given, self.login = world.hand_over_all(), "volunteer"
        self.people = world.citizens[:6]
        self.sent, self.undone = [], set()

    def result(self):
        outcome, now = self.rng.choice(list(Outcome)), clock.now()
        at = now - timedelta(minutes=self.rng.choice([0, 20, 600, 2000]))
        more = {}
        if outcome is Outcome.ABSENT:
            more = {"sub_reason": self.rng.choice(list(AbsentReason)[:4])}
        if outcome is Outcome.REVISIT:
            more = {"next_visit_at": now + timedelta(hours=3)}
        return make_visit(outcome, device_at=at, device_sent_at=now, **more)

    def undo(self, person, uuid):
        if uuid in self.undone:
            with pytest.raises(Conflict):
                correct(self.world, person, uuid)
            return
        correct(self.world, person, uuid)
        self.undone.add(uuid)

    def step(self):
        person = self.rng.choice(self.people)
        login = self.rng.choice([self.login, "commune"])
        own = [given for one, given in self.sent if one is person]
        chance = self.rng.random()
        if own and chance < 0.3:
            self.undo(person, self.rng.choice(own).uuid)
        elif own and chance < 0.4:
            assert record(self.world, person, self.rng.choice(own), login).is_repeat
        else:
            given = self.result()
            self.sent.append((person, given))
            record(self.world, person, given, login)

    def move_list(self):
        take_back(actor=self.world.actor("commune"), campaign=self.world.campaign, given=self.given)
        self.people = [c for c in self.world.citizens[:12] if c.visit_status not in FINAL]
        give_to_other_team(self.world, self.people)
        self.login = "other.leader"


@pytest.mark.parametrize("seed", [1, 2, 3])
@on_both
def test_counters_and_stocks_equal_a_recount_after_any_history(world, seed):
    walk = Walk(world, seed)
    for number in range(45):
        with clock.frozen(START + timedelta(hours=2 * number)):
            walk.step()
            if number == 22:
                walk.move_list()
        if number % 5 == 4:
            assert check(world.campaign) == [], number
    assert count_events() > 35
