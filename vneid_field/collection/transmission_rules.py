"""What becomes of a transmitted application, and how long one waits (III.3.đ). Pure."""

import re

from vneid_field.collection.transmission_kinds import TransmissionEnd
from vneid_field.core.text import search_key
from vneid_field.people.kinds import ApplicationState

S, E = ApplicationState, TransmissionEnd
BATCH_LIMIT = 5000  # applications of one batch
# Civil days an application has waited since it was collected: the last of each group, its words.
AGES: tuple[tuple[int | None, str], ...] = (
    (1, "0–1 ngày"),
    (3, "2–3 ngày"),
    (7, "4–7 ngày"),
    (None, "Trên 7 ngày"),
)
_DECISIONS = {
    S.APPROVED: E.APPROVED,
    S.ACTIVATED: E.APPROVED,  # nobody is activated whose application was not approved
    S.REJECTED: E.REJECTED,
    S.TRANSMITTED: None,
}


def end_of(before: TransmissionEnd | None, state: ApplicationState) -> TransmissionEnd | None:
    """Return what a person's newest item ended as, after their application changed to `state`.

    A batch taken back stays so. Who was decided on stays so when the application goes on its way
    (a rejected person is invited again); going back to transmitted opens the item again.
    """
    if before is E.TAKEN_BACK:
        return before
    if state in _DECISIONS:
        return _DECISIONS[state]
    if before is not None:
        return before
    return E.TAKEN_BACK if state is S.COLLECTED else E.LEFT


def number_key(number: str) -> str:
    """Return a batch's number as it is compared: "12/TH-CAP" and "12 /th-cap" are one."""
    return re.sub(r"\s+", "", search_key(number))
