"""A board as a paper: the rows and the order of the page, stored, checked by its code."""

import io
import re

import pdfplumber
import pytest
from sqlalchemy import select

from tests.conftest import on_both
from tests.documents.test_stored_papers import pdfs_of
from tests.make.flows import make_flow
from tests.make.world import DAY
from vneid_field.boards.papers import board_paper
from vneid_field.documents.kinds import PaperKind
from vneid_field.documents.models import Document
from vneid_field.documents.render import render_paper
from vneid_field.documents.services import read_rendition
from vneid_field.extensions import db
from vneid_field.figures.rules import Counter
from vneid_field.reporting.summary import summarise

from ..documents.make import make_footer


def pages_of(content):
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        return [
            (page.width > page.height, page.extract_text(), page.extract_table())
            for page in pdf.pages
        ]


def stored_board(login, unit_id, who="district", **fields):
    """Make a board's paper as a person does; returns its page's URL."""
    return login(who).post(f"/boards/{unit_id}/paper", **fields).location


@on_both
def test_the_paper_holds_the_rows_of_the_board_in_its_order_and_says_until_when(arrange, login):
    with arrange() as world:
        make_flow(world.hamlet, DAY, 3, world.team)
        make_flow(world.unit("31117"), DAY, 5)
        make_flow(world.unit("916"), DAY, 7, None, Counter.COLLECTED)
        district_id, names = world.unit("916").id, [world.unit("31117").name, world.ward.name]
    shown = login("district").text(stored_board(login, district_id, sort="in_day"))
    assert "bảng tiến độ ngày 04/7/2023" in shown
    with arrange():
        document = db.session.scalars(select(Document)).one()
        assert document.kind == PaperKind.BOARD.value
        (rendition,) = pdfs_of(document.id)
        ((is_wide, text, rows),) = pages_of(read_rendition(rendition))
        code = document.code
    assert is_wide
    flat = " ".join(text.split())
    assert "BẢNG TIẾN ĐỘ THU NHẬN HỒ SƠ VÀ KÍCH HOẠT TÀI KHOẢN ĐỊNH DANH ĐIỆN TỬ" in flat
    assert "Quận Ninh Kiều, ngày 04/7/2023" in flat
    assert re.search(r"Số liệu đến \d\dh\d\d ngày 04/7/2023", flat)
    assert f"Mã văn bản: {code}" in flat
    assert [" ".join(row[1].split()) for row in rows[2:4]] == names
    assert [row[2] for row in rows[2:4]] == ["5", "3"]
    (rest,) = [row for row in rows if "Tổ lưu động" in (row[1] or "")]
    assert rest[6] == "7"
    assert rows[-1][2] == "8"
    assert rows[-1][6] == "7"


def test_each_making_is_the_next_version_of_the_same_day_and_order(arrange, login):
    with arrange() as world:
        unit_id = world.unit("916").id
    first = stored_board(login, unit_id)
    assert stored_board(login, unit_id) == first  # within the minute: pressed twice
    with arrange() as world:
        make_flow(world.hamlet, DAY, 3, world.team)
    stored_board(login, unit_id)
    stored_board(login, unit_id, sort="percent")
    with arrange():
        found = db.session.scalars(select(Document).order_by(Document.id)).all()
        assert [one.version for one in found] == [1, 2, 1]
        assert [one.replaces_id for one in found] == [None, found[0].id, None]


@pytest.mark.parametrize(("who", "code"), [("city", "92"), ("district", "916")])
def test_sorted_by_rank_it_is_the_ranking(arrange, login, who, code):
    with arrange() as world:
        make_flow(world.unit("916"), DAY, 40)
        unit_id = world.unit(code).id
    pages = login(who)
    assert "Lập bảng xếp hạng (PDF)" in pages.text(f"/boards/{unit_id}?sort=rank")
    assert "Lập bảng (PDF)" in pages.text(f"/boards/{unit_id}")
    stored_board(login, unit_id, who, sort="rank")
    with arrange():
        document = db.session.scalars(select(Document)).one()
        assert document.kind == PaperKind.RANKING.value
        ((_, text, rows),) = pages_of(read_rendition(pdfs_of(document.id)[0]))
        code = document.code
    assert "BẢNG XẾP HẠNG KẾT QUẢ KÍCH HOẠT" in text
    ranks = [int(row[-1]) for row in rows[2:] if row[-1].isdigit()]
    assert ranks == sorted(ranks)
    assert "Bảng xếp hạng do" in pages.text(f"/documents/verify/{code}")


def test_the_teams_of_a_commune_have_no_column_of_applications(arrange, login):
    with arrange() as world:
        make_flow(world.hamlet, DAY, 3, world.team)
        unit_id = world.ward.id
    stored_board(login, unit_id, "commune.ubnd")
    with arrange():
        document = db.session.scalars(select(Document)).one()
        ((_, text, rows),) = pages_of(read_rendition(pdfs_of(document.id)[0]))
    assert "BẢNG TIẾN ĐỘ KÍCH HOẠT TÀI KHOẢN" in text
    assert "Thu nhận" not in text
    assert {len(row) for row in rows} == {8}


def test_a_unit_without_units_below_has_no_such_paper(arrange, login):
    with arrange() as world:
        team_id, far = world.team.id, world.unit("31168").id
    pages = login("leader")
    assert "không có đơn vị trực thuộc" in pages.post(f"/boards/{team_id}/paper", 422).text
    login("commune").post(f"/boards/{far}/paper", 404)


def test_a_long_board_repeats_its_header_on_each_page(world):
    summary = summarise(world.campaign, world.unit("916"), DAY)
    lines = summary.lines * 5
    pages = pages_of(render_paper(board_paper(summary, lines, "order"), make_footer()))
    assert len(pages) > 1
    assert all("Vắng mặt" in text for _, text, _ in pages)
    assert sum("Cộng" in text for _, text, _ in pages) == 1
