"""Enumerations of people outside the list (domain.md section 7)."""

from enum import StrEnum


class Place(StrEnum):
    """Where the team met the person."""

    DOOR = "door"
    SCHOOL = "school"
    MARKET = "market"
    ELSEWHERE = "elsewhere"


class UnlistedState(StrEnum):
    """waiting → matched | rejected. Handed over to another commune it waits there."""

    WAITING = "waiting"
    MATCHED = "matched"
    REJECTED = "rejected"
