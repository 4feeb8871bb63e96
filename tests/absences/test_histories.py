"""Whatever happens to absent people: one holder or closed, and an activation anywhere closes."""

import os
from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from tests.make.absences import RETURN, make_support
from tests.make.visits import make_uuid, make_visit
from vneid_field.absences import services
from vneid_field.absences.contacts import RESULTS, ContactInput, record_contact
from vneid_field.absences.kinds import CloseReason, ContactOutcome
from vneid_field.absences.models import AbsenceCase, AbsenceHop
from vneid_field.absences.queries import Wanted, list_cases
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING, Role
from vneid_field.core.errors import DomainError
from vneid_field.extensions import db
from vneid_field.figures.rules import Bucket
from vneid_field.figures.stocks import bucket_of
from vneid_field.lists.household_views import correct, take_off
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Citizen
from vneid_field.recount import check
from vneid_field.units.models import Unit
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.services import record_visit

MANY = int(os.environ.get("HISTORIES", "0"))
PEOPLE = 3
WHO = (
    "holder",
    "holder",
    "holder",
    "holder",
    "leader",
    "commune",
    "district",
    "other",
    "caller",
    "other_caller",
)
ACTS = ("visit", "undo", "receive", "up", "assign", "back", "offer", "decline", "close", "contact")
STEP = st.fixed_dictionaries(
    {
        "act": st.sampled_from(
            (*ACTS, "visit", "up", "up", "assign", "contact", "leave", "return")
        ),
        "who": st.sampled_from(WHO),
        "person": st.integers(0, PEOPLE - 1),
        "outcome": st.sampled_from(
            (Outcome.ABSENT, Outcome.ABSENT, Outcome.ACTIVATED_APP, Outcome.REFUSED)
        ),
        "contact": st.sampled_from(tuple(ContactOutcome)),
        "result": st.sampled_from(sorted(RESULTS)),
        "reason": st.sampled_from(tuple(CloseReason)),
        "hours": st.integers(0, 30),
    }
)


