"""Spellings of hamlets."""

import pytest

from vneid_field.lists.hamlets import hamlet_in_address, hamlet_key, match_hamlet

WARD = {hamlet_key(f"Khu vực {n}"): n for n in range(1, 13)}
COMMUNE = {
    hamlet_key(name): number
    for number, name in enumerate(
        ["Ấp Thới Bình A1", "Ấp Thới Bình A2", "Ấp Thới Bình B", "Ấp 3", "Ấp Trường Khương A"], 1
    )
}


@pytest.mark.parametrize(
    "text",
    [
        "Khu vực 1",
        "KV1",
        "kv 01",
        "KV.1",
        "K.vực 1",
        "K. vực 1",
        "KHU VỰC I",
        "khu vuc 1",
        "1",
        "01",
        "1.0",
        "Khu vực 1, P. An Hòa",
        "KV1 phường An Hòa",
        "Khu vực số 1",
        "KV 1 (cũ)",
    ],
)
def test_every_spelling_of_a_khu_vuc_is_one_place(text):
    assert match_hamlet(text, WARD, {}) == 1


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Ấp Thới Bình A1", 1),
        ("ấp thới bình a 1", 1),
        ("Thới Bình A1", 1),
        ("AP THOI BINH A2", 2),
        ("Ấp Thới Bình B, xã Thới Xuân", 3),
        ("Ấp 3", 4),
        ("3", 4),
    ],
)
def test_every_spelling_of_an_ap_is_one_place(text, number):
    assert match_hamlet(text, COMMUNE, {}) == number


@pytest.mark.parametrize("text", ["", None, "KV 99", "Tổ 3", "Thới Bình", "Khu vực", "xyz"])
def test_an_unknown_or_ambiguous_spelling_is_left_to_a_person(text):
    assert match_hamlet(text, WARD, {}) is None
    assert match_hamlet(text, COMMUNE, {}) is None


def test_ten_is_not_one():
    assert [match_hamlet(f"KV{n}", WARD, {}) for n in (1, 10, 11)] == [1, 10, 11]
    assert match_hamlet("Khu vực X", WARD, {}) == 10


def test_a_spelling_mapped_by_hand_is_remembered_and_wins():
    aliases = {hamlet_key("Xóm Lưới"): 4, hamlet_key("KV 2"): 9}
    assert match_hamlet("xóm lưới", WARD, aliases) == 4
    assert match_hamlet("Khu vực 2", WARD, aliases) == 9


@pytest.mark.parametrize(
    ("line", "hamlet"),
    [
        ("12 Mậu Thân, KV3, P. An Hòa", 3),
        ("12 Mậu Thân, Khu vực 4", 4),
        ("12 Mậu Thân", None),
        ("Tổ 3, Mậu Thân", None),
    ],
)
def test_a_hamlet_named_in_the_address_is_found(line, hamlet):
    assert match_hamlet(hamlet_in_address(line), WARD, {}) == hamlet
