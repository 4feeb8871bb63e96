"""Teams and members: the 02 of III.4.b, scope, closing, and what the log may tell."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.conftest import on_both
from tests.make.world import World
from vneid_field.accounts.services import create_account
from vneid_field.audit.models import AuditEvent
from vneid_field.core.access import Role
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.extensions import db
from vneid_field.lists.queries import holds_open_items
from vneid_field.reporting.kinds import ObligationState
from vneid_field.reporting.models import Obligation
from vneid_field.reporting.obligation_services import begin_unit
from vneid_field.units.models import TeamMember, Unit
from vneid_field.units.queries import (
    count_union_it_members,
    list_hamlets_of_team,
    list_members,
    page_teams,
)
from vneid_field.units.rules import Union, UnitKind, clean_phone, next_team_code
from vneid_field.units.services import (
    MemberDetails,
    add_member,
    add_team,
    bring_back,
    change_member,
    close_team,
    mark_left,
    rename_team,
    set_hamlets,
)


def details(**overrides):
    values = dict(
        full_name="Nguyễn Thị Ánh",
        phone="0912 345 678",
        union=Union.YOUTH,
        knows_it=True,
        trained_on=date(2023, 6, 18),
        is_leader=False,
    )
    return MemberDetails(**values | overrides)


def add(world, **overrides):
    return add_member(actor=world.actor("commune"), team=world.team, details=details(**overrides))


def events(name):
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.event == name)))


def union_it(world):
    return count_union_it_members(world.actor("commune").scope)[world.team.id]


@on_both
def test_the_warning_counts_present_union_members_who_know_it(world):
    assert union_it(world) == 0
    first = add(world)
    add(world, full_name="Trần Văn Bình", union=Union.WOMEN)
    add(world, full_name="Lê Đức", union=Union.NONE)
    add(world, full_name="Lê Yến", knows_it=False)
    assert union_it(world) == 2
    scope = world.actor("commune").scope
    lacking = page_teams(scope, only_lacking=True)
    assert world.team.id not in {line.team.id for line in lacking.items}
    assert lacking.total == len(count_union_it_members(scope)) - 1
    mark_left(actor=world.actor("commune"), team=world.team, member=first)
    assert union_it(world) == 1
    line = next(one for one in page_teams(scope).items if one.team.id == world.team.id)
    assert (line.members, line.union_it, line.lacks_union_members) == (3, 1, True)
    bring_back(actor=world.actor("commune"), team=world.team, member=first)
    assert union_it(world) == 2


@on_both
def test_teams_are_found_without_accents_inside_the_scope_only(world):
    add(world, is_leader=True)
    scope = world.actor("commune").scope
    found = page_teams(scope, search="TO CONG NGHE so")
    assert found.total == len(world.teams_of(world.ward))
    assert found.items[0].leader_name == "Nguyễn Thị Ánh"
    assert found.items[0].hamlets == [world.hamlet.name]
    assert page_teams(scope, search="cai khe").total == 0
    assert page_teams(world.actor("admin").scope).total == 607
    assert page_teams(world.actor("admin").scope, search="cái khế").total > 0


@on_both
def test_nobody_changes_teams_of_another_commune(world):
    sibling, theirs = world.actor("sibling.commune"), details()
    member = add(world)
    for act in (
        lambda: add_team(actor=sibling, commune=world.ward, name="Tổ mới", subtype="volunteer"),
        lambda: rename_team(actor=sibling, team=world.team, name="Tổ mới", subtype="volunteer"),
        lambda: close_team(actor=sibling, team=world.team, is_busy=False),
        lambda: set_hamlets(actor=sibling, team=world.team, hamlet_ids=[]),
        lambda: add_member(actor=sibling, team=world.team, details=theirs),
        lambda: change_member(actor=sibling, team=world.team, member=member, details=theirs),
        lambda: mark_left(actor=sibling, team=world.team, member=member),
        lambda: bring_back(actor=sibling, team=world.team, member=member),
    ):
        with pytest.raises(NotFound):
            act()


@on_both
def test_a_new_team_gets_the_next_code_and_its_place_in_the_tree(world):
    commune, count = world.actor("commune"), len(world.teams_of(world.ward))
    team = add_team(
        actor=commune, commune=world.ward, name="Tổ tình nguyện viên phường", subtype="volunteer"
    )
    assert team.code == f"31120.{count + 1}"
    assert team.path == f"{world.ward.path}{team.id:06d}/"
    close_team(actor=commune, team=team, is_busy=False)
    again = add_team(
        actor=commune, commune=world.ward, name="Tổ tình nguyện viên phường", subtype="project06"
    )
    assert again.code == f"31120.{count + 2}"
    assert [event.data["code"] for event in events("unit.closed")] == [team.code]
    with pytest.raises(Conflict, match="đã có tổ tên"):
        rename_team(actor=commune, team=again, name=world.team.name.upper(), subtype="project06")
    with pytest.raises(DomainError, match="loại tổ"):
        rename_team(actor=commune, team=again, name="Tổ khác", subtype="fixed")
    rename_team(actor=commune, team=again, name="Tổ Đề án 06", subtype="project06")
    assert again.search_key == "to de an 06"


@on_both
def test_a_team_that_holds_people_is_not_closed(world):
    assert not holds_open_items(world.team.id)
    world.hand_over_all()
    assert holds_open_items(world.team.id)
    with pytest.raises(Conflict, match="thu hồi danh sách"):
        close_team(actor=world.actor("commune"), team=world.team, is_busy=True)


@on_both
def test_hamlets_of_the_own_commune_only(world):
    commune = world.actor("commune")
    query = select(Unit).where(Unit.parent_id == world.ward.id, Unit.kind == UnitKind.HAMLET)
    hamlets = list(db.session.scalars(query.order_by(Unit.path)))
    set_hamlets(actor=commune, team=world.team, hamlet_ids=[hamlets[1].id, hamlets[2].id])
    assert list_hamlets_of_team(world.team.id) == hamlets[1:3]
    event = events("team.hamlets_changed")[0]
    assert event.data == {
        "added": [hamlets[1].id, hamlets[2].id],
        "removed": [hamlets[0].id],
    }
    set_hamlets(actor=commune, team=world.team, hamlet_ids=[hamlets[1].id, hamlets[2].id])
    assert len(events("team.hamlets_changed")) == 1
    with pytest.raises(NotFound):
        set_hamlets(actor=commune, team=world.team, hamlet_ids=[world.ward.id])


@on_both
def test_a_change_of_a_member_logs_fields_and_never_values(world):
    member = add(world)
    commune = world.actor("commune")
    changed = details(full_name="Nguyễn Thị Yến", phone=None, knows_it=False)
    change_member(actor=commune, team=world.team, member=member, details=changed)
    assert member.phone == "0912345678"
    event = events("member.changed")[0]
    assert event.data == {"team_id": world.team.id, "fields": ["full_name", "knows_it"]}
    change_member(
        actor=commune, team=world.team, member=member, details=details(phone="", knows_it=False)
    )
    assert member.phone is None
    stored = repr(
        [(event.data, event.actor_label) for event in db.session.scalars(select(AuditEvent))]
    )
    assert "Yến" not in stored
    assert "0912" not in stored


@on_both
def test_a_team_has_one_leader(world):
    first = add(world, is_leader=True)
    second = add(world, full_name="Trần Văn Bình", is_leader=True)
    db.session.refresh(first)
    assert [member.id for member in list_members(world.team) if member.is_leader] == [second.id]
    assert list_members(world.team)[0].id == second.id


def test_a_wrong_phone_and_a_training_to_come_are_refused(world):
    with pytest.raises(DomainError, match="Số điện thoại"):
        add(world, phone="12345")
    with pytest.raises(DomainError, match="sau hôm nay"):
        add(world, trained_on=date(2023, 7, 5))
    assert clean_phone("+84 912.345.678") == "0912345678"
    assert clean_phone("0292 3821 234") == "02923821234"
    assert clean_phone("842") is None
    assert next_team_code("31120", ["31120.1", "31120.9", "311201.44", "31120.TN"]) == "31120.10"


def test_the_pages_follow_a_team_from_its_start_to_its_end(app, login):
    commune = login("commune")
    assert "chưa đủ 02" in commune.text("/teams/")
    assert "Chỉ xem" not in commune.text("/teams/?lacking=1")
    page = commune.text("/teams/new")
    with app.app_context():
        ward = World().ward.id
    assert f'value="{ward}"' in page
    commune.post("/teams/new", status=422, commune_id=str(ward), subtype="volunteer", name="")
    made = commune.post("/teams/new", commune_id=str(ward), subtype="volunteer", name="Tổ Đoàn")
    team_url = made.location
    commune.get(f"{team_url}/members/new")
    person = dict(full_name="Lê Hoàng Yến", phone="0912345678", union="youth", knows_it="y")
    html = commune.post(
        f"{team_url}/members/new", status=422, **{**person, "phone": "12"}
    ).get_data(as_text=True)
    assert 'value="Lê Hoàng Yến"' in html
    commune.post(f"{team_url}/members/new", **person)
    page = commune.text(team_url)
    assert "091****678" in page
    assert "0912345678" not in page
    with app.app_context():
        member_id = db.session.scalar(
            select(TeamMember.id).where(TeamMember.full_name == "Lê Hoàng Yến")
        )
    member_url = f"{team_url}/members/{member_id}"
    assert "0912345678" not in commune.text(member_url)
    commune.post(member_url, full_name="Lê Hoàng Yến", phone="", union="women", is_leader="y")
    assert "Hội Phụ nữ" in commune.text(team_url)
    commune.post(f"{member_url}/leave")
    assert "01 người đã rời tổ" in commune.text(team_url)
    commune.post(f"{member_url}/leave", status=409)
    commune.get(team_url)
    commune.post(f"{member_url}/return")
    commune.post(f"{team_url}/hamlets", hamlet=[])
    commune.post(team_url, name="Tổ Đoàn phường", subtype="volunteer")
    commune.post(team_url, status=422, name="", subtype="volunteer")
    commune.post(f"{team_url}/close")
    commune.get(team_url, status=404)


def test_the_leader_of_a_new_team_begins_work(app, login):
    commune = login("commune")
    commune.get("/teams/new")
    with app.app_context():
        ward = World().ward.id
    commune.post("/teams/new", commune_id=str(ward), subtype="volunteer", name="Tổ Đoàn")
    with app.app_context():
        from tests.make.world import PASSWORD
        from vneid_field.core.database import writing

        team = db.session.scalar(select(Unit).where(Unit.name == "Tổ Đoàn"))
        with writing():
            db.session.rollback()
            create_account(
                actor=None,
                login_name="new.leader",
                display_name="Tổ trưởng mới",
                role=Role.TEAM_LEADER,
                unit=db.session.get_one(Unit, team.id),
                password=PASSWORD,
            )
            db.session.commit()
    leader = login("new.leader")
    leader.get("/today")
    leader.get(leader.get("/reports/mine", status=303).location)


def test_a_team_owes_reports_from_its_first_day_to_its_last(app, login):
    commune = login("commune")
    commune.get("/teams/new")
    with app.app_context():
        world = World()
        ward, team_id = world.ward.id, world.other_team.id
    made = commune.post("/teams/new", commune_id=str(ward), subtype="volunteer", name="Tổ Đoàn")
    commune.get(f"/teams/{team_id}")
    commune.post(f"/teams/{team_id}/close")

    def days(unit_id, state):
        query = select(Obligation.period_end_on).where(
            Obligation.unit_id == unit_id, Obligation.state == state
        )
        return sorted(db.session.scalars(query))

    with app.app_context():
        new_id = int(made.location.rsplit("/", 1)[1])
        assert days(new_id, ObligationState.EXCUSED)[-1] == date(2023, 7, 3)
        assert days(new_id, ObligationState.EXPECTED)[0] == date(2023, 7, 4)
        assert days(team_id, ObligationState.EXCUSED)[0] == date(2023, 7, 4)
        assert days(team_id, ObligationState.EXPECTED)[-1] == date(2023, 7, 3)
        assert not World().user("other.leader").is_active
        assert World().user("leader").is_active


def test_a_new_team_leaves_the_others_owing_what_they_owed(world):
    loaded = Unit(
        kind=UnitKind.TEAM, subtype="volunteer", code="31120.TNV1", name="Tổ Đoàn",
        short_name="Tổ Đoàn", parent_id=world.ward.id, path=f"{world.ward.path}999999/",
        sort_order=90, search_key="",
    )  # fmt: skip
    db.session.add(loaded)
    db.session.flush()
    made = add_team(
        actor=world.actor("commune"), commune=world.ward, name="Tổ mới", subtype="volunteer"
    )
    begin_unit(actor=world.actor("commune"), unit=made)
    owed = select(Obligation.unit_id).where(Obligation.unit_id.in_((loaded.id, made.id)))
    assert set(db.session.scalars(owed)) == {made.id}


def test_a_busy_team_is_not_closed_over_http(app, login):
    with app.app_context():
        from vneid_field.core.database import writing

        with writing():
            world = World()
            world.hand_over_all()
            team_id = world.team.id
            db.session.commit()
    commune = login("commune")
    assert "Thu hồi danh sách trước" in commune.text(f"/teams/{team_id}")
    commune.post(f"/teams/{team_id}/close", status=409)


@pytest.mark.parametrize("login_name", ["commune", "admin"])
def test_the_pages_open_for_those_who_manage_units(login, login_name):
    pages = login(login_name)
    assert "Tổ và thành viên" in pages.text("/teams/")
    pages.get("/teams/new")


@pytest.mark.parametrize("login_name", ["city", "district", "leader", "beat", "commune.ubnd"])
def test_the_pages_do_not_exist_for_others(login, login_name):
    login(login_name).get("/teams/", status=404)


def test_a_team_elsewhere_does_not_exist_over_http(app, login):
    with app.app_context():
        world = World()
        elsewhere = world.unit_of("sibling-team").id
        hamlet = world.hamlet.id
        sibling_ward = world.unit("31117").id
    commune = login("commune")
    commune.get(f"/teams/{hamlet}", status=404)
    for path in ("", "/members/new"):
        commune.get(f"/teams/{elsewhere}{path}", status=404)
        commune.get("/account")
        commune.post(f"/teams/{elsewhere}{path}", status=404)
    commune.get("/account")
    commune.post(
        "/teams/new", status=404, commune_id=str(sibling_ward), subtype="volunteer", name="Tổ X"
    )
