"""The journeys' world with a hundred people without an application in the ward's first hamlet.

python -m tests.make.collection_world
"""

from tests.databases import START
from tests.make import journey_world
from tests.make.people import make_citizen, make_household
from tests.make.world import World
from vneid_field import create_app
from vneid_field.core import clock
from vneid_field.core.database import writing
from vneid_field.extensions import db
from vneid_field.people.kinds import ApplicationState


def main() -> None:
    """Found the world, then the people."""
    journey_world.main()
    with create_app().app_context(), writing(), clock.frozen(START):
        world = World()
        for number in range(1, 41):
            home = make_household(world.hamlet, address_line=f"{number * 2} Lý Tự Trọng")
            for _ in range(1 + number % 4):
                make_citizen(
                    home, application_state=ApplicationState.NOT_COLLECTED, approved_on=None
                )
        db.session.commit()


if __name__ == "__main__":
    main()
