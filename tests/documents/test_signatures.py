"""A signature never stands alone: the last two paragraphs or rows come along."""

import io
import re

import pdfplumber
import pytest

from tests.documents import make
from vneid_field.documents.render import render_paper


@pytest.mark.parametrize("count", range(8, 20))
def test_the_signature_never_leaves_the_last_paragraph(count):
    paper = make.make_daily_report(proposals=("Đề nghị cấp thêm thẻ nhớ. " * 2,) * count)
    with pdfplumber.open(io.BytesIO(render_paper(paper, make.make_footer()))) as pdf:
        texts = [page.extract_text() for page in pdf.pages]
    page = next(text for text in texts if "./." in text)
    assert "Nơi nhận:" in page
    assert "Thiếu tá Lê Văn Thử" in page
    # Nor do both stand alone on a page: the paragraph before comes along, whole.
    assert "Đề nghị cấp thêm thẻ nhớ. Đề nghị cấp thêm thẻ nhớ." in page


@pytest.mark.parametrize("count", range(4, 16))
def test_a_forms_signature_keeps_the_last_two_paragraphs(count):
    paper = make.make_team_daily(difficulties=("Sóng yếu.",) * count, proposals=("Thêm thẻ nhớ.",))
    with pdfplumber.open(io.BytesIO(render_paper(paper, make.make_footer()))) as pdf:
        texts = [page.extract_text() for page in pdf.pages]
    page = next(text for text in texts if "(Ký, ghi rõ họ tên)" in text)
    assert "Sóng yếu." in page
    assert "Thêm thẻ nhớ." in page


@pytest.mark.parametrize("count", range(5, 22))
def test_a_tables_signature_keeps_the_last_two_rows_and_the_total(count):
    row = make.SplitRow("Phường An Hòa", 3500, 13_695, 274, 10_771, 215)
    paper = make.make_quota_split(rows=(row,) * count)
    with pdfplumber.open(io.BytesIO(render_paper(paper, make.make_footer()))) as pdf:
        texts = [page.extract_text() for page in pdf.pages]
    page = next(text for text in texts if "Nơi nhận:" in text)
    rows = re.findall(r"^(\d+) .*\d\.?\d* ", page.split("7 = 6/50")[-1], re.M)
    assert len(rows) >= 2, page
    assert [int(row) for row in rows][-1] == count
    assert "Tổng" in page
