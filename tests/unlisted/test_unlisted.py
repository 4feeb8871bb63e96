"""People outside the list: taken down without revealing anything, matched, counted once."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from tests.conftest import on_both
from tests.databases import START
from tests.make.people import make_citizen, make_household
from tests.make.unlisted import NUMBER, make_taken
from tests.make.visits import make_visit
from tests.make.world import DAY
from vneid_field.audit.models import AuditEvent
from vneid_field.core import clock
from vneid_field.core.errors import Conflict, DomainError
from vneid_field.extensions import db
from vneid_field.figures.queries import home_days, performed_days
from vneid_field.lists import holders
from vneid_field.people.kinds import ApplicationState
from vneid_field.recount import check
from vneid_field.review.queries import list_checklists
from vneid_field.unlisted import queries, services
from vneid_field.unlisted.kinds import UnlistedState
from vneid_field.unlisted.models import UnlistedPerson
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.services import record_visit


def take(world, given=None, login="volunteer"):
    row, _visit = services.take_down(
        actor=world.actor(login), campaign=world.campaign, given=given or make_taken()
    )
    return row


def match(world, row, login="commune"):
    return services.match(actor=world.actor(login), campaign=world.campaign, unlisted_id=row.id)


def newcomer(world, **values):
    """The person whom a later list brings."""
    home = make_household(world.hamlet, address_line="40 Lê Lai")
    return make_citizen(home, citizen_id=NUMBER, full_name="Trần Thị Chợ", **values)


def activated_by_team(world, on=DAY):
    scope = world.actor("commune").scope
    return performed_days(scope, world.campaign.id, [world.team], on, on).whole_day.activated


def clean(world):
    assert check(world.campaign) == []
    assert holders.check(world.campaign) == []


@on_both
def test_an_unknown_person_waits_and_counts_for_the_team_on_its_day_once_matched(world):
    row = take(world)
    assert row.state is UnlistedState.WAITING
    with pytest.raises(DomainError, match="Chưa có ai"):
        match(world, row)
    person = newcomer(world)
    assert activated_by_team(world) == 0
    with clock.frozen(clock.at_local(DAY.replace(day=6), START.time())):
        row, visit = match(world, row)
        again, nothing = match(world, row)  # a double click
    assert (again.state, nothing) == (UnlistedState.MATCHED, None)
    assert (visit.counted_on, visit.performed_by_unit_id) == (DAY, world.team.id)
    volunteer = world.user("volunteer").id
    assert (visit.performed_by, visit.recorded_by) == (volunteer, volunteer)
    assert person.visit_status == "activated_app"
    assert activated_by_team(world) == 1
    assert activated_by_team(world, DAY.replace(day=6)) == 0
    scope = world.actor("commune").scope
    homes = home_days(scope, world.campaign.id, world.ward.path, DAY, DAY)
    assert homes.whole_day.activated == 1
    assert row.matched_citizen_id == person.id
    clean(world)
    queue = list_checklists(scope, world.campaign.id, DAY)
    assert [one.household.id for one in queue] == [person.household_id]  # reviewed as any other


@on_both
def test_whom_the_team_holds_itself_is_recorded_at_once(world):
    world.hand_over_all()
    person = world.citizens[0]
    row, visit = services.take_down(
        actor=world.actor("volunteer"),
        campaign=world.campaign,
        given=make_taken(citizen_id=person.citizen_id),
    )
    assert (row.state, row.decided_by) == (UnlistedState.MATCHED, None)
    assert visit.citizen_id == person.id
    assert activated_by_team(world) == 1
    clean(world)


@on_both
def test_whom_another_team_holds_waits_for_police_and_both_results_are_kept(world):
    world.hand_over_all()
    person = world.citizens[0]
    record_visit(
        actor=world.actor("volunteer"),
        campaign=world.campaign,
        citizen_id=person.id,
        given=make_visit(Outcome.REFUSED),
    )
    row = take(world, make_taken(citizen_id=person.citizen_id), login="other.leader")
    assert row.state is UnlistedState.WAITING
    assert person.visit_status == "refused"
    match(world, row)
    assert person.visit_status == "activated_app"
    events = db.session.scalars(
        select(VisitEvent.performed_by_unit_id).where(VisitEvent.citizen_id == person.id)
    )
    assert set(events) == {world.team.id, world.other_team.id}
    clean(world)


@on_both
def test_a_person_of_another_commune_is_passed_on_and_counted_there(world):
    world.hand_over_all()
    person = world.citizens[0]
    row = take(world, make_taken(citizen_id=person.citizen_id), login="sibling.leader")
    sibling, own = world.actor("sibling.commune"), world.actor("commune")
    found = queries.find_matches(sibling.scope, [row.citizen_id_index])[row.citizen_id_index]
    assert (found.citizen, found.commune.id) == (None, world.ward.id)  # where, and nothing else
    with pytest.raises(DomainError, match="chuyển cho nơi cư trú"):
        match(world, row, "sibling.commune")
    with pytest.raises(NoResultFound):
        match(world, row)  # not of this queue yet
    services.hand_over(
        actor=sibling,
        campaign=world.campaign,
        unlisted_id=row.id,
        commune=world.ward,
        reason="ở An Hòa",
    )
    with pytest.raises(Conflict, match=f"chuyển cho Công an {world.ward.name}"):
        services.reject(actor=sibling, campaign=world.campaign, unlisted_id=row.id, reason="trùng")
    handed = queries.page_queue(sibling.scope, world.campaign.id, "handed", number=1)
    assert [one.id for one in handed.items] == [row.id]
    assert queries.count_tabs(own.scope, world.campaign.id)["waiting"] == 1
    match(world, row)
    assert person.visit_status == "activated_app"
    clean(world)


@on_both
def test_a_refused_one_counts_nothing_and_cannot_be_matched_any_more(world):
    row = take(world)
    newcomer(world)
    police = world.actor("commune")
    with pytest.raises(DomainError, match="vì sao"):
        services.reject(actor=police, campaign=world.campaign, unlisted_id=row.id, reason=" ")
    for _twice in range(2):
        services.reject(
            actor=police, campaign=world.campaign, unlisted_id=row.id, reason="Sai người"
        )
    with pytest.raises(Conflict, match="bị từ chối lúc"):
        match(world, row)
    assert activated_by_team(world) == 0
    clean(world)


@on_both
@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ApplicationState.NOT_COLLECTED, "chưa được phê duyệt"),
        (ApplicationState.MOVED_OUT, "đưa ra khỏi danh sách"),
    ],
)
def test_only_an_approved_application_is_counted(world, state, words):
    row = take(world)
    newcomer(world, application_state=state)
    with pytest.raises(Conflict, match=words):
        match(world, row)
    assert row.state is UnlistedState.WAITING


@on_both
def test_the_same_tap_is_one_person_and_another_body_is_refused(world):
    given = make_taken()
    first = take(world, given)
    assert take(world, given).id == first.id
    with pytest.raises(Conflict, match="nội dung khác"):
        take(world, make_taken(uuid=given.uuid, full_name="Tên Khác"))
    with pytest.raises(Conflict):
        take(world, given, "other.leader")  # somebody else's tap
    assert len(db.session.scalars(select(UnlistedPerson)).all()) == 1
    with pytest.raises(DomainError, match="trong danh sách"):
        take(world, make_taken(Outcome.NOBODY_HOME))


@on_both
def test_numbers_are_sealed_and_never_in_the_log(world):
    row = take(world, make_taken(phone="0912000777"))
    police = world.actor("commune")
    number = services.reveal(
        actor=police, campaign=world.campaign, unlisted_id=row.id, field="citizen_id"
    )
    assert number == NUMBER
    raw = db.session.connection().exec_driver_sql("SELECT citizen_id, phone FROM unlisted_person")
    for sealed in raw.one():
        assert NUMBER.encode() not in bytes(sealed)
        assert b"0912000777" not in bytes(sealed)
    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.event.startswith("unlisted."))
    ).all()
    assert [one.event for one in events] == ["unlisted.taken", "unlisted.number_revealed"]
    assert NUMBER not in repr([one.data for one in events])
