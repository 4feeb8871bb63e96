"""Moves the configured database's clock: python -m tests.make.journey_clock 2023-07-05T07:40:00+07:00"""

import sys
from datetime import datetime

from tests.make.world import World
from vneid_field import create_app
from vneid_field.campaigns.services import anchor_clock
from vneid_field.core.database import writing
from vneid_field.extensions import db

if __name__ == "__main__":
    with create_app().app_context(), writing():
        anchor_clock(campaign=World().campaign, campaign_at=datetime.fromisoformat(sys.argv[1]))
        db.session.commit()
