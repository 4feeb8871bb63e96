"""Rows of papers that name citizens (documents.md section 2, "list of people")."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A citizen in a list; the caller masks what the purpose does not need.

    birth        as known: "14/02/1957" or only "1957".
    sex          "Nam", "Nữ" or "".
    citizen_id   masked ("092*****1234") unless the purpose needs it whole.
    phone        masked or whole, "" when unknown.
    approved_on  day the application was approved, None when unknown.
    outcome      label of the last outcome; reason: its sub-reason; outcome_on: its day.
    performed_by who recorded it: team, or team and member.
    """

    full_name: str
    birth: str
    sex: str
    citizen_id: str
    residence: str
    phone: str
    approved_on: date | None
    outcome: str
    reason: str
    outcome_on: date | None
    performed_by: str
    note: str = ""
