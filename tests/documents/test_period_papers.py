"""Papers of a week and of the whole drive: what they say, their charts, tables and signatures."""

import io
import re
from dataclasses import replace
from datetime import date

import pdfplumber
import pytest

from tests.documents import make, periods
from tests.documents.test_lists_and_tables import _flat, open_paper, text_of
from tests.documents.test_papers_as_pdf import MM, boxed, top_number
from vneid_field.core.charts import day_chart
from vneid_field.core.text import vn_number
from vneid_field.documents.frozen import freeze, thaw
from vneid_field.documents.papers.results import Assessment, Progress, Timeliness, WeekBefore
from vneid_field.documents.render import render_paper

HEADINGS = ("1. Ưu điểm", "2. Tồn tại, hạn chế", "3. Nguyên nhân", "4. Trách nhiệm của đơn vị")
FIRST_WEEK = dict(previous=None, since=date(2023, 6, 15), covers_on=date(2023, 6, 20))


@pytest.fixture(scope="module")
def weekly():
    with open_paper(periods.make_weekly_report()) as pdf:
        yield text_of(pdf)


@pytest.fixture(scope="module")
def final():
    with open_paper(periods.make_final_report()) as pdf:
        yield pdf


def test_a_week_stands_beside_the_week_before_and_its_quota(weekly):
    for words in (
        "báo cáo kết quả tuần từ ngày 28/6/2023 đến ngày 04/7/2023 như sau:",
        "Số liệu so sánh là của tuần trước, 21/6–27/6/2023 (07 ngày).",
        "Trong tuần thu nhận 1.201 hồ sơ, đạt 79,8% chỉ tiêu tuần (1.505), giảm 132 hồ sơ (9,9%)"
        " so với tuần trước (1.333); lũy kế 4.012 hồ sơ, đạt 37,2% chỉ tiêu giao (10.771).",
        "Trong tuần kích hoạt 1.931 tài khoản, đạt 100,7% chỉ tiêu tuần (1.918), tăng 179 tài khoản"
        " (10,2%) so với tuần trước (1.752), trong đó 1.700 trên điện thoại, 150 qua vneid.gov.vn,"
        " 81 công dân đã tự kích hoạt; lũy kế 5.118 tài khoản",
        "Đến 09h12 ngày 05/7/2023 còn 63 trường hợp, tăng 12 trường hợp (23,5%) so với tuần trước"
        " (51): 41 vắng mặt tại nơi cư trú, 12 sai hoặc đã đổi số điện thoại",
    ):
        assert words in weekly, words


def test_the_first_week_has_none_before_it():
    with open_paper(periods.make_weekly_report(**FIRST_WEEK)) as pdf:
        text = text_of(pdf)
    assert "Đây là tuần đầu của đợt cao điểm (06 ngày), chưa có tuần trước để so sánh." in text
    assert "so với tuần trước" not in text


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (1201, "(1.505), bằng tuần trước; lũy kế"),
        (0, "(1.505), tăng 1.201 hồ sơ so với tuần trước (0); lũy kế"),
        (1200, "tăng 01 hồ sơ (0,1%) so với tuần trước (1.200)"),
    ],
)
def test_an_equal_week_and_one_of_nothing_still_read_well(before, words):
    previous = WeekBefore(date(2023, 6, 21), date(2023, 6, 27), 0, before)
    with open_paper(periods.make_weekly_report(previous=previous)) as pdf:
        text = text_of(pdf)
    assert words in text
    # Without a report of that week nobody knows who was not activated then.
    assert "còn 63 trường hợp: 41 vắng mặt" in text


def test_a_week_says_who_kept_the_hours(weekly):
    for words in (
        "các đơn vị trực thuộc phải gửi 75 báo cáo: đúng hạn 60 (80,0%), trễ 06, thiếu 09.",
        "Đơn vị còn thiếu: Tổ khu vực 11 (02), Tổ khu vực 6 (01).",
        "Công an phường An Hòa phải gửi 08 báo cáo: đúng hạn 07 (87,5%), trễ 01, thiếu 0.",
        "còn 02 đơn vị chưa gửi báo cáo tuần: Tổ khu vực 5, Tổ khu vực 7;",
        "Báo cáo trễ giờ: Tổ khu vực 2.",
    ):
        assert words in weekly, words


