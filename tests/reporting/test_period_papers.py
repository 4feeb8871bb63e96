"""Papers of a week and of the drive from a unit's own figures: drawn, stored, found."""

import io
from datetime import UTC, date, datetime

import openpyxl
import pdfplumber
import pytest
from sqlalchemy import update

from tests.boards.test_boards import everywhere
from tests.conftest import on_both
from tests.documents.make import make_footer
from tests.documents.result_table import printed_rows, wanted_rows
from tests.documents.test_stored_papers import SIGNED
from tests.make.flows import make_flow, scatter_flows
from tests.make.quotas import make_quota
from tests.make.visits import make_visit
from tests.make.world import DAY
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING
from vneid_field.core.text import vn_number
from vneid_field.documents.kinds import PDF, XLSX, PaperKind
from vneid_field.documents.queries import list_renditions
from vneid_field.documents.render import render_paper
from vneid_field.documents.services import read_rendition, store_document
from vneid_field.extensions import db
from vneid_field.figures.rules import Counter
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.reporting.drafting import figures_of, period_figures
from vneid_field.reporting.kinds import ObligationState, ReportKind, ReportState
from vneid_field.reporting.models import Obligation, Report
from vneid_field.reporting.period_papers import final_report, team_weekly, weekly_report
from vneid_field.reporting.queries import get_obligation
from vneid_field.reporting.rules import Period
from vneid_field.reporting.tasks import draft_report_papers
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.services import record_visit

WEEK = Period(date(2023, 6, 28), DAY)
WEEK_BEFORE = Period(date(2023, 6, 21), date(2023, 6, 27))
FIRST_WEEK = Period(date(2023, 6, 15), date(2023, 6, 20))
DRIVE = Period(date(2023, 6, 15), date(2023, 8, 5))
WEDNESDAY = datetime(2023, 7, 5, 2, 12, tzinfo=UTC)  # 09h12
LEVELS = ("92", "916", "31120")
TEXTS = {
    "strengths": "Ra quân đúng giờ",
    "shortcomings": "Gửi báo cáo trễ",
    "causes": "Mưa nhiều",
    "responsibility": "Tổ trưởng Tổ khu vực 5",
    "explanation": "Sóng yếu",
}


def weekly_of(world, code, period=WEEK, texts=TEXTS):
    unit = world.unit(code)
    figures = period_figures(world.campaign, unit, period, ReportKind.WEEKLY)
    return figures, weekly_report(world.campaign, unit, None, figures, texts, clock.now())


def final_of(world, code):
    unit = world.unit(code)
    figures = period_figures(world.campaign, unit, DRIVE, ReportKind.FINAL)
    return figures, final_report(world.campaign, unit, None, figures, TEXTS, clock.now())


def report_of(world, unit, kind, period_end_on, **values):
    """A sent report as the chain stores it."""
    owed = get_obligation(EVERYTHING, world.campaign.id, unit.id, kind, period_end_on)
    report = Report(
        campaign_id=world.campaign.id,
        obligation_id=owed.id,
        unit_id=unit.id,
        report_kind=kind,
        period_start_on=owed.period_start_on,
        period_end_on=owed.period_end_on,
        state=ReportState.SENT,
        figures=values.pop("figures", None) or figures_of(world.campaign, owed),
        sent_at=clock.now(),
        created_at=clock.now(),
        updated_at=clock.now(),
        **values,
    )
    db.session.add(report)
    db.session.flush()
    return report


def words_of(paper):
    with pdfplumber.open(io.BytesIO(render_paper(paper, make_footer()))) as pdf:
        return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def somebody_is_absent(world):
    world.hand_over_all()
    for number, outcome in enumerate((Outcome.REFUSED, Outcome.ABSENT, Outcome.ABSENT)):
        more = {"sub_reason": AbsentReason.STUDYING} if outcome is Outcome.ABSENT else {}
        record_visit(
            actor=world.actor("leader"),
            campaign=world.campaign,
            citizen_id=world.citizens[number].id,
            given=make_visit(outcome, **more),
        )


@on_both
@pytest.mark.parametrize("code", LEVELS)
def test_rows_and_rests_of_a_week_add_up_to_the_unit_in_every_column(world, code):
    somebody_is_absent(world)
    scatter_flows(*everywhere(world), [DAY, WEEK.first_on, WEEK_BEFORE.last_on], 7)
    figures, _paper = weekly_of(world, code)
    part = figures["not_activated"]
    whole = figures | {"absent": part["absent"], "other": part["total"] - part["absent"]}
    lines = [*figures["lines"], *figures["rests"]]
    for target in ("activation", "collection"):
        for name in ("in_day", "cumulative"):
            assert sum(line[target][name] for line in lines) == figures[target][name]
    for name in ("absent", "other"):
        assert sum(line[name] for line in lines) == whole[name], name
    assert (part["total"], part["absent"]) == (3, 2)


