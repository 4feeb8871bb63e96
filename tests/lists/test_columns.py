"""Finding the header of a list under its titles, with the variants in use."""

import pytest

from vneid_field.lists.columns import Column, NoHeader, detect_header, match_title

C = Column
PEOPLE = [
    [1, "Nguyễn Văn An", "092068000001", "05/03/1968", "12 Mậu Thân"],
    [2, "Trần Thị Bình", "092168000002", "06/03/1968", "14 Mậu Thân"],
]


@pytest.mark.parametrize(
    ("title", "column"),
    [
        ("Họ và tên", C.FULL_NAME),
        ("HỌ, CHỮ ĐỆM VÀ TÊN", C.FULL_NAME),
        ("Số CCCD (12 số) *", C.CITIZEN_ID),
        ("Số ĐDCN/CCCD", C.CITIZEN_ID),
        ("Số định danh cá nhân/CCCD", C.CITIZEN_ID),
        ("CMND/CCCD", C.CITIZEN_ID),
        ("Ngày, tháng, năm sinh", C.BIRTH),
        ("Năm sinh", C.BIRTH),
        ("Giới tính", C.SEX),
        ("SĐT", C.PHONE),
        ("Số  điện\nthoại", C.PHONE),
        ("Nơi ở hiện tại", C.ADDRESS),
        ("Khu vực/Ấp", C.HAMLET),
        ("Phường, xã", C.COMMUNE),
        ("Ngày phê duyệt", C.APPROVED_ON),
        ("Chủ hộ", C.HEAD_NAME),
        ("Ghi chú", C.NOTE),
        ("STT", C.ORDINAL),
        ("Màu mắt", None),
        (12, None),
        ("", None),
    ],
)
def test_a_title_is_recognised_by_its_meaning(title, column):
    found = match_title(title)
    assert (found and found[0]) == column


def test_the_header_is_found_under_title_rows_in_any_order_of_columns():
    rows = [
        ["CÔNG AN PHƯỜNG AN HÒA", "", "", "", ""],
        ["DANH SÁCH công dân chưa kích hoạt", None, None, None, None],
        [],
        ["Địa chỉ", "Số CCCD", "Họ và tên", "Màu mắt", "SĐT"],
        ["12 Mậu Thân", "092068000001", "Nguyễn Văn An", "đen", "0912345678"],
    ]
    header = detect_header(rows)
    assert (header.row_index, header.height, header.data_index) == (3, 1, 4)
    assert header.mapping == {C.ADDRESS: 0, C.CITIZEN_ID: 1, C.FULL_NAME: 2, C.PHONE: 4}
    assert header.unmapped == {3: "Màu mắt"}
    assert header.missing_required == ()


def test_a_merged_header_of_two_rows_gives_the_birth_under_each_sex():
    rows = [
        ["STT", "Họ và tên", "Năm sinh", "", "Số CCCD"],
        ["", "", "Nam", "Nữ", ""],
        [1, "Nguyễn Văn An", "1968", "", "092068000001"],
    ]
    header = detect_header(rows)
    assert header.height == 2
    assert (header.mapping[C.MALE], header.mapping[C.FEMALE]) == (2, 3)
    assert C.BIRTH not in header.mapping


def test_a_given_name_in_an_untitled_column_beside_is_found():
    rows = [
        ["STT", "Họ và tên", "", "Số CCCD"],
        [1, "Nguyễn Văn", "An", "092068000001"],
        [2, "Trần Thị", "Bình", "092168000002"],
    ]
    header = detect_header(rows)
    assert (header.mapping[C.FAMILY_NAME], header.mapping[C.GIVEN_NAME]) == (1, 2)
    assert header.missing_required == ()


def test_of_two_columns_with_one_meaning_the_better_title_wins():
    titles = ["Họ và tên", "Số CMND", "Số CCCD", "Thường trú", "Nơi ở hiện tại"]
    header = detect_header([titles, *PEOPLE])
    assert (header.mapping[C.CITIZEN_ID], header.mapping[C.ADDRESS]) == (2, 4)
    assert set(header.unmapped) == {1, 3}


def test_a_list_without_an_id_column_says_what_it_lacks():
    header = detect_header([["Họ và tên", "Địa chỉ"], ["Nguyễn Văn An", "12 Mậu Thân"]])
    assert header.missing_required == ("Số CCCD/số định danh",)


@pytest.mark.parametrize(
    "rows", [[], [["a", "b"]], PEOPLE, [["Họ và tên"]], [["Ghi chú", "STT", "SĐT"]]]
)
def test_what_has_no_header_is_refused_with_a_sentence(rows):
    with pytest.raises(NoHeader, match="tiêu đề"):
        detect_header(rows)
