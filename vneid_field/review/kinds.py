"""States of a checklist under review, flags and answers to a call-back (domain.md section 8)."""

from enum import StrEnum


class ReviewState(StrEnum):
    """accepted | returned → corrected (the team answered; commune police look again)."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    CORRECTED = "corrected"


class FlagKind(StrEnum):
    """What makes a checklist worth a look, the most serious first: a question, never a verdict."""

    CONTRADICTED = "contradicted"  # the next national list says: not activated
    SHARED_PHONE = "shared_phone"  # one new number for people of many households
    BURST = "burst"  # many activations within a minute by one volunteer
    PACE = "pace"  # an activation seconds after another household
    CONTACT_RATE = "contact_rate"  # nearly everybody was met, the whole day
    NIGHT = "night"  # results at an hour when nobody knocks
    SKEW = "skew"  # the phone's clock is wrong


class CallResult(StrEnum):
    """What a person said whom commune police phoned about a claimed activation."""

    CONFIRMED = "confirmed"
    DENIED = "denied"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    DECLINED = "declined"
