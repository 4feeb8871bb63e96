"""To approval: batches, what comes back by file, and what the figures and teams see of it."""

import io
import re
from datetime import date, time, timedelta

import openpyxl
import pdfplumber
import pytest
from sqlalchemy import select

from tests.conftest import on_both
from tests.make.delta import at, load, states, total, undo, upload
from tests.make.transmissions import SENT_AT, add_event, make_collected, send
from tests.statements import counted
from vneid_field.audit.models import AuditEvent
from vneid_field.collection.ageing import gather_ages
from vneid_field.collection.kinds import EventKind
from vneid_field.collection.transmission_kinds import TransmissionEnd
from vneid_field.collection.transmission_models import Transmission, TransmissionItem
from vneid_field.collection.transmission_queries import (
    NO_POINT,
    Chosen,
    count_items,
    find_rejections,
    get_batch,
    list_waiting_points,
)
from vneid_field.collection.transmission_rules import end_of, number_key
from vneid_field.collection.transmission_slips import make_slip
from vneid_field.collection.transmissions import take_back
from vneid_field.core import clock
from vneid_field.core.errors import Conflict, DomainError, WrongField
from vneid_field.documents.kinds import PDF, XLSX
from vneid_field.documents.models import Rendition
from vneid_field.documents.services import read_rendition
from vneid_field.extensions import db
from vneid_field.lists.hand_over_queries import list_waiting_citizens
from vneid_field.lists.kinds import ImportKind
from vneid_field.lists.services import hand_over, receive
from vneid_field.people.changes import tell_changed
from vneid_field.people.kinds import ApplicationState as S
from vneid_field.people.models import ApplicationEvent
from vneid_field.people.services import correct_state
from vneid_field.recount import check
from vneid_field.units.models import Unit

DECIDED = date(2023, 7, 6)
LOADED = date(2023, 7, 7)
TITLES = ("STT", "Họ và tên", "Số CCCD", "Phường/xã", "Khu vực", "Lý do từ chối")
E = TransmissionEnd


def rejected_rows(people, reason="Ảnh chân dung không đạt"):
    return [
        (n, c.full_name, c.citizen_id, "", "Khu vực 1", reason)
        for n, c in enumerate(people, start=1)
    ]


def reject(world, people, **kinds):
    with at(LOADED):
        rows = rejected_rows(people, **kinds)
        return load(world, rows, as_of=DECIDED, kind=ImportKind.REJECTED, titles=TITLES)


def approve(world, people):
    """The list of the approved names everybody who is approved now, as the national one does."""
    with at(LOADED):
        rows = [
            (n, c.full_name, c.citizen_id, "", "Khu vực 1", "05/07/2023")
            for n, c in enumerate([*world.citizens[:24], *people], start=1)
        ]
        titles = (*TITLES[:5], "Ngày phê duyệt")
        return load(world, rows, as_of=DECIDED, titles=titles)


def items_of(batch):
    db.session.expire_all()
    query = select(TransmissionItem).where(TransmissionItem.transmission_id == batch.id)
    return list(db.session.scalars(query.order_by(TransmissionItem.id)))


def ends(batch):
    return [item.ended_as for item in items_of(batch)]


@on_both
def test_a_batch_transmits_whoever_was_collected_and_counts_once_each(world):
    people = make_collected(world)
    batch = send(world)
    assert set(states(people)) == {S.TRANSMITTED}
    assert {one.application_state_at for one in people} == {SENT_AT}
    assert total("transmitted") == 3
    assert count_items([batch.id])[batch.id].waiting == 3
    event = db.session.scalars(
        select(ApplicationEvent).where(ApplicationEvent.source == "transmission")
    ).first()
    assert (event.from_state, event.to_state, event.source_id) == (
        S.COLLECTED,
        S.TRANSMITTED,
        batch.id,
    )
    assert db.session.scalars(
        select(AuditEvent).where(AuditEvent.event == "transmission.sent")
    ).one().data == {"count": 3, "on": "2023-07-04"}
    assert check(world.campaign) == []


@on_both
def test_a_second_tap_is_the_same_batch_and_a_used_number_is_refused(world):
    make_collected(world)
    batch = send(world)
    assert send(world, number="12 /th-cap", expected=3).id == batch.id
    make_collected(world, 1)
    later = SENT_AT + timedelta(minutes=5)
    with pytest.raises(WrongField, match="Số 12/TH-CAP đã dùng cho đợt truyền lúc 17h15"):
        send(world, sent_at=later)
    assert send(world, number="13/TH-CAP", sent_at=later).id != batch.id
    assert total("transmitted") == 4


