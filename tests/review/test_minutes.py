"""Minutes of a day's review: what they say, that they name nobody, versions, who makes them."""

import io
import re

import openpyxl
import pytest
from sqlalchemy import select

from tests.conftest import on_both
from tests.documents.test_stored_papers import SIGNED, pdf_text, pdfs_of
from tests.make.reviews import DAY, day_of, decide, phone, rush, walk_all
from vneid_field.audit.models import AuditEvent
from vneid_field.core import clock
from vneid_field.core.errors import DomainError
from vneid_field.documents.kinds import XLSX, PaperKind
from vneid_field.documents.models import Document
from vneid_field.documents.queries import list_renditions
from vneid_field.documents.services import read_rendition
from vneid_field.extensions import db
from vneid_field.people.models import Citizen
from vneid_field.review.kinds import CallResult, ReviewState
from vneid_field.review.labels import QUICK_REMARKS
from vneid_field.review.minutes import gather_day, make_minutes, minutes_letterhead
from vneid_field.review.models import ReviewDay


def set_the_day(world):
    """Twelve checklists: two returned, the sample seen, two people phoned, one flag open."""
    events = walk_all(world)
    rush(world)
    one, two, *others = day_of(world).sample
    decide(world, one, ReviewState.RETURNED, remark=QUICK_REMARKS[3])
    decide(
        world, two, ReviewState.RETURNED, remark="Bà Nguyễn Thị Bí Mật nói chưa làm", login="beat"
    )
    for entry in others:
        decide(world, entry)
    phone(world, events[0], CallResult.CONFIRMED)
    phone(world, events[1], CallResult.DENIED)
    db.session.commit()  # drawing a paper reads what is stored


def make_day(world, *opinion):
    made = make_minutes(
        actor=world.actor("commune"),
        campaign=world.campaign,
        commune=world.ward,
        on=DAY,
        opinion=opinion,
    )
    db.session.commit()
    return made


def words_of(document):
    return pdf_text(pdfs_of(document.id)[-1])


def book_of(document):
    found = list_renditions([document.id])[document.id]
    (sheet,) = [one for one in found if one.media_type == XLSX]
    return openpyxl.load_workbook(io.BytesIO(read_rendition(sheet)))


@on_both
def test_the_paper_says_what_was_drawn_found_and_answered(world):
    set_the_day(world)
    document = make_day(world, "Các tổ ghi đúng giờ.")
    words = words_of(document)
    seed = db.session.scalars(select(ReviewDay)).one().seed
    for wanted in (
        "BIÊN BẢN",
        "/BB-CAP",
        "ngày 04/7/2023 của các Tổ trên địa bàn phường An Hòa",
        "Biên bản lập lúc 17h30 ngày 04/7/2023",
        "Thành phần kiểm tra: Người dùng beat, Người dùng commune.",
        "Trong ngày có 12 phiếu",
        "10% số phiếu, ít nhất 05 phiếu; đã rút 05/12 phiếu, chốt lúc 17h30 ngày 04/7/2023",
        seed,
        "Đã kiểm tra 05/12 phiếu kết quả trong ngày của các Tổ: duyệt 03, trả lại 02.",
        "Mẫu ngẫu nhiên: đã xem 05/05 phiếu.",
        "Có 01 phiếu có dấu hiệu cần hỏi lại, còn 01 phiếu chưa trả lời.",
        "01 kích hoạt sát giờ hộ trước; một phiếu có thể có nhiều dấu hiệu",
        "Đã trả lại 02 phiếu: 01 ghi nhầm người trong hộ, 01 lý do khác, ghi trên phiếu.",
        "Đã gọi 02 người được Tổ ghi đã kích hoạt: 01 xác nhận đã kích hoạt, 01 nói chưa",
        "Các tổ ghi đúng giờ.",
        "KẾT QUẢ KIỂM TRA PHIẾU THEO TỔ NGÀY 04/7/2023",
        "(Kèm theo Biên bản số /BB-CAP ngày tháng năm 2023 của Công an phường An Hòa)",
    ):
        assert wanted in words, (wanted, words)
    assert "Như trên" not in words


@on_both
def test_no_citizen_is_named_on_paper_in_the_sheet_or_in_what_is_frozen(world):
    set_the_day(world)
    document = make_day(world)
    sheet = " ".join(
        str(cell)
        for tab in book_of(document)
        for row in tab.iter_rows(values_only=True)
        for cell in row
    )
    for text in (words_of(document), sheet, str(document.figures), document.title):
        assert "Bí Mật" not in text
        for person in db.session.scalars(select(Citizen)):
            assert person.full_name not in text
            assert person.citizen_id not in text
    assert document.purge_on is None


@on_both
def test_the_sheet_holds_the_numbers_of_the_paper(world):
    set_the_day(world)
    book = book_of(make_day(world))
    assert book.sheetnames == ["Theo tổ", "Nội dung"]
    rows = [list(row) for row in book["Theo tổ"].iter_rows(values_only=True)]
    team = next(row for row in rows if world.team.name in row)
    assert team[2:13] == [12, 5, 0, 2, 5, 5, 1, 1, 2, 1, 1]
    total = next(row for row in rows if "Cộng" in row)
    assert total[2:13] == team[2:13]
    content = {row[0]: row[1] for row in book["Nội dung"].iter_rows(values_only=True) if row[0]}
    assert content["Dấu hiệu: Kích hoạt sát giờ hộ trước"] == 1
    assert content["Trả lại: Ghi nhầm người trong hộ"] == 1
    assert content["Gọi kiểm tra: Nói chưa kích hoạt"] == 1


