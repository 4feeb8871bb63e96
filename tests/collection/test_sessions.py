"""Sessions of points: who plans what, clashes, open invitations, what each level sees."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from tests.conftest import on_both
from tests.make.collection_points import (
    TOMORROW,
    details,
    invite_to,
    make_session,
    mobile_points,
)
from tests.make.world import OTHER_WARD
from tests.statements import counted
from vneid_field.audit.models import AuditEvent
from vneid_field.collection.kinds import EventKind, PlaceKind
from vneid_field.collection.models import (
    CollectionEvent,
    CollectionSession,
    CollectionSessionUnit,
)
from vneid_field.collection.session_queries import Asked, gather_week, get_session, list_sessions
from vneid_field.collection.sessions import cancel_session, change_session, plan_session
from vneid_field.core import clock
from vneid_field.core.errors import Conflict, DomainError, NotFound, WrongField
from vneid_field.extensions import db

WEEK = Asked(date(2023, 7, 3), date(2023, 7, 9))


def plan(world, login, point, said):
    actor = world.actor(login)
    return plan_session(actor=actor, campaign=world.campaign, point=point, details=said)


def change(world, planned, said, login="district"):
    actor = world.actor(login)
    return change_session(actor=actor, campaign=world.campaign, session_id=planned.id, details=said)


def count_sessions():
    return db.session.scalar(select(func.count()).select_from(CollectionSession))


def events():
    query = select(AuditEvent.event).where(AuditEvent.event.startswith("session."))
    return list(db.session.scalars(query.order_by(AuditEvent.id)))


@on_both
def test_district_and_city_plan_mobile_sessions_and_a_double_click_makes_one(world):
    point = mobile_points(world)[0]
    first = plan(world, "district", point, details(world.ward))
    again = plan(world, "district", point, details(world.ward))
    assert first.id == again.id
    assert count_sessions() == 1
    plan(world, "city", point, details(world.ward, from_minute=780, to_minute=960))
    assert count_sessions() == 2
    assert events() == ["session.planned", "session.planned"]


@on_both
def test_only_police_above_a_mobile_point_plan_it(world):
    near, far = mobile_points(world)[0], mobile_points(world, "918")[0]
    for login, point in (("commune", near), ("district", far)):
        with pytest.raises(NotFound):
            plan(world, login, point, details(world.ward))
    with pytest.raises(NotFound):
        plan(world, "district", world.team, details(world.ward))
    assert count_sessions() == 0


@on_both
def test_a_fixed_point_works_at_homes_only_and_by_its_own_police(world):
    fixed = world.unit_of("point")
    with pytest.raises(WrongField, match="mục III"):
        plan(world, "commune", fixed, details(world.hamlet))
    home = details(world.hamlet, place_kind=PlaceKind.HOME, place="12 Mậu Thân")
    for login in ("district", "city", "sibling.commune"):
        with pytest.raises(NotFound):
            plan(world, login, fixed, home)
    assert plan(world, "commune", fixed, home).id


@on_both
def test_units_lie_under_the_points_parent_and_a_hamlet_lies_in_its_commune(world):
    point = mobile_points(world)[0]
    far = world.unit("31168")  # of another district
    for wrong in (far, world.unit("916"), world.team):
        with pytest.raises(NotFound):
            plan(world, "district", point, details(wrong))
    with pytest.raises(WrongField, match="ít nhất một địa bàn"):
        plan(world, "district", point, details())
    made = plan(world, "district", point, details(world.ward, world.hamlet))
    held = select(CollectionSessionUnit.unit_id)
    held = held.where(CollectionSessionUnit.session_id == made.id)
    assert list(db.session.scalars(held)) == [world.ward.id]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"on_day": date(2023, 6, 14)}, "on_day"),
        ({"on_day": date(2023, 8, 6)}, "on_day"),
        ({"on_day": date(2023, 7, 3)}, "on_day"),  # yesterday
        ({"on_day": date(2023, 7, 4)}, "to_time"),  # today, over at 11h00
        ({"to_minute": 450}, "to_time"),
        ({"expected": 0}, "expected"),
        ({"expected": 5_001}, "expected"),
        ({"place": ""}, "place"),
    ],
)
def test_days_hours_and_numbers_that_cannot_be_are_refused(world, changed, field):
    with pytest.raises(WrongField) as refused:
        plan(world, "district", mobile_points(world)[0], details(world.ward, **changed))
    assert refused.value.field == field


def test_the_last_day_of_the_drive_is_a_day_of_it(world):
    point = mobile_points(world)[0]
    assert plan(world, "district", point, details(world.ward, on_day=date(2023, 8, 5))).id
    tonight = details(world.ward, on_day=date(2023, 7, 4), from_minute=17 * 60, to_minute=20 * 60)
    assert plan(world, "district", point, tonight).id


@on_both
def test_a_point_is_at_one_place_at_a_time(world):
    one, two = mobile_points(world)[:2]
    first = make_session(world, one, world.ward)
    for hours in ((600, 720), (420, 480), (480, 540), (420, 720)):
        said = details(world.ward, place="Nơi khác", from_minute=hours[0], to_minute=hours[1])
        with pytest.raises(Conflict, match="07h30–11h00 tại Trường THPT"):
            plan(world, "district", one, said)
    after = make_session(world, one, world.ward, from_minute=660, to_minute=720)
    before = make_session(world, one, world.ward, from_minute=420, to_minute=450)
    other = make_session(world, two, world.ward)
    with pytest.raises(Conflict):
        change(world, after, details(world.ward, from_minute=659, to_minute=720))
    change(world, first, details(world.ward, from_minute=455))  # never against itself
    cancel_session(actor=world.actor("district"), session_id=before.id, reason="mưa bão")
    assert make_session(world, one, world.ward, from_minute=430, to_minute=450).id
    assert other.id


@on_both
def test_people_asked_to_two_places_on_a_day_are_a_warning(world):
    one, two = mobile_points(world)[:2]
    first = make_session(world, one, world.ward)
    second = make_session(world, two, world.hamlet, place="Chợ An Hòa", expected=50)
    elsewhere = make_session(world, one, world.unit(OTHER_WARD), from_minute=780, to_minute=900)
    next_day = make_session(world, two, world.ward, on_day=TOMORROW + timedelta(days=1))
    scope = world.actor("district").scope
    lines = {line.session.id: line for line in list_sessions(scope, world.campaign.id, WEEK)}
    assert [one.session.id for one in lines[first.id].shared] == [second.id]
    assert [one.session.id for one in lines[second.id].shared] == [first.id]
    assert lines[elsewhere.id].shared == lines[next_day.id].shared == []
    cancel_session(actor=world.actor("district"), session_id=second.id, reason="mưa")
    assert get_session(scope, world.campaign.id, first.id).shared == []


@on_both
def test_open_invitations_hold_the_day_the_hours_and_the_session_itself(world):
    planned = make_session(world, mobile_points(world)[0], world.ward)
    invited = [invite_to(planned, citizen) for citizen in world.citizens[:2]]
    district = world.actor("district")
    with pytest.raises(Conflict, match="Còn 2 người đang được mời"):
        cancel_session(actor=district, session_id=planned.id, reason="mưa")
    with pytest.raises(Conflict, match="2 người đang được mời"):
        change(world, planned, details(world.ward, on_day=TOMORROW + timedelta(days=1)))
    with pytest.raises(Conflict, match="2 người đang được mời"):
        change(world, planned, details(world.ward, from_minute=481))
    with pytest.raises(Conflict, match="2 người đang được mời"):
        change(world, planned, details(world.ward, to_minute=480))
    change(world, planned, details(world.ward, from_minute=480, place="Cổng sau"))
    for row in invited:
        row.ended_at = clock.now()
    db.session.flush()
    cancel_session(actor=district, session_id=planned.id, reason="mưa")
    cancel_session(actor=district, session_id=planned.id, reason="lần nữa")  # a double click
    assert planned.cancel_reason == "mưa"
    assert events() == ["session.planned", "session.changed", "session.cancelled"]
    with pytest.raises(Conflict, match="đã bị hủy: mưa"):
        change(world, planned, details(world.ward))


def test_a_session_that_received_somebody_or_is_over_stays(world):
    planned = make_session(world, mobile_points(world)[0], world.ward)
    now, citizen = clock.now(), world.citizens[0]
    event = CollectionEvent(
        uuid=str(uuid4()),
        body_digest="0",
        campaign_id=world.campaign.id,
        citizen_id=citizen.id,
        home_unit_id=world.hamlet.id,
        point_id=planned.point_id,
        session_id=planned.id,
        kind=EventKind.CHECKED_IN,
        received_at=now,
        happened_at=now,
        counted_on=TOMORROW,
    )
    db.session.add(event)
    db.session.flush()
    district = world.actor("district")
    with pytest.raises(DomainError, match="đã tiếp 1 người"):
        cancel_session(actor=district, session_id=planned.id, reason="mưa")
    with clock.frozen(clock.now() + timedelta(days=2)):
        with pytest.raises(Conflict, match="đã diễn ra ngày 05/7/2023"):
            cancel_session(actor=district, session_id=planned.id, reason="mưa")
        with pytest.raises(Conflict, match="đã diễn ra"):
            change(world, planned, details(world.ward, on_day=TOMORROW + timedelta(days=2)))


@on_both
def test_changes_are_logged_by_field_and_the_same_again_is_nothing(world):
    planned = make_session(world, mobile_points(world)[0], world.ward)
    change(world, planned, details(world.ward))
    assert events() == ["session.planned"]
    change(world, planned, details(world.hamlet, expected=80))
    last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert sorted(last.data["fields"]) == ["expected", "units"]
    with pytest.raises(WrongField, match="lý do hủy"):
        cancel_session(actor=world.actor("district"), session_id=planned.id, reason="")


@on_both
def test_a_level_sees_its_points_and_what_invites_its_people(world):
    point = mobile_points(world)[0]
    ours = make_session(world, point, world.hamlet)
    theirs = make_session(
        world, point, world.unit(OTHER_WARD), from_minute=780, to_minute=900, place="Cái Khế"
    )
    home = make_session(
        world, world.unit_of("point"), world.hamlet, place_kind=PlaceKind.HOME, place="12/3"
    )

    def seen(login):
        scope = world.actor(login).scope
        return {line.session.id for line in list_sessions(scope, world.campaign.id, WEEK)}

    assert seen("district") == seen("city.ubnd") == {ours.id, theirs.id, home.id}
    assert seen("commune") == seen("commune.ubnd") == {ours.id, home.id}
    assert seen("sibling.commune") == {theirs.id}
    assert seen("point") == {home.id}
    with pytest.raises(NoResultFound):
        get_session(world.actor("sibling.commune").scope, world.campaign.id, ours.id)


def test_a_week_holds_seven_days_by_hour(world):
    point = mobile_points(world)[0]
    late = make_session(world, point, world.ward, from_minute=780, to_minute=900)
    early = make_session(world, point, world.ward)
    week = gather_week(world.actor("district").scope, world.campaign.id, WEEK)
    assert week.days[0][0] == date(2023, 7, 3)
    assert len(week.days) == 7
    assert [line.session.id for line in week.days[2][1]] == [early.id, late.id]
    assert (week.count, week.expected) == (2, 240)


def form_of(ids, **changed):
    said = {
        "on_day": "2023-07-05",
        "from_time": "07:30",
        "to_time": "11:00",
        "place_kind": "school",
        "place": "Trường THPT Châu Văn Liêm",
        "partner": "Phòng Giáo dục",
        "expected": "120",
        "unit": ids["ward"],
    }
    return {**said, **changed}


@pytest.fixture
def ids(arrange):
    with arrange() as world:
        one, two = mobile_points(world)[:2]
        return {
            "ward": world.ward.id,
            "hamlet": world.hamlet.id,
            "one": one.id,
            "two": two.id,
            "fixed": world.unit_of("point").id,
            "citizen": world.citizens[0].id,
        }


def test_the_district_plans_warns_changes_and_cancels_over_http(app, ids, login, arrange):
    district = login("district")
    assert "chưa có buổi thu nhận lưu động nào" in district.text("/collection/sessions/")
    assert "Không có buổi" in district.text("/collection/sessions/list")
    assert "Tổ thu nhận lưu động số 1" in district.text("/collection/sessions/new")
    page = district.text(f"/collection/sessions/new?point={ids['one']}")
    assert "Phường An Hòa" in page
    url = "/collection/sessions/new"
    refused = district.post(url, 422, point_id=ids["one"], **form_of(ids, place=""))
    assert "Hãy nhập địa điểm" in refused.get_data(as_text=True)
    none = {name: value for name, value in form_of(ids).items() if name != "unit"}
    refused = district.post(url, 422, point_id=ids["one"], **none)
    assert "ít nhất một địa bàn" in refused.get_data(as_text=True)
    made = district.post(url, point_id=ids["one"], **form_of(ids))
    shown = made.headers["Location"]
    assert "Đã lập buổi thu nhận" in district.text(shown)
    clash = district.post(
        url, 409, point_id=ids["one"], **form_of(ids, place="Nơi khác", unit=ids["hamlet"])
    )
    text = clash.get_data(as_text=True)
    assert "đã có buổi 07h30–11h00" in text
    assert f'value="{ids["hamlet"]}" checked' in text  # what was typed stays
    second = district.post(url, point_id=ids["two"], **form_of(ids, place="Chợ"))
    assert "còn được mời đến" in district.text(second.headers["Location"])
    week = district.text("/collection/sessions/?day=2023-07-05")
    assert week.count("trùng địa bàn") == 2
    assert "2 buổi trong tuần, dự kiến 240 người" in week
    assert "Tuần này không có buổi nào khớp" in district.text(
        "/collection/sessions/?day=2023-07-05&kind=mall"
    )
    edit = f"{shown}/edit"
    assert "Trường THPT Châu Văn Liêm" in district.text(edit)
    district.post(edit, **form_of(ids, expected="99"))
    assert "99 người" in district.text(shown)
    district.post(edit, 422, **form_of(ids, on_day="2023-08-06"))
    cancel = f"{shown}/cancel"
    district.post(cancel, 422, cancel_reason="")
    district.post(cancel, cancel_reason="Trường thi tốt nghiệp")
    district.post(cancel, cancel_reason="Trường thi tốt nghiệp")
    assert "Buổi này đã hủy: Trường thi tốt nghiệp" in district.text(shown)
    assert "Châu Văn Liêm" not in district.text("/collection/sessions/list")
    assert "đã hủy" in district.text("/collection/sessions/list?cancelled=1")
    sheet = district.post("/collection/sessions/sheet", 200, cancelled="1")
    assert sheet.data.startswith(b"PK")


def test_others_read_or_see_nothing_and_change_nothing(app, ids, login, arrange):
    with arrange() as world:
        planned = make_session(world, mobile_points(world)[0], world.hamlet).id
    url = f"/collection/sessions/{planned}"
    for who in ("commune", "commune.ubnd", "city.ubnd"):
        page = login(who)
        assert "Châu Văn Liêm" in page.text(url)
        assert "Hủy buổi" not in page.text(url)
        page.post(f"{url}/edit", 404, **form_of(ids))
        page.post(f"{url}/cancel", 404, cancel_reason="a")
    for who in ("sibling.commune", "point", "leader", "volunteer", "beat"):
        login(who).get(url, 404)
    commune = login("commune")
    commune.post("/collection/sessions/new", 404, point_id=ids["one"], **form_of(ids))
    assert "Thu nhận tại nhà" in commune.text("/collection/sessions/new")
    assert "Trường học" not in commune.text("/collection/sessions/new")
    home = form_of(ids, place_kind="home", place="12 Mậu Thân", unit=ids["hamlet"])
    commune.post("/collection/sessions/new", point_id=ids["fixed"], **home)
    assert "12 Mậu Thân" in login("point").text("/collection/sessions/?day=2023-07-05")


def test_the_schedule_costs_few_statements(app, login, arrange):
    with arrange() as world:
        for number, point in enumerate(mobile_points(world)):
            for hour in range(7, 15):
                make_session(
                    world,
                    point,
                    world.ward,
                    place=f"Nơi {number} {hour}",
                    from_minute=hour * 60,
                    to_minute=hour * 60 + 50,
                )
    city = login("city")
    for url in ("/collection/sessions/?day=2023-07-05", "/collection/sessions/list"):
        city.get(url)
        with counted(app) as seen:
            city.get(url)
        assert len(seen) <= 12, (url, len(seen))


def test_hamlets_are_named_with_their_commune(world):
    point = mobile_points(world)[0]
    hamlets = world.ward_hamlets[:2]
    planned = make_session(world, point, *hamlets, world.unit(OTHER_WARD))
    line = get_session(world.actor("district").scope, world.campaign.id, planned.id)
    assert line.places == ["Phường Cái Khế", "Khu vực 1, Khu vực 2 (Phường An Hòa)"]