@on_both
def test_what_was_not_seen_is_not_sent(world):
    make_collected(world, 2)
    with pytest.raises(Conflict, match="nay là 2, lúc mở trang là 1"):
        send(world, expected=1)
    with pytest.raises(DomainError, match="Không có hồ sơ nào"):
        send(world, chosen=Chosen(on=date(2023, 7, 3)))
    with pytest.raises(WrongField, match="không được sau hiện tại"):
        send(world, sent_at=clock.now() + timedelta(minutes=1))
    with pytest.raises(WrongField, match="2 hồ sơ được thu nhận sau giờ này"):
        send(world, sent_at=SENT_AT - timedelta(hours=12))
    with pytest.raises(WrongField, match="trước ngày bắt đầu"):
        send(world, sent_at=clock.at_local(date(2023, 6, 1), time(9)))


@on_both
def test_a_batch_may_be_of_one_point_or_one_day(world):
    today = make_collected(world, 2)
    yesterday = make_collected(world, 1, on=date(2023, 7, 3))
    unnamed = make_collected(world, 1, has_event=False)
    scope, point = world.actor("commune").scope, world.unit_of("point")
    assert [(row[0], row[2]) for row in list_waiting_points(scope, world.ward)] == [
        (point.id, 3),
        (NO_POINT, 1),
    ]
    send(world, number="1", chosen=Chosen(point_id=point.id, on=date(2023, 7, 4)))
    assert set(states(today)) == {S.TRANSMITTED}
    assert states([*yesterday, *unnamed]) == [S.COLLECTED, S.COLLECTED]
    send(world, number="2", chosen=Chosen(point_id=NO_POINT))
    assert states(unnamed) == [S.TRANSMITTED]
    send(world, number="3", chosen=Chosen(on=date(2023, 7, 3)))
    assert states(yesterday) == [S.TRANSMITTED]


@on_both
def test_only_own_people_and_only_the_sender_takes_back(world):
    other = world.unit("31117")
    ours, theirs = make_collected(world, 1), make_collected(world, 1, home=other)
    batch = send(world)
    assert states([*ours, *theirs]) == [S.TRANSMITTED, S.COLLECTED]
    sibling, district = world.actor("sibling.commune"), world.actor("district")
    with pytest.raises(Exception, match="No row was found"):
        get_batch(sibling.scope, world.campaign.id, batch.id)
    assert get_batch(district.scope, world.campaign.id, batch.id).id == batch.id
    for actor in (sibling, district):
        with pytest.raises(Conflict, match=f"do {world.ward.name} truyền"):
            take_back(actor=actor, campaign=world.campaign, batch=batch, reason="nhầm")
    send(world, number="1", login="district")  # who is left of the whole district
    assert states(theirs) == [S.TRANSMITTED]


@on_both
def test_a_batch_made_by_mistake_goes_back_whole_and_frees_its_number(world):
    people = make_collected(world)
    collected_at = people[0].application_state_at
    batch, commune = send(world), world.actor("commune")
    with pytest.raises(WrongField, match="lý do"):
        take_back(actor=commune, campaign=world.campaign, batch=batch, reason=" ")
    done = take_back(actor=commune, campaign=world.campaign, batch=batch, reason="nhầm điểm")
    assert done == 3
    assert set(states(people)) == {S.COLLECTED}
    assert people[0].application_state_at == collected_at
    assert set(ends(batch)) == {E.TAKEN_BACK}
    assert total("transmitted") == 0
    assert check(world.campaign) == []
    again = take_back(actor=commune, campaign=world.campaign, batch=batch, reason="nhầm điểm")
    assert again == 0
    assert send(world).id != batch.id  # same number
    assert check(world.campaign) == []


@on_both
def test_the_approved_and_the_rejected_come_back_by_file(world):
    people = make_collected(world, 4)
    batch = send(world)
    db.session.commit()
    approve(world, people[:2])
    reject(world, people[2:3])
    assert states(people) == [S.APPROVED, S.APPROVED, S.REJECTED, S.TRANSMITTED]
    assert ends(batch) == [E.APPROVED, E.APPROVED, E.REJECTED, None]
    first, _second, refused, _open = items_of(batch)
    assert first.decided_on == date(2023, 7, 5)  # the list's column
    assert people[0].approved_on == date(2023, 7, 5)
    assert (refused.decided_on, refused.reason) == (DECIDED, "Ảnh chân dung không đạt")
    assert find_rejections(world.campaign.id, [one.id for one in people]) == {
        people[2].id: (DECIDED, "Ảnh chân dung không đạt")
    }
    counts = count_items([batch.id])[batch.id]
    assert (counts.sent, counts.approved, counts.rejected, counts.waiting) == (4, 2, 1, 1)
    assert total("transmitted") == 4
    assert total("approved") == 2
    with pytest.raises(Conflict, match="Đã có kết quả của 3 hồ sơ"):
        take_back(actor=world.actor("commune"), campaign=world.campaign, batch=batch, reason="nhầm")


