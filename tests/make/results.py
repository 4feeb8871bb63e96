"""What a point says of a shortfall at 17h00."""

from datetime import date

from vneid_field.reporting.kinds import RemedyKind, ShortfallReason
from vneid_field.reporting.shortfalls import RemedyGiven

ACTION = {
    "remedy_kind": "home_persuasion",
    "responsible": "Trung úy Lê Văn A",
    "due_on": "2023-07-06",
}


def explained(lack: int, on: date) -> dict:
    """Return the arguments that explain a shortfall: the power was cut, people are visited."""
    if lack <= 0:
        return {}
    action = RemedyGiven(RemedyKind.HOME_PERSUASION, "Trung úy Lê Văn A", on)
    return {"reasons": {ShortfallReason.EQUIPMENT: lack}, "remedy": action}
