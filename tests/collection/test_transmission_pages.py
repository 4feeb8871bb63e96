"""To approval on screen and paper: the ageing board, the slip, the pages."""

import io
from datetime import date, time, timedelta

import openpyxl
import pdfplumber
import pytest
from sqlalchemy import select

from tests.conftest import on_both
from tests.make.transmissions import (
    add_event,
    make_collected,
    send,
)
from tests.statements import counted
from vneid_field.collection.ageing import gather_ages
from vneid_field.collection.kinds import EventKind
from vneid_field.collection.transmission_kinds import TransmissionEnd
from vneid_field.collection.transmission_models import Transmission
from vneid_field.collection.transmission_queries import (
    get_batch,
)
from vneid_field.collection.transmission_slips import make_slip
from vneid_field.collection.transmissions import take_back
from vneid_field.core import clock
from vneid_field.documents.kinds import PDF, XLSX
from vneid_field.documents.models import Rendition
from vneid_field.documents.services import read_rendition
from vneid_field.extensions import db
from vneid_field.units.models import Unit

E = TransmissionEnd


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
    make_collected(world, 1, on=date(2023, 6, 24))  # An Hòa comes after Cái Khế in the tree
    make_collected(world, 2, on=date(2023, 7, 1), home=other)
    district = db.session.get_one(Unit, world.ward.parent_id)
    board = gather_ages(world.actor("district").scope, district, clock.today())
    assert [(line.unit.id, line.count) for line in board.lines] == [
        (world.ward.id, 1),
        (other.id, 2),
    ]
    for login in ("commune", "district"):
        board = gather_ages(world.actor(login).scope, world.ward, clock.today())
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
