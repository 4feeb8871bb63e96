"""The journeys' world with a list at the ward's point: eight invited, two collected.

python -m tests.make.point_world
"""

from tests.databases import START
from tests.make import journey_world
from tests.make.events import happen, invite
from tests.make.world import World
from vneid_field import create_app
from vneid_field.collection.kinds import EventKind, InvitationEnd
from vneid_field.core import clock
from vneid_field.core.database import writing
from vneid_field.extensions import db


def main() -> None:
    """Found it, invite, let two come."""
    journey_world.main()
    with create_app().app_context(), writing(), clock.frozen(START):
        world = World()
        for number, person in enumerate(world.citizens[:8]):
            has_come = number < 2
            row = invite(world, person, ended_as=InvitationEnd.COLLECTED if has_come else None)
            if has_come:
                happen(world, person, EventKind.COLLECTED, invitation_id=row.id)
        db.session.commit()


if __name__ == "__main__":
    main()
