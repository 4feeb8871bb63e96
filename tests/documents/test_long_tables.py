"""Tables longer than a page: the head on each page, rows whole, the signature never alone."""

import io
from dataclasses import replace

import pdfplumber
import pytest

from tests.documents import decree, make, periods
from vneid_field.documents.render import render_paper

COUNT = 70
LONG = "Tổ công nghệ số cộng đồng khu vực Thạnh Quý, ấp Thạnh Phước, thị trấn Vĩnh Thạnh số"
LAST = "BẢY MƯƠI"  # ends a name: a row cut in two would lose it to the next page


def _name(number):
    return f"{LONG} {number} {LAST}"


def _report(build, table):
    rows = tuple(replace(table.rows[n % len(table.rows)], name=_name(n + 1)) for n in range(COUNT))
    return build(table=replace(table, rows=rows))


def _quota_table():
    paper = make.make_quota_table(letterhead=make.make_letterhead())
    rows = tuple(replace(paper.rows[n % 9], name=_name(n + 1)) for n in range(COUNT))
    return replace(paper, rows=rows)


def _quota_split():
    row = make.SplitRow("", 3500, 13_695, 274, 10_771, 215)
    return make.make_quota_split(rows=tuple(replace(row, name=_name(n + 1)) for n in range(COUNT)))


def _proposal(**rows):
    paper = decree.make_proposal(count=COUNT)
    units = tuple(replace(row, name=_name(n)) for n, row in enumerate(paper.units[:COUNT], start=1))
    people = tuple(replace(row, name=_name(n)) for n, row in enumerate(paper.people, start=1))
    return replace(paper, **{"units": units, "people": people, "remarks": (), **rows})


def _ranking():
    paper = decree.make_ranking(count=COUNT)
    rows = tuple(replace(row, name=_name(n)) for n, row in enumerate(paper.rows, start=1))
    return replace(paper, rows=rows)


LONG_PAPERS = {
    "daily": (lambda: _report(make.make_daily_report, make.make_table()), "Tên đơn vị"),
    "weekly": (
        lambda: _report(periods.make_weekly_report, periods.make_timely_table("KẾT QUẢ TUẦN")),
        "Tên đơn vị",
    ),
    "final": (
        lambda: _report(periods.make_final_report, periods.make_timely_table("KẾT QUẢ CẢ ĐỢT")),
        "Tên đơn vị",
    ),
    "quota-table": (_quota_table, "Tên đơn vị"),
    "quota-split": (_quota_split, "Tên phường"),
    "ranking": (_ranking, "Phường, xã"),
    "collectives": (lambda: _proposal(people=()), "Tên đơn vị"),
    "individuals": (lambda: _proposal(units=()), "Họ và tên"),
    "absent": (
        lambda: make.make_absent_list(
            rows=tuple(make.make_person(n, full_name=_name(n + 1)) for n in range(COUNT))
        ),
        "Họ và tên",
    ),
}


@pytest.fixture(scope="module", params=LONG_PAPERS)
def long_paper(request):
    build, head = LONG_PAPERS[request.param]
    with pdfplumber.open(io.BytesIO(render_paper(build(), make.make_footer()))) as pdf:
        wide = [page for page in pdf.pages if page.width > page.height]
        yield head, wide or pdf.pages  # a proposal's tables stand in its body


def test_the_head_stands_on_each_page_and_no_row_is_cut(long_paper):
    head, pages = long_paper
    assert len(pages) >= 3
    numbers = []
    for page in pages:
        for table in page.extract_tables():
            assert head in " ".join((table[0][1] or "").split()), "a table without its head"
            for row in table:
                name = " ".join((row[1] or "").split())
                if name.startswith("Tổ công nghệ"):
                    assert name.endswith(LAST), name
                    assert row[0], "a row whose number stands on the page before"
                    numbers.append(int(row[0]))
    assert sorted(set(numbers)) == list(range(1, COUNT + 1))


def test_what_follows_the_table_takes_its_last_rows_along(long_paper):
    head, pages = long_paper
    is_annex = pages[0].width > pages[0].height
    # People of a list take many lines, and nobody signs there.
    least = 1 if head == "Họ và tên" and is_annex else 2
    for page in pages:
        rows = [row for table in page.extract_tables() for row in table]
        named = [row for row in rows if LAST in " ".join((row[1] or "").split())]
        assert len(named) >= least, "a page of nothing but a total, a remark or a signature"
