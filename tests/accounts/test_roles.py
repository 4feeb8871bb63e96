"""One more role for an account, one less: only what lies below the giver, audited, never the last."""

import pytest
from sqlalchemy import select

from tests.conftest import on_both
from vneid_field.accounts.models import RoleGrant
from vneid_field.accounts.queries import find_user_by_login
from vneid_field.accounts.services import disable_account, give_role, take_role
from vneid_field.audit.models import AuditEvent
from vneid_field.campaigns.queries import campaign_end
from vneid_field.core.access import Role
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.extensions import db


def grants_of(user):
    query = select(RoleGrant).where(RoleGrant.user_id == user.id).order_by(RoleGrant.id)
    return list(db.session.scalars(query))


def give(world, whose="leader", by="commune", role=Role.BEAT_OFFICER, place="hamlet"):
    user = world.user(whose)
    give_role(
        actor=world.actor(by),
        user=user,
        role=role,
        unit=world.unit_of(place),
        volunteers_end_at=campaign_end(),
    )
    return user


def take(world, user, grant_id, by="commune"):
    take_role(actor=world.actor(by), user=user, grant_id=grant_id, volunteers_end_at=campaign_end())


@on_both
def test_a_role_is_given_and_taken_with_an_audit_and_the_sessions_end(world):
    user = world.user("leader")
    epoch = user.session_epoch
    give(world)
    first, second = grants_of(user)
    assert (second.role, second.unit_id) == (Role.BEAT_OFFICER, world.hamlet.id)
    assert user.session_epoch == epoch + 1
    take(world, user, first.id)
    assert [one.id for one in grants_of(user)] == [second.id]
    assert user.session_epoch == epoch + 2
    query = select(AuditEvent).where(AuditEvent.subject_id == str(user.id))
    events = {one.event: one.data for one in db.session.scalars(query)}
    assert events["account.granted"] == {"role": "beat_officer", "unit_id": world.hamlet.id}
    assert events["account.role_taken"] == {"role": "team_leader", "unit_id": world.team.id}


@on_both
def test_the_last_role_is_never_taken(world):
    user = world.user("leader")
    with pytest.raises(Conflict, match="khóa tài khoản"):
        take(world, user, grants_of(user)[0].id)
    assert len(grants_of(user)) == 1


@on_both
def test_a_role_is_held_once_on_a_unit(world):
    give(world)
    with pytest.raises(Conflict, match="đã là"):
        give(world)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"role": Role.COMMUNE_POLICE, "place": "31120"}, NotFound),
        ({"role": Role.ADMINISTRATOR, "place": "31120"}, NotFound),
        ({"role": Role.TEAM_LEADER, "place": "sibling-team"}, NotFound),
        ({"whose": "sibling.leader"}, NotFound),
        ({"whose": "district"}, NotFound),
        ({"whose": "commune"}, Conflict),
        ({"by": "leader", "whose": "leader", "role": Role.VOLUNTEER, "place": "team"}, Conflict),
        ({"by": "leader", "whose": "volunteer", "role": Role.TEAM_LEADER, "place": "team"}, NotFound),
        ({"by": "district", "whose": "volunteer"}, NotFound),
        # Team leaders of a commune's teams are not the district's to make.
        ({"by": "district", "whose": "point", "role": Role.TEAM_LEADER, "place": "team"}, NotFound),
        ({"place": "team"}, DomainError),
    ],
)  # fmt: skip
def test_nobody_gives_a_role_that_is_not_below(world, values, error):
    with pytest.raises(error):
        give(world, **values)


def test_a_role_of_somebody_else_is_not_taken(world):
    user = give(world)
    strange = grants_of(world.user("volunteer"))[0]
    with pytest.raises(NotFound):
        take(world, user, strange.id)
    with pytest.raises(NotFound):
        take(world, user, grants_of(user)[0].id, by="sibling.commune")


def test_a_closed_account_gets_no_role(world):
    disable_account(actor=world.actor("commune"), user=world.user("leader"))
    with pytest.raises(Conflict, match="mở lại"):
        give(world)


def test_only_an_account_that_just_volunteers_ends_with_the_campaign(world):
    user = give(world, "volunteer", role=Role.TEAM_LEADER, place="team")
    assert user.expires_at is None
    take(world, user, grants_of(user)[1].id)
    assert user.expires_at == campaign_end()


def user_id(app, login_name):
    with app.app_context():
        return find_user_by_login(login_name).id


def test_the_commune_gives_and_takes_a_role_on_the_account_page(app, arrange, login):
    with arrange() as world:
        found, other = world.user("leader").id, world.other_team
        other_id, other_name, team_name = other.id, other.name, world.team.name
    leader, commune = login("leader"), login("commune")
    page = commune.text(f"/accounts/{found}")
    assert "Thêm vai trò" in page
    assert "Vai trò duy nhất" in page
    form = commune.text(f"/accounts/{found}/roles?role=team_leader")
    assert f'<option value="{other_id}">' in form
    commune.post(f"/accounts/{found}/roles", role="team_leader", unit_id=str(other_id))
    leader.get("/today", 303)
    again = commune.post(f"/accounts/{found}/roles", 409, role="team_leader", unit_id=str(other_id))
    assert "đã là" in again.get_data(as_text=True)
    page = commune.text(f"/accounts/{found}")
    assert f"Thu vai trò Tổ trưởng ở {other_name}" in page
    with app.app_context():
        first = grants_of(find_user_by_login("leader"))[0].id
    commune.post(f"/accounts/{found}/roles/take", grant=str(first))
    assert f"Thu vai trò Tổ trưởng ở {team_name}" not in commune.text(f"/accounts/{found}")
    commune.post(f"/accounts/{found}/roles/take", 409, grant=str(first))


@pytest.mark.parametrize("fields", [{}, {"role": "nobody"}, {"role": "team_leader"}])
def test_a_role_without_its_parts_is_asked_for_again(app, login, fields):
    found, commune = user_id(app, "leader"), login("commune")
    html = commune.post(f"/accounts/{found}/roles", 422, **fields).get_data(as_text=True)
    assert "Hãy chọn vai trò và đơn vị." in html


def test_a_unit_outside_is_not_found(app, arrange, login):
    with arrange() as world:
        outside = world.unit_of("sibling-team").id
    found, commune = user_id(app, "leader"), login("commune")
    commune.post(f"/accounts/{found}/roles", 404, role="team_leader", unit_id=str(outside))


@pytest.mark.parametrize("whose", ["sibling.leader", "commune", "district"])
def test_the_form_of_an_account_that_is_not_below_does_not_exist(app, login, whose):
    commune = login("commune")
    commune.get(f"/accounts/{user_id(app, whose)}/roles", 404)


def test_a_leader_has_one_role_to_give_and_sees_no_button(app, login):
    leader = login("leader")
    assert "Thêm vai trò" not in leader.text(f"/accounts/{user_id(app, 'volunteer')}")


@pytest.mark.parametrize(
    ("login_name", "offered", "hidden"),
    [
        ("leader", ["Thành viên tổ", "Tổ trưởng"], ["Công an cấp xã", "Quản trị hệ thống"]),
        ("commune", ["Cảnh sát khu vực", "Công an cấp xã"], ["Công an cấp huyện"]),
        ("admin", ["Quản trị hệ thống", "Thành viên tổ"], []),
    ],
)
def test_the_filter_offers_only_roles_that_can_be_found(login, login_name, offered, hidden):
    page = login(login_name).text("/accounts/")
    for label in offered:
        assert f">{label}</option>" in page
    for label in hidden:
        assert f">{label}</option>" not in page
