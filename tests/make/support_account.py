"""Gives the only support team a leader "support" with the tests' password.

python -m tests.make.support_account
"""

from sqlalchemy import select

from tests.make.world import PASSWORD
from vneid_field import create_app
from vneid_field.accounts.models import RoleGrant, User
from vneid_field.accounts.passwords import hash_password
from vneid_field.core import clock
from vneid_field.core.access import Role
from vneid_field.core.database import writing
from vneid_field.extensions import db
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind

if __name__ == "__main__":
    with create_app().app_context(), writing():
        desk = db.session.scalars(select(Unit).where(Unit.kind == UnitKind.SUPPORT_TEAM)).one()
        user = User(
            login_name="support",
            display_name="Người dùng support",
            password_hash=hash_password(PASSWORD),
            must_change_password=False,
            created_at=clock.now(),
        )
        db.session.add(user)
        db.session.flush()
        db.session.add(RoleGrant(user_id=user.id, role=Role.TEAM_LEADER, unit_id=desk.id))
        db.session.commit()
