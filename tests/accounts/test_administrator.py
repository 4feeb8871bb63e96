"""The administrator keeps accounts without a way to anybody's personal data (ADR 011)."""

import pytest

from tests.make.world import LOGINS
from vneid_field.accounts.services import create_account, reset_password
from vneid_field.core.access import PEOPLE_ROLES, ROLE_PERMISSIONS, Permission, Role
from vneid_field.core.errors import NotFound

SEEING = [login for login, (role, _unit) in LOGINS.items() if role in PEOPLE_ROLES]
NOT_SEEING = ["city.ubnd", "district.ubnd", "commune.ubnd", "point"]


def test_the_roles_that_see_people_are_those_of_the_police_chain_and_the_teams():
    assert set(Role) - PEOPLE_ROLES == {
        Role.COMMUNE_COMMITTEE,
        Role.DISTRICT_COMMITTEE,
        Role.CITY_COMMITTEE,
        Role.COLLECTION_OFFICER,
        Role.ADMINISTRATOR,
    }
    assert Permission.SEE_PEOPLE not in ROLE_PERMISSIONS[Role.ADMINISTRATOR]


def id_of(arrange, login_name):
    with arrange() as world:
        return world.user(login_name).id


@pytest.mark.parametrize("whose", SEEING)
def test_the_password_of_somebody_who_sees_people_is_out_of_reach(arrange, login, whose):
    user_id, admin = id_of(arrange, whose), login("admin")
    assert "Cấp mật khẩu tạm" not in admin.text(f"/accounts/{user_id}")
    admin.post(f"/accounts/{user_id}/password", 404)
    admin.get(f"/accounts/{user_id}/roles", 404)
    login(whose)  # the old password still opens the account
    with arrange() as world:
        assert not world.user(whose).must_change_password


@pytest.mark.parametrize("whose", ["city", "commune", "leader", "volunteer", "beat"])
def test_the_account_of_somebody_who_sees_people_can_be_closed_and_opened(arrange, login, whose):
    user_id, admin = id_of(arrange, whose), login("admin")
    admin.post(f"/accounts/{user_id}/disable")
    with arrange() as world:
        assert not world.user(whose).is_active
    admin.post(f"/accounts/{user_id}/enable")
    with arrange() as world:
        assert world.user(whose).is_active


@pytest.mark.parametrize("whose", NOT_SEEING)
def test_the_others_get_their_password_from_the_administrator(arrange, login, whose):
    user_id, admin = id_of(arrange, whose), login("admin")
    assert "Cấp mật khẩu tạm" in admin.text(f"/accounts/{user_id}")
    admin.post(f"/accounts/{user_id}/password", 200)


@pytest.mark.parametrize("role", sorted(PEOPLE_ROLES))
def test_no_account_or_role_that_sees_people_is_the_administrators_to_give(world, role):
    codes = {role: code for role, code in LOGINS.values()}
    unit = world.unit_of(codes[role])
    with pytest.raises(NotFound):
        create_account(actor=world.actor("admin"), display_name="Lê Ánh", role=role, unit=unit)


def test_police_above_give_the_password(arrange, login):
    user_id = id_of(arrange, "commune")
    login("district").post(f"/accounts/{user_id}/password", 200)


def test_the_owner_of_the_machine_helps_the_city_police(world):
    assert reset_password(actor=None, user=world.user("city"))
    assert world.user("city").must_change_password
