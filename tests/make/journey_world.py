"""Fills the configured database with the tests' world, its clock at 17h30 of 04/7/2023.

python -m tests.make.journey_world
"""

from flask_migrate import upgrade

from tests.databases import START
from tests.make.world import World, found_world
from vneid_field import create_app
from vneid_field.campaigns.services import anchor_clock
from vneid_field.config import ROOT
from vneid_field.core import clock
from vneid_field.core.database import writing
from vneid_field.extensions import db


def main() -> None:
    """Found it and anchor the clock."""
    with create_app().app_context():
        upgrade(directory=str(ROOT / "migrations"))
        with writing():
            with clock.frozen(START):
                found_world()
            campaign = World().campaign
            campaign.is_demo = True
            anchor_clock(campaign=campaign, campaign_at=START)
            db.session.commit()


if __name__ == "__main__":
    main()
