"""Enumerations of the way to approval (III.3.đ, ADR 021)."""

from enum import StrEnum


class TransmissionEnd(StrEnum):
    """What became of a transmitted application; None while it waits for a decision."""

    APPROVED = "approved"
    REJECTED = "rejected"
    TAKEN_BACK = "taken_back"  # the batch was a mistake, or police corrected the state
    LEFT = "left"  # moved out, died, not eligible, or a list says that nothing was collected
