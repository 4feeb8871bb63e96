"""Gives the only support team a leader "support" with the tests' password.

python -m tests.make.support_account
"""

from sqlalchemy import select

from tests.make.world import make_account
from vneid_field import create_app
from vneid_field.core.access import Role
from vneid_field.core.database import writing
from vneid_field.extensions import db
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind

if __name__ == "__main__":
    with create_app().app_context(), writing():
        desk = db.session.scalars(select(Unit).where(Unit.kind == UnitKind.SUPPORT_TEAM)).one()
        make_account("support", Role.TEAM_LEADER, desk)
        db.session.commit()
