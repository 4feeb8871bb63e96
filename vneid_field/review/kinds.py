"""States of a checklist under review (domain.md section 8)."""

from enum import StrEnum


class ReviewState(StrEnum):
    """accepted | returned → corrected (the team answered; commune police look again)."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    CORRECTED = "corrected"
