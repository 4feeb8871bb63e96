"""Reading rows, and what they change in what is held."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vneid_field.lists.changes import TARGETS, Change, Snapshot, classify
from vneid_field.lists.columns import Column, detect_header
from vneid_field.lists.intake_rules import CitizenRow, Defaults, data_rows, read_row
from vneid_field.lists.kinds import ImportKind
from vneid_field.people.kinds import ApplicationState, BirthPrecision, Sex

C, KIND = Column, ImportKind.APPROVED_NOT_ACTIVATED
DEFAULTS = Defaults(as_of_on=date(2023, 7, 4), ends_on=date(2023, 8, 5), commune_key="an hoa")
GOOD = {
    C.FULL_NAME: "NGUYỄN THỊ ÁNH",
    C.CITIZEN_ID: "092168000001",
    C.BIRTH: "05/03/1968",
    C.SEX: "Nữ",
    C.PHONE: "0912 345 678",
    C.ADDRESS: "12 Mậu Thân",
    C.HAMLET: "KV1",
    C.COMMUNE: "P. An Hòa",
    C.APPROVED_ON: "27/06/2023",
    C.HEAD_NAME: "Trần Văn Bình",
    C.NOTE: "ghi chú",
}


def read(kind=KIND, defaults=DEFAULTS, section="", **cells):
    values = {**GOOD, **{Column(name): cell for name, cell in cells.items()}}
    mapping = {column: index for index, column in enumerate(values)}
    return read_row(list(values.values()), mapping, kind=kind, defaults=defaults, section=section)


def test_a_good_row_is_read_without_a_word():
    assert read() == (
        CitizenRow(
            citizen_id="092168000001",
            full_name="Nguyễn Thị Ánh",
            birth_on=date(1968, 3, 5),
            birth_precision=BirthPrecision.DAY,
            sex=Sex.FEMALE,
            phone="0912345678",
            address_line="12 Mậu Thân",
            hamlet_text="KV1",
            head_name="Trần Văn Bình",
            approved_on=date(2023, 6, 27),
            note="ghi chú",
        ),
        (),
        (),
    )


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"full_name": ""}, "Thiếu họ tên"),
        ({"full_name": "Nguyễn An 2"}, "chữ số"),
        ({"full_name": "NguyÔn V¨n An"}, "phông chữ cũ"),
        ({"full_name": "A " * 61}, "120"),
        ({"citizen_id": ""}, "Thiếu số"),
        ({"citizen_id": "92168000001"}, "11 chữ số"),
        ({"citizen_id": "361234567"}, "CMND cũ"),
        ({"birth": "31/02/1968"}, "Ngày sinh không đọc"),
        ({"birth": "05/03/2024"}, "không hợp lý"),
        ({"birth": "05/03/1899"}, "không hợp lý"),
        ({"birth": "06/08/2009"}, "14 tuổi"),
        ({"commune": "Phường Cái Khế"}, "phường/xã khác"),
    ],
)
def test_a_wrong_row_is_rejected_with_its_reason(cells, words):
    result = read(**cells)
    assert result.values is None
    assert len(result.errors) == 1
    assert words in result.errors[0]


def test_every_reason_is_told_at_once():
    result = read(full_name="", citizen_id="1", birth="x", commune="Cái Khế")
    assert len(result.errors) == 4


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"full_name": "Ánh"}, "một chữ"),
        ({"birth": "05/03/1969"}, "Năm sinh không khớp"),
        ({"sex": "Nam"}, "Giới tính không khớp"),
        ({"phone": "02923812345"}, "OTP"),
        ({"phone": "12"}, "đã bỏ qua"),
        ({"address": "x" * 201}, "cắt bớt"),
        ({"note": "x" * 301}, "cắt bớt"),
        ({"approved_on": "hôm qua"}, "đã bỏ qua"),
        ({"approved_on": "05/07/2023"}, "sau ngày"),
        ({"citizen_id": 92168000001.0}, "số 0 ở đầu"),
    ],
)
def test_a_doubtful_value_warns_and_the_row_is_kept(cells, words):
    result = read(**cells)
    assert result.values is not None
    assert result.errors == ()
    assert len(result.warnings) == 1
    assert words in result.warnings[0]


def test_the_lost_zero_is_put_back_when_the_person_who_imports_says_so():
    defaults = replace(DEFAULTS, has_lost_zeros=True)
    assert read(citizen_id="92168000001", defaults=defaults).values.citizen_id == "092168000001"


def test_only_the_name_and_the_number_are_needed():
    cells = ["Lê Cúc", "092168000001"]
    row = read_row(cells, {C.FULL_NAME: 0, C.CITIZEN_ID: 1}, kind=KIND, defaults=DEFAULTS)
    assert row.errors == ()
    assert (row.values.birth_on, row.values.phone, row.values.address_line) == (None, None, "")


def test_a_hamlet_comes_from_the_cell_then_the_heading_then_the_address():
    assert read(section="KHU VỰC 2").values.hamlet_text == "KV1"
    assert read(section="KHU VỰC 2", hamlet="").values.hamlet_text == "KHU VỰC 2"
    assert read(hamlet="", address="12 Mậu Thân, KV3").values.hamlet_text == "kv3"


def test_only_rows_that_speak_of_a_person_are_read():
    rows = [
        ["DANH SÁCH", "", ""],
        ["STT", "Họ và tên", "Số CCCD"],
        ["(1)", "(2)", "(3)"],
        ["I. KHU VỰC 1", "", ""],
        [1, "Nguyễn Văn An", "092068000001"],
        ["", "", ""],
        ["STT", "Họ và tên", "Số CCCD"],
        ["II. KHU VỰC 2", None, None],
        [2, "Trần Thị Bình", "092168000002"],
        [3, "Lê Không Số", ""],
        ["Tổng cộng: 3 người", "", ""],
        ["", "An Hòa, ngày 04 tháng 7 năm 2023", ""],
        ["", "TRƯỞNG CÔNG AN PHƯỜNG", ""],
    ]
    found = list(data_rows(rows, detect_header(rows)))
    assert [(row.number, row.section) for row in found] == [
        (5, "KHU VỰC 1"),
        (9, "KHU VỰC 2"),
        (10, "KHU VỰC 2"),
    ]


NAMES = st.sampled_from(["Nguyễn Thị Ánh", "Lê Cúc", "Trần Văn Bình"])
DAYS = st.sampled_from([date(1968, 1, 1), date(1968, 3, 1), date(1968, 3, 5), date(1970, 1, 1)])
ADDRESSES = st.sampled_from(["", "12 Mậu Thân", "Số 12, đường Mậu Thân", "14 Mậu Thân", "Tổ 5"])
PHONES = st.sampled_from([None, "0912345678", "0987654321"])


@st.composite
def births(draw):
    precision = draw(st.sampled_from(list(BirthPrecision)))
    return (None if precision is BirthPrecision.UNKNOWN else draw(DAYS)), precision


@st.composite
def rows(draw):
    birth_on, precision = draw(births())
    return CitizenRow(
        citizen_id="092168000001",
        full_name=draw(NAMES),
        birth_on=birth_on,
        birth_precision=precision,
        sex=draw(st.sampled_from(list(Sex))),
        phone=draw(PHONES),
        address_line=draw(ADDRESSES),
        hamlet_text="",
        head_name="",
        approved_on=draw(st.sampled_from([None, date(2023, 6, 27), date(2023, 7, 1)])),
        note=draw(st.sampled_from(["", "ghi chú"])),
    )


@st.composite
def snapshots(draw):
    birth_on, precision = draw(births())
    return Snapshot(
        full_name=draw(NAMES),
        birth_on=birth_on,
        birth_precision=precision,
        sex=draw(st.sampled_from(list(Sex))),
        phone=draw(PHONES),
        phone_source=draw(st.sampled_from(["import", "field"])),
        address_line=draw(ADDRESSES),
        unit_id=draw(st.integers(1, 2)),
        application_state=draw(st.sampled_from(list(ApplicationState))),
        approved_on=draw(st.sampled_from([None, date(2023, 6, 27)])),
        state_on=draw(st.sampled_from([None, date(2023, 7, 1), date(2023, 7, 9)])),
        is_manual=draw(st.booleans()),
        note=draw(st.sampled_from(["", "cũ"])),
    )


def apply(row, held, fields, kind, unit_id):
    """What an import writes for the fields that change."""
    values = {}
    for name in fields:
        if name == "birth_on":
            values |= {"birth_on": row.birth_on, "birth_precision": row.birth_precision}
        elif name == "application_state":
            values["application_state"] = TARGETS[kind]
        elif name == "unit_id":
            values["unit_id"] = unit_id
        else:
            values[name] = getattr(row, name)
    return replace(held, **values)


@given(rows(), snapshots(), st.sampled_from(list(ImportKind)), st.sampled_from([None, 1, 2]))
def test_the_same_row_again_changes_nothing(row, held, kind, unit_id):
    given_on = date(2023, 7, 4)
    first = classify(row, held, kind=kind, unit_id=unit_id, as_of_on=given_on)
    assert (first.change is Change.CHANGED) == bool(first.fields)
    after = apply(row, held, first.fields, kind, unit_id)
    again = classify(row, after, kind=kind, unit_id=unit_id, as_of_on=given_on)
    assert (again.change, again.fields) == (Change.UNCHANGED, ())
    assert again.kept == first.kept


@given(rows(), snapshots(), st.sampled_from(list(ImportKind)))
def test_what_was_learnt_at_the_door_or_set_by_hand_is_never_overwritten(row, held, kind):
    found = classify(row, held, kind=kind, unit_id=2, as_of_on=None)
    if held.phone_source == "field":
        assert "phone" not in found.fields
    if held.is_manual:
        assert not {"address_line", "unit_id"} & set(found.fields)
    assert not set(found.fields) & set(found.kept)


@given(snapshots(), st.sampled_from(list(ImportKind)))
def test_an_empty_cell_never_erases_and_an_old_list_moves_nobody(held, kind):
    empty = CitizenRow(
        "1", held.full_name, None, BirthPrecision.UNKNOWN, Sex.UNKNOWN, None, "", "", "", None, ""
    )
    held = replace(held, state_on=date(2023, 7, 9))
    found = classify(empty, held, kind=kind, unit_id=None, as_of_on=date(2023, 7, 4))
    assert found.change is Change.UNCHANGED


@pytest.mark.parametrize(
    ("written", "is_changed"),
    [("1968", False), ("3/1968", False), ("1969", True), ("4/1968", True), ("06/03/1968", True)],
)
def test_a_coarser_birth_that_agrees_takes_nothing_away(written, is_changed):
    row = read(birth=written).values
    held = Snapshot(
        full_name=row.full_name,
        birth_on=date(1968, 3, 5),
        birth_precision=BirthPrecision.DAY,
        sex=row.sex,
        phone=row.phone,
        phone_source="import",
        address_line=row.address_line,
        unit_id=1,
        application_state=ApplicationState.APPROVED,
        approved_on=row.approved_on,
        note=row.note,
    )
    found = classify(row, held, kind=KIND, unit_id=1)
    assert found.fields == (("birth_on",) if is_changed else ())


def test_a_person_nobody_held_is_new():
    row = read().values
    assert classify(row, None, kind=KIND, unit_id=1).change is Change.NEW
