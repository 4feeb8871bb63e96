"""Every printed paper, measured: boxes, fonts, margins, page numbers, tags (documents.md)."""

import io
import re
import statistics
import time

import pdfplumber
import pytest

from tests.documents import make, periods
from vneid_field.documents.papers.results import Progress
from vneid_field.documents.render import render_paper

MM = 72 / 25.4
PAPERS = {
    "daily_report": make.make_daily_report,
    "weekly_report": periods.make_weekly_report,
    "final_report": periods.make_final_report,
    "team_daily": make.make_team_daily,
    "team_weekly": periods.make_team_weekly,
    "absent_list": make.make_absent_list,
    "quota_table": make.make_quota_table,
    "quota_split": make.make_quota_split,
    "walk_list": make.make_walk_list,
    "password_sheet": make.make_password_sheet,
}
# Police reports, with the words of their subject and of their first paragraph of results.
REPORTS = {
    "daily_report": ("Kết quả thu nhận hồ sơ và kích hoạt", "Trong ngày thu nhận"),
    "weekly_report": ("Kết quả thu nhận hồ sơ và kích hoạt", "Trong tuần thu nhận"),
    "final_report": ("Tổng kết đợt cao điểm thu nhận hồ sơ", "Cả đợt thu nhận"),
}
each_report = pytest.mark.parametrize("name", REPORTS)


@pytest.fixture(scope="module")
def pdfs():
    made = {name: render_paper(build(), make.make_footer()) for name, build in PAPERS.items()}
    opened = {name: pdfplumber.open(io.BytesIO(data)) for name, data in made.items()}
    yield opened
    for pdf in opened.values():
        pdf.close()


def lines_of(page):
    """Text lines as (text, left mm, right mm, top mm, size, font)."""
    found = []
    for line in page.extract_text_lines(return_chars=True, y_tolerance=1):
        first = line["chars"][0]
        found.append(
            (
                line["text"],
                line["x0"] / MM,
                line["x1"] / MM,
                line["top"] / MM,
                first["size"],
                first["fontname"],
            )
        )
    return found


def word_style(page, word, after=0.0):
    """Size, font and place of the first letter of `word`, searched in reading order."""
    for found in page.extract_words(extra_attrs=["size", "fontname"], y_tolerance=1):
        if found["text"].startswith(word) and found["top"] / MM >= after:
            return found
    raise AssertionError(f"{word} is not on the page")


def boxed(page, words):
    """Left, right and top in mm of a run of words, with size and font of its first letter."""
    hits = page.search(re.escape(words), regex=True, y_tolerance=1)
    assert hits, f"{words} is not on the page"
    hit = hits[0]
    first = hit["chars"][0]
    return hit["x0"] / MM, hit["x1"] / MM, hit["top"] / MM, first["size"], first["fontname"]


def rules_below(page, top, within=9):
    """Horizontal lines (left mm, right mm) at most `within` mm below `top`."""
    found = []
    for shape in [*page.rects, *page.lines]:
        is_flat = shape["height"] < 20 and shape["width"] > 20
        if is_flat and 0 < shape["bottom"] / MM - top < within:
            found.append((shape["x0"] / MM, shape["x1"] / MM))
    return found


def top_number(page):
    """The text inside the top margin."""
    return page.crop((0, 0, page.width, 15 * MM)).extract_text().strip()


@pytest.mark.parametrize("name", PAPERS)
def test_each_paper_is_tagged_vietnamese_a4_and_embeds_its_font(pdfs, name):
    pdf = pdfs[name]
    catalog = pdf.doc.catalog
    assert catalog["MarkInfo"]["Marked"]
    assert catalog["Lang"] == b"vi"
    assert pdf.doc.info[0]["Title"]
    for page in pdf.pages:
        assert sorted(round(float(side) / MM) for side in (page.width, page.height)) == [210, 297]
        fonts = {char["fontname"] for char in page.chars}
        family = "LiberationSerif|Liberation-Serif|LiberationMono|Liberation-Mono"
        assert fonts, "an empty page"
        assert all(re.match(rf"[A-Z]{{6}}\+({family})", font) for font in fonts)


