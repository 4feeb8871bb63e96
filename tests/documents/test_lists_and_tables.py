"""Tables of figures and of people on paper: nothing breaks, nothing is lost between pages."""

import io
import re
import time

import pdfplumber
import pytest

from tests.documents import make, periods
from tests.documents.test_papers_as_pdf import MM, boxed, rules_below, top_number
from vneid_field.documents.letterhead import broken_name
from vneid_field.documents.papers.results import Assessment, Progress, UnitTable
from vneid_field.documents.render import render_paper


def open_paper(paper):
    return pdfplumber.open(io.BytesIO(render_paper(paper, make.make_footer())))


def text_of(pdf):
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def test_no_number_of_the_citys_table_breaks():
    row = make.make_row(
        "Quận Ninh Kiều",
        700_000,
        12_967,
        700_639,
        collection=Progress(88_533, 88_938, 470_639, 446_905),
        absent=1771,
        other=2932,
        rank=9,
        note="báo cáo trễ 1.026 phút",
    )
    table = UnitTable("KẾT QUẢ THEO QUẬN, HUYỆN", (row,) * 9, row)
    with open_paper(make.make_daily_report(table=table)) as pdf:
        page = pdf.pages[-1]
        cells = [
            word["text"]
            for word in page.extract_words(y_tolerance=1)
            if re.fullmatch(r"[\d.,]+", word["text"]) and word["top"] < page.height - 25 * MM
        ]
    whole = ("700.000", "14.000", "88.533", "470.639", "105,3", "12.967", "700.639", "100,1")
    for number in (*whole, "1.771", "2.932"):
        assert cells.count(number) == 10, number
    assert set(cells) - {*whole, "0", "1.771", "2.932", "1.026", "2023"} <= {
        str(n) for n in range(1, 10)
    }


def test_at_least_eighteen_absent_people_stand_on_a_page_and_no_date_breaks():
    with open_paper(make.make_absent_list(60)) as pdf:
        counts = []
        for page in pdf.pages:
            rows = page.extract_table()[1:]
            counts.append(len(rows))
            for row in rows:
                assert re.fullmatch(r"\d{2}/\d{1,2}/\d{4}|\d{4}", row[2]), row[2]
                assert re.fullmatch(r"\d{3}\*{5}\d{4}", row[4])
                assert re.fullmatch(r"\d{10}", row[6])
                assert (row[7], row[8], row[10]) == ("28/6/2023", "Vắng mặt", "04/7/2023")
                assert re.fullmatch(r"Tổ KV \d", row[11])
            left, _top, right, _bottom = page.find_tables()[0].rows[0].cells[-1]
            assert (right - left) / MM >= 30  # notes
        assert min(counts[:-1]) >= 18
        assert sum(counts) == 60


def test_each_page_of_the_absent_list_says_who_made_it_and_repeats_its_header():
    with open_paper(make.make_absent_list(60)) as pdf:
        for page in pdf.pages:
            text = page.extract_text()
            assert "Người lập: Nguyễn Văn Thử · 09h12 ngày 05/7/2023" in text
            assert "Họ và tên" in text
        assert [top_number(page) for page in pdf.pages[:2]] == ["", "2"]


def test_each_page_of_a_walk_list_says_who_printed_it():
    with open_paper(make.make_walk_list(120)) as pdf:
        assert all("Người in: congan.anhoa" in page.extract_text() for page in pdf.pages)


def test_a_row_never_splits_between_two_pages():
    note = "Đầu " + "gia đình hẹn lại nhiều lần " * 12 + "Cuối"
    rows = tuple(make.make_person(i, note=note) for i in range(12))
    with open_paper(make.make_absent_list(rows=rows)) as pdf:
        assert len(pdf.pages) > 2
        notes = [row[-1] for page in pdf.pages for row in page.extract_table()[1:]]
    assert len(notes) == 12
    assert all(one.startswith("Đầu") and one.endswith("Cuối") for one in notes)


def test_both_appendices_cite_the_report_in_the_same_words():
    words = "(Kèm theo Báo cáo số 06/BC-CAP ngày 05 tháng 7 năm 2023 của Công an phường An Hòa)"
    letter = make.make_letterhead(number=6, signed_on=make.date(2023, 7, 5))
    for paper in (
        make.make_daily_report(letterhead=letter),
        make.make_absent_list(letterhead=letter),
    ):
        with open_paper(paper) as pdf:
            page = next(page for page in pdf.pages if page.width > page.height)
            *_, size, font = boxed(page, "(Kèm theo Báo cáo")
            assert 13 <= round(size, 2) <= 14
            assert "Italic" in font
            assert words in " ".join(page.extract_text().split())


