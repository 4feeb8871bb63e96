"""People handed over and partly visited, before a list of the next day comes."""

import pytest

from tests.make.delta import DAY, LOADED, at, visit
from vneid_field.visits.kinds import Outcome


@pytest.fixture
def held(world):
    """The hamlet's 24 people, handed over; the first four claimed as activated the next day."""
    with at(DAY, 18):
        world.hand_over_all()
    people = world.citizens
    for one in people[:4]:
        visit(world, one)
    visit(world, people[4], Outcome.REFUSED)
    with at(LOADED):
        yield people
