"""One object of each kind in a ward, for tests that walk over all endpoints."""

from datetime import date, timedelta
from uuid import uuid4

from sqlalchemy import select

from tests.make.collection_points import sample_of
from tests.make.people import make_citizen, make_household
from tests.make.results import explained
from tests.make.unlisted import make_taken
from tests.make.world import World
from vneid_field.absences.models import AbsenceCase
from vneid_field.accounts.models import RoleGrant, User
from vneid_field.collection.models import Invitation
from vneid_field.collection.transmission_models import Transmission
from vneid_field.core import clock
from vneid_field.core.access import Actor, Grant, Role, make_actor
from vneid_field.documents.kinds import PDF, PaperKind
from vneid_field.documents.services import draft_document, make_rendition, store_document
from vneid_field.extensions import db
from vneid_field.jobs.services import enqueue
from vneid_field.lists.import_services import seal
from vneid_field.lists.kinds import ImportKind, ImportState
from vneid_field.lists.models import ListImport
from vneid_field.lists.services import hand_over, receive
from vneid_field.people.field_corrections import tell
from vneid_field.people.kinds import ApplicationState, CorrectedField
from vneid_field.people.queries import list_members
from vneid_field.reporting.collection_services import enter_collection_result
from vneid_field.reporting.models import Remedy
from vneid_field.review.kinds import ReviewState
from vneid_field.review.models import ChecklistReview
from vneid_field.units.models import TeamHamlet, TeamMember, Unit
from vneid_field.units.queries import list_children
from vneid_field.units.rules import Union, UnitKind
from vneid_field.unlisted.services import take_down
from vneid_field.visits.given import VisitInput
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.services import record_visit

DAY = date(2023, 7, 4)


def _announce(world: World, ward: Unit) -> Remedy:
    """Let the ward's point announce a day below its quota; return what it does about it."""
    (point,) = list_children(ward, (UnitKind.COLLECTION_POINT,))
    result = enter_collection_result(
        actor=None,
        campaign=world.campaign,
        point=point,
        collected_on=DAY,
        collected=0,
        quota=1,
        **explained(1, DAY),
    )
    return result.remedies[0]


def _actor(user: User, role: Role, unit: Unit) -> Actor:
    grant = Grant(role, unit.id, unit.path, unit.kind.value, unit.code, unit.name)
    return make_actor(
        user_id=user.id,
        login_name=user.login_name,
        display_name=user.display_name,
        role=role,
        grants=(grant,),
    )


def _somebody(login: str, role: Role, unit: Unit) -> User:
    user = User(
        login_name=login,
        display_name=login,
        password_hash="x",
        must_change_password=False,
        created_at=clock.now(),
    )
    db.session.add(user)
    db.session.flush()
    db.session.add(RoleGrant(user_id=user.id, role=role, unit_id=unit.id))
    db.session.flush()
    return user


