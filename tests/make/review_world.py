"""Fills the configured database with the tests' world, every household visited once: twelve
checklists wait for commune police.

python -m tests.make.review_world
"""

from tests.make import journey_world
from tests.make.visits import make_visit
from tests.make.world import World
from vneid_field import create_app
from vneid_field.campaigns.queries import use_campaign_clock
from vneid_field.core.database import writing
from vneid_field.extensions import db
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.services import record_visit


def main() -> None:
    """Found it, hand the people over, visit the first of each household."""
    journey_world.main()
    with create_app().app_context(), writing():
        use_campaign_clock()
        world = World()
        world.hand_over_all()
        first = {citizen.household_id: citizen for citizen in reversed(world.citizens)}
        for citizen in first.values():
            record_visit(
                actor=world.actor("volunteer"),
                campaign=world.campaign,
                citizen_id=citizen.id,
                given=make_visit(Outcome.ACTIVATED_APP),
            )
        db.session.commit()


if __name__ == "__main__":
    main()