class Drive:
    """Plays steps; what a rule refuses is a step that changes nothing."""

    def __init__(self, world):
        world.hand_over_all()
        self.world, self.campaign = world, world.campaign
        district = db.session.get_one(Unit, world.ward.parent_id)
        self.support = make_support(district)
        self.other_ward = world.unit("31117")
        self.other_team = world.teams_of(self.other_ward)[0]
        self.people = world.citizens[:PEOPLE]
        self.actors = {
            "leader": world.actor("leader"),
            "commune": world.actor("commune"),
            "district": world.actor("district"),
            "other": world.actor("sibling.commune"),
            "caller": world.actor_on("other.leader", self.support, Role.TEAM_LEADER),
            "other_caller": world.actor("sibling.leader"),
        }

    def step(self, step):
        citizen = self.people[step["person"]]
        actor = self.holder_of(citizen) if step["who"] == "holder" else self.actors[step["who"]]
        try:
            with db.session.begin_nested():
                getattr(self, f"do_{step['act']}")(SimpleNamespace(**step), citizen, actor)
                db.session.flush()
        except (DomainError, NoResultFound):
            pass

    def begin(self, ready):
        """Let people be absent, and their cases so far on their way."""
        for citizen, stage in zip(self.people, ready, strict=True):
            self.do_visit(SimpleNamespace(outcome=Outcome.ABSENT), citizen, None)
            for act in (self.do_up, self.do_up, self.do_assign)[:stage]:
                who = "district" if act == self.do_assign else "commune"
                act(SimpleNamespace(who=who), citizen, self.actors[who])

    def holder_of(self, citizen):
        """Who acts for the unit that holds the case, so that many steps lead somewhere."""
        query = select(AbsenceHop.unit_id).where(
            AbsenceHop.case_id == self.case_ids(citizen)[0], AbsenceHop.left_at.is_(None)
        )
        unit_id = db.session.scalar(query)
        actors = self.actors.values()
        return next((a for a in actors if a.unit.unit_id == unit_id), self.actors["commune"])

    def case_ids(self, citizen):
        query = select(AbsenceCase.id).where(AbsenceCase.citizen_id == citizen.id)
        return list(db.session.scalars(query.order_by(AbsenceCase.id.desc()).limit(1))) or [0]

    def do_visit(self, step, citizen, _actor):
        reason = AbsentReason.UNKNOWN if step.outcome is Outcome.ABSENT else None
        record_visit(
            actor=self.world.actor("volunteer"),
            campaign=self.campaign,
            citizen_id=citizen.id,
            given=make_visit(step.outcome, sub_reason=reason),
        )

    def do_undo(self, _step, citizen, _actor):
        query = select(VisitEvent.uuid).where(
            VisitEvent.citizen_id == citizen.id, VisitEvent.outcome.is_not(None)
        )
        uuid = db.session.scalar(query.order_by(VisitEvent.id.desc()).limit(1))
        if uuid is not None:
            record_visit(
                actor=self.world.actor("volunteer"),
                campaign=self.campaign,
                citizen_id=citizen.id,
                given=make_visit(None, undoes=uuid),
            )

    def move(self, act, actor, citizen, **fields):
        act(actor=actor, campaign=self.campaign, case_ids=self.case_ids(citizen), **fields)

    def do_receive(self, _step, citizen, actor):
        self.move(services.receive, actor, citizen)

    def do_up(self, _step, citizen, actor):
        self.move(services.send_up, actor, citizen)

    def do_assign(self, step, citizen, actor):
        team = self.other_team if actor is self.actors["other"] else self.support
        if actor.scope.covers(team.path):
            self.move(services.assign, actor, citizen, team_id=team.id)

    def do_back(self, _step, citizen, actor):
        day = max(RETURN, clock.today())
        self.move(services.give_back, actor, citizen, back_on=day, note="")

    def do_offer(self, _step, citizen, actor):
        self.move(services.offer_elsewhere, actor, citizen, unit_id=self.other_ward.id, note="trọ")

    def do_decline(self, _step, citizen, actor):
        services.decline(
            actor=actor, campaign=self.campaign, case_id=self.case_ids(citizen)[0], note="không"
        )

    def do_close(self, step, citizen, actor):
        self.move(services.close_cases, actor, citizen, reason=step.reason, place="Huế")

    def do_contact(self, step, citizen, actor):
        record_contact(
            actor=actor,
            campaign=self.campaign,
            case_id=self.case_ids(citizen)[0],
            given=ContactInput(
                uuid=make_uuid(),
                outcome=step.contact,
                result=step.result if step.contact is ContactOutcome.RESULT else None,
                note="ghi",
                call_again_at=clock.now() + timedelta(hours=3),
                back_on=clock.today(),
                unit_id=self.other_ward.id,
                place="Huế",
            ),
        )

    def do_leave(self, _step, citizen, _actor):
        take_off(
            actor=self.actors["commune"],
            campaign=self.campaign,
            citizen=citizen,
            to=ApplicationState.MOVED_OUT,
            reason="đã chuyển",
        )

    def do_return(self, _step, citizen, _actor):
        correct(
            actor=self.actors["commune"], campaign=self.campaign, citizen=citizen, reason="nhầm"
        )

    def holds_true(self):
        """Every open case has one holder, who sees it; no activated person's case is open."""
        db.session.flush()
        holders = dict(
            db.session.execute(
                select(AbsenceHop.case_id, func.count())
                .where(AbsenceHop.left_at.is_(None))
                .group_by(AbsenceHop.case_id)
            ).all()
        )
        for case, citizen in db.session.execute(
            select(AbsenceCase, Citizen).join(Citizen, Citizen.id == AbsenceCase.citizen_id)
        ):
            is_open = case.closed_at is None
            assert holders.get(case.id, 0) == (1 if is_open else 0)
            assert (case.close_reason is None) == is_open
            bucket = bucket_of(citizen.application_state, citizen.visit_status)
            if is_open:
                assert bucket not in (Bucket.ACTIVATED, None)
        shown = [line.case.id for line in list_cases(EVERYTHING, self.campaign.id, Wanted())]
        assert sorted(shown) == sorted(holders)
        self.absent_people_are_followed(set(holders))

    def absent_people_are_followed(self, open_ids):
        """Whoever is absent has an open case, or one that somebody closed for a reason."""
        for citizen in self.people:
            bucket = bucket_of(citizen.application_state, citizen.visit_status)
            if bucket is not Bucket.ABSENT:
                continue
            case = db.session.get_one(AbsenceCase, self.case_ids(citizen)[0])
            assert case.id in open_ids or case.close_reason in (
                CloseReason.DUPLICATE,
                CloseReason.OUTSIDE,
                CloseReason.UNREACHABLE,
            )


def play(world, ready, steps):
    drive = Drive(world)
    drive.begin(ready)
    at = clock.now()
    for step in steps:
        at += timedelta(hours=step["hours"])
        with clock.frozen(at):
            drive.step(step)
            drive.holds_true()
    assert check(world.campaign) == []


@pytest.mark.parametrize("app", ["sqlite", "postgresql"], indirect=True)
@settings(
    max_examples=MANY or 30,
    derandomize=not MANY,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(
    ready=st.tuples(*[st.integers(0, 3)] * PEOPLE), steps=st.lists(STEP, min_size=10, max_size=24)
)
def test_a_case_has_one_holder_or_is_closed_and_an_activation_anywhere_closes_it(
    world, ready, steps
):
    try:
        play(world, ready, steps)
    finally:
        db.session.rollback()
