"""Every paper of the report chain measured against the table of documents.md section 1."""

import io
import itertools
import re

import pdfplumber
import pytest

from tests.documents import decree, make
from tests.documents.test_lists_and_tables import _flat
from tests.documents.test_papers_as_pdf import MM, rules_below, top_number
from vneid_field.documents.render import render_paper

PAPERS = decree.every_paper()
LINE = 13 * 1.15  # pt
each_paper = pytest.mark.parametrize("name", PAPERS)


def _some(test):
    return pytest.mark.parametrize("name", [name for name, one in PAPERS.items() if test(one)])


with_head = _some(lambda one: one.letterhead)
with_number = _some(lambda one: one.letterhead and one.letterhead.symbol)
with_subject = _some(lambda one: one.subject)
with_addressees = _some(lambda one: one.addressees)
with_body = _some(lambda one: one.last)
with_copies = _some(lambda one: one.letterhead and one.letterhead.recipients)
with_annex = _some(lambda one: one.annex)
with_superior = _some(lambda one: one.letterhead and one.letterhead.superior_organ)


@pytest.fixture(scope="module")
def drawn():
    """Open a paper once, however many tests look at it."""
    opened = {}

    def give(name):
        if name not in opened:
            data = render_paper(PAPERS[name].paper, make.make_footer())
            opened[name] = pdfplumber.open(io.BytesIO(data))
        return opened[name]

    yield give
    for pdf in opened.values():
        pdf.close()


def find(pages, words, *, below=0.0):
    """Return (page, left, right, top, bottom in mm, characters) of a run of words."""
    pattern = r"\s+".join(re.escape(word) for word in words.split())
    for page in pages:
        for hit in page.search(pattern, y_tolerance=1):
            if hit["top"] / MM >= below:
                places = (hit[side] / MM for side in ("x0", "x1", "top", "bottom"))
                return (page, *places, hit["chars"])
    raise AssertionError(f"{words} is not on the paper")


def assert_looks(pages, words, look, **where):
    """Check size, weight and slope of every letter; returns where the words stand."""
    found = find(pages, words, **where)
    for char in found[-1]:
        assert look.size[0] <= round(char["size"], 2) <= look.size[1], (words, char["size"])
        assert ("Bold" in char["fontname"]) is look.bold, (words, char["fontname"])
        assert ("Italic" in char["fontname"]) is look.italic, (words, char["fontname"])
    return found


def centre_of(page):
    """The middle between the margins, mm."""
    return (30 + page.width / MM - 15) / 2


@each_paper
def test_margins_are_those_of_the_decree_and_everything_is_black(drawn, name):
    lefts = []
    for page in drawn(name).pages:
        height, width = page.height / MM, page.width / MM
        body = page.crop((0, 17 * MM, page.width, page.height - 20 * MM))
        drawn_there = [
            one for one in (*body.chars, *body.rects, *body.lines) if one.get("text") != " "
        ]
        edges = {
            "top": min(one["top"] for one in drawn_there) / MM,
            "left": min(one["x0"] for one in drawn_there) / MM,
            "right": width - max(one["x1"] for one in drawn_there) / MM,
        }
        for side, place in edges.items():
            assert place >= decree.MARGINS[side][0] - 0.4, side
        lefts.append(edges["left"])
        # Only the line of the code stands in the margin below.
        low = page.crop((0, (height - 20) * MM, page.width, page.height)).extract_text()
        assert low.startswith("Mã văn bản:")
        colours = {char["non_stroking_color"] for char in page.chars}
        assert colours <= {(0,), (0, 0, 0), 0}, colours
    assert min(lefts) <= decree.MARGINS["left"][1]


@with_head
def test_the_states_name_and_motto_stand_right_with_a_rule_as_long_as_the_motto(drawn, name):
    pages = drawn(name).pages[:1]
    _page, left, right, top, *_ = assert_looks(
        pages, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", decree.STATE
    )
    middle = (left + right) / 2
    assert left > pages[0].width / MM / 2 - 10
    page, left, right, below, *_ = assert_looks(pages, "Độc lập - Tự do - Hạnh phúc", decree.MOTTO)
    assert below > top
    assert (left + right) / 2 == pytest.approx(middle, abs=1)
    rules = rules_below(page, below)
    assert any(abs(a - left) < 1 and abs(b - right) < 1 for a, b in rules), rules


