"""Lịch thu nhận lưu động: what the paper holds, its versions, and who may make it."""

from datetime import timedelta

from sqlalchemy import select

from tests.boards.test_board_papers import pages_of
from tests.conftest import on_both
from tests.documents.test_stored_papers import pdfs_of
from tests.make.collection_points import TOMORROW, make_session, mobile_points
from vneid_field.audit.models import AuditEvent
from vneid_field.collection.kinds import PlaceKind
from vneid_field.collection.models import CollectionSession
from vneid_field.documents.kinds import PDF, XLSX, PaperKind
from vneid_field.documents.models import Document, Rendition
from vneid_field.documents.services import read_rendition
from vneid_field.extensions import db

URL = "/collection/sessions/paper"
WEEK = {"from": "2023-07-03", "to": "2023-07-09"}


def papers():
    return list(db.session.scalars(select(Document).order_by(Document.id)))


@on_both
def test_the_paper_holds_the_sessions_of_the_days_in_order(arrange, login):
    with arrange() as world:
        one, two = mobile_points(world)[:2]
        make_session(world, two, world.hamlet, place="Chung cư Hưng Phú", from_minute=480)
        make_session(world, one, world.ward)
        later = make_session(
            world, one, world.ward, on_day=TOMORROW + timedelta(days=9), place="Tuần sau"
        )
        gone = make_session(world, one, world.ward, from_minute=780, to_minute=900, place="Hủy")
        gone.is_cancelled, gone.cancel_reason = True, "mưa"
        assert later.id
    shown = login("district").post(URL, **WEEK, cancelled="1").location
    assert "lịch thu nhận lưu động 03/7–09/7/2023" in login("district").text(shown)
    with arrange():
        (document,) = papers()
        assert document.kind == PaperKind.SESSION_SCHEDULE.value
        (rendition,) = pdfs_of(document.id)
        ((is_wide, text, rows),) = pages_of(read_rendition(rendition))
        kinds = set(db.session.scalars(select(Rendition.media_type)))
        code = document.code
    assert is_wide
    assert kinds == {PDF, XLSX}
    flat = " ".join(text.split())
    assert "LỊCH THU NHẬN LƯU ĐỘNG" in flat
    assert "Quận Ninh Kiều, 03/7–09/7/2023" in flat
    assert f"Mã văn bản: {code}" in flat
    places = [" ".join(row[4].split()) for row in rows[1:-1]]
    assert places == [
        "Trường THPT Châu Văn Liêm (trường học)",
        "Chung cư Hưng Phú (trường học)",
    ]
    assert rows[1][2] == "07h30–11h00"
    assert " ".join(rows[2][7].split()) == "Khu vực 1 (Phường An Hòa)"
    assert rows[-1][6] == "240"


def test_the_same_again_is_the_same_paper_and_a_change_is_its_next_version(arrange, login):
    with arrange() as world:
        point = mobile_points(world)[0]
        make_session(world, point, world.ward)
    district = login("district")
    first = district.post(URL, **WEEK).location
    assert district.post(URL, **WEEK).location == first
    district.post(URL, **WEEK, kind=PlaceKind.SCHOOL.value)
    with arrange():
        db.session.scalars(select(CollectionSession)).one().expected = 99
    district.post(URL, **WEEK)
    with arrange():
        found = papers()
        assert [one.version for one in found] == [1, 1, 2]
        assert [one.replaces_id for one in found] == [None, None, found[0].id]
        made = select(AuditEvent).where(AuditEvent.event == "document.made")
        assert len(list(db.session.scalars(made))) == 3


def test_an_empty_schedule_and_a_reader_make_no_paper(arrange, login):
    with arrange() as world:
        make_session(world, mobile_points(world)[0], world.ward)
    refused = login("district").post(URL, 422, **{"from": "2023-08-01", "to": "2023-08-05"})
    assert "Không có buổi thu nhận nào" in refused.get_data(as_text=True)
    for who in ("city.ubnd", "point"):
        login(who).post(URL, 404, **WEEK)
    with arrange():
        assert papers() == []
