"""Whatever units do with lists, nobody is lost and nobody is held twice: random histories.

HISTORIES=300 in the environment tries so many instead of a few.
"""

import os
from collections import Counter
from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from tests.conftest import on_both
from tests.databases import START
from tests.make.people import make_household
from tests.make.sheets import xlsx
from tests.make.visits import make_visit
from tests.make.world import OTHER_WARD, World
from vneid_field.campaigns.services import set_expiry
from vneid_field.core import clock
from vneid_field.core.errors import DomainError
from vneid_field.extensions import db
from vneid_field.lists import holders, household_views, import_services, services, tasks
from vneid_field.lists.apply import store_piece
from vneid_field.lists.hand_over_queries import (
    list_hamlet_loads,
    list_hand_overs,
    list_waiting_citizens,
)
from vneid_field.lists.intake import compare, read_rows
from vneid_field.lists.kinds import HandOverState, ImportKind, ItemState
from vneid_field.lists.models import ListItem
from vneid_field.people.addresses import alley_of
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import Citizen, Household
from vneid_field.people.services import split_household
from vneid_field.recount import check
from vneid_field.units.models import TeamHamlet, Unit
from vneid_field.units.queries import list_children
from vneid_field.units.rules import UnitKind
from vneid_field.visits.corrections import undo_result
from vneid_field.visits.expiry import expire_untouched
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.services import record_visit

MANY = int(os.environ.get("HISTORIES", "0"))
PEOPLE = 4  # of each of the two hamlets
POLICE = ("commune", "sibling.commune")
LEADERS = ("leader", "other.leader", "sibling.leader")
RESULTS = (*Outcome, Outcome.ACTIVATED_APP, Outcome.NOBODY_HOME)
CLAIMED = (Outcome.ACTIVATED_APP, Outcome.ACTIVATED_WEB, Outcome.ALREADY_ACTIVATED)
STANDING = (HandOverState.SENT, HandOverState.RECEIVED)
SHEET = ("Họ và tên", "Ngày sinh", "Số CCCD", "Địa chỉ", "Phường/xã", "Khu vực", "Ngày phê duyệt")
ACTS = (
    *("hand", "hand", "receive", "receive", "visit", "visit", "visit"),
    *("take", "move", "assign", "undo", "withdraw", "approved", "activated"),
    *("off", "back", "split", "expire"),
)
steps = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 11), st.integers(0, 11)),
    min_size=15,
    max_size=40,
)


