"""One mark for a whole household: whom it touches."""

import re
from collections.abc import Mapping

from vneid_field.campaigns.models import Campaign
from vneid_field.core.access import Actor
from vneid_field.core.errors import NotFound
from vneid_field.visits.checklist import Checklist
from vneid_field.visits.forms import read_visit
from vneid_field.visits.given import VisitInput
from vneid_field.visits.late import is_in_time, list_left
from vneid_field.visits.repeats import list_own_events

_MEMBER = re.compile(r"uuid_(\d{1,9})")


def household_inputs(
    actor: Actor, campaign: Campaign, checklist: Checklist | None, form: Mapping[str, str]
) -> dict[int, VisitInput]:
    """Return whom a mark for the whole household touches (citizen id → input).

    They are those not tried today, and whoever this very form marked before: also who has left
    the list since, when the mark is older than that. Raises NotFound when the household is not
    held and nothing of it was sent or counts.
    """
    found = ((_MEMBER.fullmatch(name), uuid) for name, uuid in form.items())
    sent = {int(match[1]): uuid for match, uuid in found if match}
    people = checklist.people if checklist else []
    untried = {person.citizen.id for person in checklist.untried} if checklist else set()
    wanted = {
        person.citizen.id
        for person in people
        if person.citizen.id in untried or sent.get(person.citizen.id) in person.uuids
    }
    if gone := sent.keys() - {person.citizen.id for person in people}:
        known = list_own_events(actor, campaign.id, (sent[one] for one in gone))
        wanted |= {e.citizen_id for e in known if sent.get(e.citizen_id) == e.uuid}
        mark = read_visit({**form, "uuid": ""})
        left = list_left(actor, campaign.id, gone)
        wanted |= {item.citizen_id for item in left if is_in_time(mark, item)}
    if checklist is None and not wanted:
        raise NotFound("Hộ này không có trong danh sách tổ đang giữ.")
    return {one: read_visit({**form, "uuid": sent.get(one, "")}) for one in wanted}
