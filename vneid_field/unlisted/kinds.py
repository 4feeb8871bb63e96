"""Enumerations of people outside the list (domain.md section 7)."""

from enum import StrEnum


class Place(StrEnum):
    """Where the team met the person."""

    DOOR = "door"
    SCHOOL = "school"
    MARKET = "market"
    ELSEWHERE = "elsewhere"


class UnlistedState(StrEnum):
    """waiting → matched | rejected. Handed over to another commune it waits there.

    In the end all are purged: who it was is gone, that somebody was met stays.
    """

    WAITING = "waiting"
    MATCHED = "matched"
    REJECTED = "rejected"
    PURGED = "purged"
