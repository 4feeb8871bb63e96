"""Births, dates, ages and the table of application states (domain.md section 5)."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vneid_field.people.kinds import ApplicationState as S
from vneid_field.people.kinds import BirthPrecision, Sex
from vneid_field.people.rules import (
    age_on,
    is_of_age,
    next_states,
    parse_birth,
    parse_date,
    parse_sex,
    step_back,
)

DAY, MONTH, YEAR, UNKNOWN = (BirthPrecision(name) for name in ("day", "month", "year", "unknown"))
END = date(2023, 8, 5)


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("05/03/1968", date(1968, 3, 5)),
        ("5/3/1968", date(1968, 3, 5)),
        (" 5-3-1968 ", date(1968, 3, 5)),
        ("05.03.1968", date(1968, 3, 5)),
        ("05/03/1968 00:00:00", date(1968, 3, 5)),
        ("1968-03-05", date(1968, 3, 5)),
        ("1968-03-05T00:00:00", date(1968, 3, 5)),
        (datetime(1968, 3, 5, 7), date(1968, 3, 5)),
        (date(1968, 3, 5), date(1968, 3, 5)),
        (24902.0, date(1968, 3, 5)),  # a spreadsheet's serial number
        (45111, date(2023, 7, 4)),
        ("29/02/2000", date(2000, 2, 29)),
    ],
)
def test_a_day_is_read_in_every_spelling_of_a_list(raw, day):
    assert parse_date(raw) == day


@pytest.mark.parametrize(
    "raw",
    [
        "5/6/23",
        "31/02/1985",
        "29/02/1900",
        "03/13/1985",
        "1968",
        "5/3-1968",
        "",
        None,
        0,
        1968,
        True,
        "0/0/1968",
        "05/03/0968",
        "05/03/19685",
        "abc",
        99999,
    ],
)
def test_what_is_no_certain_day_is_not_guessed(raw):
    assert parse_date(raw) is None


@given(st.dates(date(1900, 1, 1), date(2023, 8, 5)))
def test_every_day_is_read_back_from_what_people_and_spreadsheets_write(day):
    for written in (
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d-%m-%Y}",
        day.isoformat(),
        datetime(day.year, day.month, day.day),
    ):
        assert parse_date(written) == day
        assert parse_birth(written) == (day, DAY)


@pytest.mark.parametrize(
    ("raw", "birth"),
    [
        ("1968", (date(1968, 1, 1), YEAR)),
        (1968, (date(1968, 1, 1), YEAR)),
        (1968.0, (date(1968, 1, 1), YEAR)),
        ("1968,0", (date(1968, 1, 1), YEAR)),
        ("00/00/1968", (date(1968, 1, 1), YEAR)),
        ("5/1968", (date(1968, 5, 1), MONTH)),
        ("00/05/1968", (date(1968, 5, 1), MONTH)),
        ("05/03/1968", (date(1968, 3, 5), DAY)),
        (24902, (date(1968, 3, 5), DAY)),
        ("13/1968", (None, UNKNOWN)),
        ("1768", (None, UNKNOWN)),
        ("68", (None, UNKNOWN)),
        ("", (None, UNKNOWN)),
        (None, (None, UNKNOWN)),
    ],
)
def test_a_birth_keeps_the_precision_it_was_written_with(raw, birth):
    assert parse_birth(raw) == birth


@pytest.mark.parametrize(
    ("raw", "sex"),
    [
        ("Nam", Sex.MALE),
        (" NAM ", Sex.MALE),
        ("Nữ", Sex.FEMALE),
        ("NU\u031b\u0303", Sex.FEMALE),
        ("nu", Sex.FEMALE),
        ("", Sex.UNKNOWN),
        (None, Sex.UNKNOWN),
        ("?", Sex.UNKNOWN),
    ],
)
def test_sex_is_read_with_and_without_marks(raw, sex):
    assert parse_sex(raw) is sex


@pytest.mark.parametrize(
    ("birth_on", "precision", "is_old_enough"),
    [
        (date(2009, 8, 5), DAY, True),  # 14 on the last day
        (date(2009, 8, 6), DAY, False),
        (date(2009, 8, 1), MONTH, True),
        (date(2009, 9, 1), MONTH, False),
        (date(2009, 1, 1), YEAR, True),  # a year alone counts for the person
        (date(2010, 1, 1), YEAR, False),
    ],
)
def test_people_are_fourteen_by_the_last_day_of_the_drive(birth_on, precision, is_old_enough):
    assert is_of_age(birth_on, precision, END) is is_old_enough


def test_an_age_changes_on_the_birthday():
    assert age_on(date(2000, 7, 4), date(2023, 7, 3)) == 22
    assert age_on(date(2000, 7, 4), date(2023, 7, 4)) == 23
    assert age_on(date(2000, 2, 29), date(2023, 2, 28)) == 22
    assert age_on(None, END) is None


EXITS = {S.INELIGIBLE, S.MOVED_OUT, S.DECEASED}
STEPS = {
    (S.NOT_COLLECTED, S.INVITED),
    (S.INVITED, S.COLLECTED),
    (S.COLLECTED, S.TRANSMITTED),
    (S.TRANSMITTED, S.APPROVED),
    (S.TRANSMITTED, S.REJECTED),
    (S.REJECTED, S.INVITED),
    (S.APPROVED, S.ACTIVATED),
}


def test_our_own_actions_follow_the_literal_table():
    for state in S:
        for following in S:
            is_exit = (
                following in EXITS
                and state not in EXITS
                and (state, following) != (S.ACTIVATED, S.INELIGIBLE)
            )
            assert (following in next_states(state)) == ((state, following) in STEPS or is_exit), (
                state,
                following,
            )


def test_a_correction_goes_back_exactly_one_step_of_the_table():
    for state in S:
        before = step_back(state)
        if before is not None:
            assert (before, state) in STEPS
    assert step_back(S.APPROVED) is S.TRANSMITTED
    assert step_back(S.INVITED) is S.NOT_COLLECTED
    assert all(step_back(state) is None for state in [*EXITS, S.NOT_COLLECTED])


@given(st.dates(date(1900, 1, 1), END - timedelta(days=1)))
def test_ages_never_jump(day):
    today, tomorrow = age_on(day, END), age_on(day, END + timedelta(days=1))
    assert tomorrow - today in (0, 1)
