"""Two officers at the same person outside the list, correction or national list."""

import pytest
from sqlalchemy import select

from tests.conftest import on_both
from tests.lists.test_intake import upload
from tests.make.sheets import TITLES, person_rows, xlsx
from tests.make.unlisted import make_taken
from tests.make.visits import make_uuid
from tests.races.test_races import agrees
from vneid_field.core.errors import Conflict, DomainError
from vneid_field.extensions import db
from vneid_field.jobs.services import run_waiting
from vneid_field.lists import holders, import_services
from vneid_field.lists import services as lists
from vneid_field.lists.hand_over_queries import list_hand_overs
from vneid_field.lists.import_queries import get_import
from vneid_field.lists.kinds import ImportKind, ImportState
from vneid_field.lists.models import ListImport
from vneid_field.lists.queries import holds_open_items
from vneid_field.people import field_corrections
from vneid_field.people.kinds import CorrectedField, CorrectionState
from vneid_field.people.models import FieldCorrection
from vneid_field.units.services import close_team, lock_team
from vneid_field.unlisted import services as unlisted
from vneid_field.unlisted.kinds import UnlistedState
from vneid_field.unlisted.models import UnlistedPerson
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.models import VisitEvent

pytestmark = on_both


def clean(world):
    return agrees(world) and holders.check(world.campaign) == []


@pytest.fixture
def taken(arrange):
    """Somebody on one team's list whom another team of the ward met at the market."""
    with arrange() as world:
        world.hand_over_all()
        person = world.citizens[0]
        row, _visit = unlisted.take_down(
            actor=world.actor("other.leader"),
            campaign=world.campaign,
            given=make_taken(citizen_id=person.citizen_id),
        )
        return row.id


def matching(taken):
    def act(world):
        row, event = unlisted.match(
            actor=world.actor("commune"), campaign=world.campaign, unlisted_id=taken
        )
        return row.state, event is not None

    return act


def rejecting(taken):
    def act(world):
        return unlisted.reject(
            actor=world.actor("commune"),
            campaign=world.campaign,
            unlisted_id=taken,
            reason="Trùng người",
        ).state

    return act


def handing(taken, code="31117", reason="ở nơi khác"):
    def act(world):
        return unlisted.hand_over(
            actor=world.actor("commune"),
            campaign=world.campaign,
            unlisted_id=taken,
            commune=world.unit(code),
            reason=reason,
        ).commune_id

    return act


def test_a_case_matched_twice_at_once_is_counted_once(race, arrange, taken):
    answers = race(matching(taken), matching(taken))
    assert answers == [(UnlistedState.MATCHED, True), (UnlistedState.MATCHED, False)]
    with arrange() as world:
        events = select(VisitEvent).where(VisitEvent.outcome == Outcome.ACTIVATED_APP)
        assert len(db.session.scalars(events).all()) == 1
        assert clean(world)


@pytest.mark.parametrize("is_match_first", [True, False])
def test_a_case_matched_and_rejected_at_once_is_decided_once(race, arrange, taken, is_match_first):
    acts = [matching(taken), rejecting(taken)]
    answers = race(*(acts if is_match_first else reversed(acts)))
    with arrange() as world:
        row = db.session.get_one(UnlistedPerson, taken)
        assert row.state is (UnlistedState.MATCHED if is_match_first else UnlistedState.REJECTED)
        assert isinstance(answers[1], Conflict)
        assert "lúc" in answers[1].message
        counted = world.citizens[0].visit_status == "activated_app"
        assert counted is is_match_first
        assert clean(world)


def test_a_case_passed_on_twice_at_once_goes_once_and_the_second_reads_where(race, arrange, taken):
    answers = race(handing(taken), handing(taken))
    with arrange() as world:
        assert answers == [world.unit("31117").id] * 2  # the same press: the same success
    again = race(handing(taken, reason="khác"), handing(taken, "31123"))
    late = race(matching(taken), rejecting(taken))
    with arrange() as world:
        for answer in (*again, *late):
            assert isinstance(answer, Conflict), answer
            assert f"chuyển cho Công an {world.unit('31117').name}" in answer.message
        assert db.session.get_one(UnlistedPerson, taken).commune_id == world.unit("31117").id
        assert clean(world)


def test_a_case_passed_on_to_two_communes_at_once_is_at_the_first(race, arrange, taken):
    answers = race(handing(taken), handing(taken, "31123"))
    with arrange() as world:
        assert answers[0] == world.unit("31117").id
        assert isinstance(answers[1], Conflict)
        assert db.session.get_one(UnlistedPerson, taken).commune_id == answers[0]