@pytest.mark.parametrize("name", [name for name in PAPERS if name != "password_sheet"])
def test_each_page_of_a_document_carries_code_version_digest_and_qr(pdfs, name):
    for page in pdfs[name].pages:
        foot = page.crop((0, page.height - 20 * MM, page.width, page.height))
        text = foot.extract_text()
        assert "BCN-31120-230704-1 · Bản 1 · Mã số liệu: 3f9a 12bc 77d0" in text
        assert "/documents/verify/BCN-31120-230704-1" in text
        assert foot.curves or foot.rects or foot.lines


@each_report
def test_state_name_and_motto_are_bold_with_a_rule_as_long_as_the_motto(pdfs, name):
    page = pdfs[name].pages[0]
    *_, size, font = boxed(page, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    assert 12 <= round(size, 2) <= 13
    assert font.endswith("Bold")
    left, right, top, size, font = boxed(page, "Độc lập - Tự do - Hạnh phúc")
    assert 13 <= round(size, 2) <= 14
    assert font.endswith("Bold")
    rules = rules_below(page, top)
    assert any(abs(a - left) < 1 and abs(b - right) < 1 for a, b in rules)


@each_report
def test_superior_is_upright_organ_is_bold_with_a_rule_of_a_third_to_a_half(pdfs, name):
    page = pdfs[name].pages[0]
    *_, size, font = boxed(page, "CÔNG AN QUẬN NINH KIỀU")
    assert 12 <= round(size, 2) <= 13
    assert "Bold" not in font
    left, right, top, size, font = boxed(page, "CÔNG AN PHƯỜNG AN HÒA")
    assert 12 <= round(size, 2) <= 13
    assert font.endswith("Bold")
    share = [(b - a) / (right - left) for a, b in rules_below(page, top) if b < 105]
    assert any(1 / 3 <= part <= 1 / 2 for part in share)


@each_report
def test_number_and_place_stand_level_and_are_blank_until_the_clerk_fills_them(pdfs, name):
    page = pdfs[name].pages[0]
    text = page.extract_text()
    assert re.search(r"Số:\s+/BC-CAP", text)
    number, place = word_style(page, "Số:"), word_style(page, "Hòa,")
    assert number["size"] == pytest.approx(13, abs=0.01)
    assert place["size"] == pytest.approx(13, abs=0.01)
    assert place["fontname"].endswith("Italic")
    assert abs(number["top"] - place["top"]) < 1
    assert "tháng 7" not in text.split("BÁO CÁO")[0]


def test_a_number_below_ten_is_printed_with_a_leading_zero_and_the_date_in_words():
    letter = make.make_letterhead(number=6, signed_on=make.date(2023, 7, 5))
    data = render_paper(make.make_daily_report(letterhead=letter), make.make_footer())
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        text = pdf.pages[0].extract_text()
        annex = pdf.pages[-1].extract_text()
    assert "Số: 06/BC-CAP" in text
    assert "An Hòa, ngày 05 tháng 7 năm 2023" in text
    assert "Báo cáo số 06/BC-CAP ngày 05 tháng 7 năm 2023 của Công an phường An Hòa" in annex


@each_report
def test_title_body_and_signature_have_their_sizes(pdfs, name):
    subject, first = REPORTS[name]
    page = pdfs[name].pages[0]
    signed = [one for one in pdfs[name].pages if one.width < one.height][-1]
    for words, size, bold in (
        ("BÁO CÁO", 14, True),
        (subject, 14, True),
        ("Kính gửi:", 13, False),
        ("I. KẾT QUẢ THỰC HIỆN", 13, True),
        ("1. Thu nhận hồ sơ", 13, True),
        (first, 13, False),
    ):
        *_, found, font = boxed(page, words)
        assert found == pytest.approx(size, abs=0.01), words
        assert ("Bold" in font) is bold, words
    for words, size, bold in (
        ("TRƯỞNG CÔNG AN PHƯỜNG", 13, True),
        ("Thiếu tá Lê Văn Thử", 13, True),
        ("Nơi nhận:", 12, True),
        ("- Như trên;", 11, False),
        ("- Lưu: VT.", 11, False),
    ):
        *_, found, font = boxed(signed, words)
        assert found == pytest.approx(size, abs=0.01), words
        assert ("Bold" in font) is bold, words
    title, organ = boxed(signed, "TRƯỞNG CÔNG AN PHƯỜNG"), boxed(signed, "Nơi nhận:")
    assert abs(title[2] - organ[2]) < 2
    gap = boxed(signed, "Thiếu tá Lê Văn Thử")[2] - boxed(signed, "TRƯỞNG CÔNG AN PHƯỜNG")[2]
    assert gap >= 5 * 13 * 1.15 * 25.4 / 72


@each_report
def test_margins_are_those_of_the_decree(pdfs, name):
    for page in pdfs[name].pages:
        body = page.crop((0, 15 * MM, page.width, page.height - 20 * MM))
        left = min(char["x0"] for char in body.chars) / MM
        right = (page.width - max(char["x1"] for char in body.chars)) / MM
        assert 29.5 <= left <= 35 or page.width > page.height
        assert right >= 14.5
        assert min(char["top"] for char in body.chars) / MM >= 20
    page = pdfs[name].pages[0]
    texts = [line for line in lines_of(page) if line[0].startswith(REPORTS[name][1])]
    assert texts[0][1] == pytest.approx(30 + 12.7, abs=0.5)  # first line 1,27 cm in
    assert texts[0][2] == pytest.approx(210 - 15, abs=0.5)  # justified


def test_a_commune_report_is_one_page_and_its_table_one_landscape_page(pdfs):
    pages = pdfs["daily_report"].pages
    assert [page.width > page.height for page in pages] == [False, True]
    assert top_number(pages[0]) == ""
    assert "./." in pages[0].extract_text()


def test_page_numbers_stand_centred_in_the_top_margin_and_each_appendix_restarts_them():
    deputy = "KT. TRƯỞNG CÔNG AN PHƯỜNG\nPHÓ TRƯỞNG CÔNG AN PHƯỜNG"
    paper = make.make_daily_report(
        letterhead=make.make_letterhead(signer_title=deputy),
        difficulties=tuple(f"Khó khăn thứ {i}: sóng yếu tại hẻm {i}. " * 3 for i in range(30)),
        table=make.make_table(50),
    )
    data = render_paper(paper, make.make_footer())
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        wide = [page.width > page.height for page in pdf.pages]
        numbers = [top_number(page) for page in pdf.pages]
        first = wide.index(True)
        assert first >= 2
        assert numbers[:first] == ["", *(str(i) for i in range(2, first + 1))]
        annex = numbers[first:]
        assert len(annex) >= 3
        assert annex == ["", *(str(i) for i in range(2, len(annex) + 1))]
        mark = pdf.pages[1].crop((0, 0, 210 * MM, 15 * MM)).chars[0]
        assert 13 <= round(mark["size"], 2) <= 14
        centre = (mark["x0"] + mark["x1"]) / 2 / MM
        assert centre == pytest.approx(30 + 165 / 2, abs=1)
        for page in pdf.pages[first:]:
            assert "Tên đơn vị" in page.extract_text()
        signed = [page for page in pdf.pages if "Thiếu tá" in page.extract_text()]
        assert len(signed) == 1
        assert "./." in signed[0].extract_text()
        assert "KT. TRƯỞNG CÔNG AN PHƯỜNG" in signed[0].extract_text()


def test_the_report_says_rates_supplement_review_and_missing_units(pdfs):
    text = " ".join(pdfs["daily_report"].pages[0].extract_text().split())
    assert "đạt 93,5% chỉ tiêu ngày (215)" in text
    assert "lũy kế 4.012 hồ sơ, đạt 37,2% chỉ tiêu giao (10.771)" in text
    assert "đạt 106,2% chỉ tiêu ngày (274)" in text
    assert "Bổ sung 06 trường hợp của ngày 03/7/2023" in text
    assert "Đã kiểm tra 31/96 phiếu kết quả trong ngày của các Tổ: duyệt 27, trả lại 04." in text
    assert "63 trường hợp: 41 vắng mặt tại nơi cư trú, 12 sai hoặc đã đổi số điện thoại" in text
    assert "Đến 09h12 ngày 05/7/2023 còn 02 đơn vị chưa gửi báo cáo: Tổ khu vực 5" in text
    assert "số liệu của các đơn vị này lấy từ hệ thống" in text
    assert (
        "Tổ thu nhận hồ sơ Công an phường An Hòa thiếu 14 hồ sơ so với chỉ tiêu điểm (215): "
        "mưa lớn, công dân hẹn hôm sau; biện pháp khắc phục: thu nhận tại nhà ngày 05/7/2023."
    ) in text


def test_a_day_without_quota_or_cases_still_reads_well():
    nothing = Progress(0, None, 0, None)
    paper = make.make_daily_report(
        collection=make.CollectionPart(nothing),
        activation=make.ActivationPart(nothing, 0, 0, 0),
        not_activated=(),
        absent=0,
        absent_listed=False,
        review=None,
        missing_units=(),
        proposals=(),
        addressees=("Công an quận Ninh Kiều",),
    )
    with pdfplumber.open(io.BytesIO(render_paper(paper, make.make_footer()))) as pdf:
        text = " ".join(pdf.pages[0].extract_text().split())
        assert pdf.pages[1].extract_text().startswith("Phụ lục\n")
    assert "Kính gửi: Công an quận Ninh Kiều." in text
    assert "Trong ngày thu nhận 0 hồ sơ; lũy kế 0 hồ sơ." in text
    assert text.count("Không có.") == 3
    assert "chỉ tiêu" not in text


def test_the_plan_table_has_its_twelve_columns_and_totals(pdfs):
    page = pdfs["quota_table"].pages[0]
    rows = page.extract_table()
    assert len(pdfs["quota_table"].pages) == 1
    assert rows[1] == [
        "1",
        "2",
        "3",
        "4 = 3/50",
        "5",
        "6 = 3-5",
        "7 = 6/50",
        "8",
        "9",
        "10",
        "11",
        "12",
    ]
    assert rows[2][1:4] == ["Quận Ninh Kiều", "150.650", "3.013"]
    total = [cell for cell in rows[-1] if cell]
    assert total == ["Tổng", "700.000", "14.000", "253.095", "446.905", "8.938", "83", "17", "607"]
    assert len(rows) == 12


def test_the_walk_list_keeps_households_together_and_repeats_its_header():
    paper = make.make_walk_list(people=90, hamlets=1)
    with pdfplumber.open(io.BytesIO(render_paper(paper, make.make_footer()))) as pdf:
        texts = [page.extract_text() for page in pdf.pages]
        boxes = pdf.pages[0].extract_table()[2].count("")
        boxes -= 1 if pdf.pages[0].extract_table()[2][-1] == "" else 0
    assert len(texts) > 2
    seen = 0
    for text in texts:
        assert "Số CCCD" in text
        people = re.findall(r"^(\d+) .*092\*{5}", text, re.M)
        assert len(people) % 3 == 0
        assert len(people) == 3 * text.count("chủ hộ")
        seen += len(people)
    assert seen == 90
    assert boxes == 8


def test_each_hamlet_of_a_walk_list_begins_on_a_page_of_its_own(pdfs):
    texts = [page.extract_text() for page in pdfs["walk_list"].pages]
    starts = [re.search(r"^Khu vực \d", text, re.M) for text in texts if "DANH SÁCH" in text]
    assert [start[0] for start in starts] == ["Khu vực 1", "Khu vực 2"]


def test_the_team_form_has_no_number_and_counts_its_absentees_without_names(pdfs):
    pages = pdfs["team_daily"].pages
    assert len(pages) == 1
    text = pages[0].extract_text()
    assert "Số:" not in text
    assert "TỔ TRƯỞNG" in text
    assert "(Ký, ghi rõ họ tên)" in text
    assert "Có 05 công dân vắng mặt, danh sách gửi riêng." in text


def test_password_slips_stay_whole_inside_the_page(pdfs):
    pages = pdfs["password_sheet"].pages
    assert sum(page.extract_text().count("Mật khẩu tạm:") for page in pages) == 9
    for page in pages:
        assert max(char["x1"] for char in page.chars) < page.width - 12 * MM
        text = page.extract_text()
        assert text.count("Mật khẩu tạm:") == text.count("Tên đăng nhập:")
        assert "Kiểm tra tại" not in text


def test_a_commune_report_costs_at_most_a_second_of_one_core(pdfs):
    spent = []
    for _ in range(3):
        start = time.process_time()
        render_paper(make.make_daily_report(), make.make_footer())
        spent.append(time.process_time() - start)
    assert statistics.median(spent) <= 1
