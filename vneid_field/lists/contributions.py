"""What imported lists add to the flows, on the day the list speaks of: approvals, verdicts."""

from collections.abc import Iterable
from datetime import date

from vneid_field.figures.rules import Counter, FlowKey
from vneid_field.lists.kinds import VerdictKind
from vneid_field.lists.models import ListVerdict
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import ApplicationEvent

# An exit (moved out, deceased, ineligible) does not undo that the application was approved.
TAKEN_BACK = frozenset(
    {
        ApplicationState.NOT_COLLECTED,
        ApplicationState.INVITED,
        ApplicationState.COLLECTED,
        ApplicationState.TRANSMITTED,
        ApplicationState.REJECTED,
    }
)


VERDICT_COUNTERS = {
    VerdictKind.CONFIRMED: Counter.CONFIRMED,
    VerdictKind.CONTRADICTED: Counter.CONTRADICTED,
}
UNDO = "undo"  # source of the event that takes back what an import changed


def contributions(
    events: Iterable[ApplicationEvent], *, first_on: date, last_on: date
) -> dict[tuple[FlowKey, Counter], int]:
    """Return one `approved` for a person whom an import made approved and nothing took back.

    `events` are one person's, oldest first; those of other days than the campaign's (first_on to
    last_on) are another campaign's and are left out. A state that is taken back (corrected, or
    set by a later list) takes its approval with it, on the day and at the home of the import. An
    import that was taken back whole counts as if it had never been.
    """
    counted: FlowKey | None = None
    known = list(events)
    undone = {event.source_id for event in known if event.source == UNDO}
    for event in known:
        if event.source in ("import", UNDO) and event.source_id in undone:
            continue
        if event.counted_on is None or not first_on <= event.counted_on <= last_on:
            continue
        if event.to_state in TAKEN_BACK:
            counted = None
        # Who was activated had been approved before: back to approved is nobody's new approval.
        is_approval = (
            event.source == "import"
            and event.to_state is ApplicationState.APPROVED
            and event.from_state is not ApplicationState.ACTIVATED
        )
        if is_approval and counted is None and event.home_unit_id is not None:
            counted = FlowKey(event.home_unit_id, None, event.counted_on)
    return {} if counted is None else {(counted, Counter.APPROVED): 1}


def verdict_contributions(verdicts: Iterable[ListVerdict]) -> dict[tuple[FlowKey, Counter], int]:
    """Return one `confirmed` or `contradicted` for each verdict that stands.

    At the home of that moment, for whom the claim belongs to (nobody when nobody had claimed).
    """
    total: dict[tuple[FlowKey, Counter], int] = {}
    for verdict in verdicts:
        if verdict.taken_back_at is not None:
            continue
        flow = FlowKey(verdict.home_unit_id, verdict.performed_by_unit_id, verdict.counted_on)
        key = (flow, VERDICT_COUNTERS[verdict.kind])
        total[key] = total.get(key, 0) + 1
    return total
