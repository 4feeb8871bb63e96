"""A citizen's visits and holder as plain lines, for the person's page (which lies to the left)."""

from dataclasses import dataclass
from datetime import datetime

from vneid_field.extensions import db
from vneid_field.figures.rules import Bucket
from vneid_field.figures.stocks import bucket_of
from vneid_field.lists.hand_over_queries import find_holder
from vneid_field.lists.kinds import Purpose
from vneid_field.people.models import Citizen
from vneid_field.visits.labels import ABSENT_LABELS, OUTCOME_LABELS
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.queries import list_events, name_units


@dataclass(frozen=True)
class TrailVisit:
    """One result or undo."""

    at: datetime
    what: str
    who: str
    note: str
    is_typed_in: bool


@dataclass(frozen=True)
class Trail:
    """Who holds the person now, and every visit."""

    holder: str
    visits: list[TrailVisit]
    is_reported_left: bool  # a team says moved, dead or double; commune police have to confirm


def trail_of(campaign_id: int, citizen_id: int) -> Trail:
    """Return the trail of a citizen the caller has already opened."""
    events = list_events([citizen_id], campaign_id)[citizen_id]
    teams = name_units({event.performed_by_unit_id for event in events})
    item = find_holder(campaign_id, citizen_id, Purpose.ACTIVATE)
    citizen = db.session.get_one(Citizen, citizen_id)
    return Trail(
        item.hand_over.to_unit.name if item else "",
        [
            TrailVisit(
                event.happened_at,
                _words(event),
                teams[event.performed_by_unit_id],
                event.note,
                event.is_typed_in,
            )
            for event in events
        ],
        bucket_of(citizen.application_state, citizen.visit_status) is Bucket.LEFT,
    )


def _words(event: VisitEvent) -> str:
    if event.outcome is None:
        return "Hoàn tác kết quả"
    reason = f", {ABSENT_LABELS[event.sub_reason].lower()}" if event.sub_reason else ""
    return OUTCOME_LABELS[event.outcome] + reason
