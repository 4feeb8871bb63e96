"""What transmitted applications add to the flows."""

from collections.abc import Iterable, Mapping
from datetime import date

from vneid_field.collection.transmission_kinds import TransmissionEnd
from vneid_field.collection.transmission_models import TransmissionItem
from vneid_field.figures.rules import Counter, FlowKey


def contributions(
    items: Iterable[TransmissionItem], counted_on: Mapping[int, date]
) -> dict[tuple[FlowKey, Counter], int]:
    """Return one `transmitted` per item that was not taken back, whatever was decided on it.

    At the home of that moment, on the batch's day (`counted_on` by batch). Who was rejected and
    is transmitted again counts again: two applications were sent.
    """
    total: dict[tuple[FlowKey, Counter], int] = {}
    for item in items:
        if item.ended_as is TransmissionEnd.TAKEN_BACK:
            continue
        flow = FlowKey(item.home_unit_id, None, counted_on[item.transmission_id])
        key = (flow, Counter.TRANSMITTED)
        total[key] = total.get(key, 0) + 1
    return total
