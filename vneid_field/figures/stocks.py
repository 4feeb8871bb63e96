"""Which bucket of the work list a person is in: exactly one, or none (domain.md section 12).

The one place that says what a result means for the stocks: `BUCKETS`, `ANSWERED`, `FINAL`.
"""

from collections.abc import Mapping

from vneid_field.figures.rules import Bucket

_ON_THE_LIST = frozenset({"approved", "activated"})
# Every value of visits.kinds.Outcome (figures lies left of visits, so as text).
BUCKETS: Mapping[str, Bucket] = {
    "activated_app": Bucket.ACTIVATED,
    "activated_web": Bucket.ACTIVATED,
    "already_activated": Bucket.ACTIVATED,
    "nobody_home": Bucket.PENDING,
    "revisit": Bucket.PENDING,
    "absent": Bucket.ABSENT,
    "refused": Bucket.NOT_ACTIVATED,
    "phone_mismatch": Bucket.NOT_ACTIVATED,
    "no_phone_or_sim": Bucket.NOT_ACTIVATED,
    "otp_not_received": Bucket.NOT_ACTIVATED,
    "device_unsupported": Bucket.NOT_ACTIVATED,
    "cannot_self_operate": Bucket.NOT_ACTIVATED,
    "system_error": Bucket.NOT_ACTIVATED,
    "not_approved": Bucket.NOT_ACTIVATED,
    "data_mismatch": Bucket.NOT_ACTIVATED,
    "moved_out": Bucket.LEFT,
    "deceased": Bucket.LEFT,
    "duplicate": Bucket.LEFT,
}
# Answered for the team: the phone does not offer these people again. Those reported as left are
# answered, and yet remain on the list until commune police confirm it (section 7).
ANSWERED = frozenset({Bucket.ACTIVATED, Bucket.LEFT})
FINAL = tuple(status for status, bucket in BUCKETS.items() if bucket in ANSWERED)
DONE = tuple(status for status, bucket in BUCKETS.items() if bucket is Bucket.ACTIVATED)


def bucket_of(application_state: str, visit_status: str | None) -> Bucket | None:
    """Return a person's bucket from both facts; None when not on the activation work list.

    `visit_status` is the fold of the visits (a value of visits.kinds.Outcome) or None. Police's
    word ("activated", "moved out") is stronger than what a visit found: only it takes a person
    off the list. What a team reports as moved, dead or double is LEFT, "chờ Công an xác nhận".
    """
    state = str(application_state)
    if state == "activated":
        return Bucket.ACTIVATED
    if state not in _ON_THE_LIST:
        return None
    return Bucket.UNVISITED if visit_status is None else BUCKETS[str(visit_status)]
