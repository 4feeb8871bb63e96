"""What collection results add to the flows: of the newest row, what no event names (ADR 021)."""

from collections.abc import Iterable

from vneid_field.figures.rules import Counter, FlowKey
from vneid_field.reporting.models import CollectionResult


def contributions(results: Iterable[CollectionResult]) -> dict[tuple[FlowKey, Counter], int]:
    """Return the unnamed applications per home unit, point and day.

    The named ones count by their own events, each at its citizen's home unit.
    """
    newest: dict[tuple[int, object], CollectionResult] = {}
    for result in results:
        key = (result.point_id, result.collected_on)
        if key not in newest or result.version > newest[key].version:
            newest[key] = result
    total: dict[tuple[FlowKey, Counter], int] = {}
    for result in newest.values():
        flow = (
            FlowKey(result.home_unit_id, result.point_id, result.collected_on),
            Counter.COLLECTED,
        )
        total[flow] = total.get(flow, 0) + result.collected - (result.named or 0)
    return {key: value for key, value in total.items() if value}
