"""Which results are taken down outside the list, and whom they may be matched with. Pure."""

from vneid_field.people.kinds import ApplicationState
from vneid_field.people.rules import EXITS
from vneid_field.visits.kinds import Outcome

# Somebody who is met: neither shut doors nor appointments, and no new number of an unknown one.
OUTCOMES = (
    Outcome.ACTIVATED_APP,
    Outcome.ACTIVATED_WEB,
    Outcome.ALREADY_ACTIVATED,
    Outcome.REFUSED,
    Outcome.OTP_NOT_RECEIVED,
    Outcome.NO_PHONE_OR_SIM,
    Outcome.DEVICE_UNSUPPORTED,
    Outcome.CANNOT_SELF_OPERATE,
    Outcome.SYSTEM_ERROR,
    Outcome.NOT_APPROVED,
    Outcome.DATA_MISMATCH,
)
MATCHABLE = frozenset({ApplicationState.APPROVED, ApplicationState.ACTIVATED})


def may_match(state: ApplicationState) -> bool:
    """Say whether a result counts for an application: only an approved one can be activated."""
    return state in MATCHABLE


def has_left(state: ApplicationState) -> bool:
    """Say whether police took the person off the lists."""
    return state in EXITS