@pytest.mark.parametrize("heading", ["Phụ lục I", "KẾT QUẢ THEO TỔ"])
def test_the_head_of_an_appendix_is_bold_and_centred(heading):
    with open_paper(make.make_daily_report()) as pdf:
        left, right, _top, size, font = boxed(pdf.pages[1], heading)
    assert (left + right) / 2 == pytest.approx(30 + (297 - 45) / 2, abs=1)
    assert 13 <= round(size, 2) <= 14
    assert font.endswith("Bold")


def test_title_rule_body_spacing_and_addressees_are_those_of_the_decree():
    with open_paper(make.make_daily_report()) as pdf:
        page = pdf.pages[0]
        left, right, top, *_ = boxed(page, "định danh điện tử ngày 04/7/2023")
        assert (left + right) / 2 == pytest.approx(30 + 165 / 2, abs=1)
        widest = boxed(page, "Kết quả thu nhận hồ sơ và kích hoạt tài khoản")
        shares = [(b - a) / (widest[1] - widest[0]) for a, b in rules_below(page, top)]
        assert any(1 / 3 <= share <= 1 / 2 for share in shares)
        assert "- Ủy ban nhân dân phường An Hòa;" in page.extract_text()
        assert "- Công an quận Ninh Kiều." in page.extract_text()
        lines = page.extract_text_lines(y_tolerance=1)
        tops = {line["text"]: line["top"] for line in lines}
        first = next(tops[text] for text in tops if text.startswith("Thực hiện Kế hoạch"))
        after = sorted(top for top in tops.values() if top > first)
        line_height = after[0] - first
        assert 13 <= line_height <= 13 * 1.5 * 1.25
        heading = next(tops[text] for text in tops if text.startswith("I. KẾT QUẢ"))
        before = max(top for top in tops.values() if top < heading)
        assert heading - before >= line_height + 6 - 0.5  # a gap of 6 pt


def test_a_paper_has_bookmarks_and_its_table_heads_are_tagged():
    with open_paper(make.make_daily_report()) as pdf:
        titles = [title for _level, title, *_rest in pdf.doc.get_outlines()]
        assert any("kết quả thực hiện" in title.lower() for title in titles)
        assert any("phụ lục i" in title.lower() for title in titles)
        tags = {item["type"] for item in _flat(pdf.structure_tree)}
    assert {"Table", "TH", "TD", "P", "H1", "H2"} <= tags


def _flat(items):
    for item in items:
        yield item
        yield from _flat(item.get("children", []))


