"""Accounts: who may make, close and open whose, and that a closed one stays out."""

import re

import pytest
from sqlalchemy import select

from tests.conftest import on_both
from tests.make.world import OTHER_WARD, PASSWORD
from tests.pages import Pages
from vneid_field.accounts import admin_views
from vneid_field.accounts.models import RoleGrant, User
from vneid_field.accounts.queries import accounts_query, find_user_by_login, has_namesake
from vneid_field.accounts.rules import free_login, is_below, is_login_name, roles_to_give
from vneid_field.accounts.services import (
    create_account,
    disable_account,
    enable_account,
    log_in,
    prove,
    reset_password,
    suggest_login,
)
from vneid_field.accounts.throttle import Gate
from vneid_field.core import clock
from vneid_field.core.access import Role
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.extensions import db

SECRET = re.compile(r"\b[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}\b")


def enter(login_name, password):
    proven = prove(login_name=login_name, password=password)
    return log_in(login_name=login_name, proven=proven, gate=Gate(), now=clock.now())


def make_volunteer(world, by="commune", **overrides):
    values = dict(display_name="Nguyễn Thị Ánh", role=Role.VOLUNTEER, unit=world.team)
    return create_account(actor=world.actor(by), **values | overrides)


@on_both
def test_a_new_account_gets_a_login_from_its_unit_and_a_temporary_password(world):
    user, secret = make_volunteer(world)
    assert user.login_name == f"tinhnguyen.{world.team.code}"
    assert user.must_change_password
    assert enter(user.login_name, secret) is user
    second, _secret = make_volunteer(world, display_name="Trần Văn Bình")
    assert second.login_name == f"tinhnguyen.{world.team.code}-2"


@on_both
@pytest.mark.parametrize(
    ("by", "role", "place"),
    [
        ("commune", Role.COMMUNE_POLICE, "31120"),
        ("commune", Role.VOLUNTEER, "sibling-team"),
        ("commune", Role.ADMINISTRATOR, "31120"),
        ("leader", Role.TEAM_LEADER, "team"),
        ("leader", Role.VOLUNTEER, "other-team"),
        ("district", Role.DISTRICT_POLICE, "916"),
        ("city", Role.COMMUNE_POLICE, "31120"),
        ("volunteer", Role.VOLUNTEER, "team"),
    ],
)
def test_nobody_makes_an_account_that_is_not_below(world, by, role, place):
    with pytest.raises(NotFound):
        make_volunteer(world, by, role=role, unit=world.unit_of(place))


@on_both
@pytest.mark.parametrize("act", [disable_account, enable_account, reset_password])
@pytest.mark.parametrize(
    ("by", "whose"),
    [
        ("commune", "sibling.leader"),
        ("commune", "district"),
        ("leader", "other.leader"),
        ("leader", "commune"),
        ("district", "city"),
        ("district", "volunteer"),
    ],
)
def test_nobody_changes_an_account_that_is_not_below(world, act, by, whose):
    with pytest.raises(NotFound):
        act(actor=world.actor(by), user=world.user(whose))


@on_both
def test_one_grant_outside_keeps_an_account_out_of_reach(world):
    user = world.user("volunteer")
    place = world.unit_of("sibling-team")
    db.session.add(RoleGrant(user_id=user.id, role=Role.VOLUNTEER, unit_id=place.id))
    db.session.flush()
    with pytest.raises(NotFound):
        disable_account(actor=world.actor("commune"), user=user)


def test_an_account_without_a_grant_is_below_nobody(world):
    assert not is_below(world.actor("admin"), [])


def test_nobody_closes_the_own_account_here(world):
    with pytest.raises(Conflict):
        disable_account(actor=world.actor("admin"), user=world.user("admin"))


@on_both
def test_a_closed_account_cannot_log_in_until_it_is_opened(world):
    user, commune = world.user("leader"), world.actor("commune")
    disable_account(actor=commune, user=user)
    with pytest.raises(DomainError):
        enter("leader", PASSWORD)
    enable_account(actor=commune, user=user)
    assert enter("leader", PASSWORD) is user


