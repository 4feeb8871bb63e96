"""What imported lists add to the flows: approvals, on the day the list speaks of."""

from collections.abc import Iterable

from vneid_field.figures.rules import Counter, FlowKey
from vneid_field.people.kinds import ApplicationState
from vneid_field.people.models import ApplicationEvent


def contributions(events: Iterable[ApplicationEvent]) -> dict[tuple[FlowKey, Counter], int]:
    """Return one `approved` per citizen whose state an import made approved."""
    total: dict[tuple[FlowKey, Counter], int] = {}
    for event in events:
        if event.source != "import" or event.to_state is not ApplicationState.APPROVED:
            continue
        if event.home_unit_id is None or event.counted_on is None:
            continue
        key = (FlowKey(event.home_unit_id, None, event.counted_on), Counter.APPROVED)
        total[key] = total.get(key, 0) + 1
    return total
