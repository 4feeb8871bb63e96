"""Visits: the facts the fold reads, and what a phone sends."""

from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from vneid_field.core.clock import to_local
from vneid_field.visits.given import VisitInput
from vneid_field.visits.kinds import Outcome
from vneid_field.visits.rules import VisitFact

NOON = datetime(2023, 7, 4, 5, tzinfo=UTC)  # 12h00 in Cần Thơ
_numbers = count(1)


def make_uuid(number: int | None = None) -> str:
    """Return a UUID that sorts by its number."""
    return str(UUID(int=number if number is not None else next(_numbers)))


def make_fact(
    outcome: Outcome | None = Outcome.REFUSED, *, minutes: float = 0, **overrides
) -> VisitFact:
    """Return a fact that happened so many minutes after noon of 4 July."""
    at = overrides.pop("happened_at", NOON + timedelta(minutes=minutes))
    values = dict(
        uuid=make_uuid(),
        citizen_id=1,
        home_unit_id=10,
        performed_by_unit_id=20,
        performed_by=None,
        happened_at=at,
        counted_on=to_local(at).date(),
        outcome=outcome,
    )
    return VisitFact(**values | overrides)


def make_undo(of: VisitFact, **overrides) -> VisitFact:
    """Return the undo of a fact."""
    return make_fact(None, **{"minutes": 60, "undoes": of.uuid} | overrides)


def make_visit(outcome: Outcome | None = Outcome.REFUSED, **overrides) -> VisitInput:
    """Return what a phone sends, with a UUID of its own."""
    return VisitInput(**{"uuid": make_uuid(), "outcome": outcome} | overrides)
