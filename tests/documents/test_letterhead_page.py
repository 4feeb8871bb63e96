"""Thể thức văn bản: the settings, what they look like while typed, and the papers that bear them."""

import html
import io
import re
from datetime import date

import pdfplumber
import pytest

from tests.documents import make, periods
from tests.documents.test_decree import find
from tests.documents.test_papers_as_pdf import MM
from tests.make.world import DAY
from vneid_field.documents.letterheads import letterhead_of
from vneid_field.documents.models import Letterhead
from vneid_field.documents.papers.daily_report import DailyReport
from vneid_field.documents.papers.period_reports import FinalReport, WeeklyReport
from vneid_field.documents.render import render_paper
from vneid_field.extensions import db

GIVEN = {
    "superior_organ": "Công an quận Ninh Kiều",
    "organ": "Công an phường An Hòa",
    "symbol": "BC-CAPAH",
    "place": "Ninh Kiều",
    "signer_title": "KT. TRƯỞNG CÔNG AN PHƯỜNG\nPHÓ TRƯỞNG CÔNG AN PHƯỜNG",
    "signer_rank": "Đại úy",
    "signer_name": "Trần Văn Ký",
}
LIMITS = {
    "superior_organ": 120,
    "organ": 120,
    "symbol": 40,
    "place": 60,
    "signer_title": 120,
    "signer_rank": 40,
    "signer_name": 80,
}
NEEDED = ("superior_organ", "organ", "symbol", "place", "signer_title")
HTML = "<script>alert(1)</script><b>\"'&amp;"
REPORTS = {
    "daily_report": (DailyReport, DAY, DAY),
    "weekly_report": (WeeklyReport, date(2023, 6, 28), DAY),
    "final_report": (FinalReport, date(2023, 6, 15), date(2023, 8, 5)),
}