@on_both
def test_an_undone_list_of_the_rejected_opens_the_items_again(world):
    people = make_collected(world, 2)
    batch = send(world)
    db.session.commit()
    done = reject(world, people)
    assert set(ends(batch)) == {E.REJECTED}
    with at(LOADED, 9):
        undo(world, done)
    assert set(states(people)) == {S.TRANSMITTED}
    assert ends(batch) == [None, None]
    assert {item.reason for item in items_of(batch)} == {""}


@on_both
def test_a_correction_takes_one_person_out_of_a_batch(world):
    (one,) = make_collected(world, 1)
    batch, commune = send(world), world.actor("commune")
    correct_state(actor=commune, citizen=one, reason="chưa truyền được")
    tell_changed(world.campaign.id, [one.id])
    assert ends(batch) == [E.TAKEN_BACK]
    assert total("transmitted") == 0
    assert check(world.campaign) == []


@on_both
def test_who_was_rejected_is_sent_again_and_the_old_reason_stays(world):
    (one,) = make_collected(world, 1)
    batch = send(world)
    db.session.commit()
    reject(world, [one])
    one.application_state = S.COLLECTED  # invited and collected again
    one.application_state_at = clock.at_local(LOADED, time(10))
    db.session.flush()
    with at(LOADED, 12):
        second = send(world, number="14", sent_at=clock.at_local(LOADED, time(11)))
    assert ends(batch) == [E.REJECTED]
    assert ends(second) == [None]
    assert total("transmitted") == 2
    assert find_rejections(world.campaign.id, [one.id]) == {}


@on_both
def test_the_approved_wait_for_the_next_hand_over_by_themselves(world):
    world.hand_over_all()
    people = make_collected(world, 2)
    send(world)
    db.session.commit()
    scope = world.actor("commune").scope
    assert list_waiting_citizens(scope, world.campaign.id, world.hamlet.id, 50) == []
    approve(world, people)
    waiting = list_waiting_citizens(scope, world.campaign.id, world.hamlet.id, 50)
    assert {one.id for one in waiting} == {one.id for one in people}


@pytest.mark.parametrize(
    ("on", "mark"), [(date(2023, 7, 12), "pill-info"), (date(2023, 7, 13), "pill-warn")]
)
def test_the_team_sees_the_age_of_the_approval_with_its_mark_after_7_days(arrange, login, on, mark):
    with arrange() as world:
        people = make_collected(world, 1)
        send(world)
        db.session.commit()
        approve(world, people)  # on 05/7
        given = hand_over(
            actor=world.actor("commune"),
            campaign=world.campaign,
            from_unit=world.ward,
            team=world.team,
            citizens=people,
        )
        receive(actor=world.actor("leader"), given=given)
        household_id = people[0].household_id
    with at(on):
        page = login("volunteer").text(f"/households/{household_id}")
    days = (on - date(2023, 7, 5)).days
    assert re.search(rf'class="pill {mark}"[^<]*>duyệt {days} ngày<', page), page


def test_a_list_of_the_rejected_takes_nobody_back_who_went_on(world):
    """Who was invited again, or has an account, stays; an older list moves nobody."""
    invited, activated, late = make_collected(world, 3)
    invited.application_state = S.INVITED
    activated.application_state = S.ACTIVATED
    late.application_state_at = clock.at_local(LOADED, time(9))
    db.session.commit()
    with at(LOADED, 10):
        done = upload(
            world,
            rejected_rows([invited, activated, late]),
            as_of=DECIDED,
            kind=ImportKind.REJECTED,
            titles=TITLES,
        )
    assert done.counts["restated"] == 0
    assert done.counts["unchanged"] == 3


def test_headers_and_titles_of_lists_of_the_rejected(world):
    (one,) = make_collected(world, 1)
    batch = send(world)
    db.session.commit()
    with at(LOADED):
        titles = (*TITLES[:5], "Lý do không được phê duyệt (*)")
        load(world, rejected_rows([one]), as_of=DECIDED, kind=ImportKind.REJECTED, titles=titles)
    assert items_of(batch)[0].reason == "Ảnh chân dung không đạt"


