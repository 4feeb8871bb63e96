"""The number learnt at a door: which visit's stands, and where it came from (section 7)."""

from collections.abc import Iterable

from vneid_field.core.crypto import keyring
from vneid_field.people.field_corrections import Learnt, learn_phone
from vneid_field.people.models import Citizen
from vneid_field.visits.models import VisitEvent


def keep_field_phone(citizen: Citizen, events: list[VisitEvent], event: VisitEvent) -> None:
    """A number learnt at the door stands beside the list's; commune police update the file.

    The latest that no undo took back stands; taking the only one back leaves none.
    """
    if event.new_phone is None and not any(
        one.uuid == event.undoes_uuid and one.new_phone for one in events
    ):
        return
    newest = newest_phone(events)
    told = newest.new_phone if newest else None
    number = learn_phone(citizen, told, learnt_of(newest) if newest else None)
    citizen.field_phone = number
    citizen.field_phone_index = keyring().blind_index(number, "phone") if number else None
    citizen.field_phone_at = newest.happened_at if newest and number else None


def newest_phone(events: Iterable[VisitEvent]) -> VisitEvent | None:
    """Return the latest event of a person that brought a number and that no undo took back."""
    known = list(events)
    undone = {one.undoes_uuid for one in known if one.undoes_uuid}
    learnt = [one for one in known if one.new_phone and one.uuid not in undone]
    return max(learnt, key=lambda one: (one.happened_at, one.uuid), default=None)


def learnt_of(event: VisitEvent) -> Learnt:
    """Return where the number of an event comes from."""
    team, person = event.performed_by_unit_id, event.recorded_by
    return Learnt(event.uuid, team, person, event.happened_at)
