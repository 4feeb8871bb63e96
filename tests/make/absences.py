"""People found absent, support teams, and who acts on them."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from tests.make.visits import make_uuid, make_visit
from tests.make.world import World
from vneid_field.absences.contacts import ContactInput, record_contact
from vneid_field.absences.kinds import ContactOutcome
from vneid_field.absences.models import AbsenceCase, AbsenceHop, SupportDesk
from vneid_field.core.access import Actor
from vneid_field.extensions import db
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind, path_of
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.services import record_visit


def make_support(parent: Unit, number: int = 1) -> Unit:
    """Return a fixed support team below a district."""
    code = f"{parent.code}.HT{number}"
    unit = Unit(
        kind=UnitKind.SUPPORT_TEAM,
        subtype="fixed",
        parent_id=parent.id,
        path=f"new:{code}",
        code=code,
        name=f"Tổ hỗ trợ số {number} {parent.name}",
        search_key="",
        sort_order=number,
    )
    db.session.add(unit)
    db.session.flush()
    unit.path = path_of(parent.path, unit.id)
    db.session.add(SupportDesk(unit_id=unit.id, place="Trụ sở", hours="7h30–17h00"))
    db.session.flush()
    return unit


def find_absent(world: World, citizen, login: str = "volunteer", **overrides):
    """Let the team record that somebody is absent; return the event."""
    given = make_visit(
        **{"outcome": Outcome.ABSENT, "sub_reason": AbsentReason.WORKING_AWAY} | overrides
    )
    return visit(world, citizen, given, login)


def visit(world: World, citizen, given, login: str = "volunteer"):
    """Record a visit of the team; return the event."""
    done = record_visit(
        actor=world.actor(login), campaign=world.campaign, citizen_id=citizen.id, given=given
    )
    return done.event


def case_of(citizen) -> AbsenceCase:
    """Return the newest case of somebody."""
    query = select(AbsenceCase).where(AbsenceCase.citizen_id == citizen.id)
    return db.session.scalars(query.order_by(AbsenceCase.id.desc()).limit(1)).one()


def hop_of(case: AbsenceCase) -> AbsenceHop | None:
    """Return the hop a case is at, None when it is closed."""
    query = select(AbsenceHop).where(AbsenceHop.case_id == case.id, AbsenceHop.left_at.is_(None))
    return db.session.scalar(query)


def contact(world: World, actor: Actor, case: AbsenceCase, outcome=None, **overrides):
    """Record a contact."""
    given = ContactInput(uuid=make_uuid(), outcome=outcome or ContactOutcome.NO_ANSWER)
    return record_contact(
        actor=actor, campaign=world.campaign, case_id=case.id, given=replace(given, **overrides)
    )


RETURN = date(2023, 7, 8)