def test_too_many_who_owe_are_left_to_the_appendix_and_no_reports_to_nobody():
    with open_paper(periods.make_weekly_report(owing=())) as pdf:
        assert "Số báo cáo thiếu của từng đơn vị nêu tại Phụ lục." in text_of(pdf)
    nothing = dict(table=make.make_table(), punctuality=None, missing_units=(), late_units=())
    with open_paper(periods.make_weekly_report(**nothing)) as pdf:
        text = text_of(pdf)
    assert "phải gửi" not in text
    assert "Phải gửi" not in text


@pytest.mark.parametrize("build", [periods.make_weekly_report, periods.make_final_report])
def test_the_plans_four_headings_stand_with_what_was_written_and_none_without(build):
    with open_paper(build()) as pdf:
        text = text_of(pdf)
    places = [text.index(heading) for heading in HEADINGS]
    assert places == sorted(places)
    for texts in (part for _heading, part in periods.ASSESSMENT.headings):
        for one in texts:
            assert f"{one}." in text
    assert text.index("III. KHÓ KHĂN") > places[-1]
    with open_paper(build(assessment=Assessment())) as pdf:
        assert text_of(pdf).count("Không có.") == 4


def _numbers(table):
    return [[" ".join((cell or "").split()) for cell in row] for row in table]


def test_the_weeks_table_is_worded_for_the_week_and_a_second_one_counts_the_reports():
    paper = periods.make_weekly_report()
    with open_paper(paper) as pdf:
        tables = [_numbers(t) for page in pdf.pages for t in page.extract_tables()]
    results, reports = tables
    assert results[0][3] == "Chỉ tiêu/ tuần"
    assert [results[1][n] for n in (4, 7)] == ["trong tuần", "trong tuần"]
    for row, printed in zip(paper.table.rows, results[2:], strict=False):
        done = row.activation
        assert printed[2:4] == [vn_number(done.quota), vn_number(done.daily_quota)]
        assert printed[7:9] == [vn_number(done.in_day), vn_number(done.cumulative)]
        assert printed[12:15] == [str(row.absent), str(row.other), str(row.rank)]
    for row, printed in zip(paper.table.rows, reports[1:], strict=False):
        part = row.timeliness
        wanted = [part.due, part.on_time, part.late, part.missing]
        assert printed[1] == row.name
        assert printed[2:6] == [str(number) for number in wanted]
        assert printed[6] == vn_number(part.rate, 1)
    assert reports[-1][2:] == ["75", "60", "6", "9", "80,0"]


def test_the_drive_says_its_results_and_its_best_day(final):
    text = text_of(final)
    paper = periods.make_final_report()
    for words in (
        "Tổng kết đợt cao điểm thu nhận hồ sơ và kích hoạt tài khoản định danh điện tử"
        " 15/6–05/8/2023",
        "Cả đợt thu nhận 10.012 hồ sơ, đạt 93,0% chỉ tiêu giao (10.771), còn thiếu 759 hồ sơ.",
        "Cả đợt kích hoạt 13.801 tài khoản, đạt 100,8% chỉ tiêu giao (13.695), vượt 106 tài khoản",
        f"ngày cao nhất là 02/7/2023 ({paper.best.activated})",
        f"ngày thấp nhất là 15/6/2023 ({paper.least.activated})",
        "Nguyên nhân chưa đạt chỉ tiêu giao: Mưa lớn ba ngày",
    ):
        assert words in text, words
    assert "lũy kế" not in text
    assert "trong tuần" not in text