@with_head
def test_the_organ_stands_left_in_bold_capitals_above_a_short_rule(drawn, name):
    pages = drawn(name).pages[:1]
    superior, organ = PAPERS[name].organs
    tops = []
    for line in superior:
        tops.append(assert_looks(pages, line, decree.SUPERIOR)[3])
    below = max(tops, default=0) + 1
    places = [assert_looks(pages, line, decree.ORGAN, below=below) for line in organ]
    assert [place[3] for place in places] == sorted(place[3] for place in places)
    assert all(place[2] < find(pages, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")[1] for place in places)
    width = max(place[2] - place[1] for place in places)
    limit = find(pages, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")[1]
    rules = [(a, b) for a, b in rules_below(pages[0], places[-1][3]) if b < limit]
    low, high = decree.RULE_SHARE
    assert any(low <= (b - a) / width <= high for a, b in rules), (rules, width)


@with_superior
def test_the_superior_organ_is_never_bold(drawn, name):
    superior, _organ = PAPERS[name].organs
    assert superior
    for line in superior:
        assert_looks(drawn(name).pages[:1], line, decree.SUPERIOR)


@with_number
def test_number_and_place_stand_level_under_organ_and_motto(drawn, name):
    pages, letter = drawn(name).pages[:1], PAPERS[name].letterhead
    _superior, organ = PAPERS[name].organs
    number = assert_looks(pages, "Số:", decree.NUMBER)
    symbol = assert_looks(pages, f"/{letter.symbol}", decree.NUMBER)
    place = assert_looks(pages, f"{letter.place}, ngày", decree.PLACE)
    assert number[3] == pytest.approx(place[3], abs=0.5)
    assert number[3] == pytest.approx(symbol[3], abs=0.5)
    assert number[3] > find(pages, organ[-1])[3]
    motto = find(pages, "Độc lập - Tự do - Hạnh phúc")
    whole = assert_looks(pages, f"{letter.place}, ngày tháng năm 2023", decree.PLACE)
    assert (whole[1] + whole[2]) / 2 == pytest.approx((motto[1] + motto[2]) / 2, abs=1.5)
    assert re.search(rf"Số:\s+/{re.escape(letter.symbol)}", pages[0].extract_text())


@with_subject
def test_kind_and_subject_are_bold_and_centred_above_a_short_rule(drawn, name):
    pages, one = drawn(name).pages[:1], PAPERS[name]
    middle, top = centre_of(pages[0]), 0.0
    widths = []
    for line in (one.kind, *one.subject):
        page, left, right, place, *_ = assert_looks(pages, line, decree.SUBJECT)
        assert (left + right) / 2 == pytest.approx(middle, abs=1), line
        assert place > top
        top = place
        widths.append(right - left)
    low, high = decree.RULE_SHARE
    shares = [(b - a) / max(widths[1:]) for a, b in rules_below(page, top)]
    assert any(low <= share <= high for share in shares), shares


@with_addressees
def test_who_it_goes_to_is_named_several_as_a_dashed_list(drawn, name):
    pages, names = drawn(name).pages[:1], PAPERS[name].addressees
    start = assert_looks(pages, "Kính gửi:", decree.ADDRESSEES)
    assert start[3] > find(pages, PAPERS[name].subject[-1])[3]
    ends = [";"] * (len(names) - 1) + ["."]
    for one, end in zip(names, ends, strict=True):
        dash = "- " if len(names) > 1 else ""
        assert_looks(pages, f"{dash}{one}{end}", decree.ADDRESSEES, below=start[3] - 1)


@with_subject
def test_headings_are_bold(drawn, name):
    for heading in PAPERS[name].headings:
        assert_looks(drawn(name).pages, heading, decree.HEADING)


@with_body
def test_the_body_is_justified_with_its_first_line_in_and_gaps_between(drawn, name):
    pages = [page for page in drawn(name).pages if page.width < page.height]
    page, left, _right, top, _bottom, _chars = assert_looks(pages, PAPERS[name].first, decree.BODY)
    assert any(left == pytest.approx(30 + indent, abs=0.5) for indent in decree.INDENTS), left
    lines = [
        line
        for line in page.extract_text_lines(y_tolerance=1)
        if line["top"] / MM >= top - 0.5 and line["bottom"] < page.height - 25 * MM
    ]
    assert lines[0]["x1"] / MM == pytest.approx(210 - 15, abs=0.5)
    assert lines[1]["x0"] / MM == pytest.approx(30, abs=0.5)
    step = lines[1]["top"] - lines[0]["top"]
    low, high = decree.LINE_SPACING
    assert 13 * low <= step <= 14 * 1.25 * high
    gaps = [gap for page in pages for gap in _gaps(page, step)]
    assert len(gaps) >= PAPERS[name].gaps
    assert min(gaps) >= decree.PARAGRAPH_GAP - 0.5


def _gaps(page, step):
    """Room in pt between each paragraph or heading and the line of text right above it."""
    body = page.crop((0, 17 * MM, page.width, page.height - 20 * MM))
    lines = body.extract_text_lines(y_tolerance=1)
    for before, line in itertools.pairwise(lines):
        starts = [round(one["x0"] / MM, 1) for one in (before, line)]
        if starts[1] == 42.7 and starts[0] in (30.0, 42.7):
            yield line["top"] - before["top"] - step


@with_body
def test_the_text_ends_with_the_mark_of_its_end_and_is_signed_below_it(drawn, name):
    pages = [page for page in drawn(name).pages if page.width < page.height]
    texts = [page.extract_text() for page in pages]
    assert sum(text.count("./.") for text in texts) == 1
    assert "./." in texts[-1]
    end = find(pages[-1:], "./.")
    assert end[3] >= find(pages, PAPERS[name].last)[3]
    assert find(pages[-1:], PAPERS[name].letterhead.title_lines[0])[3] > end[3]


@with_head
def test_the_signer_stands_right_in_bold_with_room_for_five_lines(drawn, name):
    letter = PAPERS[name].letterhead
    pages = [page for page in drawn(name).pages if letter.signer in page.extract_text()]
    assert len(pages) == 1
    signed = assert_looks(pages, letter.signer, decree.SIGNER)
    above = signed[3] - 50  # a committee's name stands in its letterhead too
    places = [assert_looks(pages, line, decree.SIGNER, below=above) for line in letter.title_lines]
    middle = pages[0].width / MM / 2
    assert all(place[1] > middle - 10 for place in places)
    last = places[-1][4]
    if PAPERS[name].is_form:
        last = find(pages, "(Ký, ghi rõ họ tên)")[4]
    assert (signed[3] - last) * MM >= decree.BLANK_LINES * LINE - 3
    assert (signed[1] + signed[2]) / 2 == pytest.approx((places[0][1] + places[0][2]) / 2, abs=1)


@with_copies
def test_who_gets_copies_stands_left_level_with_the_signer(drawn, name):
    letter = PAPERS[name].letterhead
    pages = [page for page in drawn(name).pages if letter.signer in page.extract_text()]
    head = assert_looks(pages, "Nơi nhận:", decree.COPIES)
    signer = find(pages, letter.title_lines[0], below=head[3] - 3)
    assert abs(head[4] - signer[4]) < 1
    assert head[1] == pytest.approx(30, abs=0.5)
    ends = [";"] * (len(letter.recipients) - 1) + ["."]
    for line, end in zip(letter.recipients, ends, strict=True):
        assert_looks(pages, f"- {line}{end}", decree.COPIES_LIST, below=head[3])


@with_annex
def test_an_appendix_is_headed_titled_and_says_what_it_belongs_to(drawn, name):
    heading, title = PAPERS[name].annex
    pages = [page for page in drawn(name).pages if page.width > page.height][:1]
    if heading:
        place = assert_looks(pages, heading, decree.ANNEX)
        assert (place[1] + place[2]) / 2 == pytest.approx(centre_of(pages[0]), abs=1)
    place = assert_looks(pages, title, decree.ANNEX_TITLE)
    assert (place[1] + place[2]) / 2 == pytest.approx(centre_of(pages[0]), abs=1)
    assert_looks(pages, "(Kèm theo", decree.ATTACHED, below=place[3])
    assert heading == "" or pages[0].extract_text().startswith(f"{heading}\n")


@each_paper
def test_numbers_of_pages_stand_above_but_for_the_first_and_appendices_count_their_own(drawn, name):
    pages = drawn(name).pages
    runs = [[page for page in pages if page.width < page.height]]
    runs.append([page for page in pages if page.width > page.height])
    for run in runs:
        assert [top_number(page) for page in run] == [
            "",
            *(str(n + 2) for n in range(len(run) - 1)),
        ][: len(run)]
        for page in run[1:]:
            mark = page.crop((0, 0, page.width, 17 * MM))
            for char in mark.chars:
                assert 13 <= round(char["size"], 2) <= 14
                assert "Bold" not in char["fontname"]
            middle = (mark.chars[0]["x0"] + mark.chars[-1]["x1"]) / 2 / MM
            assert middle == pytest.approx(centre_of(page), abs=1)


@each_paper
def test_a_reader_finds_language_title_tags_and_bookmarks(drawn, name):
    pdf = drawn(name)
    catalog = pdf.doc.catalog
    assert catalog["Lang"] == b"vi"
    assert catalog["MarkInfo"]["Marked"]
    assert catalog["ViewerPreferences"]["DisplayDocTitle"]
    assert b'pdfuaid:part="1"' in catalog["Metadata"].resolve().get_data().replace(b"'", b'"') or (
        b"<pdfuaid:part>1</pdfuaid:part>" in catalog["Metadata"].resolve().get_data()
    )
    title = pdf.metadata["Title"]
    assert title == PAPERS[name].paper.title
    bookmarks = [mark.lower() for _level, mark, *_rest in pdf.doc.get_outlines()]
    wanted = [*PAPERS[name].headings, *filter(None, (PAPERS[name].annex or ())[:1])]
    assert bookmarks
    for heading in wanted:
        assert any(mark.startswith(heading.lower()) for mark in bookmarks), (heading, bookmarks)
    tags = {item["type"] for item in _flat(pdf.structure_tree)}
    assert {"Document", "Table", "TR", "TH", "TD", "P", "H1"} <= tags


@each_paper
def test_each_page_says_by_which_code_version_and_digest_it_is_checked(drawn, name):
    for page in drawn(name).pages:
        foot = page.crop((0, page.height - 20 * MM, page.width, page.height))
        text = foot.extract_text()
        assert "Mã văn bản: BCN-31120-230704-1 · Bản 1 · Mã số liệu: 3f9a 12bc 77d0" in text
        assert "Kiểm tra tại: https://vneid-field.example/documents/verify/" in text
        right = [
            one for one in (*foot.rects, *foot.curves, *foot.lines) if one["x0"] > page.width / 2
        ]
        assert right, "no QR code"
