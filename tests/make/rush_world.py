"""Fills the configured database for a small rush: every leader's team has something to report.

python -m tests.make.rush_world
"""

from sqlalchemy import update

from tests.make.flows import make_flow
from tests.make.journey_world import main as fill
from tests.make.world import DAY, World
from vneid_field import create_app
from vneid_field.accounts.models import User
from vneid_field.accounts.passwords import hash_password
from vneid_field.core.database import writing
from vneid_field.extensions import db
from vneid_field.home import DEMO_PASSWORD


def main() -> None:
    """Fill it; everybody's password is the demo's, which the command knows."""
    fill()
    with create_app().app_context(), writing():
        world = World()
        for team in (world.team, world.other_team, world.unit_of("sibling-team")):
            make_flow(world.hamlet, DAY, 3, team)
        db.session.execute(update(User).values(password_hash=hash_password(DEMO_PASSWORD)))
        db.session.commit()


if __name__ == "__main__":
    main()
