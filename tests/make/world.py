"""The tests' world: the real tree, one ward with accounts, people and nothing handed over.

`found_world` fills the template once; tests read it back through `World`.
"""

from datetime import date
from functools import cached_property

from sqlalchemy import select

from tests.make.people import make_household
from vneid_field.accounts.models import RoleGrant, User
from vneid_field.accounts.passwords import hash_password
from vneid_field.accounts.queries import find_user_by_login
from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.queries import current_campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor, Grant, Role, make_actor
from vneid_field.extensions import db
from vneid_field.founding import CampaignPlan, found_campaign
from vneid_field.lists.models import HandOver
from vneid_field.lists.services import hand_over, receive
from vneid_field.people.models import Citizen, Household
from vneid_field.units.models import TeamHamlet, Unit
from vneid_field.units.queries import find_unit_by_code
from vneid_field.units.rules import UnitKind

WARD, OTHER_WARD = "31120", "31117"  # An Hòa, and Cái Khế of the same district
PASSWORD = "Mật khẩu thử 2023"
# login name → role, unit code ("hamlet" is the ward's first hamlet)
LOGINS = {
    "city": (Role.CITY_POLICE, "92"),
    "city.ubnd": (Role.CITY_COMMITTEE, "92"),
    "district": (Role.DISTRICT_POLICE, "916"),
    "district.ubnd": (Role.DISTRICT_COMMITTEE, "916"),
    "commune": (Role.COMMUNE_POLICE, WARD),
    "beat": (Role.BEAT_OFFICER, "hamlet"),
    "commune.ubnd": (Role.COMMUNE_COMMITTEE, WARD),
    "leader": (Role.TEAM_LEADER, "team"),
    "volunteer": (Role.VOLUNTEER, "team"),
    "point": (Role.COLLECTION_OFFICER, "point"),
    "admin": (Role.ADMINISTRATOR, "92"),
    "sibling.commune": (Role.COMMUNE_POLICE, OTHER_WARD),
    "sibling.leader": (Role.TEAM_LEADER, "sibling-team"),
    "other.leader": (Role.TEAM_LEADER, "other-team"),
}


def make_account(login: str, role: Role, unit: Unit, hashed: str | None = None) -> User:
    """Return a stored account with the tests' password; `hashed` when many are made."""
    user = User(
        login_name=login,
        display_name=f"Người dùng {login}",
        password_hash=hashed or hash_password(PASSWORD),
        must_change_password=False,
        created_at=clock.now(),
    )
    db.session.add(user)
    db.session.flush()
    db.session.add(RoleGrant(user_id=user.id, role=role, unit_id=unit.id))
    return user


def found_world() -> None:
    """Start the campaign, make one account per role and twelve households in the ward."""
    found_campaign(actor=None, plan=CampaignPlan())
    world = World()
    hashed = hash_password(PASSWORD)
    for login, (role, code) in LOGINS.items():
        make_account(login, role, world.unit_of(code), hashed)
    for number in range(1, 13):
        make_household(world.hamlet, address_line=f"{number * 3} Mậu Thân", people=2)
    db.session.flush()


class World:
    """Named places and people of the founded database."""

    @cached_property
    def campaign(self) -> Campaign:
        return current_campaign()

    def unit(self, code: str) -> Unit:
        found = find_unit_by_code(code)
        assert found is not None, code
        return found

    @cached_property
    def ward(self) -> Unit:
        return self.unit(WARD)

    def teams_of(self, ward: Unit) -> list[Unit]:
        query = select(Unit).where(Unit.parent_id == ward.id, Unit.kind == UnitKind.TEAM)
        return list(db.session.scalars(query.order_by(Unit.sort_order, Unit.id)))

    @cached_property
    def team(self) -> Unit:
        return self.teams_of(self.ward)[0]

    @cached_property
    def other_team(self) -> Unit:
        """Another team of the same ward."""
        return self.teams_of(self.ward)[1]

    @cached_property
    def hamlet(self) -> Unit:
        """The hamlet that `team` serves."""
        query = select(Unit).join(TeamHamlet, TeamHamlet.hamlet_id == Unit.id)
        return db.session.scalars(query.where(TeamHamlet.team_id == self.team.id)).first()

    @property
    def ward_hamlets(self) -> list[Unit]:
        """The hamlets of the ward."""
        query = select(Unit).where(Unit.parent_id == self.ward.id, Unit.kind == UnitKind.HAMLET)
        return list(db.session.scalars(query.order_by(Unit.sort_order, Unit.id)))

    def unit_of(self, code: str) -> Unit:
        if code == "point":
            kind = UnitKind.COLLECTION_POINT
            query = select(Unit).where(Unit.parent_id == self.ward.id, Unit.kind == kind)
            return db.session.scalars(query).first()
        places = {
            "team": lambda: self.team,
            "other-team": lambda: self.other_team,
            "sibling-team": lambda: self.teams_of(self.unit(OTHER_WARD))[0],
            "hamlet": lambda: self.hamlet,
        }
        return places[code]() if code in places else self.unit(code)

    def user(self, login: str) -> User:
        found = find_user_by_login(login)
        assert found is not None, login
        return found

    def actor(self, login: str) -> Actor:
        role, code = LOGINS[login]
        return self.actor_on(login, self.unit_of(code), role)

    def actor_on(self, login: str, unit: Unit, role: Role) -> Actor:
        """Return an account that acts in a role on any unit."""
        user = self.user(login)
        grant = Grant(role, unit.id, unit.path, unit.kind.value, unit.code, unit.name)
        return make_actor(
            user_id=user.id,
            login_name=login,
            display_name=user.display_name,
            role=role,
            grants=(grant,),
        )

    @property
    def households(self) -> list[Household]:
        query = select(Household).where(Household.unit_id == self.hamlet.id)
        return list(db.session.scalars(query.order_by(Household.walk_key)))

    @property
    def citizens(self) -> list[Citizen]:
        query = select(Citizen).where(Citizen.unit_id == self.hamlet.id)
        return list(db.session.scalars(query.order_by(Citizen.id)))

    def hand_over_all(self, *, is_received: bool = True) -> HandOver:
        """Hand the hamlet's people over to `team`."""
        given = hand_over(
            actor=self.actor("commune"),
            campaign=self.campaign,
            from_unit=self.ward,
            team=self.team,
            citizens=self.citizens,
        )
        if is_received:
            receive(actor=self.actor("leader"), given=given)
        return given


DAY = date(2023, 7, 4)
