"""Readiness of points: who fills it in, what it asks for, the board and its sheet."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from tests.conftest import on_both
from tests.make.collection_points import check_point, everything_ready, mobile_points
from tests.statements import counted
from vneid_field.audit.models import AuditEvent
from vneid_field.collection.kinds import PointStanding, ReadinessItem
from vneid_field.collection.models import ReadinessCheck
from vneid_field.collection.readiness import Said, check_readiness, list_checks, stamp_of
from vneid_field.collection.readiness_queries import gather_readiness
from vneid_field.core import clock
from vneid_field.core.errors import Conflict, NotFound, WrongField
from vneid_field.extensions import db
from vneid_field.units.models import TeamMember

NO_NETWORK = Said(is_ready=False, note="VNPT lắp ngày 06/7")


@on_both
def test_a_point_is_ready_when_all_was_checked_and_nothing_is_missing(world):
    point = world.unit_of("point")
    scope = world.actor("commune").scope

    def standing():
        return gather_readiness(scope, world.campaign.id).lines[0].standing

    assert standing() is PointStanding.UNCHECKED
    whole = everything_ready()
    power = whole.pop(ReadinessItem.POWER)
    assert check_point(world, point, whole, "point") == 6
    assert standing() is PointStanding.UNCHECKED
    check_point(world, point, {ReadinessItem.POWER: power}, "commune")
    assert standing() is PointStanding.READY
    check_point(world, point, {ReadinessItem.NETWORK: NO_NETWORK}, "district")
    assert standing() is PointStanding.LACKING


@on_both
def test_who_and_when_stay_with_what_did_not_change(world):
    point = world.unit_of("point")
    check_point(world, point, everything_ready(), "point")
    first = clock.now()
    with clock.frozen(first + timedelta(hours=2)):
        assert check_point(world, point, everything_ready(network=NO_NETWORK), "commune") == 1
        assert check_point(world, point, everything_ready(network=NO_NETWORK), "city") == 0
    held = list_checks(world.campaign.id, point.id)
    assert held[ReadinessItem.NETWORK].checked_by == world.user("commune").id
    assert held[ReadinessItem.NETWORK].checked_at == first + timedelta(hours=2)
    assert held[ReadinessItem.ROOM].checked_by == world.user("point").id
    assert held[ReadinessItem.ROOM].checked_at == first
    assert db.session.scalar(select(func.count()).select_from(ReadinessCheck)) == 7
    query = select(AuditEvent).where(AuditEvent.event == "readiness.checked")
    logged = list(db.session.scalars(query.order_by(AuditEvent.id)))
    assert [one.data["ready"] for one in logged] == [7, 6]
    assert logged[1].data["fields"] == ["network"]


@on_both
def test_an_older_page_does_not_overwrite_a_newer_answer(world):
    point = world.unit_of("point")
    check_point(world, point, everything_ready(), "point")
    seen = stamp_of(list_checks(world.campaign.id, point.id))

    def send(login, said):
        actor, campaign = world.actor(login), world.campaign
        return check_readiness(actor=actor, campaign=campaign, point=point, said=said, seen=seen)

    with clock.frozen(clock.now() + timedelta(minutes=1)):
        send("commune", {ReadinessItem.NETWORK: NO_NETWORK})
        again = send("commune", {ReadinessItem.NETWORK: NO_NETWORK})  # a double click
        assert again == 0
        with pytest.raises(Conflict, match="Người dùng commune vừa cập nhật lúc 17h31"):
            send("point", {ReadinessItem.POWER: Said(is_ready=False, note="mất điện")})


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("equipment", Said(is_ready=True)),
        ("staff", Said(is_ready=True, quantity=0)),
        ("computers", Said(is_ready=True, quantity=1_000)),
        ("network", Said(is_ready=False)),
        ("trained", Said(is_ready=False, quantity=3)),
    ],
)
def test_a_number_or_a_note_is_asked_for(world, item, said):
    with pytest.raises(WrongField) as refused:
        check_point(world, world.unit_of("point"), {ReadinessItem(item): said}, "point")
    assert refused.value.field == item
    assert list_checks(world.campaign.id, world.unit_of("point").id) == {}


@on_both
def test_only_the_point_and_police_above_it(world):
    fixed, mobile = world.unit_of("point"), mobile_points(world)[0]
    for login, point in (
        ("point", mobile),
        ("sibling.commune", fixed),
        ("commune", mobile),
        ("district", mobile_points(world, "918")[0]),
        ("district", world.team),
    ):
        with pytest.raises(NotFound):
            check_point(world, point, everything_ready(), login)
    assert check_point(world, mobile, everything_ready(), "district") == 7


@on_both
def test_the_city_board_counts_all_points_and_what_they_lack(world):
    fixed, mobiles = world.unit_of("point"), mobile_points(world)
    check_point(world, fixed, everything_ready())
    check_point(world, mobiles[0], everything_ready(network=NO_NETWORK))
    check_point(world, mobiles[1], {ReadinessItem.NETWORK: NO_NETWORK})
    board = gather_readiness(world.actor("city").scope, world.campaign.id)
    assert len(board.lines) == 100
    assert list(board.standings.values()) == [1, 2, 97]
    assert board.lacking == {ReadinessItem.NETWORK: 2}
    assert board.total(ReadinessItem.EQUIPMENT) == 4
    assert board.by_parent["Phường An Hòa"] == (1, 1)
    assert board.by_parent[world.unit("916").name] == (0, len(mobiles))
    ward = gather_readiness(world.actor("commune").scope, world.campaign.id)
    assert [line.point.id for line in ward.lines] == [fixed.id]
    own = gather_readiness(world.actor("point").scope, world.campaign.id)
    assert [line.point.id for line in own.lines] == [fixed.id]


@pytest.fixture
def ids(arrange):
    with arrange() as world:
        mobile = mobile_points(world)[0]
        check_point(world, mobile, everything_ready(network=NO_NETWORK))
        return {"fixed": world.unit_of("point").id, "mobile": mobile.id, "name": mobile.name}


def everything(**changed):
    said = {f"ready_{item.value}": "yes" for item in ReadinessItem}
    said |= {f"quantity_{item}": "2" for item in ("equipment", "computers", "staff", "trained")}
    return said | changed


def test_the_officer_fills_in_the_own_point_on_the_phone(app, ids, login):
    point = login("point")
    assert (
        point.get("/collection/readiness/mine", 303)
        .headers["Location"]
        .endswith(f"/collection/readiness/{ids['fixed']}")
    )
    url = f"/collection/readiness/{ids['fixed']}"
    assert "0/7 mục sẵn sàng, 7 mục chưa kiểm" in point.text(url)
    wrong = point.post(url, 422, **everything(quantity_staff="hai", note_power="có máy nổ"))
    text = wrong.get_data(as_text=True)
    assert "Hãy nhập số nguyên" in text
    assert "có máy nổ" in text  # what was typed stays
    point.post(url, 422, quantity_staff="2")  # neither ready nor not
    point.post(url, **everything())
    page = point.text(url)
    assert "Điểm đã sẵn sàng" in page
    assert "Kiểm lúc 17h30 ngày 04/7/2023, Người dùng point" in page
    stale = point.post(url, 409, **everything(ready_power="no", note_power="mất điện"))
    assert "Hãy tải lại trang" in stale.get_data(as_text=True)
    point.get(f"/collection/readiness/{ids['mobile']}", 404)
    point.post(f"/collection/readiness/{ids['mobile']}", 404, **everything())


def test_members_of_a_point_come_and_go(app, ids, login, arrange):
    point, url = login("point"), f"/collection/readiness/{ids['fixed']}"
    point.post(f"{url}/members", 422, full_name="", union="none")
    point.post(f"{url}/members", full_name="Lê Thị Ánh", phone="0912345678", union="none")
    page = point.text(url)
    assert "Lê Thị Ánh" in page
    assert "0912345678" not in page
    with arrange():
        member = db.session.scalars(select(TeamMember.id)).one()
    login("sibling.commune").post(f"{url}/members/{member}/leave", 404)
    login("commune.ubnd").post(f"{url}/members/{member}/leave", 404)
    login("commune").post(f"{url}/members/{member}/leave")
    assert "Lê Thị Ánh" not in point.text(url)


def test_the_board_filters_pages_and_comes_as_a_sheet(app, ids, login):
    city = login("city")
    page = city.text("/collection/readiness/")
    assert "0/100 điểm sẵn sàng" in page
    assert "1–50 trong 100" in page
    lacking = city.text("/collection/readiness/?standing=lacking")
    assert ids["name"] in lacking
    assert "VNPT lắp ngày 06/7" in lacking
    assert "1–17 trong 17" in city.text("/collection/readiness/?subtype=mobile")
    assert "Không có điểm nào khớp" in city.text("/collection/readiness/?item=power")
    sheet = city.post("/collection/readiness/sheet", 200, standing="lacking")
    rows = list(load_workbook(BytesIO(sheet.data)).active.iter_rows(values_only=True))
    assert rows[3][2] == ids["name"]
    assert "Đường truyền: VNPT lắp ngày 06/7" in rows[3]
    assert "Lưu phiếu kiểm tra" not in login("city.ubnd").text(
        f"/collection/readiness/{ids['mobile']}"
    )
    login("leader").get("/collection/readiness/", 404)


def test_the_board_costs_few_statements(app, ids, login, arrange):
    with arrange() as world:
        for point in mobile_points(world):
            check_point(world, point, everything_ready(power=NO_NETWORK))
    city = login("city")
    city.get("/collection/readiness/")
    with counted(app) as seen:
        city.get("/collection/readiness/")
    assert len(seen) <= 12, len(seen)
