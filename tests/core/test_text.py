"""Vietnamese text as domain.md section 14 asks for it."""

import random
import time as clock_time
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vneid_field.core import text
from vneid_field.core.text import nfc, person_sort_key, search_key, sort_key, vn_number, vn_percent

LETTERS = list("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")
TONES = ["ma", "mà", "mả", "mã", "má", "mạ"]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Nguyễn Thị Thuý", "nguyen thi thuy"),
        ("NGUYỄN  THỊ THÚY ", "nguyen thi thuy"),
        ("Đặng Đình Đức", "dang dinh duc"),
        ("Thu\u031b\u0309 Ðức".replace("Ð", "Đ"), "thu duc"),
        ("", ""),
        (None, ""),
    ],
)
def test_spellings_of_one_name_meet_in_the_search_key(written, key):
    assert search_key(written) == key


@given(st.text(alphabet="aăâđêôơưáàảãạ ABCĐ\u0301\u0300\u0323", max_size=20))
def test_a_search_key_is_its_own_search_key_whatever_the_normal_form(written):
    key = search_key(written)
    assert search_key(key) == key
    assert search_key(nfc(written)) == key


@pytest.mark.parametrize("control", [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))])
def test_a_control_character_is_no_part_of_a_text(control):
    assert nfc(f"Trần{control} Văn Một{control}") == "Trần Văn Một"
    assert search_key(f"Tr{control}") == "tr"
    assert nfc(f"a{control}b") in {"ab", "a b"}


def test_letters_sort_in_the_order_of_the_vietnamese_alphabet():
    mixed = random.Random(1).sample(LETTERS, len(LETTERS))
    assert sorted(mixed, key=sort_key) == LETTERS


def test_tones_sort_ngang_huyen_hoi_nga_sac_nang():
    mixed = random.Random(2).sample(TONES, len(TONES))
    assert sorted(mixed, key=sort_key) == TONES


def test_a_shape_of_a_letter_weighs_more_than_its_tone():
    assert sort_key("lạ") < sort_key("lă") < sort_key("lặng")
    assert sort_key("mạ") < sort_key("mài") < sort_key("máy")


def test_people_sort_by_given_then_family_then_middle_names():
    people = [
        "Phạm Văn An",
        "Lê Văn Anh",
        "Nguyễn Anh",
        "Nguyễn Thị Anh",
        "Nguyễn Văn Anh",
        "Đặng Thị Ánh",
        "Đinh Thị Ánh",
        "Trần Dung",
        "Trần Dũng",
        "Lê Đạt",
    ]
    mixed = random.Random(3).sample(people, len(people))
    assert sorted(mixed, key=person_sort_key) == people


def test_the_given_name_with_its_tone_decides_before_the_family_name():
    assert person_sort_key("Nguyễn Văn Anh") < person_sort_key("Bùi Văn Ánh")


def test_a_sort_key_does_not_depend_on_the_normal_form_or_the_case():
    assert person_sort_key("Nguyễn Ánh") == person_sort_key("NGUYÊ\u0303N  A\u0301NH")


def test_a_name_of_120_letters_fits_the_sort_key_column():
    longest = " ".join(["ấ"] * 60)[:120]
    assert len(person_sort_key(longest)) <= 260


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (0, 0, "0"),
        (700000, 0, "700.000"),
        (Decimal("1234567.5"), 1, "1.234.567,5"),
        (Decimal("690.5"), 0, "691"),
        (2.5, 0, "3"),
        (-1234, 0, "-1.234"),
        (None, 0, "–"),
    ],
)
def test_numbers_are_grouped_by_points_and_rounded_half_up(value, digits, shown):
    assert vn_number(value, digits) == shown


def test_a_percentage_has_a_comma_and_none_is_a_dash():
    assert vn_percent(Decimal("51.187"), 2) == "51,19%"
    assert vn_percent(100) == "100,0%"
    assert vn_percent(None) == "–"


@pytest.mark.parametrize(
    ("day", "short", "full", "prose"),
    [
        (date(2023, 6, 15), "15/6", "15/6/2023", "ngày 15 tháng 6 năm 2023"),
        (date(2023, 8, 5), "05/8", "05/8/2023", "ngày 05 tháng 8 năm 2023"),
        (date(2023, 1, 9), "09/01", "09/01/2023", "ngày 09 tháng 01 năm 2023"),
        (date(2023, 2, 28), "28/02", "28/02/2023", "ngày 28 tháng 02 năm 2023"),
        (date(2023, 12, 31), "31/12", "31/12/2023", "ngày 31 tháng 12 năm 2023"),
    ],
)
def test_days_are_written_as_in_official_papers(day, short, full, prose):
    assert text.vn_day(day) == short
    assert text.vn_date(day) == full
    assert text.vn_date_prose(day) == prose


def test_no_day_and_no_time_are_empty():
    assert (text.vn_day(None), text.vn_date(None), text.vn_time(None)) == ("", "", "")


def test_hours_weekdays_counts_and_spans_are_in_words():
    assert text.vn_time(time(17)) == "17h00"
    assert text.vn_time(time(8, 5)) == "08h05"
    assert text.vn_weekday(date(2023, 6, 15)) == "Thứ Năm"
    assert text.vn_weekday(date(2023, 8, 6)) == "Chủ nhật"
    assert [text.vn_count2(n) for n in (0, 6, 10, 1200)] == ["0", "06", "10", "1.200"]
    assert [text.vn_duration(n) for n in (19, -19, 770, 4000)] == [
        "19 phút",
        "19 phút",
        "12 giờ 50",
        "2 ngày 18 giờ",
    ]


def test_a_text_of_marks_only_costs_no_more_than_its_length():
    bomb = "a" + "\u0301" * 100_000 + "\u0323" * 100_000
    began = clock_time.process_time()
    assert len(nfc(bomb)) <= 32
    assert clock_time.process_time() - began < 1  # composing all of it took a minute
    assert nfc("Nguye\u0302\u0303n Thi\u0323 " * 9) == ("Nguyễn Thị " * 9).strip()


@pytest.mark.parametrize("letter", ["\u200b", "\ufeff", "\u2060"])
def test_letters_that_nobody_sees_are_none(letter):
    assert nfc(f"{letter} {letter}") == ""
    assert nfc(f"An{letter} Hòa") == "An Hòa"
