"""A team with absentees, its commune, its district with a support team."""

from types import SimpleNamespace

import pytest

from tests.make.absences import case_of, find_absent, make_support
from tests.make.world import make_account
from vneid_field.core.access import Role
from vneid_field.extensions import db
from vneid_field.units.models import Unit


@pytest.fixture
def loop(world):
    """Four people whom the team found absent; who acts: leader, commune, district, caller."""
    world.hand_over_all()
    district = db.session.get_one(Unit, world.ward.parent_id)
    support = make_support(district)
    people = world.citizens[:4]
    for citizen in people:
        find_absent(world, citizen)
    return SimpleNamespace(
        world=world,
        campaign=world.campaign,
        district_unit=district,
        support=support,
        people=people,
        cases=[case_of(citizen) for citizen in people],
        ids=[case_of(citizen).id for citizen in people],
        leader=world.actor("leader"),
        commune=world.actor("commune"),
        district=world.actor("district"),
        other=world.actor("sibling.commune"),
        caller=world.actor_on("other.leader", support, Role.VOLUNTEER),
    )


@pytest.fixture
def ids(arrange):
    """Two absentees and a support team with an account: names and ids for the pages."""
    with arrange() as world:
        world.hand_over_all()
        people = world.citizens[:2]
        for citizen in people:
            find_absent(world, citizen, note="làm ở xa")
        support = make_support(db.session.get_one(Unit, world.ward.parent_id))
        make_account("caller", Role.TEAM_LEADER, support)
        return {
            "cases": [case_of(citizen).id for citizen in people],
            "names": [citizen.full_name for citizen in people],
            "phone": people[0].phone,
            "support": support.id,
            "other": world.unit("31117").id,
        }