@on_both
def test_a_role_sits_only_on_a_unit_that_suits_it(world):
    with pytest.raises(DomainError, match="không đặt ở"):
        make_volunteer(world, unit=world.ward)
    with pytest.raises(DomainError, match="không đặt ở"):
        make_volunteer(world, role=Role.BEAT_OFFICER)
    user, _secret = make_volunteer(world, role=Role.BEAT_OFFICER, unit=world.hamlet)
    assert user.login_name == f"canhsat.{world.hamlet.code}"


@on_both
def test_a_login_name_is_used_once_and_has_plain_letters(world):
    make_volunteer(world, login_name="anh.nt")
    with pytest.raises(Conflict):
        make_volunteer(world, login_name="ANH.nt")
    with pytest.raises(DomainError, match="chữ thường không dấu"):
        make_volunteer(world, login_name="ánh nt")
    assert has_namesake("Nguyễn Thị Ánh", Role.VOLUNTEER, world.team.id)
    assert suggest_login(Role.VOLUNTEER, world.team) == f"tinhnguyen.{world.team.code}"


def test_free_logins_and_login_names():
    assert free_login("diem", "31120.TN", []) == "diem.31120.tn"
    assert free_login("diem", "1", ["diem.1", "diem.1-2"]) == "diem.1-3"
    assert is_login_name("totruong.31120.1-2")
    assert not is_login_name("ab")
    assert not is_login_name("đức.1")


def test_a_leader_gives_one_role_and_an_administrator_none_that_sees_people(world):
    assert roles_to_give(world.actor("leader")) == [Role.VOLUNTEER]
    given = set(roles_to_give(world.actor("admin")))
    committees = {Role.COMMUNE_COMMITTEE, Role.DISTRICT_COMMITTEE, Role.CITY_COMMITTEE}
    assert given == committees | {Role.COLLECTION_OFFICER, Role.ADMINISTRATOR}
    assert roles_to_give(world.actor("city.ubnd")) == []


@on_both
def test_accounts_are_found_without_accents_and_inside_the_scope_only(world):
    make_volunteer(world, display_name="Đặng Quốc Thúy")
    make_volunteer(
        world, "sibling.commune", display_name="Đặng Thúy", unit=world.unit_of("sibling-team")
    )

    def names(**wanted):
        query = accounts_query(world.actor("commune").scope, **wanted)
        return [user.display_name for user in db.session.scalars(query)]

    assert names(search="quoc THUY") == ["Đặng Quốc Thúy"]
    assert names(search="tinhnguyen.") == ["Đặng Quốc Thúy"]
    assert names(search="dang", role=Role.TEAM_LEADER) == []
    assert names(search="100%") == []
    disable_account(actor=world.actor("commune"), user=world.user("volunteer"))
    assert names(is_active=False) == ["Người dùng volunteer"]


@on_both
def test_a_password_is_nowhere_in_the_database_or_the_audit(app, world):
    _user, made = make_volunteer(world)
    given = reset_password(actor=world.actor("commune"), user=world.user("leader"))
    db.session.flush()
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(select(table)):
            assert made not in repr(tuple(row)), table.name
            assert given not in repr(tuple(row)), table.name


def user_id(app, login_name):
    with app.app_context():
        return find_user_by_login(login_name).id


def test_the_page_shows_a_new_password_once(app, login):
    commune = login("commune")
    with app.app_context():
        team = db.session.scalar(
            select(RoleGrant.unit_id).join(RoleGrant.user).where(User.login_name == "leader")
        )
    assert "Không có tài khoản nào khớp" in commune.text("/accounts/?q=tinhnguyen")
    commune.get("/accounts/new")
    fields = dict(role="volunteer", unit_id=str(team), display_name="Lê Hoàng Yến")
    answer = commune.post("/accounts/new", status=200, **fields)
    assert answer.headers["Cache-Control"] == "no-store"
    secret = SECRET.search(answer.get_data(as_text=True))[0]
    commune.post("/accounts/new", status=409, **fields)  # the same page sent again
    newcomer = Pages(app)
    newcomer.post("/login", login_name=find_login(app, "Lê Hoàng Yến"), password=secret)
    assert newcomer.get("/today", status=303).location.endswith("/account")
    page = commune.text(f"/accounts/{user_id(app, find_login(app, 'Lê Hoàng Yến'))}")
    assert secret not in page
    assert "24h00 ngày 05/8/2023" in page


