"""The slip of an applied list: what it held and changed, on paper and as a sheet; no names."""

import io
import re

import openpyxl
import pdfplumber
import pytest
from sqlalchemy import select

from tests.make.delta import DAY, load, new_row, rows_of, undo, upload
from vneid_field.core.errors import Conflict
from vneid_field.documents.kinds import PDF, XLSX
from vneid_field.documents.models import Rendition
from vneid_field.documents.services import read_rendition
from vneid_field.extensions import db
from vneid_field.lists.slips import make_slip


def content(document, media_type):
    query = select(Rendition).where(
        Rendition.document_id == document.id, Rendition.media_type == media_type
    )
    return io.BytesIO(read_rendition(db.session.scalars(query).one()))


def words_of(document):
    with pdfplumber.open(content(document, PDF)) as pdf:
        return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def slip(world, done):
    document = make_slip(actor=world.actor("commune"), campaign=world.campaign, done=done)
    db.session.commit()
    return document


def test_the_slip_says_what_the_list_held_and_changed_and_names_nobody(world, held):
    """Of 24 people 22 stand in it, and one new: two claims vanished, two are contradicted."""
    broken = (99, "Trần Thị Sai", "123", "", "Khu vực 1")
    done = load(world, [*rows_of(held[2:]), new_row(1), broken])
    document = slip(world, done)
    words = words_of(document)
    for wanted in (
        "PHIẾU TIẾP NHẬN DANH SÁCH",
        "Tổng số dòng của tệp dòng 24",
        "Người mới người 1",
        "Dòng bị loại, không lưu dòng 1",
        "NGƯỜI TIẾP NHẬN",
        "Người dùng commune",
        "tính đến ngày 06/7/2023",
    ):
        assert wanted in words, (wanted, words)
    assert done.counts["applied"]["confirmed"] == done.counts["applied"]["contradicted"] == 2
    assert re.search(r"Không còn trong danh sách người 2\b", words), words
    assert re.search(r"danh sách vẫn ghi chưa người 2\b", words), words
    assert not any(one.full_name in words or one.citizen_id in words for one in held)
    assert "Trần Văn Mới" not in words
    sheet = openpyxl.load_workbook(content(document, XLSX)).active
    cells = {row[0]: row[1] for row in sheet.iter_rows(values_only=True) if row[0]}
    assert (cells["Tổng số dòng của tệp"], cells["Người mới"]) == (24, 1)


def test_a_second_click_gives_the_same_slip_and_an_undo_the_next_version(world, held):
    done = load(world, rows_of(held[2:]))
    first = slip(world, done)
    assert slip(world, done).id == first.id
    done = undo(world, done)
    second = slip(world, done)
    assert (second.version, second.replaces_id) == (2, first.id)
    assert "Đã hoàn tác cả lần nạp" in words_of(second)
    assert "Nạp nhầm tệp" not in words_of(second)  # a reason may name somebody


def test_a_list_that_waits_has_no_slip(world, held):
    done = upload(world, rows_of(held[2:]))
    with pytest.raises(Conflict, match="chưa áp dụng"):
        slip(world, done)


def test_the_page_offers_it_and_other_units_do_not_find_it(app, arrange, login):
    with arrange() as world:
        world.hand_over_all()
        list_id = load(world, [*rows_of(world.citizens), new_row(1)], as_of=DAY).id
    pages = login("commune")
    assert f"/imports/{list_id}/slip" in pages.text(f"/imports/{list_id}")
    made = pages.post(f"/imports/{list_id}/slip")
    assert "Phiếu tiếp nhận" in pages.text(made.headers["Location"])
    login("sibling.commune").post(f"/imports/{list_id}/slip", 404)
