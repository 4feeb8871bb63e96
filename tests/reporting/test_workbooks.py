"""The workbook beside a paper: the same figures, numbers as numbers, text never a formula."""

import io

import openpyxl
import pdfplumber
import pytest
from sqlalchemy import select

from tests.boards.test_boards import everywhere
from tests.documents.test_stored_papers import make_district_paper, pdfs_of
from tests.make.flows import scatter_flows
from tests.make.quotas import make_quota
from tests.make.visits import make_visit
from tests.make.world import DAY
from tests.reporting.test_period_papers import DRIVE, WEEK, report_of, somebody_is_absent
from vneid_field.boards.papers import make_board
from vneid_field.core.text import vn_date, vn_number
from vneid_field.documents.kinds import PDF, XLSX, PaperKind
from vneid_field.documents.models import Document
from vneid_field.documents.purging import purge_expired
from vneid_field.documents.queries import list_appendices, list_renditions
from vneid_field.documents.services import read_rendition, store_document
from vneid_field.extensions import db
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.papers import make_plan
from vneid_field.reporting.kinds import ReportKind
from vneid_field.reporting.summary import summarise
from vneid_field.reporting.tasks import draft_report_papers, make_on_demand
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.services import record_visit

LEVELS = ("92", "916", "31120")
KINDS = {ReportKind.DAILY: DAY, ReportKind.WEEKLY: WEEK.last_on, ReportKind.FINAL: DRIVE.last_on}


def printed(cell):
    """What a paper prints for a cell of the workbook."""
    if cell.value is None:
        return ""
    if cell.number_format == "0.0%":
        return vn_number(cell.value * 100, 1)
    if cell.number_format == "#,##0":
        return vn_number(cell.value)
    return vn_date(cell.value.date()) if cell.is_date else str(cell.value)


def on_paper(cell):
    """What stands in a cell of a paper; a dash stands for nothing."""
    text = " ".join((cell or "").split())
    return "" if text == "–" else text


def files_of(document):
    """Return (rows of the paper's widest tables, worksheet)."""
    found = {r.media_type: read_rendition(r) for r in list_renditions([document.id])[document.id]}
    assert set(found) == {PDF, XLSX}
    with pdfplumber.open(io.BytesIO(found[PDF])) as pdf:
        tables = [table for page in pdf.pages for table in page.extract_tables()]
    width = max(len(table[0]) for table in tables)
    rows = [[on_paper(cell) for cell in row] for table in tables for row in table
            if len(row) == width]  # fmt: skip
    return rows, openpyxl.load_workbook(io.BytesIO(found[XLSX])).active


def assert_ready_to_print(sheet, document):
    """The workbook prints landscape on A4, repeats its head and says which paper it is of."""
    assert sheet.page_setup.orientation == "landscape"
    assert str(sheet.page_setup.paperSize) == "9"
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.freeze_panes == "A4"
    told = f"Mã văn bản: {document.code} · Bản {document.version}"
    assert str(sheet.cell(sheet.max_row, 1).value).startswith(told)
    assert document.code in sheet.oddFooter.left.text


def body_of(sheet):
    """Rows below the head, down to the totals: the mark stands below an empty row."""
    return list(sheet.iter_rows(min_row=4, max_row=sheet.max_row - 2))


