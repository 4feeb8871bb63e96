"""A citizen's visits and holder as plain lines, for the person's page (which lies to the left)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from vneid_field.accounts.models import User
from vneid_field.extensions import db
from vneid_field.figures.rules import Bucket
from vneid_field.figures.stocks import DONE, bucket_of
from vneid_field.lists.hand_over_queries import find_holder
from vneid_field.lists.kinds import Purpose
from vneid_field.lists.labels import REFUTED_WORDS
from vneid_field.people.models import Citizen
from vneid_field.visits.labels import ABSENT_LABELS, OUTCOME_LABELS
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.queries import fact_of, list_events, name_units
from vneid_field.visits.rules import valid_events


@dataclass(frozen=True)
class TrailVisit:
    """One result or undo."""

    at: datetime
    what: str
    who: str
    note: str
    is_typed_in: bool
    uuid: str
    can_undo: bool  # a result that stands: commune police may take it back
    is_undone: bool


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
    standing = {fact.uuid for fact in valid_events(map(fact_of, events))}
    names = _names(events)
    citizen = db.session.get_one(Citizen, citizen_id)
    return Trail(
        item.hand_over.to_unit.name if item else "",
        [
            TrailVisit(
                event.happened_at,
                _words(event),
                _who(event, teams, names),
                event.note,
                event.is_typed_in,
                event.uuid,
                event.uuid in standing,
                event.outcome is not None and event.uuid not in standing,
            )
            for event in events
        ],
        bucket_of(citizen.application_state, citizen.visit_status) is Bucket.LEFT,
    )


def _names(events: list[VisitEvent]) -> dict[int, str]:
    """Who took results back, by user id."""
    ids = {event.recorded_by for event in events if event.outcome is None and event.recorded_by}
    if not ids:
        return {}
    query = select(User.id, User.display_name).where(User.id.in_(ids))
    return {user_id: name for user_id, name in db.session.execute(query)}


def _who(event: VisitEvent, teams: dict[int, str], names: dict[int, str]) -> str:
    team, person = teams[event.performed_by_unit_id], names.get(event.recorded_by or 0, "")
    return f"{person}, {team}" if event.outcome is None and person else team


def _words(event: VisitEvent) -> str:
    if event.outcome is None:
        return "Hoàn tác kết quả"
    reason = f", {ABSENT_LABELS[event.sub_reason].lower()}" if event.sub_reason else ""
    refuted = event.refuted_at is not None and event.outcome.value in DONE
    return OUTCOME_LABELS[event.outcome] + reason + (f" – {REFUTED_WORDS}" if refuted else "")
