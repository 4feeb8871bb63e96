"""Roles, permissions and scopes."""

import pytest

from vneid_field.core.access import (
    EVERYTHING,
    FIELD_ROLES,
    ROLE_PERMISSIONS,
    ROLES_BELOW,
    Grant,
    Permission,
    Role,
    Scope,
    make_actor,
)

WARD = "000001/000002/000003/"


def actor(role, *, only_own_part=False, paths=(WARD,)):
    grants = tuple(Grant(role, i, path, "x", "c", "n") for i, path in enumerate(paths, start=7))
    return make_actor(
        user_id=5,
        login_name="a",
        display_name="A",
        role=role,
        grants=grants,
        only_own_part=only_own_part,
    )


def test_a_scope_covers_its_subtree_and_nothing_beside_or_above():
    scope = Scope(paths=(WARD,))
    assert scope.covers(WARD)
    assert scope.covers(WARD + "000009/")
    assert not scope.covers("000001/000002/")
    assert not scope.covers("000001/000002/000004/")
    assert not scope.covers("000001/000002/0000031/")


def test_an_empty_scope_covers_nothing_and_the_systems_scope_everything():
    assert not Scope().covers(WARD)
    assert EVERYTHING.covers(WARD)


def test_every_role_has_permissions_and_can_use_its_account():
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert all(Permission.USE_ACCOUNT in held for held in ROLE_PERMISSIONS.values())


@pytest.mark.parametrize(
    "role",
    [
        Role.ADMINISTRATOR,
        Role.COMMUNE_COMMITTEE,
        Role.DISTRICT_COMMITTEE,
        Role.CITY_COMMITTEE,
    ],
)
def test_committees_and_the_administrator_see_no_citizen(role):
    person_permissions = {
        Permission.SEE_PEOPLE,
        Permission.REVEAL_NUMBER,
        Permission.SEE_LISTS,
        Permission.SEE_PERSON_DOCUMENTS,
        Permission.WALK,
        Permission.REVIEW,
        Permission.EDIT_PEOPLE,
    }
    assert not ROLE_PERMISSIONS[role] & person_permissions
    assert not actor(role).scope.sees_people


@pytest.mark.parametrize("role", sorted(FIELD_ROLES))
def test_field_roles_see_people_only_through_what_their_unit_holds(role):
    assert actor(role).scope.holders == (7,)


@pytest.mark.parametrize("role", sorted(set(Role) - FIELD_ROLES))
def test_desk_roles_hold_no_list(role):
    assert actor(role).scope.holders == ()


def test_only_a_volunteer_can_be_limited_to_the_own_part():
    assert actor(Role.VOLUNTEER, only_own_part=True).scope.only_assigned_to == 5
    assert actor(Role.VOLUNTEER).scope.only_assigned_to is None
    assert actor(Role.TEAM_LEADER, only_own_part=True).scope.only_assigned_to is None


def test_a_beat_officer_covers_each_of_the_own_hamlets():
    scope = actor(Role.BEAT_OFFICER, paths=(WARD + "000010/", WARD + "000011/")).scope
    assert scope.covers(WARD + "000011/")
    assert not scope.covers(WARD + "000012/")


def test_nobody_but_the_administrator_makes_accounts_of_the_own_level():
    for role, below in ROLES_BELOW.items():
        if role is not Role.ADMINISTRATOR:
            assert role not in below
            assert Role.ADMINISTRATOR not in below


def test_who_makes_accounts_is_who_may_manage_them():
    managers = {r for r, held in ROLE_PERMISSIONS.items() if Permission.MANAGE_ACCOUNTS in held}
    assert managers == set(ROLES_BELOW)