def find_login(app, name):
    with app.app_context():
        return db.session.scalar(select(User.login_name).where(User.display_name == name))


def test_what_was_typed_is_kept_when_the_form_is_refused(app, login):
    commune = login("commune")
    with app.app_context():
        team = db.session.scalar(
            select(RoleGrant.unit_id).join(RoleGrant.user).where(User.login_name == "leader")
        )
    commune.get("/accounts/new")
    html = commune.post(
        "/accounts/new",
        status=409,
        role="volunteer",
        unit_id=str(team),
        display_name="Lê Hoàng Yến",
        login_name="leader",
    ).get_data(as_text=True)
    assert 'value="Lê Hoàng Yến"' in html
    assert "đã có người dùng" in html
    commune.post("/accounts/new", status=422, role="volunteer", unit_id=str(team))


@pytest.mark.parametrize("act", ["disable", "enable", "password"])
@pytest.mark.parametrize(
    ("by", "whose"),
    [("commune", "sibling.leader"), ("commune", "commune.ubnd.none"), ("leader", "other.leader")],
)
def test_other_units_accounts_do_not_exist_over_http(app, login, act, by, whose):
    found = 999_999 if whose.endswith("none") else user_id(app, whose)
    pages = login(by)
    pages.get(f"/accounts/{found}", status=404)
    pages.get("/account")
    pages.post(f"/accounts/{found}/{act}", status=404)


@pytest.mark.parametrize("act", ["disable", "password"])
def test_an_account_of_the_scope_that_is_not_below_is_read_only(app, login, act):
    found = user_id(app, "volunteer")
    district = login("district")
    assert "do đơn vị khác" in district.text(f"/accounts/{found}")
    district.get("/account")
    district.post(f"/accounts/{found}/{act}", status=404)


def test_making_an_account_elsewhere_is_not_found_over_http(app, login):
    with app.app_context():
        from vneid_field.units.queries import find_unit_by_code

        elsewhere = find_unit_by_code(OTHER_WARD).id
    commune = login("commune")
    commune.get("/accounts/new")
    fields = dict(unit_id=str(elsewhere), display_name="Trần Văn Đức")
    commune.post("/accounts/new", status=404, role="commune_committee", **fields)
    commune.get("/accounts/new")
    commune.post("/accounts/new", status=404, role="nobody", **fields)


def test_a_closed_account_is_thrown_out_over_http(app, login):
    leader, commune = login("leader"), login("commune")
    leader.get("/today")
    found = user_id(app, "leader")
    commune.get(f"/accounts/{found}")
    commune.post(f"/accounts/{found}/disable")
    leader.get("/today", status=303)
    stranger = Pages(app)
    stranger.post("/login", status=422, login_name="leader", password=PASSWORD)
    commune.post(f"/accounts/{found}/enable")
    assert "Đang dùng" in commune.text(f"/accounts/{found}")


@pytest.mark.parametrize("login_name", ["admin", "city", "district", "commune", "leader"])
def test_the_pages_open_for_all_who_manage_accounts(login, login_name):
    pages = login(login_name)
    assert "Tài khoản" in pages.text("/accounts/")
    pages.get("/accounts/new")
    pages.get("/accounts/sheet/")


@pytest.mark.parametrize("login_name", ["volunteer", "point", "beat", "commune.ubnd"])
def test_the_pages_do_not_exist_for_others(login, login_name):
    pages = login(login_name)
    pages.get("/accounts/", status=404)
    pages.get("/accounts/sheet/", status=404)


def test_an_area_is_picked_before_too_many_units(app, login, monkeypatch):
    monkeypatch.setattr(admin_views, "LONGEST_CHOICE", 10)
    admin = login("admin")
    assert "quá nhiều đơn vị" in admin.text("/accounts/new?role=commune_committee")
    with app.app_context():
        from vneid_field.units.queries import find_unit_by_code

        ward = find_unit_by_code("31120").id
    assert "(31120)" in admin.text(f"/accounts/new?role=commune_committee&at={ward}")
