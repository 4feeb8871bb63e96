"""What the title rows say of a list, against what was chosen when it was uploaded."""

from datetime import date

import pytest

from tests.lists.test_import_pages import send
from tests.make.sheets import person_rows, xlsx
from vneid_field.lists.heading import doubts
from vneid_field.lists.kinds import ImportKind

DAY = date(2023, 7, 4)
APPROVED = ImportKind.APPROVED_NOT_ACTIVATED


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("DANH SÁCH CÔNG DÂN ĐÃ ĐƯỢC PHÊ DUYỆT, CHƯA KÍCH HOẠT", ImportKind.ACTIVATED),
        ("Danh sách đã thu nhận, chưa kích hoạt", ImportKind.NOT_COLLECTED),
        ("DANH SÁCH CHƯA THU NHẬN HỒ SƠ", APPROVED),
        ("Công dân đã kích hoạt đến nay", APPROVED),
    ],
)
def test_a_title_of_another_kind_is_doubted(said, kind):
    (words,) = doubts([["CÔNG AN PHƯỜNG AN HÒA", None], [said, None]], kind, DAY)
    assert f"“{said}”" in words


@pytest.mark.parametrize(
    "said",
    [
        "DANH SÁCH CÔNG DÂN ĐÃ ĐƯỢC PHÊ DUYỆT, CHƯA KÍCH HOẠT",
        "Danh sách công dân",
        "Danh sách đã kích hoạt và chưa kích hoạt",
        "(tính đến ngày 04 tháng 7 năm 2023)",
        "Tính đến 4/7/2023",
        "Cần Thơ, ngày 05 tháng 7 năm 2023",
        "tính đến ngày 31 tháng 6 năm 2023",
        7,
    ],
)
def test_a_title_that_agrees_or_says_nothing_is_not_doubted(said):
    assert doubts([[said]], APPROVED, DAY) == []


@pytest.mark.parametrize("said", ["(tính đến ngày 03 tháng 7 năm 2023)", "Tính đến 3/7/2023"])
def test_a_title_of_another_day_is_doubted(said):
    (words,) = doubts([[said]], APPROVED, DAY)
    assert "03/7/2023" in words


def test_the_preview_shows_the_doubt_before_anything_is_applied(login, arrange):
    content = xlsx(person_rows(3, hamlets=["Khu vực 1"]), above=[["DANH SÁCH CHƯA THU NHẬN HỒ SƠ"]])
    police = login("commune")
    page = police.text(send(police, arrange, content))
    assert "nhưng loại danh sách đã chọn là “Đã phê duyệt, chưa kích hoạt”" in page