@on_both
def test_the_same_day_again_is_the_same_paper_and_anything_else_replaces_it(world):
    set_the_day(world)
    first = make_day(world, "Tốt.")
    assert make_day(world, "Tốt.").id == first.id
    second = make_day(world, "Tốt. Đã nhắc các tổ.")
    assert (second.version, second.replaces_id) == (2, first.id)
    (flagged,) = day_of(world).open_flags
    decide(world, flagged)
    db.session.commit()
    third = make_day(world, "Tốt. Đã nhắc các tổ.")
    assert (third.version, third.replaces_id) == (3, second.id)
    assert "đã xem hết" in words_of(third)
    with pytest.raises(DomainError, match="không có phiếu nào"):
        make_minutes(
            actor=world.actor("commune"),
            campaign=world.campaign,
            commune=world.ward,
            on=DAY.replace(day=1),
            opinion=(),
        )


@on_both
def test_a_day_that_nobody_looked_at_says_so(world):
    walk_all(world, 3)
    db.session.commit()
    words = words_of(make_day(world))
    assert "Thành phần kiểm tra: chưa có ai kiểm tra." in words
    assert "chưa chốt vì chưa duyệt phiếu nào" in words
    assert words.count("Không có.") == 3
    assert "Không gọi." in words
    found = gather_day(world.campaign, world.ward, DAY)
    assert found.sample.drawn_at == ""


def test_symbols_of_minutes(world):
    head = minutes_letterhead(world.ward, 2023)
    assert (head.symbol, head.year) == ("BB-CAP", 2023)
    assert "Như trên" not in head.recipients


@pytest.fixture
def ready(arrange):
    with arrange() as world:
        set_the_day(world)
        return world.ward.id, world.unit("31117").id


def test_the_minutes_are_made_from_the_page_read_by_superiors_and_numbered(ready, arrange, login):
    ward_id, sibling_id = ready
    commune, district = login("commune"), login("district")
    page = commune.text(f"/review/day?on={DAY}")
    assert "Đã xem 5 trong 12 phiếu" in page
    assert "Kích hoạt sát giờ hộ trước 1" in page
    assert "Chưa lập biên bản cho ngày này." in page
    answer = commune.post(f"/review/day?on={DAY}", opinion="Dòng một.\n\n  Dòng hai.")
    with arrange():
        (document,) = db.session.scalars(select(Document))
        assert (document.kind, document.period_on) == (PaperKind.REVIEW_MINUTES.value, DAY)
        words = words_of(document)
        assert 0 < words.index("Dòng một.") < words.index("Dòng hai.")
        document_id = document.id
    assert answer.location.endswith(f"/documents/{document_id}")
    assert "Biên bản kiểm tra phiếu" in commune.text(answer.location)
    assert "bản 1, lập lúc 17h30 ngày 04/7/2023" in commune.text(f"/review/day?on={DAY}")

    shown = district.text(f"/review/day?unit={ward_id}&on={DAY}")
    assert "bản 1, lập lúc" in shown
    assert "Lập biên bản" not in shown
    district.get(f"/documents/{document_id}")
    district.post(f"/review/day?unit={ward_id}&on={DAY}", 404, opinion="")
    assert f"unit={sibling_id}&amp;on={DAY}" in district.text(f"/review/day?on={DAY}")
    sibling = login("sibling.commune")
    sibling.get(f"/review/day?unit={ward_id}", 404)
    sibling.get(f"/documents/{document_id}", 404)
    sibling.post(f"/review/day?unit={ward_id}&on={DAY}", 404, opinion="")

    commune.post(f"/documents/{document_id}/number", **SIGNED)
    with arrange():
        text = pdf_text(pdfs_of(document_id)[-1])
        assert "Số: 06/BB-CAP" in text
        assert "(Kèm theo Biên bản số 06/BB-CAP ngày 04 tháng 7 năm 2023" in text


def test_what_is_refused_keeps_the_words(ready, login):
    commune = login("commune")
    page = commune.post(f"/review/day?on={DAY}", 422, opinion="Lời " * 600).get_data(as_text=True)
    assert "dài quá 2000 ký tự" in page
    assert re.search(r"<textarea[^>]*>\s*Lời Lời", page)
    page = commune.post("/review/day?on=2023-07-01", 422, opinion="Lời").get_data(as_text=True)
    assert "Ngày 01/7/2023 không có phiếu nào để lập biên bản." in page
    assert "chưa có phiếu nào" in commune.text("/review/day?on=2023-07-01")


def test_the_audit_knows_the_paper(ready, arrange, login):
    login("commune").post(f"/review/day?on={DAY}", opinion="")
    with arrange(), clock.frozen(clock.now()):
        found = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "document.made"))
        assert [row.data["kind"] for row in found] == ["review_minutes"]
