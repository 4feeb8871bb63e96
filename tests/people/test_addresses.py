"""Households by door, in walking order, by alley."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vneid_field.people.addresses import (
    address_key,
    alley_of,
    household_key,
    walk_key,
)


@pytest.mark.parametrize(
    "spellings",
    [
        ("2/115 Mậu Thân", "2/115 mau than", "Số 2/115, đường Mậu Thân", "số nhà 2 / 115 Mậu Thân"),
        ("12A Mậu Thân", "12a Mậu Thân", "12 A Mậu Thân", "Số 12A đ. Mậu Thân"),
        ("12 Mậu Thân", "12 Mậu Thân, P. An Hòa, Q. Ninh Kiều", "12, Mậu Thân, phường An Hòa"),
        ("Hẻm 2", "hẽm 2", "HẺM 2", "Hem 2"),
        ("12 Mậu Thân, tổ 5", "Tổ 5, 12 Mậu Thân", "12 Mậu Thân"),
    ],
)
def test_spellings_of_one_door_meet(spellings):
    assert len({address_key(line) for line in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2/115 Mậu Thân", "2/11 Mậu Thân"),
        ("2/115 Mậu Thân", "115/2 Mậu Thân"),
        ("2/115 Mậu Thân", "Số 115, hẻm 2 Mậu Thân"),
        ("12 Mậu Thân", "12A Mậu Thân"),
        ("12 Mậu Thân", "12 Nguyễn Văn Cừ"),
        ("5 đường 3", "53"),
        ("Hẻm 2", "Hẻm 20"),
        ("Tổ 5, số 12", "Tổ 6, số 12"),
    ],
)
def test_two_doors_never_meet(one, other):
    assert address_key(one) != address_key(other)


ADDRESSES = st.text(alphabet="0123456789/ ,.aAăêđĐhẻmsốtổMậuThân", max_size=40)


@given(ADDRESSES)
def test_a_key_is_its_own_key_and_the_columns_hold_it(line):
    key = address_key(line)
    assert len(walk_key(line)) <= 200
    assert len(alley_of(line)) <= 120
    assert key == key.strip().lower()
    assert address_key(line.upper()) == key


def test_a_numbered_door_groups_by_itself_within_its_hamlet():
    one = household_key(7, "12 Mậu Thân", "Nguyễn An", "")
    assert one == household_key(7, "Số 12, Mậu Thân", "Trần Bình", "Lê Cúc")
    assert one != household_key(8, "12 Mậu Thân", "Nguyễn An", "")


@pytest.mark.parametrize("line", ["", "Tổ 5", "Mậu Thân", "Hẻm 2"])
def test_a_line_without_a_door_groups_only_people_of_one_named_head(line):
    assert household_key(7, line, "Nguyễn An", "x") == household_key(7, line, "nguyen an", "y")
    assert household_key(7, line, "Nguyễn An", "x") != household_key(7, line, "Trần Bình", "x")
    assert household_key(7, line, "", "Lê Cúc") != household_key(7, line, "", "Lê Đào")


def test_doors_are_walked_street_by_street_in_the_order_of_numbers():
    walk = ["2 Mậu Thân", "2/1 Mậu Thân", "2/115 Mậu Thân", "2A Mậu Thân", "10 Mậu Thân"]
    walk += ["115/2 Mậu Thân", "Số 12, hẻm 115 Mậu Thân", "115/12/3 Mậu Thân", "1 Nguyễn Trãi"]
    mixed = random.Random(4).sample(walk, len(walk))
    assert sorted(mixed, key=walk_key) == walk


@pytest.mark.parametrize(
    ("line", "alley"),
    [
        ("115/2/14 Mậu Thân", "Hẻm 115 Mậu Thân"),
        ("Số 12, hẻm 115 Mậu Thân", "Hẻm 115 Mậu Thân"),
        ("12 Mậu Thân", "Mậu Thân"),
        ("12 MẬU THÂN, P. An Hòa", "Mậu Thân"),
        ("Hẻm 2", "Hẻm 2"),
        ("Tổ 5", "Tổ 5"),
        ("", ""),
    ],
)
def test_a_list_is_split_by_alley_or_street(line, alley):
    assert alley_of(line) == alley


@pytest.mark.parametrize(
    ("line", "alley"),
    [
        ("Nhà không số", ""),
        ("NHÀ KHÔNG SỐ", ""),
        ("nha khong so", ""),
        ("Không số nhà", ""),
        ("Chưa có số nhà", ""),
        ("Nhà không số, đường Mậu Thân", "Mậu Thân"),
        ("Nhà chưa có số, hẻm 115 Mậu Thân", "Hẻm 115 Mậu Thân"),
        ("Nhà không số, tổ 5", "Tổ 5"),
        ("Không có số nhà, tổ 5, KV 1", "Tổ 5"),
        ("Nhà không số, Khu vực 1, P. An Hòa", ""),
        ("Khu số 5 Mậu Thân", "Khu 5 Mậu Thân"),
    ],
)
def test_no_house_number_is_the_name_of_no_street(line, alley):
    assert alley_of(line) == alley


def test_a_house_without_a_number_is_walked_in_its_street():
    walk = ["Nhà không số, Mậu Thân", "2 Mậu Thân", "1 Nguyễn Trãi"]
    assert sorted(walk, key=walk_key) == walk
