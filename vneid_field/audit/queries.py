"""Reading the audit log."""

from datetime import date

from sqlalchemy import Select, select

from vneid_field.audit.models import AuditEvent
from vneid_field.core import clock


def events_query(
    *, event: str = "", login: str = "", subject: str = "", number: str = "", on: date | None = None
) -> Select[AuditEvent]:
    """Return the SELECT of events, newest first, narrowed by what is given.

    `subject` is a kind ("citizen"), `number` its id; `login` the start of a login name.
    """
    query = select(AuditEvent)
    if event:
        query = query.where(AuditEvent.event == event)
    if login:
        query = query.where(AuditEvent.actor_label.startswith(login.lower(), autoescape=True))
    if subject:
        query = query.where(AuditEvent.subject_kind == subject)
    if number:
        query = query.where(AuditEvent.subject_id == number)
    if on is not None:
        first, end = clock.day_bounds(on)
        query = query.where(AuditEvent.at >= first, AuditEvent.at < end)
    return query.order_by(AuditEvent.id.desc())