@pytest.mark.parametrize("code", LEVELS)
def test_the_printed_table_of_a_week_is_the_figures_to_the_last_number(world, tmp_path, code):
    somebody_is_absent(world)
    scatter_flows(*everywhere(world), [DAY, WEEK.first_on, WEEK_BEFORE.last_on], 5)
    make_quota(world.team, 120)
    figures, paper = weekly_of(world, code)
    file = tmp_path / "report.pdf"
    file.write_bytes(render_paper(paper, make_footer()))
    wanted = wanted_rows(figures)
    assert printed_rows(file) == wanted
    assert len(wanted) > 8


@pytest.mark.parametrize("code", LEVELS)
def test_the_printed_table_of_the_drive_is_the_figures_to_the_last_number(world, code):
    somebody_is_absent(world)
    scatter_flows(*everywhere(world), [DAY, WEEK.first_on, DRIVE.first_on], 6)
    figures, paper = final_of(world, code)
    with pdfplumber.open(io.BytesIO(render_paper(paper, make_footer()))) as pdf:
        tables = [t for page in pdf.pages for t in page.extract_tables() if len(t[0]) == 17]
    printed = [row for table in tables for row in table[2:]]
    parts = [*figures["lines"], *figures["rests"]]
    assert len(printed) == len(parts) + 1
    for part, row in zip(parts, printed, strict=False):
        assert row[6] == vn_number(part["activation"]["cumulative"])
        assert row[10:12] == [vn_number(part["absent"]), vn_number(part["other"])]
    assert printed[-1][6] == vn_number(figures["activation"]["cumulative"])
    assert printed[-1][10:12] == ["2", "1"]


def test_a_week_is_compared_with_the_one_before_and_the_first_with_none(world):
    make_flow(world.hamlet, DAY, 30, world.team)
    make_flow(world.hamlet, WEEK_BEFORE.first_on, 40, world.team)
    make_flow(world.hamlet, WEEK.first_on, 8, None, Counter.COLLECTED)
    make_flow(world.hamlet, WEEK_BEFORE.last_on, 5, None, Counter.COLLECTED)
    text = words_of(weekly_of(world, "31120")[1])
    assert "giảm 10 tài khoản (25,0%) so với tuần trước (40)" in text
    assert "tăng 03 hồ sơ (60,0%) so với tuần trước (5)" in text
    second = weekly_of(world, "31120", WEEK_BEFORE)[1]
    assert (second.previous.since, second.previous.on) == (FIRST_WEEK.first_on, FIRST_WEEK.last_on)
    assert second.previous.days == 6
    first = weekly_of(world, "31120", FIRST_WEEK)[1]
    assert first.previous is None
    assert "so với tuần trước" not in words_of(first)


def test_who_is_not_activated_is_compared_with_the_report_sent_the_week_before(world):
    somebody_is_absent(world)
    assert weekly_of(world, "31120")[1].not_activated_change is None
    figures = period_figures(world.campaign, world.ward, WEEK_BEFORE, ReportKind.WEEKLY)
    figures["not_activated"]["total"] = 1
    report_of(world, world.ward, ReportKind.WEEKLY, WEEK_BEFORE.last_on, figures=figures)
    text = words_of(weekly_of(world, "31120")[1])
    assert "còn 03 trường hợp, tăng 02 trường hợp (200,0%) so với tuần trước (1):" in text


def test_a_week_counts_who_was_late_or_owes_by_unit(world):
    teams = world.teams_of(world.ward)
    days = Obligation.report_kind == ReportKind.DAILY
    for team, state in (
        (teams[0], ObligationState.SENT_ON_TIME),
        (teams[1], ObligationState.SENT_LATE),
        (teams[2], ObligationState.EXCUSED),
    ):
        db.session.execute(
            update(Obligation).where(Obligation.unit_id == team.id, days).values(state=state)
        )
    with clock.frozen(WEDNESDAY):
        figures, paper = weekly_of(world, "31120")
    rows = {row.name: row.timeliness for row in paper.table.rows}
    assert rows[teams[0].name].on_time == 7
    assert rows[teams[1].name].late == 7
    assert rows[teams[2].name].excused == 7
    assert paper.timeliness.due == 8 * len(teams) - 7  # seven days and the week, less the excused
    assert paper.owing == () or len(paper.owing) <= 6
    assert paper.punctuality.due == 6  # its own reports of the week's days but the last
    assert figures["timeliness"][teams[0].code]["on_time"] == 7


def test_the_drive_has_a_result_for_each_of_its_52_days_and_flat_daily_quotas(world):
    make_flow(world.hamlet, DAY, 30, world.team)
    make_flow(world.hamlet, DRIVE.first_on, 8, None, Counter.COLLECTED)
    make_quota(world.ward, 500)
    make_quota(world.ward, 250, QuotaKind.COLLECTION)
    _figures, paper = final_of(world, "31120")
    assert len(paper.by_day) == 52
    found = {
        day.on: (day.activated, day.collected)
        for day in paper.by_day
        if any((day.activated, day.collected))
    }
    assert found == {DAY: (30, 0), DRIVE.first_on: (0, 8)}
    assert (paper.activation_a_day, paper.collection_a_day) == (10, 5)
    assert [len(chart.bars) for chart in paper.charts] == [52, 52]