@pytest.mark.parametrize("code", LEVELS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_reports_workbook_holds_what_its_paper_prints(world, code, kind):
    somebody_is_absent(world)
    scatter_flows(*everywhere(world), [DAY, WEEK.first_on, DRIVE.first_on], 9)
    make_quota(world.team, 120)
    for unit_code in ("916", "31120"):
        make_quota(world.unit(unit_code), 700)
        make_quota(world.unit(unit_code), 500, QuotaKind.COLLECTION)
    unit = world.unit(code)
    if kind is ReportKind.DAILY and code == "92":
        db.session.commit()
        document = make_on_demand(actor=None, campaign=world.campaign, unit=unit, on=DAY)
    else:
        report = report_of(world, unit, kind, KINDS[kind])
        db.session.commit()
        made = draft_report_papers(report)
        for one in made:
            store_document(one, actor=None)
        document = made[0]
    rows, sheet = files_of(document)
    assert_ready_to_print(sheet, document)
    heads = [cell.value for cell in sheet[3]]
    extra = {n for n, head in enumerate(heads) if str(head).startswith("Báo cáo ")}
    if kind is not ReportKind.WEEKLY:  # a week's paper counts the reports in a table of their own
        extra = set()
    body = body_of(sheet)
    wanted = [[printed(cell) for n, cell in enumerate(row) if n not in extra] for row in body]
    paper = [row for row in rows if row[0].isdigit() or (row[0] == "" and row[1])]
    assert len(wanted) > 8
    assert wanted == paper
    kinds = {type(cell.value) for row in body for n, cell in enumerate(row) if n not in
             (1, heads.index("Đạt/chưa đạt"), heads.index("Ghi chú"))}  # fmt: skip
    assert kinds <= {int, float, type(None)}


FORMULA = '=HYPERLINK("http://a.example","gọi lại")'


def test_the_absent_lists_workbook_is_sealed_masked_and_harmless(arrange):
    with arrange() as world:
        world.hand_over_all()
        for number, note in enumerate((FORMULA, "-1+1", "Đi học")):
            record_visit(
                actor=world.actor("leader"),
                campaign=world.campaign,
                citizen_id=world.citizens[number].id,
                given=make_visit(Outcome.ABSENT, sub_reason=AbsentReason.STUDYING, note=note),
            )
        db.session.commit()
        document = make_on_demand(
            actor=world.actor("district"),
            campaign=world.campaign,
            unit=world.unit("916"),
            on=DAY,
        )
        (annex,) = list_appendices(document)
        annex_id = annex.id
        rows, sheet = files_of(annex)
        assert_ready_to_print(sheet, annex)
        assert "Người lập: Người dùng district" in sheet.cell(sheet.max_row, 1).value
        body = list(sheet.iter_rows(min_row=4, max_row=6))
        whole = [["".join(cell.split()) for cell in row] for row in rows if row[0].isdigit()]
        assert [["".join(printed(cell).split()) for cell in row] for row in body] == whole
        notes = {row[-1].value: row[-1] for row in body}
        assert set(notes) == {FORMULA, "-1+1", "Đi học"}
        for note in (FORMULA, "-1+1"):
            assert notes[note].data_type == "s"
            assert notes[note].quotePrefix
        assert all(cell.value.count("*") == 5 for cell in (row[4] for row in body))
        (stored,) = [r for r in list_renditions([annex.id])[annex.id] if r.media_type == XLSX]
        assert stored.is_sealed
        assert not bytes(stored.content).startswith(b"PK")
        annex.purge_on = DAY
        db.session.flush()
        purge_expired()
    with arrange():
        assert all(r.content is None for r in list_renditions([annex_id])[annex_id])


def test_a_ranking_has_its_workbook_beside_it(world):
    scatter_flows(*everywhere(world), [DAY], 9)
    for number, ward in enumerate(("31117", "31120")):
        make_quota(world.unit(ward), 100 + number)
    db.session.commit()
    summary = summarise(world.campaign, world.unit("916"), DAY, has_stock=False)
    lines = sorted(summary.lines, key=lambda line: (line.rank is None, line.rank))
    document = make_board(
        actor=None, campaign=world.campaign, summary=summary, lines=lines, sort="rank"
    )
    assert document.kind == PaperKind.RANKING.value
    rows, sheet = files_of(document)
    assert_ready_to_print(sheet, document)
    assert sheet["A1"].value == "Quận Ninh Kiều: bảng xếp hạng ngày 04/7/2023"
    wanted = [row[1:] for row in rows if row[0].isdigit() or "Tổ lưu động" in row[1]]
    wanted.append(next(row[1:] for row in rows if row[1] == "Cộng"))
    # What national lists said are columns here, and a line below the table on paper.
    heads = [cell.value for cell in sheet[3]]
    judged = [heads.index(name) for name in ("Xác nhận lũy kế", "Bị bác lũy kế")]
    body = [[printed(cell) for cell in row] for row in body_of(sheet)]
    assert [[c for n, c in enumerate(row) if n not in judged] for row in body] == wanted


@pytest.mark.parametrize("code", ["92", "916"])
def test_a_table_of_targets_has_the_plans_twelve_columns_in_both_files(world, code):
    db.session.commit()
    document = make_plan(actor=None, campaign=world.campaign, parent=world.unit(code))
    rows, sheet = files_of(document)
    assert_ready_to_print(sheet, document)
    assert len(rows[-1]) == sheet.max_column == 12
    wanted = [row for row in rows if row[0].isdigit() and row[1] != "2"]
    body = body_of(sheet)
    assert [[printed(cell) for cell in row] for row in body[:-1]] == wanted
    assert [printed(cell) for cell in body[-1]][2:] == rows[-1][2:]


def test_a_document_of_each_kind_keeps_its_bytes(arrange, login):
    """A download gives the stored bytes, again and again, whatever changed since."""
    with arrange() as world:
        document = make_district_paper(world)
        document_id = document.id
        stored = {
            r.id: (r.media_type, r.sha256) for r in list_renditions([document_id])[document_id]
        }
        before = {r.id: read_rendition(r) for r in list_renditions([document_id])[document_id]}
        assert len(stored) == 2
        db.session.commit()
        scatter_flows(*everywhere(world), [DAY], 3)
    pages = login("district")
    pages.post("/letterhead/", symbol="BC-KHAC", superior_organ="A", organ="B", place="C",
               signer_title="D", signer_rank="", signer_name="")  # fmt: skip
    for rendition_id in stored:
        for _again in range(2):
            at = pages.post(f"/documents/{document_id}/files/{rendition_id}").location
            assert pages.client.get(at).data == before[rendition_id]
    with arrange():
        assert db.session.scalars(select(Document.id)).all()
        assert [pdf.sha256 for pdf in pdfs_of(document_id)] == [
            digest for kind, digest in stored.values() if kind == PDF
        ]