def test_the_drives_charts_are_drawn_as_shapes_with_all_its_days(final):
    paper, page = periods.make_final_report(), final.pages[0]
    assert not page.images
    tops = [boxed(page, "Hồ sơ thu nhận từng ngày")[2], boxed(page, "Tài khoản kích hoạt từng")[2]]
    values = ([day.collected for day in paper.by_day], [day.activated for day in paper.by_day])
    for top, numbers in zip(tops, values, strict=True):
        bars = [
            one
            for one in page.rects
            if top < one["top"] / MM < top + 50 and 3 < one["width"] < 12 and one["height"] > 1
        ]
        assert len(bars) == 52
        scale = max(one["height"] for one in bars) / max(numbers)
        drawn = [one["height"] / scale for one in sorted(bars, key=lambda one: one["x0"])]
        assert drawn == pytest.approx(numbers, abs=1.5)
    figures = [item for item in _flat(final.structure_tree) if item["type"] == "Figure"]
    told = figures[0]["alt_text"].partition(": ")[2].split("; ")
    assert (told[0], told[-1], len(told)) == (
        f"15/6 {values[0][0]}",
        f"05/8 {values[0][-1]}",
        52,
    )


def test_a_day_of_nothing_or_less_breaks_no_chart():
    less, more = day_chart("Kết quả", [("15/6", -3), ("16/6", 5)], 0).bars
    assert (less.height, less.value) == (0, -3)
    assert more.height > 100
    days = tuple(replace(day, collected=-3) for day in periods.make_final_report().by_day)
    with open_paper(periods.make_final_report(by_day=days, collection_a_day=0)) as pdf:
        assert "15/6 -3" in next(
            item["alt_text"] for item in _flat(pdf.structure_tree) if item["type"] == "Figure"
        )


def test_the_drive_ranks_the_units_below_and_its_appendix_shows_both_targets(final):
    paper = periods.make_final_report()
    ranking = _numbers(final.pages[1].extract_tables()[0])
    assert [row[0] for row in ranking[1:]] == [str(n) for n in range(1, 13)]
    assert [row[1] for row in ranking[1:]] == [row.name for row in paper.ranking]
    annex = _numbers(final.pages[-1].extract_tables()[0])
    for row, printed in zip(paper.table.rows, annex[2:], strict=False):
        done, part = row.activation, row.timeliness
        assert printed[5:9] == [
            vn_number(done.quota),
            vn_number(done.cumulative),
            vn_number(done.rate, 1),
            vn_number(done.remaining),
        ]
        assert printed[10:16] == [
            *(str(n) for n in (row.absent, row.other, part.on_time, part.late, part.missing)),
            str(row.rank),
        ]
    total = annex[-1]
    assert total[2:5] == ["10.771", "4.012", "37,2"]
    assert total[12:15] == ["60", "6", "9"]


def test_without_quotas_the_drive_ranks_nobody():
    table = make.make_table()
    rows = tuple(replace(row, rank=None) for row in table.rows)
    paper = periods.make_final_report(table=replace(table, rows=rows))
    with open_paper(paper) as pdf:
        assert "Chưa xếp hạng vì các đơn vị chưa được giao chỉ tiêu." in text_of(pdf)


def test_no_number_of_the_citys_final_table_breaks():
    row = make.make_row(
        "Quận Ninh Kiều",
        700_000,
        700_639,
        700_639,
        collection=Progress(470_639, 446_905, 470_639, 446_905),
        absent=11_771,
        other=12_932,
        rank=9,
        note="báo cáo trễ 1.026 phút",
        timeliness=Timeliness(1052, 108, 104),
    )
    table = replace(make.make_table(), rows=(row,) * 9, total=row)
    with open_paper(periods.make_final_report(table=table)) as pdf:
        words = [word["text"] for word in pdf.pages[-1].extract_words(y_tolerance=1)]
    for number in ("700.000", "700.639", "470.639", "446.905", "11.771", "12.932", "1.052"):
        assert words.count(number) >= 9, number


