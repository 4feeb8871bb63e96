"""The journeys' world with the hamlet's people handed over to the team and received.

python -m tests.make.walk_world
"""

from tests.databases import START
from tests.make import journey_world
from tests.make.world import World
from vneid_field import create_app
from vneid_field.core import clock
from vneid_field.core.database import writing
from vneid_field.extensions import db


def main() -> None:
    """Hand over and receive at the moment the clock is anchored to."""
    journey_world.main()
    with create_app().app_context(), writing(), clock.frozen(START):
        World().hand_over_all()
        db.session.commit()


if __name__ == "__main__":
    main()
