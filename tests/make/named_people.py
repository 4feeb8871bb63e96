"""Prints who lives in the tests' hamlet, name to id number: python -m tests.make.named_people"""

import json

from tests.make.world import World
from vneid_field import create_app

if __name__ == "__main__":
    with create_app().app_context():
        print(json.dumps({one.full_name: one.citizen_id for one in World().citizens}))