def test_someone_new_in_a_list_of_the_rejected_keeps_the_reason(world):
    with at(LOADED):
        rows = [(1, "Trần Văn Mới", "092090000001", "", "Khu vực 1", "Sai vân tay")]
        load(world, rows, as_of=DECIDED, kind=ImportKind.REJECTED, titles=TITLES)
    event = db.session.scalars(
        select(ApplicationEvent).where(ApplicationEvent.to_state == S.REJECTED)
    ).one()
    assert event.reason == "Sai vân tay"


@on_both
def test_ages_are_civil_days_since_the_newest_standing_collection(world):
    for days, people in ((0, 1), (1, 2), (2, 1), (3, 1), (4, 1), (7, 1), (8, 2)):
        make_collected(world, people, on=date(2023, 7, 4) - timedelta(days=days))
    make_collected(world, 1, on=date(2023, 6, 20), has_event=False)
    (again,) = make_collected(world, 1, on=date(2023, 6, 25), has_event=False)
    old = add_event(world, again, EventKind.COLLECTED, clock.at_local(date(2023, 7, 4), time(8)))
    board = gather_ages(world.actor("commune").scope, world.ward, clock.today())
    assert board.total.ages == [4, 2, 2, 3]
    assert board.total.oldest_days(clock.today()) == 14
    add_event(world, again, EventKind.UNDO, clock.now(), undoes=old.uuid)
    board = gather_ages(world.actor("commune").scope, world.ward, clock.today())
    assert board.total.ages == [3, 2, 2, 4]  # the undone one is old again


@on_both
def test_the_board_shows_who_waits_longest_first_and_only_the_scope(world):
    other = world.unit("31117")
    make_collected(world, 1, on=date(2023, 7, 1))
    make_collected(world, 2, on=date(2023, 6, 24), home=other)
    district = db.session.get_one(Unit, world.ward.parent_id)
    board = gather_ages(world.actor("district").scope, district, clock.today())
    assert [(line.unit.id, line.count) for line in board.lines] == [
        (other.id, 2),
        (world.ward.id, 1),
    ]
    board = gather_ages(world.actor("commune").scope, world.ward, clock.today())
    assert [(line.unit.id, line.count) for line in board.lines] == [(world.hamlet.id, 1)]


def content(document, media_type):
    query = select(Rendition).where(
        Rendition.document_id == document.id, Rendition.media_type == media_type
    )
    return io.BytesIO(read_rendition(db.session.scalars(query).one()))


def test_the_slip_counts_by_unit_and_names_nobody(world):
    people = make_collected(world)
    numbers = [text for one in people for text in (one.full_name, one.citizen_id)]
    batch, commune, hamlet = send(world), world.actor("commune"), world.hamlet.name
    batch_id = batch.id
    db.session.commit()  # the papers are drawn outside the transaction
    document = make_slip(actor=commune, campaign=world.campaign, batch=batch)
    db.session.commit()
    with pdfplumber.open(content(document, PDF)) as pdf:
        words = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    for wanted in (
        "PHIẾU TRUYỀN DỮ LIỆU",
        "Số 12/TH-CAP, truyền lúc 17h15 ngày 04/7/2023",
        f"{hamlet} hồ sơ 3",
        "Chờ kết quả hồ sơ 3",
        "NGƯỜI TRUYỀN DỮ LIỆU",
    ):
        assert wanted in words, (wanted, words)
    assert not any(text in words for text in numbers)
    sheet = openpyxl.load_workbook(content(document, XLSX)).active
    cells = {row[0]: row[1] for row in sheet.iter_rows(values_only=True) if row[0]}
    assert cells["Tổng số hồ sơ đã truyền"] == 3
    batch = get_batch(commune.scope, world.campaign.id, batch_id)
    again = make_slip(actor=commune, campaign=world.campaign, batch=batch)
    assert again.id == document.id
    take_back(actor=commune, campaign=world.campaign, batch=batch, reason="nhầm điểm")
    db.session.commit()
    newer = make_slip(actor=commune, campaign=world.campaign, batch=batch)
    assert newer.version == 2
    assert newer.replaces_id == document.id


