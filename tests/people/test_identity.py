"""Citizen id numbers and phones as lists and doors write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vneid_field.people.identity import check_citizen_id, check_phone, id_warnings
from vneid_field.people.kinds import Sex
from vneid_field.people.rules import mask, phone_error

digits12 = st.text("0123456789", min_size=12, max_size=12)


@given(digits12)
def test_any_twelve_digits_are_a_number_whatever_the_province(number):
    assert check_citizen_id(number).value == number
    spaced = f" {number[:3]} {number[3:6]}.{number[6:]} "
    assert check_citizen_id(spaced).value == number


def test_a_number_cell_gets_its_lost_zeros_back_with_a_warning():
    for raw, value in ((92095001234.0, "092095001234"), (1095001234, "001095001234")):
        checked = check_citizen_id(raw)
        assert checked.value == value
        assert checked.warnings


def test_eleven_digits_as_text_are_refused_and_the_zero_is_offered():
    checked = check_citizen_id("92095001234")
    assert (checked.value, checked.hint) == (None, "092095001234")
    assert "11 chữ số" in checked.error


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("361234567", "CMND cũ"),
        ("9,2095E+10", "làm tròn"),
        ("9.2095e10", "làm tròn"),
        ("09209500123A", "ký tự"),
        ("٠٩٢٠٩٥٠٠١٢٣٤", "ký tự"),
        ("0920950012345", "13 chữ số"),
        ("092", "3 chữ số"),
        ("", "Thiếu"),
        (None, "Thiếu"),
    ],
)
def test_what_is_no_id_number_is_refused_with_its_reason(raw, words):
    checked = check_citizen_id(raw)
    assert checked.value is None
    assert words in checked.error


@pytest.mark.parametrize(
    ("number", "birth_on", "sex", "count"),
    [
        ("092068001234", date(1968, 3, 5), Sex.MALE, 0),
        ("092168001234", date(1968, 3, 5), Sex.FEMALE, 0),
        ("092201001234", date(2001, 3, 5), Sex.MALE, 0),
        ("092068001234", date(1969, 3, 5), Sex.MALE, 1),
        ("092068001234", date(2068, 3, 5), Sex.UNKNOWN, 1),
        ("092068001234", date(1969, 3, 5), Sex.FEMALE, 2),
        ("092068001234", None, Sex.UNKNOWN, 0),
    ],
)
def test_digits_that_differ_from_the_row_only_warn(number, birth_on, sex, count):
    assert len(id_warnings(number, birth_on, sex)) == count


@pytest.mark.parametrize(
    "raw",
    [
        "0912345678",
        "+84912345678",
        "84 912 345 678",
        "0084912345678",
        "+84 0912 345 678",
        "0912.345.678",
        "(091) 234-5678",
        "912345678",
    ],
)
def test_a_mobile_number_is_read_in_every_spelling(raw):
    assert check_phone(raw) == ("0912345678", None, (), None)


@pytest.mark.parametrize("raw", [912345678.0, 912345678, 84912345678])
def test_a_number_cell_gets_the_lost_zero_of_a_phone_back(raw):
    assert check_phone(raw).value == "0912345678"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("02923812345", "02923812345"),
        ("01234567890", "01234567890"),
        ("0912345678/0987654321", "0912345678"),
        ("02923812345; 0987654321", "0987654321"),
        ("0412345678", None),
        ("không có", None),
        ("12", None),
    ],
)
def test_a_number_that_receives_no_otp_warns_and_never_rejects(raw, value):
    checked = check_phone(raw)
    assert (checked.value, checked.error) == (value, None)
    assert len(checked.warnings) == 1


@pytest.mark.parametrize("raw", ["", "  ", None])
def test_no_phone_is_no_warning(raw):
    assert check_phone(raw) == (None, None, (), None)


def test_a_number_typed_at_a_door_must_receive_an_otp():
    assert phone_error("0912 345 678") is None
    assert "OTP" in phone_error("02923812345")
    assert "không đúng" in phone_error("12")


@given(digits12)
def test_a_masked_number_shows_three_and_four_digits(number):
    assert mask(number) == f"{number[:3]}*****{number[-4:]}"


@given(st.from_regex(r"0[35789][0-9]{8}", fullmatch=True))
def test_a_masked_phone_hides_at_least_four_digits(number):
    shown = mask(number)
    assert sum(map(str.isdigit, shown)) <= 6
    assert number not in shown
