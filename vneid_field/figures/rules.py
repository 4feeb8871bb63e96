"""Counters, buckets and the arithmetic of contributions (domain.md section 12). Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Counter(StrEnum):
    """Flows per day; each is a column of the flow table."""

    COLLECTED = "collected"
    TRANSMITTED = "transmitted"
    APPROVED = "approved"
    ACTIVATED_APP = "activated_app"
    ACTIVATED_WEB = "activated_web"
    ACTIVATED_SELF = "activated_self"
    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    VISITS = "visits"
    PEOPLE_VISITED = "people_visited"
    OUT_NOBODY_HOME = "out_nobody_home"
    OUT_ABSENT = "out_absent"
    OUT_REVISIT = "out_revisit"
    OUT_REFUSED = "out_refused"
    OUT_PHONE_MISMATCH = "out_phone_mismatch"
    OUT_NO_PHONE_OR_SIM = "out_no_phone_or_sim"
    OUT_OTP_NOT_RECEIVED = "out_otp_not_received"
    OUT_DEVICE_UNSUPPORTED = "out_device_unsupported"
    OUT_CANNOT_SELF_OPERATE = "out_cannot_self_operate"
    OUT_SYSTEM_ERROR = "out_system_error"
    OUT_NOT_APPROVED = "out_not_approved"
    OUT_DATA_MISMATCH = "out_data_mismatch"
    OUT_MOVED_OUT = "out_moved_out"
    OUT_DECEASED = "out_deceased"
    OUT_DUPLICATE = "out_duplicate"


ACTIVATED = (Counter.ACTIVATED_APP, Counter.ACTIVATED_WEB, Counter.ACTIVATED_SELF)
PENDING = (Counter.OUT_NOBODY_HOME, Counter.OUT_REVISIT)
# Met or known, and not activated: everything but pending and absent.
NOT_ACTIVATED_OTHER = (
    Counter.OUT_REFUSED,
    Counter.OUT_PHONE_MISMATCH,
    Counter.OUT_NO_PHONE_OR_SIM,
    Counter.OUT_OTP_NOT_RECEIVED,
    Counter.OUT_DEVICE_UNSUPPORTED,
    Counter.OUT_CANNOT_SELF_OPERATE,
    Counter.OUT_SYSTEM_ERROR,
    Counter.OUT_NOT_APPROVED,
    Counter.OUT_DATA_MISMATCH,
)
LEFT = (Counter.OUT_MOVED_OUT, Counter.OUT_DECEASED, Counter.OUT_DUPLICATE)
NOT_ACTIVATED = (Counter.OUT_ABSENT, *NOT_ACTIVATED_OTHER)


class Bucket(StrEnum):
    """Stocks: a person on the activation work list is in exactly one.

    LEFT: a team reports that the person moved away, died or is listed twice; they count as
    remaining until commune police set the application state, which takes them off the list.
    """

    UNVISITED = "unvisited"
    PENDING = "pending"
    ABSENT = "absent"
    NOT_ACTIVATED = "not_activated"
    ACTIVATED = "activated"
    LEFT = "left"


REMAINING = tuple(bucket for bucket in Bucket if bucket is not Bucket.ACTIVATED)


@dataclass(frozen=True)
class FlowKey:
    """Where a contribution is counted: whose people, done by whom, on which local day."""

    home_unit_id: int
    performed_by_unit_id: int | None
    counted_on: date


Contribution = Mapping[tuple[FlowKey, Counter], int]


def difference(before: Contribution, after: Contribution) -> dict[tuple[FlowKey, Counter], int]:
    """Return after − before without zeros: what a change adds, possibly negative."""
    keys = {**before, **after}
    deltas = {key: after.get(key, 0) - before.get(key, 0) for key in keys}
    return {key: value for key, value in deltas.items() if value}


def merge(parts: Iterable[Contribution]) -> dict[tuple[FlowKey, Counter], int]:
    """Return the sum of contributions without zeros."""
    total: dict[tuple[FlowKey, Counter], int] = {}
    for part in parts:
        for key, value in part.items():
            total[key] = total.get(key, 0) + value
    return {key: value for key, value in total.items() if value}
