"""The two targets of a unit."""

from enum import StrEnum


class QuotaKind(StrEnum):
    """activation: the plan's column 3; collection: its column 6; point: a point's number a day."""

    ACTIVATION = "activation"
    COLLECTION = "collection"
    POINT_DAY = "point_day"