def make_kit(world: World, ward: Unit, *, asker: str) -> dict[str, object]:
    """Return the values of URL parameters and form fields for one ward.

    `asker` is the login of who is taken to have asked for the job.
    """
    team = world.teams_of(ward)[0]
    query = select(Unit).join(TeamHamlet, TeamHamlet.hamlet_id == Unit.id)
    hamlet = db.session.scalars(query.where(TeamHamlet.team_id == team.id)).first()
    assert hamlet is not None
    leader = _somebody(f"kit.{ward.code}", Role.TEAM_LEADER, team)
    district = db.session.get_one(Unit, ward.parent_id)
    below = {
        "team_leader": _somebody(f"v.{ward.code}", Role.VOLUNTEER, team),
        "commune_police": leader,
        "district_police": _somebody(f"c.{ward.code}", Role.COMMUNE_POLICE, ward),
        "city_police": _somebody(f"d.{ward.code}", Role.DISTRICT_POLICE, district),
        "administrator": _somebody(f"u.{ward.code}", Role.COMMUNE_COMMITTEE, ward),
    }
    household = make_household(hamlet, address_line="77 Trần Phú", people=2)
    other = make_household(hamlet, address_line="79 Trần Phú", people=1)
    people = [*list_members(household.id), *list_members(other.id)]
    acting = _actor(leader, Role.TEAM_LEADER, team)
    given = hand_over(
        actor=None, campaign=world.campaign, from_unit=ward, team=team, citizens=people
    )
    receive(actor=acting, given=given)
    uuid = str(uuid4())
    record_visit(
        actor=acting,
        campaign=world.campaign,
        citizen_id=people[0].id,
        given=VisitInput(uuid=uuid, outcome=Outcome.REFUSED),
    )
    given_up = VisitInput(
        uuid=str(uuid4()), outcome=Outcome.ABSENT, sub_reason=AbsentReason.WORKING_AWAY
    )
    record_visit(actor=acting, campaign=world.campaign, citizen_id=people[2].id, given=given_up)
    case_query = select(AbsenceCase.id).where(AbsenceCase.citizen_id == people[2].id)
    review = ChecklistReview(
        campaign_id=world.campaign.id,
        household_id=household.id,
        team_id=team.id,
        commune_id=ward.id,
        counted_on=DAY,
        state=ReviewState.RETURNED,
        remark="Xem lại",
        through_event_id=10**9,
        at=clock.now(),
    )
    done = ListImport(
        campaign_id=world.campaign.id,
        unit_id=ward.id,
        unit_path=ward.path,
        kind=ImportKind.APPROVED_NOT_ACTIVATED,
        as_of_on=DAY,
        state=ImportState.READ,
        content=seal("Họ và tên;Số CCCD\nNguyễn Văn An;092085999999\n".encode()),
        content_sha256="0",
        extension="csv",
        counts={"new": 1, "changed": 0, "unchanged": 0, "rejected": 0, "rows": 1},
        preview='{"rejected": [], "header_row": 1, "titles": ["a", "b"], "columns": {}}',
        created_at=clock.now(),
    )
    batch = Transmission(
        campaign_id=world.campaign.id,
        unit_id=ward.id,
        year=2023,
        number="1/TH",
        number_key="1/th",
        sent_at=clock.now(),
        counted_on=DAY,
        made_at=clock.now(),
    )
    member = TeamMember(team_id=team.id, full_name="Lê A", sort_key="a", union=Union.YOUTH)
    document = draft_document(
        campaign_id=world.campaign.id,
        kind=PaperKind.TEAM_DAILY,
        unit=team,
        title="Phiếu",
        filename="phieu",
        figures={},
        template_version="1",
    )
    rendition = make_rendition(document=document, media_type=PDF, content=b"%PDF-1.4")
    document.renditions.append(rendition)
    store_document(document, actor=None)
    invitation = _invited(world, ward, hamlet)
    unlisted, _visit = take_down(
        actor=acting,
        campaign=world.campaign,
        given=make_taken(citizen_id=f"0920850{ward.code}", phone="0912000777"),
    )
    correction = tell(
        actor=acting,
        citizen=people[0],
        address_line="77 Trần Phú",
        field=CorrectedField.ADDRESS,
        value="78 Trần Phú",
        uuid=str(uuid4()),
    )
    remedy = _announce(world, ward)
    db.session.add_all([review, done, member, batch])
    db.session.flush()
    job = enqueue(
        "lists.walk_list", actor=None, payload={"hand_over_id": given.id}, dedupe_key=uuid
    )
    absent_job = enqueue("absences.print", actor=None, payload={"unit_id": ward.id})
    job.created_by = absent_job.created_by = world.user(asker).id
    db.session.flush()
    return {
        "unit_id": ward.id,
        "team": team.id,
        "team_id": team.id,
        "member_id": member.id,
        "hamlet_id": hamlet.id,
        "user_id": leader.id,
        "below": {role: user.id for role, user in below.items()},
        "household_id": household.id,
        "into": other.id,
        "citizen_id": people[0].id,
        "hand_over_id": given.id,
        "import_id": done.id,
        "document_id": document.id,
        "rendition_id": rendition.id,
        "review_id": review.id,
        "unlisted_id": unlisted.id,
        "correction_id": correction.id,
        "job_id": job.id,
        "remedy_id": remedy.id,
        "invitation_id": invitation.id,
        "absent_job_id": absent_job.id,
        "transmission_id": batch.id,
        "case_id": db.session.scalars(case_query).one(),
        "place_id": world.unit("31183").id,  # a commune that is nobody's here
        "uuid": uuid,
        "seen": 10**9,
        "what": "checked_in",
        "on": DAY.isoformat(),
        "ward_path": ward.path,
        **sample_of(world, ward, asker),
    }


def _invited(world: World, ward: Unit, hamlet: Unit) -> Invitation:
    """Return the invitation of somebody to the ward's collection point, tomorrow."""
    query = select(Unit).where(Unit.parent_id == ward.id, Unit.kind == UnitKind.COLLECTION_POINT)
    point = db.session.scalars(query).first()
    assert point is not None
    home = make_household(hamlet, address_line="81 Trần Phú")
    waits = make_citizen(home, application_state=ApplicationState.NOT_COLLECTED, approved_on=None)
    invitation = Invitation(
        campaign_id=world.campaign.id,
        citizen_id=waits.id,
        point_id=point.id,
        on_day=DAY + timedelta(days=1),
        at_minute=450,
        invited_at=clock.now(),
    )
    db.session.add(invitation)
    db.session.flush()
    return invitation
