"""A household that the team holds."""

import pytest
from sqlalchemy import select

from vneid_field.extensions import db
from vneid_field.people.models import Citizen


@pytest.fixture
def home(arrange):
    """The first household of the list: its id and its people's ids."""
    with arrange() as world:
        world.hand_over_all()
        household = world.households[0]
        query = select(Citizen.id).where(Citizen.household_id == household.id).order_by(Citizen.id)
        return household.id, list(db.session.scalars(query))
