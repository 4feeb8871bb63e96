"""The plan's twelve columns and totals: on the screen, as XLSX, as PDF, on the command line."""

import json
import re
import shutil
import subprocess
from html import unescape
from io import BytesIO

import pdfplumber
import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from tests.conftest import on_both
from tests.quotas.plan import PLAN, TOTAL
from vneid_field.cli import cli
from vneid_field.commands.quotas import quota_table
from vneid_field.core.text import vn_number
from vneid_field.documents.kinds import PDF, XLSX
from vneid_field.documents.models import Document
from vneid_field.documents.queries import list_renditions
from vneid_field.documents.services import read_rendition
from vneid_field.extensions import db
from vneid_field.quotas.overview import gather_plan
from vneid_field.quotas.papers import make_plan, quota_row


def printed(row):
    """Return a row of the plan as the plan prints it."""
    return ["" if cell is None else vn_number(cell) for cell in row[1:]]


def files_of(document):
    found = list_renditions([document.id])[document.id]
    return {one.media_type: read_rendition(one) for one in found}


def city_of(world):
    return world.unit("92")


@on_both
def test_the_figures_are_those_of_the_plan(world):
    table = gather_plan(world.campaign, city_of(world))
    rows = [quota_row(unit.name, row) for unit, row in table.rows]
    assert [(row.name, *row.cells) for row in rows] == list(PLAN)
    total = quota_row("Tổng", table.total)
    assert (total.name, *total.cells) == TOTAL


@on_both
def test_the_screen_shows_the_twelve_columns_and_totals(login):
    pages = login("city.ubnd")
    html = pages.client.get("/quotas/", follow_redirects=True).get_data(as_text=True)
    body, foot = re.search(r"<tbody>(.*?)</tbody>\s*<tfoot>(.*?)</tfoot>", html, re.S).groups()
    for number, (line, row) in enumerate(zip(body.split("</tr>"), PLAN, strict=False), start=1):
        assert cells(line) == [str(number), row[0], *printed(row)]
    assert cells(foot) == ["", TOTAL[0], *printed(TOTAL)]
    heads = cells(re.search(r"<thead>(.*?)</thead>", html, re.S)[1])
    assert len(heads) == 12
    assert heads[3].endswith("4 = 3/50")
    assert heads[6].endswith("7 = 6/50")


def cells(html):
    found = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", html, re.S)
    return [" ".join(unescape(re.sub(r"<[^>]+>", "", cell)).split()) for cell in found]


@on_both
def test_the_workbook_read_back_is_the_plan(world):
    document = make_plan(actor=None, campaign=world.campaign, parent=city_of(world))
    book = CalamineWorkbook.from_filelike(BytesIO(files_of(document)[XLSX]))
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    body = [row for row in rows if row[0] and isinstance(row[0], float)]
    assert [tuple(row[1:]) for row in body] == list(PLAN)
    # The mark of the paper stands below, after an empty row.
    assert [None if cell == "" else cell for cell in rows[-3][1:]] == list(TOTAL)
    assert len(rows[-1]) == 12


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_the_pdf_prints_every_number_in_the_plans_order(world):
    document = make_plan(actor=None, campaign=world.campaign, parent=city_of(world))
    pdf = files_of(document)[PDF]
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    lines = [line.split() for line in text.splitlines()]
    for number, row in enumerate(PLAN, start=1):
        assert [str(number), *row[0].split(), *printed(row)] in lines
    assert ["Tổng", *(cell for cell in printed(TOTAL) if cell)] in lines
    assert "Kế hoạch số 128/KH-UBND ngày 15 tháng 6 năm 2023" in " ".join(text.split())


def test_the_same_figures_give_the_stored_paper_and_changed_ones_the_next_version(world, login):
    first = make_plan(actor=None, campaign=world.campaign, parent=city_of(world))
    assert make_plan(actor=None, campaign=world.campaign, parent=city_of(world)).id == first.id
    first.figures_digest = "0" * 64
    second = make_plan(actor=None, campaign=world.campaign, parent=city_of(world))
    assert (second.version, second.replaces_id) == (2, first.id)


