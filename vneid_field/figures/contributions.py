"""What opening figures add to the flows."""

from collections.abc import Iterable

from vneid_field.figures.models import OpeningFigure
from vneid_field.figures.rules import Counter, FlowKey


def contributions(rows: Iterable[OpeningFigure]) -> dict[tuple[FlowKey, Counter], int]:
    """Return the sum of the entries per home unit, performing unit, day and counter."""
    total: dict[tuple[FlowKey, Counter], int] = {}
    for row in rows:
        flow = FlowKey(row.home_unit_id, row.performed_by_unit_id, row.counted_on)
        key = (flow, Counter(row.counter))
        total[key] = total.get(key, 0) + row.value
    return total