class Drive:
    """Several units at work on the people of two wards; each act takes two numbers."""

    def __init__(self, world: World) -> None:
        self.world, self.campaign = world, world.campaign
        self.wards = [world.ward, world.unit(OTHER_WARD)]
        self.hamlets = [self.hamlet_of(login) for login in ("leader", "sibling.leader")]
        self.people = [person for hamlet in self.hamlets for person in self.move_in(hamlet)]
        self.born = len(self.people)

    def hamlet_of(self, login: str) -> Unit:
        team = self.world.actor(login).unit.unit_id
        query = select(Unit).join(TeamHamlet, TeamHamlet.hamlet_id == Unit.id)
        return db.session.scalars(query.where(TeamHamlet.team_id == team)).first()

    def move_in(self, hamlet: Unit) -> list[int]:
        home = make_household(hamlet, address_line="5 Lê Lai", people=PEOPLE)
        query = select(Citizen.id).where(Citizen.household_id == home.id)
        return list(db.session.scalars(query.order_by(Citizen.id)))

    def who(self, number: int) -> Citizen:
        return db.session.get_one(Citizen, self.people[number % len(self.people)])

    def police(self, number: int):
        return self.world.actor(POLICE[number % 2])

    def lists(self, number: int):
        return list_hand_overs(self.police(number).scope, self.campaign.id)

    def one_list(self, one: int, two: int, *states: HandOverState):
        """A list that stands; nearly always: ended ones are refused, which is tried too."""
        found = [given for given in self.lists(one) if given.state in states or two == 11]
        if not found:
            raise NoResultFound
        return found[two % len(found)]

    def team(self, one: int, two: int) -> Unit:
        return self.world.teams_of(self.wards[one % 2])[two % 2]

    # what units do

    def hand(self, one: int, two: int) -> None:
        """By the commune in whose hamlet somebody waits, else in vain."""
        loads = list_hamlet_loads(self.police(one).scope, self.campaign.id, self.wards[one % 2])
        waiting = [load.hamlet for load in loads if load.waiting] or [self.hamlets[one % 2]]
        services.hand_over_hamlet(
            actor=self.police(one),
            campaign=self.campaign,
            commune=self.wards[one % 2],
            hamlet=waiting[two % len(waiting)],
            team=self.team(one, two),
        )

    def receive(self, one: int, two: int) -> None:
        given = self.one_list(one, two, HandOverState.SENT)
        leader = next(
            login for login in LEADERS if self.world.actor(login).unit.unit_id == given.to_unit_id
        )
        services.receive(actor=self.world.actor(leader), given=given)

    def take(self, one: int, two: int) -> None:
        given = self.one_list(one, two, *STANDING)
        services.take_back(
            actor=self.police(one), campaign=self.campaign, given=given, reason="thử"
        )

    def move(self, one: int, two: int) -> None:
        given = self.one_list(one, two, *STANDING)
        services.move(
            actor=self.police(one),
            campaign=self.campaign,
            given=given,
            team=self.team(one, two + 1),
        )

    def assign(self, one: int, two: int) -> None:
        services.assign(
            actor=self.world.actor("leader"),
            given=self.one_list(0, two, HandOverState.RECEIVED),
            user_id=self.world.user("volunteer").id if one % 2 else None,
            hamlet_id=self.hamlets[0].id,
            alley=alley_of("5 Lê Lai"),
        )

    def visit(self, one: int, two: int) -> None:
        outcome = RESULTS[(one * 5 + two) % len(RESULTS)]
        soon = clock.now() + timedelta(hours=3) if outcome is Outcome.REVISIT else None
        reason = AbsentReason.UNKNOWN if outcome is Outcome.ABSENT else None
        result = make_visit(outcome, next_visit_at=soon, sub_reason=reason)
        for login in LEADERS:  # whoever holds the person
            try:
                record_visit(
                    actor=self.world.actor(login),
                    campaign=self.campaign,
                    citizen_id=self.who(two).id,
                    given=result,
                )
            except NoResultFound:
                continue
            return

    def _event(self, number: int) -> VisitEvent:
        query = select(VisitEvent).where(VisitEvent.outcome.is_not(None))
        found = list(db.session.scalars(query.order_by(VisitEvent.id.desc())))
        if not found:
            raise NoResultFound
        return found[number % len(found)]

    def undo(self, one: int, two: int) -> None:
        """By the team that recorded it."""
        event = self._event(two)
        login = next(
            login
            for login in LEADERS
            if self.world.actor(login).unit.unit_id == event.performed_by_unit_id
        )
        record_visit(
            actor=self.world.actor(login),
            campaign=self.campaign,
            citizen_id=event.citizen_id,
            given=make_visit(None, undoes=event.uuid),
        )

    def withdraw(self, one: int, two: int) -> None:
        """By commune police, whoever holds the person now."""
        event = self._event(two)
        undo_result(
            actor=self.police(one),
            campaign=self.campaign,
            citizen_id=event.citizen_id,
            given=make_visit(None, undoes=event.uuid, note="Gọi lại: chưa làm"),
        )

    def _import(self, kind: ImportKind, login: str, unit: Unit, rows: list) -> None:
        done = import_services.upload(
            actor=self.world.actor(login),
            campaign=self.campaign,
            unit=unit,
            kind=kind,
            as_of_on=clock.today(),
            content=xlsx(rows, titles=SHEET),
            extension="xlsx",
        )
        reading = tasks._open(done)
        store_piece(reading, compare(reading, list(read_rows(reading)), is_locked=True))
        db.session.expire_all()

    def _row(self, person: Citizen, place: int) -> tuple:
        ward, hamlet = self.wards[place % 2], self.hamlets[place % 2]
        born = person.birth_on.strftime("%d/%m/%Y")
        address = f"{place} Lê Lai"
        approved = "27/06/2023"
        name = person.full_name
        return (name, born, person.citizen_id, address, ward.name, hamlet.name, approved)

    def approved(self, one: int, two: int) -> None:
        """The city's list: it moves people between wards, and brings somebody new."""
        new = f"09205{one % 10}{two:06d}"
        person = self.who(two)
        rows = [
            self._row(person, one),
            ("Trần Văn Mới", "05/03/1988", new, "7 Lê Lai", self.wards[one % 2].name,
             self.hamlets[one % 2].name, "27/06/2023"),
        ]  # fmt: skip
        self._import(ImportKind.APPROVED_NOT_ACTIVATED, "city", self.world.unit("92"), rows)
        found = db.session.scalars(select(Citizen).where(Citizen.full_name == "Trần Văn Mới"))
        for one_new in found:
            if one_new.citizen_id == new and one_new.id not in self.people:
                self.people.append(one_new.id)

    def activated(self, one: int, two: int) -> None:
        """A ward's list of the activated: of people of another ward it changes nothing."""
        person = self.who(two)
        self._import(
            ImportKind.ACTIVATED, POLICE[one % 2], self.wards[one % 2], [self._row(person, one)]
        )

    def off(self, one: int, two: int) -> None:
        to = (ApplicationState.MOVED_OUT, ApplicationState.DECEASED)[one % 2]
        household_views.take_off(
            actor=self.police(one),
            campaign=self.campaign,
            citizen=self.who(two),
            to=to,
            reason="xác minh",
        )

    def back(self, one: int, two: int) -> None:
        household_views.correct(
            actor=self.police(one), campaign=self.campaign, citizen=self.who(two), reason="nhầm"
        )

    def split(self, one: int, two: int) -> None:
        person = self.who(two)
        home = db.session.get_one(Household, person.household_id)
        new = split_household(
            actor=self.police(one), household=home, members=[person], address_line=""
        )
        household_views.move_items([person], new.id)

    def expire(self, one: int, two: int) -> None:
        with clock.frozen(START + timedelta(days=one % 5, minutes=1)):  # the setting says 3
            expire_untouched(self.campaign)

    # what must hold

    def places(self) -> tuple[Counter[int], Counter[int]]:
        """On how many standing lists each person is, and in how many places they wait."""
        is_open = ListItem.state == ItemState.OPEN
        held = Counter(db.session.scalars(select(ListItem.citizen_id).where(is_open)))
        scope = self.world.actor("city").scope
        waits: Counter[int] = Counter()
        for ward in self.wards:
            for hamlet in [ward, *list_children(ward, (UnitKind.HAMLET,))]:
                found = list_waiting_citizens(scope, self.campaign.id, hamlet.id, 1000)
                waits.update(one.id for one in found)
        return held, waits

    def check(self) -> None:
        all_held, all_waits = self.places()
        for number in range(len(self.people)):
            person = self.who(number)
            held, waits = all_held[person.id], all_waits[person.id]
            if person.application_state is ApplicationState.APPROVED:
                is_claimed = person.visit_status in CLAIMED
                assert held + waits == 1 or (is_claimed and held + waits == 0), (person.id, held)
            elif person.application_state is ApplicationState.ACTIVATED:
                assert (held <= 1, waits) == (True, 0)
            else:
                assert (held, waits) == (0, 0)
        numbers = [self.who(number).citizen_id for number in range(len(self.people))]
        assert len(set(numbers)) == len(numbers)
        assert holders.check(self.campaign) == []


@on_both
@given(steps)
@settings(
    max_examples=MANY or 10,
    derandomize=not MANY,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_everybody_keeps_one_holder_or_a_closed_case(world, acts):
    with db.session.begin_nested() as example:
        set_expiry(actor=world.actor("admin"), campaign=world.campaign, days=3)
        drive, before = Drive(world), db.session.scalar(select(func.count(Citizen.id)))
        for minute, (act, one, two) in enumerate(acts):
            with clock.frozen(START + timedelta(minutes=minute)):
                done = db.session.begin_nested()
                try:
                    getattr(drive, act)(one, two)
                    done.commit()
                except (DomainError, NoResultFound, StopIteration):
                    done.rollback()
                    db.session.expire_all()
                drive.check()
        after = db.session.scalar(select(func.count(Citizen.id)))
        assert after - before == len(drive.people) - drive.born
        assert check(world.campaign) == []
        example.rollback()
    db.session.expire_all()
