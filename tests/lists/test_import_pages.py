"""Intake over HTTP: what the officer reads when something is to be mended."""

import io
import re

import pytest
from python_calamine import CalamineWorkbook

from tests.make.sheets import TITLES, person_rows, xlsx
from tests.write_lock import watch
from vneid_field.jobs.services import run_waiting
from vneid_field.lists import import_services
from vneid_field.lists.columns import detect_header
from vneid_field.lists.workbook import open_sheet


@pytest.fixture
def police(login):
    return login("commune")


def send(police, arrange, content, status=303):
    """Upload a list and let the worker read it; returns the address of its page."""
    form = police.text("/imports/")
    unit = re.search(r'<select[^>]*id="unit_id"[^>]*>\s*<option[^>]*value="(\d+)"', form)[1]
    answer = police.post(
        "/imports/",
        status,
        kind="approved_not_activated",
        unit_id=unit,
        as_of_on="2023-07-04",
        files={"file": (io.BytesIO(content), "danh-sach.xlsx")},
    )
    if status != 303:
        return answer.get_data(as_text=True)
    with arrange():
        run_waiting()
    return answer.location


def picked(page, index):
    """The meaning chosen for a column of the page."""
    select = re.search(rf'<select id="column-{index}".*?</select>', page, re.DOTALL)[0]
    found = re.search(r'value="(\w*)" selected', select)
    return found[1] if found else ""


def test_refused_columns_stay_as_they_were_chosen_and_are_named(police, arrange):
    at = send(police, arrange, xlsx(person_rows(3, hamlets=["Khu vực 1"])))
    choices = {f"column-{index}": "" for index in range(len(TITLES))}
    choices |= {"column-1": "full_name", "column-4": "citizen_id"}
    choices |= {"column-5": "address", "column-6": "address"}
    page = police.post(f"{at}/columns", 422, **choices).get_data(as_text=True)
    assert "“Địa chỉ” đang được chọn cho 2 cột: “Địa chỉ” và “Khu vực”" in page
    assert re.search(r'<details class="card" open>\s*<summary>Các cột', page)
    assert (picked(page, 5), picked(page, 6), picked(page, 2)) == ("address", "address", "")


def test_a_missing_column_keeps_the_other_choices_too(police, arrange):
    at = send(police, arrange, xlsx(person_rows(3, hamlets=["Khu vực 1"])))
    page = police.post(f"{at}/columns", 422, **{"column-4": "citizen_id", "column-1": "note"})
    page = page.get_data(as_text=True)
    assert "Còn thiếu cột bắt buộc: Họ và tên" in page
    assert (picked(page, 1), picked(page, 4)) == ("note", "citizen_id")


def test_new_people_without_address_and_hamlet_are_warned_of(police, arrange):
    rows = [list(row) for row in person_rows(3, hamlets=["Khu vực 1"])]
    rows[1][5] = rows[1][6] = ""
    page = police.text(send(police, arrange, xlsx(rows)))
    assert re.search(r"Không có địa chỉ và khu vực/ấp.*?strong\">1<", page, re.DOTALL)


def test_a_list_with_a_header_alone_says_what_to_do(police, arrange):
    page = police.text(send(police, arrange, xlsx([])))
    assert "chỉ có dòng tiêu đề (dòng 1)" in page
    assert "tải lên lại" in page


def test_a_pdf_in_disguise_says_what_to_do(police, arrange):
    page = send(police, arrange, b"%PDF-1.7 danh sach", status=422)
    assert "xin tệp Excel" in page


def test_rejected_rows_carry_who_took_them_and_when_and_can_be_sent_again(police, arrange):
    rows = [list(row) for row in person_rows(3, hamlets=["Khu vực 1"])]
    rows[1][1] = ""  # no name
    at = send(police, arrange, xlsx(rows, above=[("DANH SÁCH",)]))
    content = police.post(f"{at}/rejected", 200).data
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert "Tải về bởi commune lúc 17h30 ngày 04/7/2023" in sheet[0][0]
    assert detect_header(open_sheet(content).head()).titles[1] == "Họ và tên"
    assert "Thiếu họ tên." in sheet[-1]


def test_the_page_says_what_is_wrong_and_keeps_what_was_chosen(login):
    police = login("commune")
    police.get("/imports/")
    answer = police.post(
        "/imports/",
        422,
        kind="activated",
        unit_id=str(unit_id(police)),
        as_of_on="2023-07-03",
        files={"file": (io.BytesIO(b"%PDF-1.4"), "danh sach.xlsx")},
    ).get_data(as_text=True)
    assert "Đây không phải bảng tính" in answer
    assert 'value="2023-07-03"' in answer
    assert '<option selected value="activated">' in answer


def unit_id(pages):
    return re.search(r'name="unit_id".*?value="(\d+)"', pages.text("/imports/"), re.DOTALL)[1]


@pytest.mark.parametrize(
    "name", ["column-x", "column-", "column--1", "column-99999999999999999999"]
)
def test_a_field_that_is_no_column_is_told(police, arrange, name):
    at = send(police, arrange, xlsx(person_rows(3, hamlets=["Khu vực 1"])))
    police.post(f"{at}/columns", 422, **{name: "full_name"})


def test_others_write_while_an_uploaded_file_is_opened(police, arrange, monkeypatch):
    rows = [list(row) for row in person_rows(3, hamlets=["Khu vực 1"])]
    rows[1][1] = ""  # no name
    content = xlsx(rows)
    free = watch(monkeypatch, import_services, "open_sheet")
    send(police, arrange, b"%PDF-1.7 danh sach", status=422)
    at = send(police, arrange, content)
    del free[2:]  # the worker's
    police.post(f"{at}/rejected", 200)
    assert free == [True, True, True]
