"""Cells, columns and readings nobody thought of: told in a sentence, never left half-way."""

import pytest
from sqlalchemy import select

from tests.lists.test_intake import HAMLETS, apply, shown, upload
from tests.make.sheets import patched, person_rows, xlsx
from vneid_field.extensions import db
from vneid_field.jobs.services import FAILED_MESSAGE, run_waiting
from vneid_field.lists import import_services, tasks
from vneid_field.lists.columns import Column
from vneid_field.lists.import_queries import get_import
from vneid_field.lists.kinds import ImportState
from vneid_field.lists.rejected import rejected_sheet
from vneid_field.lists.workbook import open_sheet
from vneid_field.people.models import Citizen


def test_a_reading_that_breaks_leaves_the_import_failed_and_says_so(world, monkeypatch):
    def broken(_reading, _progress):
        raise RuntimeError("a cell nobody thought of")

    monkeypatch.setattr(tasks, "_read", broken)
    done = upload(world, xlsx(person_rows(3, hamlets=HAMLETS)))
    assert (done.state, done.failure) == (ImportState.FAILED, FAILED_MESSAGE)
    assert done.content is None


def test_a_reading_given_up_after_many_tries_leaves_the_import_failed(world, monkeypatch):
    monkeypatch.setattr("vneid_field.jobs.services.MOST_ATTEMPTS", 0)
    done = upload(world, xlsx(person_rows(3, hamlets=HAMLETS)))
    assert (done.state, done.failure) == (ImportState.FAILED, FAILED_MESSAGE)


@pytest.mark.parametrize(
    "cells",
    [
        '<c r="A9"><v>NaN</v></c><c r="C9"><v>inf</v></c><c r="E9"><v>1e400</v></c>',
        '<c r="B9" t="str"><v>Lê Bình</v></c><c r="C9"><v>-1e300</v></c><c r="E9"><v>1e20</v></c>',
        '<c r="B9" t="str"><v>Lê _x0001_Bình</v></c><c r="C9"><v>1e15</v></c><c r="E9"><v>-inf</v></c>',
    ],
)
def test_numbers_without_a_value_reject_their_row_and_the_sheet_to_mend_shows_it(world, cells):
    whole = xlsx(person_rows(3, hamlets=HAMLETS))
    content = patched(
        whole, lambda sheet: sheet.replace("</sheetData>", f'<row r="9">{cells}</row></sheetData>')
    )
    done = upload(world, content)
    assert done.state is ImportState.READ, done.failure
    assert shown(done)["rejected"] == 1
    sheet = rejected_sheet(
        import_services.open_import(done), import_services.preview_of(done), mark="x"
    )
    assert len(list(open_sheet(sheet))) == 3  # the mark, the titles, the row


def test_a_control_character_in_a_name_is_not_taken_over(world):
    rows = [list(row) for row in person_rows(1, hamlets=HAMLETS)]
    rows[0][1] = "TRẦN VĂN\x01 MỘT\x85"
    apply(world, upload(world, xlsx(rows)))
    newest = db.session.scalar(select(Citizen.full_name).order_by(Citizen.id.desc()))
    assert newest == "Trần Văn Một"


@pytest.mark.parametrize(
    "name", ["column-x", "column-", "column--1", "column-99999999999999999999"]
)
def test_a_field_that_is_no_column_is_told(arrange, login, name):
    with arrange() as world:
        done = upload(world, xlsx(person_rows(3, hamlets=HAMLETS)))
        import_id = done.id
    login("commune").post(f"/imports/{import_id}/columns", 422, **{name: "full_name"})


def test_a_column_right_of_the_table_reads_nothing(world):
    done = upload(world, xlsx(person_rows(3, hamlets=HAMLETS)))
    import_services.map_columns(
        actor=world.actor("commune"),
        done=done,
        columns={Column.FULL_NAME: 1, Column.CITIZEN_ID: 998},
        has_lost_zeros=False,
        sheet_name="",
    )
    db.session.commit()
    run_waiting()
    done = get_import(world.actor("commune").scope, world.campaign.id, done.id)
    assert done.state in {ImportState.READ, ImportState.FAILED}
    assert done.failure != FAILED_MESSAGE