@pytest.mark.parametrize(
    ("before", "state", "after"),
    [
        (None, S.APPROVED, E.APPROVED),
        (None, S.ACTIVATED, E.APPROVED),
        (None, S.REJECTED, E.REJECTED),
        (None, S.COLLECTED, E.TAKEN_BACK),
        (None, S.MOVED_OUT, E.LEFT),
        (None, S.NOT_COLLECTED, E.LEFT),
        (E.REJECTED, S.INVITED, E.REJECTED),
        (E.REJECTED, S.COLLECTED, E.REJECTED),
        (E.REJECTED, S.APPROVED, E.APPROVED),
        (E.APPROVED, S.MOVED_OUT, E.APPROVED),
        (E.REJECTED, S.TRANSMITTED, None),
        (E.LEFT, S.TRANSMITTED, None),
        (E.TAKEN_BACK, S.TRANSMITTED, E.TAKEN_BACK),
        (E.TAKEN_BACK, S.APPROVED, E.TAKEN_BACK),
    ],
)
def test_what_an_item_ends_as(before, state, after):
    assert end_of(before, state) is after


def test_numbers_are_compared_without_blanks_and_case():
    assert number_key("12/TH-CAP") == number_key(" 12 / th-cap")
    assert number_key("12/TH") != number_key("13/TH")


@pytest.fixture
def ids(arrange):
    with arrange() as world:
        people = make_collected(world, 3)
        return {"names": [one.full_name for one in people], "raw": people[0].citizen_id}


def test_police_send_a_batch_and_take_it_back_over_http(app, ids, login):
    commune, district = login("commune"), login("district")
    assert "3</strong> hồ sơ đã thu nhận" in commune.text("/transmissions/")
    page = commune.text("/transmissions/new")
    assert "Truyền <strong>3</strong> hồ sơ" in page
    sent = {"sent_on": "2023-07-04", "sent_hour": "17:15", "expected": "3", "point": "", "on": ""}
    refused = commune.post("/transmissions/", 422, number="", **sent)
    assert "Hãy ghi số của đợt truyền" in refused.get_data(as_text=True)
    late = {**sent, "sent_hour": "17:59"}
    refused = commune.post("/transmissions/", 422, number="1", **late)
    assert "không được sau hiện tại" in refused.get_data(as_text=True)
    refused = commune.post("/transmissions/", 409, number="1", **{**sent, "expected": "2"})
    assert 'name="expected" type="hidden" value="3"' in refused.get_data(as_text=True)
    part = commune.text("/transmissions/new?on=2023-07-03")
    assert "thu nhận ngày 03/7/2023" in part
    assert "Ghi đợt truyền" not in part  # nobody was collected then
    first = commune.post("/transmissions/", number="12/TH", **sent).headers["Location"]
    again = commune.post("/transmissions/", number="12/TH", **sent).headers["Location"]
    assert first == again
    page = commune.text(first)
    assert all(name in page for name in ids["names"])
    assert ids["raw"] not in page
    assert "1–3 trong 3" in page
    assert "12/TH" in district.text("/transmissions/")
    assert "Thu hồi đợt truyền" not in district.text(first)
    login("sibling.commune").get(first, 404)
    district.post(f"{first}/take-back", 409, reason="nhầm")
    login("sibling.commune").post(f"{first}/take-back", 404, reason="nhầm")
    refused = commune.post(f"{first}/take-back", 422, reason="")
    assert "Hãy ghi lý do thu hồi" in refused.get_data(as_text=True)
    commune.post(f"{first}/slip")
    commune.post(f"{first}/take-back", reason="nhầm điểm")
    assert "nhầm điểm" in commune.text(first)
    assert "3</strong> hồ sơ đã thu nhận" in commune.text("/transmissions/")


def test_the_ageing_board_and_its_sheet(app, ids, login):
    city = login("city")
    with counted(app) as statements:
        assert "Ninh Kiều" in city.text("/transmissions/ageing")
    assert len(statements) <= 12, len(statements)
    answer = city.post("/transmissions/ageing/sheet", 200)
    book = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    rows = [row for row in book.iter_rows(values_only=True) if row[0] == "Cộng"]
    assert rows[0][1:] == (3, 3, 0, 0, 0, 0)
    login("volunteer").get("/transmissions/ageing", 404)
    login("beat").get("/transmissions/", 404)


def test_empty_pages_say_so(app, login):
    commune = login("commune")
    assert "Chưa có đợt truyền nào" in commune.text("/transmissions/")
    assert "Không có hồ sơ nào chờ truyền" in commune.text("/transmissions/new")
    assert "Không có hồ sơ nào chờ truyền" in commune.text("/transmissions/ageing")
    with app.app_context():
        assert db.session.query(Transmission).count() == 0
