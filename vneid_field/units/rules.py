"""Kinds of unit and what must hold for a team (domain.md section 3)."""

import re
from collections.abc import Collection
from enum import StrEnum


class UnitKind(StrEnum):
    """Kinds of the one tree."""

    CITY = "city"
    DISTRICT = "district"
    COMMUNE = "commune"
    HAMLET = "hamlet"
    TEAM = "team"
    COLLECTION_POINT = "collection_point"
    SUPPORT_TEAM = "support_team"


# Kinds that walk lists and whose results commune police review.
TEAM_KINDS = (UnitKind.TEAM, UnitKind.SUPPORT_TEAM)


class Union(StrEnum):
    """Youth Union or Women's Union (III.4.b)."""

    YOUTH = "youth"
    WOMEN = "women"
    NONE = "none"


SUBTYPES = {
    UnitKind.COMMUNE: ("phuong", "xa", "thi_tran"),
    UnitKind.HAMLET: ("khu_vuc", "ap"),
    UnitKind.TEAM: ("community_digital", "project06", "volunteer"),
    UnitKind.COLLECTION_POINT: ("fixed", "mobile"),
    UnitKind.SUPPORT_TEAM: ("fixed",),
}
ADMINISTRATIVE = (UnitKind.CITY, UnitKind.DISTRICT, UnitKind.COMMUNE, UnitKind.HAMLET)
REQUIRED_UNION_IT_MEMBERS = 2  # III.4.b: at least 02 union members who know IT in each team
# A mobile number, or a landline with its area code.
_PHONE = re.compile(r"0[35789]\d{8}|02\d{9}")
SEGMENT = 7  # six digits of an id and a "/"


def path_of(parent_path: str, unit_id: int) -> str:
    """Return the path of a unit under `parent_path` ("" for the root)."""
    return f"{parent_path}{unit_id:06d}/"


def lacks_union_members(union_it_members: int) -> bool:
    """Say whether a team lacks its 02 union members who know IT (III.4.b)."""
    return union_it_members < REQUIRED_UNION_IT_MEMBERS


def clean_phone(text: str) -> str | None:
    """Return a member's phone as digits, None when it is no phone number: "+84 912 …" is one."""
    digits = re.sub(r"[^\d+]", "", text)
    for prefix in ("+84", "0084", "84"):
        if digits.startswith(prefix):
            digits = "0" + digits.removeprefix(prefix).removeprefix("0")
            break
    return digits if _PHONE.fullmatch(digits) else None


def next_team_code(commune_code: str, taken: Collection[str]) -> str:
    """Return "31120.8" when 31120.1 to 31120.7 were given; a closed team's code is not re-used."""
    numbers = [
        int(tail)
        for code in taken
        if (tail := code.removeprefix(f"{commune_code}.")) != code and tail.isdigit()
    ]
    return f"{commune_code}.{max(numbers, default=0) + 1}"