@pytest.fixture
def told(arrange):
    """Another address, told by the team."""
    with arrange() as world:
        world.hand_over_all()
        person = world.citizens[0]
        row = field_corrections.tell(
            actor=world.actor("leader"),
            citizen=person,
            address_line="1 Mậu Thân",
            field=CorrectedField.ADDRESS,
            value="9 Lê Lai",
            uuid=make_uuid(),
        )
        return row.id


def deciding(told, *, is_done, reason="Không đúng"):
    def act(world):
        actor = world.actor("commune")
        row = field_corrections.get_correction(actor.scope, told, to_write=True)
        if is_done:
            return field_corrections.set_done(actor=actor, row=row)
        return field_corrections.refuse(actor=actor, row=row, reason=reason)

    return act


def test_a_correction_done_or_refused_twice_at_once_is_decided_once(race, arrange, told):
    assert race(deciding(told, is_done=True), deciding(told, is_done=True)) == [True, False]
    late = race(deciding(told, is_done=False), deciding(told, is_done=False))
    assert all(isinstance(answer, Conflict) for answer in late)


def test_a_correction_done_and_refused_at_once_is_as_the_first_decided(race, arrange, told):
    answers = race(deciding(told, is_done=False), deciding(told, is_done=True))
    assert answers[0] is None
    assert isinstance(answers[1], Conflict)
    with arrange():
        row = db.session.get_one(FieldCorrection, told)
        assert row.state is CorrectionState.REFUSED


@pytest.fixture
def delta(app, arrange):
    """A list of new people, read and not yet applied; returns its id."""
    with arrange() as world:
        hamlets = [world.hamlet.name]
        content = xlsx(list(person_rows(6, hamlets=hamlets)), titles=TITLES)
        import_id = upload(world, content, kind=ImportKind.NOT_COLLECTED).id
    with app.app_context():
        run_waiting()
    return import_id


def on_list(act, import_id, **fields):
    def acting(world):
        actor = world.actor("commune")
        done = get_import(
            actor.scope, world.campaign.id, import_id, with_content=True, to_write=True
        )
        act(actor=actor, done=done, **fields)
        return done.state

    return acting


def state_of(arrange, import_id):
    with arrange():
        return db.session.get_one(ListImport, import_id).state


def test_a_list_applied_twice_and_dropped_at_once_is_applied_once(app, race, arrange, delta):
    applying = on_list(import_services.apply_import, delta)
    assert race(applying, applying) == [ImportState.APPLYING] * 2
    with app.app_context():
        run_waiting()
    assert state_of(arrange, delta) is ImportState.APPLIED
    undoing = on_list(import_services.undo_import, delta, reason="nhầm")
    assert race(undoing, undoing) == [ImportState.UNDOING] * 2
    with app.app_context():
        run_waiting()
    assert state_of(arrange, delta) is ImportState.UNDONE
    with arrange() as world:
        assert clean(world)


def test_a_list_dropped_while_it_is_applied_is_not_dropped(app, race, arrange, delta):
    applying = on_list(import_services.apply_import, delta)
    answers = race(applying, on_list(import_services.discard, delta))
    assert isinstance(answers[1], DomainError)
    with app.app_context():
        run_waiting()
    assert state_of(arrange, delta) is ImportState.APPLIED
    with arrange() as world:
        assert clean(world)


def closing(world):
    lock_team(world.other_team)
    busy = holds_open_items(world.other_team.id)
    close_team(actor=world.actor("commune"), team=world.other_team, is_busy=busy)
    return "closed"


def giving(world):
    return lists.hand_over_hamlet(
        actor=world.actor("commune"),
        campaign=world.campaign,
        commune=world.ward,
        hamlet=world.hamlet,
        team=world.other_team,
    )


def moving(world):
    actor = world.actor("commune")
    given = list_hand_overs(actor.scope, world.campaign.id)[0]
    return lists.move(actor=actor, campaign=world.campaign, given=given, team=world.other_team)


@pytest.mark.parametrize("is_closed_first", [True, False])
@pytest.mark.parametrize("act", [giving, moving])
def test_nobody_is_given_to_a_team_that_is_closed_at_once(race, arrange, act, is_closed_first):
    if act is moving:
        with arrange() as world:
            world.hand_over_all()
    answers = race(*((closing, act) if is_closed_first else (act, closing)))
    assert isinstance(answers[1], Conflict), answers
    assert ("giải thể" if is_closed_first else "đang giữ danh sách") in answers[1].message
    with arrange() as world:
        assert holds_open_items(world.other_team.id) is not is_closed_first
        assert world.other_team.is_active is not is_closed_first
        assert clean(world)
