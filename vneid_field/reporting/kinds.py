"""States of obligations and reports."""

from enum import StrEnum


class ObligationState(StrEnum):
    """expected → sent_on_time | sent_late | excused; missing = expected after due_at (computed)."""

    EXPECTED = "expected"
    SENT_ON_TIME = "sent_on_time"
    SENT_LATE = "sent_late"
    EXCUSED = "excused"


class ReportState(StrEnum):
    """draft → sent → accepted (closed) | returned → sent again as the next version.

    Unlocking turns an accepted one into a returned one (rules.MOVES).
    """

    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    RETURNED = "returned"


class Step(StrEnum):
    """What somebody else did with a report that was sent."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    UNLOCKED = "unlocked"
    READ = "read"  # a committee's receipt


class ReportKind(StrEnum):
    """Kinds of report (III.6)."""

    COLLECTION = "collection"
    DAILY = "daily"
    WEEKLY = "weekly"
    FINAL = "final"


class ShortfallReason(StrEnum):
    """Why a point collected less than its list or its quota (III.3.d)."""

    DID_NOT_COME = "did_not_come"
    REFUSED = "refused"
    AWAY = "away"
    DOCUMENTS = "documents"  # no chip card, no number of their own, data that do not match
    EQUIPMENT = "equipment"  # devices, network, power
    LIST_LATE = "list_late"  # the list to invite from was not there in time
    WEATHER = "weather"
    OTHER = "other"  # needs words


class RemedyKind(StrEnum):
    """What a point does about a shortfall (III.3.d)."""

    HOME_PERSUASION = "home_persuasion"
    HOME_COLLECTION = "home_collection"  # a mobile set at citizens' homes
    INVITE_AGAIN = "invite_again"
    OTHER = "other"  # needs words
