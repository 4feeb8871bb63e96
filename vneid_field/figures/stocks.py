"""Which bucket of the work list a person is in: exactly one, or none (domain.md section 12)."""

from vneid_field.figures.rules import Bucket

_ON_THE_LIST = frozenset({"approved", "activated"})
_LEFT_STATES = frozenset({"moved_out", "deceased", "ineligible"})
_OF_STATUS = {
    "activated_app": Bucket.ACTIVATED,
    "activated_web": Bucket.ACTIVATED,
    "already_activated": Bucket.ACTIVATED,
    "nobody_home": Bucket.PENDING,
    "revisit": Bucket.PENDING,
    "absent": Bucket.ABSENT,
    "moved_out": Bucket.LEFT,
    "deceased": Bucket.LEFT,
    "duplicate": Bucket.LEFT,
}


def bucket_of(application_state: str, visit_status: str | None) -> Bucket | None:
    """Return a person's bucket from both facts; None when not on the activation work list.

    `visit_status` is the fold of the visits (a value of visits.kinds.Outcome) or None. Police's
    word ("activated", "moved out") is stronger than what a visit found.
    """
    state = str(application_state)
    if state == "activated":
        return Bucket.ACTIVATED
    if state in _LEFT_STATES:
        return Bucket.LEFT if visit_status else None
    if state not in _ON_THE_LIST:
        return None
    if visit_status is None:
        return Bucket.UNVISITED
    return _OF_STATUS.get(str(visit_status), Bucket.NOT_ACTIVATED)
