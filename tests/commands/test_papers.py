"""`report-pdf` and `figures` refuse a day without figures and a file that cannot be written."""

import pytest
from click.testing import CliRunner

from tests.make.flows import make_flow
from tests.make.world import DAY
from tests.reporting.test_team_report import send
from vneid_field.commands.campaign import figures
from vneid_field.commands.papers import report_pdf
from vneid_field.extensions import db
from vneid_field.reporting.models import Report


@pytest.fixture(autouse=True)
def _committed(world):
    db.session.rollback()


@pytest.mark.parametrize("on", ["2023-06-14", "2023-08-06"])
def test_a_day_outside_the_campaign_is_refused(on, tmp_path):
    for command, more in ((figures, []), (report_pdf, ["-o", str(tmp_path / "a.pdf")])):
        result = CliRunner().invoke(command, ["--unit", "92", "--on", on, *more])
        assert result.exit_code == 1
        assert "từ 15/6/2023 đến 05/8/2023" in result.output


def test_a_day_still_to_come_is_refused(tmp_path):
    for command, more in ((figures, []), (report_pdf, ["-o", str(tmp_path / "a.pdf")])):
        result = CliRunner().invoke(command, ["--unit", "92", "--on", "2023-07-05", *more])
        assert result.exit_code == 1
        assert "Chưa đến ngày" in result.output


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("khong/co/bao-cao.pdf", "Không có thư mục"),
        ("bao-cao.doc", "phải kết thúc bằng .pdf"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_made(tmp_path, output, words):
    day = ["--unit", "92", "--on", "2023-07-04"]
    result = CliRunner().invoke(report_pdf, [*day, "-o", str(tmp_path / output)])
    assert result.exit_code == 1
    assert words in result.output


def test_the_papers_of_a_day_are_written(tmp_path):
    file = tmp_path / "bao-cao.pdf"
    result = CliRunner().invoke(report_pdf, ["--unit", "92", "--on", "2023-07-04", "-o", str(file)])
    assert result.exit_code == 0, result.output
    assert file.read_bytes().startswith(b"%PDF")


def test_a_day_is_not_made_for_a_unit_that_owes_and_has_not_sent_it(tmp_path):
    output = ["-o", str(tmp_path / "a.pdf")]
    result = CliRunner().invoke(report_pdf, ["--unit", "916", "--on", "2023-07-04", *output])
    assert result.exit_code == 1
    assert "chưa gửi báo cáo" in result.output


def test_a_sent_report_without_papers_gets_them(world, tmp_path):
    make_flow(world.hamlet, DAY, 3, world.team)
    report = send(world)
    db.session.commit()
    file = tmp_path / "a.pdf"
    arguments = ["--unit", world.team.code, "--on", DAY.isoformat(), "-o", str(file)]
    result = CliRunner().invoke(report_pdf, arguments)
    assert result.exit_code == 0, result.output
    assert file.read_bytes().startswith(b"%PDF")
    assert db.session.get_one(Report, report.id, populate_existing=True).document_id
