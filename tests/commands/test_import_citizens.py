"""`import-citizens` says what became of the list, and ends with 1 when it did not come in."""

import pytest
from click.testing import CliRunner

from tests.make.sheets import person_rows, xlsx
from vneid_field.commands.papers import import_citizens
from vneid_field.extensions import db
from vneid_field.jobs.services import FAILED_MESSAGE
from vneid_field.lists import tasks


@pytest.fixture
def run(world, tmp_path):
    file = tmp_path / "danh-sach.xlsx"
    file.write_bytes(xlsx(person_rows(3, hamlets=["Khu vực 1"])))
    kind = ("--kind", "approved_not_activated", "--unit", "31120")
    db.session.commit()
    arguments = [str(file), *kind, "--as", "commune", "--as-of", "2023-07-04"]
    return lambda: CliRunner().invoke(import_citizens, arguments)


def test_a_list_comes_in(run):
    result = run()
    assert result.exit_code == 0, result.output
    assert "Đã áp dụng: 3 mới" in result.output


@pytest.mark.parametrize("step", ["_read", "store_piece"])
def test_a_list_whose_job_fails_is_not_called_applied(run, monkeypatch, step):
    def fail(*_arguments):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(tasks, step, fail)
    result = run()
    assert result.exit_code == 1
    assert "Đã áp dụng" not in result.output
    assert FAILED_MESSAGE in result.output
