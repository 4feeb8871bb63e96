"""Enumerations of people and their applications (domain.md section 5)."""

from enum import StrEnum


class ApplicationState(StrEnum):
    """What police and the national lists say of a citizen's application."""

    NOT_COLLECTED = "not_collected"
    INVITED = "invited"
    COLLECTED = "collected"
    TRANSMITTED = "transmitted"
    APPROVED = "approved"
    ACTIVATED = "activated"
    REJECTED = "rejected"
    INELIGIBLE = "ineligible"
    MOVED_OUT = "moved_out"
    DECEASED = "deceased"


class CorrectedField(StrEnum):
    """What a team may tell of a person that the application says otherwise."""

    PHONE = "phone"
    ADDRESS = "address"
    HOUSEHOLD = "household"


class CorrectionState(StrEnum):
    """open → done | refused by police; withdrawn | replaced by the team itself.

    In the end all are purged: what was told is gone, that it was told stays.
    """

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    PURGED = "purged"


class BirthPrecision(StrEnum):
    """Some people have only a year of birth."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


class Sex(StrEnum):
    """As on the citizen card."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"