def test_a_teams_week_says_who_waits_now(world):
    somebody_is_absent(world)
    figures = period_figures(world.campaign, world.team, WEEK, ReportKind.WEEKLY)
    form = team_weekly(world.team, world.ward, figures, TEXTS, "Công an phường An Hòa")
    assert (form.not_activated_total, form.absent) == (3, 2)
    text = words_of(form)
    assert "Đang không kích hoạt được người 3" in text
    assert "Công an phường An Hòa gửi thay Tổ." in text
    assert "Trách nhiệm của đơn vị, cá nhân: Tổ trưởng Tổ khu vực 5." in text


@pytest.mark.parametrize(
    ("code", "kind", "on", "paper", "title", "filename"),
    [
        (
            "31120.1",
            ReportKind.WEEKLY,
            DAY,
            PaperKind.TEAM_WEEKLY,
            ": báo cáo tuần 28/6–04/7/2023",
            "bao-cao-tuan-31120.1-20230704-v1",
        ),
        (
            "31120",
            ReportKind.WEEKLY,
            DAY,
            PaperKind.WEEKLY_REPORT,
            "Công an phường An Hòa: báo cáo tuần 28/6–04/7/2023",
            "bao-cao-tuan-31120-20230704-v1",
        ),
        (
            "92",
            ReportKind.FINAL,
            DRIVE.last_on,
            PaperKind.FINAL_REPORT,
            "Công an thành phố Cần Thơ: báo cáo tổng kết",
            "bao-cao-tong-ket-92-20230805-v1",
        ),
    ],
)
def test_the_worker_draws_the_paper_of_the_reports_kind(
    world, code, kind, on, paper, title, filename
):
    somebody_is_absent(world)
    report = report_of(world, world.unit(code), kind, on, explanation="Sóng yếu")
    db.session.commit()
    drawn = draft_report_papers(report)
    (document,) = drawn  # nobody is named: the absent list goes with the day's report
    assert document.kind == paper.value
    assert document.title.endswith(title)
    assert document.filename == filename
    assert document.figures["explanation"] == "Sóng yếu"
    assert "strengths" in document.figures
    kinds = [rendition.media_type for rendition in document.renditions]
    assert kinds == ([PDF] if paper is PaperKind.TEAM_WEEKLY else [PDF, XLSX])


@pytest.mark.parametrize(
    ("code", "kind", "on", "heads"),
    [
        ("31120", ReportKind.WEEKLY, DAY, ("Chỉ tiêu/tuần", "Thu nhận trong tuần")),
        ("916", ReportKind.FINAL, DRIVE.last_on, ("Thu nhận kết quả", "Báo cáo thiếu")),
    ],
)
def test_the_sheet_beside_is_worded_for_its_period(world, code, kind, on, heads):
    make_flow(world.hamlet, DAY, 30, world.team)
    report = report_of(world, world.unit(code), kind, on)
    db.session.commit()
    (document,) = draft_report_papers(report)
    store_document(document, actor=None)
    sheet = next(r for r in list_renditions([document.id])[document.id] if r.media_type == XLSX)
    rows = list(openpyxl.load_workbook(io.BytesIO(read_rendition(sheet))).active.values)
    assert set(heads) <= set(rows[2])
    total = dict(zip(rows[2], rows[-3], strict=True))
    done = [total[head] for head in rows[2] if head.startswith("Kích hoạt ") and "%" not in head]
    assert set(done) == {30}
    assert "Chỉ tiêu/ngày" not in rows[2]


@pytest.mark.parametrize(
    ("login_name", "code"),
    [("commune.ubnd", "31120"), ("district.ubnd", "916"), ("city.ubnd", "92")],
)
def test_a_committee_finds_the_weeks_paper_and_its_police_can_number_it(
    arrange, login, login_name, code
):
    with arrange() as world:
        report = report_of(world, world.unit(code), ReportKind.WEEKLY, DAY)
        db.session.commit()
        (document,) = draft_report_papers(report)
        store_document(document, actor=None)
        title, document_id = document.title, document.id
    page = login(login_name).text(f"/documents/?kind=weekly_report&on={DAY.isoformat()}")
    assert title in page
    assert 'value="final_report"' in page
    login(login_name.removesuffix(".ubnd")).post(f"/documents/{document_id}/number", **SIGNED)
    with arrange():
        (numbered,) = [r for r in list_renditions([document_id])[document_id] if r.number]
        with pdfplumber.open(io.BytesIO(read_rendition(numbered))) as pdf:
            assert f"Số: {numbered.number}" in pdf.pages[0].extract_text()
            annex = next(page for page in pdf.pages if page.width > page.height)
            assert numbered.number in annex.extract_text()  # it cites the report
