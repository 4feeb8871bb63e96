"""Where a case of the absent loop is, how it leaves there, how it ends (domain.md section 9)."""

from enum import StrEnum


class Stage(StrEnum):
    """The hop a case is at; its holder is the hop's unit."""

    FOUND = "found"  # the team that found the person absent, until it sends the day's list
    COMMUNE = "commune"  # commune police consolidate
    DISTRICT = "district"  # the commune's superior assigns to a support team
    WORK = "work"  # a support team, or a team of a place that took over, makes contact
    ELSEWHERE = "elsewhere"  # another unit of the tree is asked to take over, or has accepted
    BACK = "back"  # the team again, which waits for the day the person returns


class Leave(StrEnum):
    """How a case left a hop."""

    SENT = "sent"  # up, or on to another stage
    DECLINED = "declined"  # the unit that was asked did not take it over
    RECALLED = "recalled"  # who asked took the offer back
    FOLLOWED = "followed"  # a visit of the team began the loop anew
    CLOSED = "closed"


class CloseReason(StrEnum):
    """Why a case is closed."""

    ACTIVATED = "activated"  # by whomever, wherever
    MET = "met"  # met or reached, with another result that is not "absent"
    WITHDRAWN = "withdrawn"  # the team took its result back
    LEFT = "left"  # police took the person off the list
    DUPLICATE = "duplicate"  # twice among the absentees
    OUTSIDE = "outside"  # stays outside the city; the place is written
    UNREACHABLE = "unreachable"  # after so many tries (a setting)


class ContactOutcome(StrEnum):
    """What a call or message brought, beside the results that are visits of their own."""

    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    CALL_AGAIN = "call_again"
    BACK_ON = "back_on"
    ELSEWHERE = "elsewhere"
    OUTSIDE = "outside"
    UNREACHABLE = "unreachable"
    RESULT = "result"  # a visit event says which