@pytest.mark.parametrize("build", [periods.make_weekly_report, periods.make_final_report])
@pytest.mark.parametrize("count", range(1, 25, 2))
def test_the_signature_never_leaves_the_last_paragraph(build, count):
    paper = build(proposals=("Đề nghị cấp thêm thẻ nhớ. " * 2,) * count)
    with open_paper(paper) as pdf:
        texts = [page.extract_text() for page in pdf.pages]
    page = next(text for text in texts if "./." in text)
    assert "Nơi nhận:" in page
    assert "Thiếu tá Lê Văn Thử" in page
    assert "Đề nghị cấp thêm thẻ nhớ. Đề nghị cấp thêm thẻ nhớ." in page


@pytest.mark.parametrize("build", [periods.make_weekly_report, periods.make_final_report])
def test_appendices_count_their_own_pages_and_repeat_their_heads(build):
    with open_paper(build(table=periods.make_timely_table("KẾT QUẢ", 60))) as pdf:
        wide = [page.width > page.height for page in pdf.pages]
        numbers = [top_number(page) for page in pdf.pages]
        first = wide.index(True)
        assert all(wide[first:])
        assert numbers[:first] == ["", *(str(n) for n in range(2, first + 1))]
        annex = pdf.pages[first:]
        assert len(annex) >= 3
        assert numbers[first:] == ["", *(str(n) for n in range(2, len(annex) + 1))]
        assert all("Tên đơn vị" in page.extract_text() for page in annex)
        assert annex[0].extract_text().startswith("Phụ lục\n")


@pytest.mark.parametrize("build", [periods.make_weekly_report, periods.make_final_report])
def test_bookmarks_and_tags(build):
    with open_paper(build()) as pdf:
        titles = [title.lower() for _level, title, *_rest in pdf.doc.get_outlines()]
        tags = {item["type"] for item in _flat(pdf.structure_tree)}
    for part in ("i. kết quả thực hiện", "ii. đánh giá", "iv. đề xuất, kiến nghị", "phụ lục"):
        assert any(part in title for title in titles), part
    assert {"Table", "TH", "TD", "P", "H1", "H2", "H3"} <= tags


@pytest.mark.parametrize("build", [periods.make_weekly_report, periods.make_final_report])
def test_a_clerk_can_number_it_later(build):
    paper = build()
    assert thaw(freeze(paper)) == paper


def test_a_teams_week_is_a_form_without_names_or_number():
    with open_paper(periods.make_team_weekly()) as pdf:
        text = text_of(pdf)
    assert "Số:" not in text
    for words in (
        "PHIẾU BÁO CÁO TUẦN",
        "định danh điện tử tuần 28/6–04/7/2023",
        "Đã kích hoạt trong tuần tài khoản 301",
        "Tỷ lệ so với chỉ tiêu tuần (294) % 102,4",
        "Tăng so với tuần 21/6–27/6/2023 (250) tài khoản 51",
        "Đang không kích hoạt được người 7",
        "Báo cáo đã đến hạn: đúng hạn · trễ · thiếu báo cáo 6 · 1 · 0",
        "Ưu điểm: Các Tổ ra quân đúng giờ",
        "Trách nhiệm của đơn vị, cá nhân: Tổ trưởng",
        "(Ký, ghi rõ họ tên)",
    ):
        assert words in text, words
    assert "danh sách" not in text


def test_a_teams_first_week_compares_with_nothing():
    with open_paper(periods.make_team_weekly(**FIRST_WEEK, assessment=Assessment())) as pdf:
        text = text_of(pdf)
    assert "So với tuần trước: tuần đầu, chưa có số liệu tài khoản –" in text
    assert text.count(": Không có.") == 4


@pytest.mark.parametrize("count", range(1, 14))
def test_a_teams_signature_keeps_the_last_two_paragraphs(count):
    paper = periods.make_team_weekly(
        difficulties=("Sóng yếu.",) * count, proposals=("Thêm thẻ nhớ.",)
    )
    with pdfplumber.open(io.BytesIO(render_paper(paper, make.make_footer()))) as pdf:
        texts = [page.extract_text() for page in pdf.pages]
    page = next(text for text in texts if "(Ký, ghi rõ họ tên)" in text)
    assert re.search(r"Sóng yếu\.\n.*Thêm thẻ nhớ\.", page)
