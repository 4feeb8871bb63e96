"""Outcomes of a visit (domain.md section 7)."""

from enum import StrEnum


class Outcome(StrEnum):
    """What was found at a door, per person."""

    ACTIVATED_APP = "activated_app"
    ACTIVATED_WEB = "activated_web"
    ALREADY_ACTIVATED = "already_activated"
    NOBODY_HOME = "nobody_home"
    ABSENT = "absent"
    REVISIT = "revisit"
    REFUSED = "refused"
    PHONE_MISMATCH = "phone_mismatch"
    NO_PHONE_OR_SIM = "no_phone_or_sim"
    OTP_NOT_RECEIVED = "otp_not_received"
    DEVICE_UNSUPPORTED = "device_unsupported"
    CANNOT_SELF_OPERATE = "cannot_self_operate"
    SYSTEM_ERROR = "system_error"
    NOT_APPROVED = "not_approved"
    DATA_MISMATCH = "data_mismatch"
    MOVED_OUT = "moved_out"
    DECEASED = "deceased"
    DUPLICATE = "duplicate"


class AbsentReason(StrEnum):
    """Why a person is absent from the place of residence."""

    WORKING_AWAY = "working_away"
    STUDYING = "studying"
    ABROAD = "abroad"
    UNKNOWN = "unknown"
    BACK_ON = "back_on"