@pytest.mark.parametrize(
    ("superior", "organ"),
    [
        ("Ủy ban nhân dân thị trấn Thạnh An", "Tổ công nghệ số cộng đồng Khu vực Trường Hòa"),
        ("Ủy ban nhân dân phường Châu Văn Liêm", "Tổ công tác Đề án 06 phường Châu Văn Liêm"),
        ("Công an huyện Vĩnh Thạnh", "Công an thị trấn Vĩnh Thạnh"),
        ("Công an thành phố Cần Thơ", "Công an phường Thường Thạnh"),
        ("Bộ Công an", "Công an thành phố Cần Thơ"),
    ],
)
def test_long_organ_names_stay_clear_of_the_states_name(superior, organ):
    letter = make.make_letterhead(superior_organ=superior, organ=organ, place="Châu Văn Liêm")
    with open_paper(make.make_daily_report(letterhead=letter)) as pdf:
        page = pdf.pages[0]
        start, end, *_ = boxed(page, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
        bottom = boxed(page, "BÁO CÁO")[2]
        assert end <= 210 - 15 + 0.2
        left = [
            word
            for word in page.extract_words(y_tolerance=1)
            if word["x0"] / MM < start - 1 and word["top"] / MM < bottom - 1
        ]
    assert max(word["x1"] for word in left) / MM <= start - 2
    printed = " ".join(word["text"] for word in left)
    for name in (superior, organ):
        assert name.upper() in printed


def test_a_long_name_breaks_before_the_places_own_name():
    assert broken_name("Công an phường An Hòa") == "Công an phường An Hòa"
    assert broken_name("Ủy ban nhân dân\nphường An Hòa") == "Ủy ban nhân dân\nphường An Hòa"
    long = "Ủy ban nhân dân thị trấn Thạnh An"
    assert broken_name(long) == "Ủy ban nhân dân\nthị trấn Thạnh An"


@pytest.mark.parametrize(
    ("listed", "opening", "words"),
    [
        (41, 0, "(danh sách vắng mặt tại Phụ lục II)"),
        (
            10,
            31,
            "(Phụ lục II liệt kê 10 trường hợp vắng mặt; 31 trường hợp còn lại là số liệu ban đầu"
            " do đơn vị nhập, không có danh sách)",
        ),
        (
            10,
            5,
            "(Phụ lục II liệt kê 10 trường hợp vắng mặt; 31 trường hợp còn lại không có danh sách,"
            " trong đó 05 là số liệu ban đầu do đơn vị nhập)",
        ),
        (0, 41, "(số vắng mặt là số liệu ban đầu do đơn vị nhập, không có danh sách)"),
        (0, None, "(số vắng mặt là số liệu ban đầu do đơn vị nhập, không có danh sách)"),
        (0, 0, "(số vắng mặt không có danh sách)"),
    ],
)
def test_the_report_tells_how_many_absent_people_are_listed(listed, opening, words):
    paper = make.make_daily_report(absent_listed=listed, absent_opening=opening)
    with open_paper(paper) as pdf:
        assert words in text_of(pdf)


def test_the_polices_explanation_keeps_its_paragraphs():
    paper = make.make_daily_report(explanation="Mưa cả ngày\r\n\r\nSóng yếu")
    with open_paper(paper) as pdf:
        lines = pdf.pages[0].extract_text().splitlines() + pdf.pages[1].extract_text().splitlines()
    at = lines.index("Nguyên nhân chưa đạt chỉ tiêu ngày: Mưa cả ngày.")
    assert lines[at + 1] == "Sóng yếu."


LONG = "dichvucong" * 15


@pytest.mark.parametrize(
    "paper",
    [
        make.make_daily_report(explanation=LONG, proposals=(LONG,)),
        make.make_team_daily(difficulties=(LONG,)),
        periods.make_weekly_report(assessment=Assessment((LONG,), (), (), ())),
    ],
    ids=("police", "team", "week"),
)
def test_a_word_longer_than_a_line_breaks_inside_the_margins(paper):
    with open_paper(paper) as pdf:
        page = next(page for page in pdf.pages if "dichvucong" in page.extract_text())
        ends = [float(char["x1"]) for char in page.chars if char["text"].strip()]
        assert max(ends) < page.width - 14 * MM


def test_one_missing_unit_is_spoken_of_as_one():
    with open_paper(make.make_daily_report(missing_units=("phường An Bình",))) as pdf:
        text = text_of(pdf)
    assert "còn 01 đơn vị chưa gửi báo cáo: phường An Bình; số liệu của đơn vị này lấy" in text


def test_many_points_below_quota_are_counted_few_are_named():
    point = make.PointShortfall("Tổ thu nhận", 10, 20, "OTP chậm", "Gọi lại")
    for count, words in (
        (2, "(20): OTP chậm; biện pháp khắc phục: gọi lại. Tổ thu nhận thiếu 10 hồ sơ"),
        (5, "Có 05/09 điểm thu nhận chưa đạt chỉ tiêu điểm, thiếu 50 hồ sơ; lý do và biện pháp"),
    ):
        part = make.CollectionPart(Progress(1, 2, 3, 4), 9, (point,) * count)
        with open_paper(make.make_daily_report(collection=part)) as pdf:
            assert words in text_of(pdf)


def test_the_team_form_labels_what_the_leader_wrote_and_says_per_cent_once():
    paper = make.make_team_daily(explanation=("Mưa cả ngày",), proposals=("Thêm một người",))
    with open_paper(paper) as pdf:
        text = text_of(pdf)
        rows = pdf.pages[0].extract_table()
    assert "Giải trình: Mưa cả ngày." in text
    assert "Khó khăn, vướng mắc: Hẻm 51" in text
    assert "Đề xuất, kiến nghị: Thêm một người." in text
    assert ["Tỷ lệ so với chỉ tiêu ngày (42)", "%", "104,8"] in rows


def test_a_team_without_quota_shows_a_dash():
    paper = make.make_team_daily(activation=Progress(4, None, 9, None))
    with open_paper(paper) as pdf:
        rows = pdf.pages[0].extract_table()
    assert ["Tỷ lệ so với chỉ tiêu ngày (chưa giao)", "%", "–"] in rows
    assert ["Tỷ lệ lũy kế so với chỉ tiêu giao (chưa giao)", "%", "–"] in rows


def test_a_long_word_for_an_organ_is_looked_through_once():
    began = time.process_time()
    assert broken_name("a" * 20_000) == "a" * 20_000
    assert time.process_time() - began < 0.5  # searching from each letter took 3 s