def test_making_the_table_leads_to_the_page_of_its_two_files(login, world):
    url = f"/quotas/{city_of(world).id}"
    db.session.rollback()
    pages = login("city")
    pages.get(url)
    response = pages.post(f"{url}/paper")
    html = pages.text(response.location)
    assert "PDF" in html
    assert "Excel" in html


@pytest.mark.parametrize("who", ["leader", "volunteer", "point", "beat"])
def test_the_table_is_shut_to_roles_without_targets(login, who):
    login(who).get("/quotas/", status=404)


def test_a_district_does_not_see_the_citys_table_nor_a_siblings(login, world):
    pages = login("district.ubnd")
    pages.get(f"/quotas/{world.unit('92').id}", status=404)
    pages.get(f"/quotas/{world.unit('923').id}", status=404)
    pages.get(f"/quotas/{world.unit('916').id}")


def test_the_command_prints_json_and_writes_stored_files(world, tmp_path):
    db.session.rollback()
    run = CliRunner()
    values = json.loads(run.invoke(quota_table, ["--json"]).output)
    assert [row["name"] for row in values["rows"]] == [row[0] for row in PLAN]
    assert [row["collection_per_day"] for row in values["rows"]] == [row[5] for row in PLAN]
    assert values["total"]["collection_per_day"] == 8938
    for name, head in (("bang.pdf", b"%PDF"), ("bang.xlsx", b"PK")):
        result = run.invoke(quota_table, ["-o", str(tmp_path / name)])
        assert result.exit_code == 0, result.output
        assert (tmp_path / name).read_bytes().startswith(head)
    assert db.session.scalar(select(func.count()).select_from(Document)) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["-o", "bang.doc"], 1, "phải kết thúc bằng .pdf hoặc .xlsx"),
        (["-o", "/khong/co/bang.pdf"], 1, "Không có thư mục"),
        (["--unit", "999"], 1, "Không có đơn vị mã 999"),
        (["--unit", "31120"], 1, "thành phố và quận, huyện"),
        (["--json", "-o", "bang.pdf"], 2, "Chỉ chọn một"),
    ],
)
def test_the_command_says_in_a_sentence_what_is_wrong(world, arguments, code, words):
    result = CliRunner().invoke(quota_table, arguments)
    assert result.exit_code == code
    assert words in result.output


def test_the_command_is_registered():
    assert "quota-table" in cli.commands


@pytest.mark.parametrize("who", ["city.ubnd", "admin"])
def test_the_citys_table_gets_its_number_day_and_signer_after_signing(arrange, login, who):
    with arrange() as world:
        paper_id = make_plan(actor=None, campaign=world.campaign, parent=city_of(world)).id
    at = f"/documents/{paper_id}"
    pages = login(who)
    assert "Ghi số, ngày và người ký" in pages.text(at)
    pages.post(
        f"{at}/number",
        number="12",
        signed_on="2023-07-04",
        signer_title="TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH",
        signer_rank="",
        signer_name="Trần Văn Ký",
    )
    assert "PDF số 12/UBND" in pages.text(at)
    assert "Ghi số, ngày" not in login("city").text(at)  # police send reports, not targets


def test_the_citys_table_with_its_signature_is_one_page(world):
    document = make_plan(actor=None, campaign=world.campaign, parent=city_of(world))
    with pdfplumber.open(BytesIO(files_of(document)[PDF])) as pdf:
        assert len(pdf.pages) == 1
        text = pdf.pages[0].extract_text()
    assert "TM. ỦY BAN NHÂN DÂN" in text
    assert "Số:" in text


def test_a_paper_of_an_earlier_form_is_made_anew(world):
    first = make_plan(actor=None, campaign=world.campaign, parent=city_of(world))
    first.template_version = "quota-1"
    assert make_plan(actor=None, campaign=world.campaign, parent=city_of(world)).version == 2