def words(text):
    """What a reader sees of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def sketch(pages, url="/letterhead/preview", **given):
    answer = pages.post(url, 200, **GIVEN | given)
    text = answer.get_data(as_text=True)
    return words(text[text.index('id="sketch"') :])


@pytest.mark.parametrize("kind", REPORTS)
@pytest.mark.parametrize(
    ("who", "organ", "symbol", "place", "title", "addressees"),
    [
        (
            "commune",
            "CÔNG AN QUẬN NINH KIỀU CÔNG AN PHƯỜNG AN HÒA",
            "BC-CAP",
            "An Hòa",
            "TRƯỞNG CÔNG AN PHƯỜNG",
            "- Ủy ban nhân dân phường An Hòa; - Công an quận Ninh Kiều.",
        ),
        (
            "district",
            "CÔNG AN THÀNH PHỐ CẦN THƠ CÔNG AN QUẬN NINH KIỀU",
            "BC-CAQ",
            "Ninh Kiều",
            "TRƯỞNG CÔNG AN QUẬN",
            "- Ủy ban nhân dân quận Ninh Kiều; - Công an thành phố Cần Thơ.",
        ),
        (
            "city",
            "BỘ CÔNG AN CÔNG AN THÀNH PHỐ CẦN THƠ",
            "BC-CATP",
            "Cần Thơ",
            "GIÁM ĐỐC",
            "Kính gửi: Ủy ban nhân dân thành phố Cần Thơ.",
        ),
    ],
)
def test_each_level_sees_each_report_as_its_settings_make_it(
    login, who, organ, symbol, place, title, addressees, kind
):
    shown = words(login(who).text(f"/letterhead/?paper={kind}").partition('id="sketch"')[2])
    kind_of, since, on = REPORTS[kind]
    for part in (
        organ,
        f"/{symbol}",
        f"{place}, ngày",
        title,
        addressees,
        " ".join(("BÁO CÁO", *kind_of.subject_of(since, on))),
        "Nơi nhận: - Như trên; - Lưu: VT.",
    ):
        assert part in shown, part


@pytest.mark.parametrize(
    ("kind", "build"),
    [
        ("daily_report", make.make_daily_report),
        ("weekly_report", periods.make_weekly_report),
        ("final_report", periods.make_final_report),
    ],
)
def test_the_sketch_names_the_subject_that_the_paper_prints(kind, build):
    kind_of, since, on = REPORTS[kind]
    paper = build()
    assert paper.subject == kind_of.subject_of(since, on)
    with pdfplumber.open(io.BytesIO(render_paper(paper, make.make_footer()))) as pdf:
        for line in kind_of.subject_of(since, on):
            find(pdf.pages[:1], line)


@pytest.mark.parametrize("field", GIVEN)
def test_every_field_is_seen_while_it_is_typed_and_nothing_is_stored(arrange, login, field):
    pages = login("commune")
    typed = "Chữ Thử 123"
    seen = typed.upper() if field in ("superior_organ", "organ", "signer_title") else typed
    assert seen not in sketch(pages)
    assert seen in sketch(pages, **{field: typed})
    with arrange() as world:
        assert db.session.get(Letterhead, world.ward.id) is None


def test_while_typing_only_the_sketch_is_answered(login):
    pages = login("commune")
    answer = pages.client.post(
        "/letterhead/preview",
        data=GIVEN | {"csrf_token": pages.token, "paper": "weekly_report"},
        headers={"HX-Request": "true"},
    )
    text = answer.get_data(as_text=True)
    assert "<html" not in text
    assert "<form" not in text
    assert "định danh điện tử tuần" in text
    page = pages.text("/letterhead/")
    assert 'hx-post="/letterhead/preview"' in page
    assert 'formaction="/letterhead/preview"' in page  # without scripts


def test_a_name_that_is_too_long_for_its_box_breaks_as_on_the_paper(login):
    shown = login("commune").post(
        "/letterhead/preview", 200, **GIVEN | {"organ": "Công an thị trấn Vĩnh Thạnh Đông"}
    )
    text = shown.get_data(as_text=True)
    assert "<strong>CÔNG AN THỊ TRẤN</strong>" in text
    assert "<strong>VĨNH THẠNH ĐÔNG</strong>" in text


@pytest.mark.parametrize("field", GIVEN)
def test_html_that_is_typed_is_text_everywhere(arrange, login, field):
    pages = login("commune")
    typed = HTML[: LIMITS[field]]
    for url in ("/letterhead/preview", "/letterhead/"):
        answer = pages.post(url, 303 if url == "/letterhead/" else 200, **GIVEN | {field: typed})
        assert b"<script>alert" not in answer.data
    page = pages.text("/letterhead/")
    assert "<script>alert" not in page.lower()
    assert words(typed.replace("<", "&lt;")).lower() in words(page).lower()
    with arrange() as world:
        letter = letterhead_of(world.ward, 2023)
        assert getattr(letter, field) == typed
        paper = make.make_daily_report(letterhead=letter)
        with pdfplumber.open(io.BytesIO(render_paper(paper, make.make_footer()))) as pdf:
            printed = "".join("".join(page.extract_text() for page in pdf.pages).split()).lower()
    assert "<script>" in printed


@pytest.mark.parametrize("field", NEEDED)
@pytest.mark.parametrize("empty", ["", "   "])
def test_what_a_paper_needs_cannot_be_left_empty(arrange, login, field, empty):
    pages = login("commune")
    refused = pages.post("/letterhead/", 422, **GIVEN | {field: empty}).get_data(as_text=True)
    assert "Mục này cần được điền." in refused
    assert "Trần Văn Ký" in refused  # what was typed stays
    with arrange() as world:
        assert db.session.get(Letterhead, world.ward.id) is None


@pytest.mark.parametrize(("field", "limit"), LIMITS.items())
def test_a_text_longer_than_its_column_is_refused_and_one_as_long_is_kept(
    arrange, login, field, limit
):
    pages = login("commune")
    refused = pages.post("/letterhead/", 422, **GIVEN | {field: "a" * (limit + 1)})
    assert f"dài quá {limit} ký tự" in refused.get_data(as_text=True)
    pages.post("/letterhead/", **GIVEN | {field: "a" * limit})
    with arrange() as world:
        assert getattr(letterhead_of(world.ward), field) == "a" * limit


def test_rank_and_name_may_stay_empty_for_the_hand(arrange, login):
    login("commune").post("/letterhead/", **GIVEN | {"signer_rank": "", "signer_name": ""})
    with arrange() as world:
        letter = letterhead_of(world.ward, 2023)
    with pdfplumber.open(
        io.BytesIO(render_paper(make.make_daily_report(letterhead=letter), make.make_footer()))
    ) as pdf:
        find(pdf.pages, "……………………")


@pytest.mark.parametrize("glue", [" ", "x"], ids=["words", "one-word"])
def test_the_longest_settings_stay_inside_their_boxes(glue):
    def filled(field):
        pieces = "Vĩnh" + glue
        return (pieces * 40)[: LIMITS[field]].strip()

    letter = make.make_letterhead(
        **{name: filled(name) for name in GIVEN if name != "signer_title"},
        signer_title="\n".join([filled("signer_rank")] * 3),
    )
    data = render_paper(make.make_daily_report(letterhead=letter), make.make_footer())
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        page = pdf.pages[0]
        state = find([page], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
        title = find([page], "BÁO CÁO")[3]
        head = [char for char in page.chars if char["top"] / MM < title - 1 and char["text"] != " "]
        number = find([page], "Số:")[3]
        left = [char for char in head if char["x0"] / MM < state[1] - 1]
        for char in [*head, *page.chars]:
            assert char["x1"] / MM <= 210 - 15 + 0.4
        assert max(char["x1"] for char in left) / MM < state[1]
        assert number > state[3]


def test_a_deputy_of_one_unit_signs_that_units_papers_only(arrange, login):
    login("commune").post("/letterhead/", **GIVEN)
    with arrange() as world:
        assert letterhead_of(world.ward).title_lines[1] == "PHÓ TRƯỞNG CÔNG AN PHƯỜNG"
        assert letterhead_of(world.ward).signer == "Đại úy Trần Văn Ký"
        for code in ("31117", "916", "92"):
            assert letterhead_of(world.unit(code)).signer_name == ""
    with arrange() as world:
        other_id = world.unit("31117").id
    login("commune").post(f"/letterhead/?unit={other_id}", 404, **GIVEN)
    login("commune").post(f"/letterhead/preview?unit={other_id}", 404, **GIVEN)
    login("admin").post(f"/letterhead/?unit={other_id}", **GIVEN)
    with arrange() as world:
        assert letterhead_of(world.unit("31117")).signer_name == "Trần Văn Ký"
