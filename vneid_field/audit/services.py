"""Writing to the audit log, in the transaction of what it tells of."""

from vneid_field.audit.catalogue import CATALOGUE
from vneid_field.audit.models import AuditEvent
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.extensions import db


def record(
    event: str,
    *,
    actor: Actor | None,
    subject_kind: str = "",
    subject_id: int | str = "",
    address: str = "",
    **data: object,
) -> AuditEvent:
    """Add one event of the catalogue; `actor` None means the system.

    `data` must carry exactly the keys that the catalogue declares, with plain ids, counts and
    codes as values: personal data never enters the log. Raises ValueError otherwise.
    """
    declared = CATALOGUE[event].keys
    if set(data) != declared:
        raise ValueError(f"{event}: data keys {sorted(data)}, declared {sorted(declared)}")
    row = AuditEvent(
        at=clock.now(),
        real_at=clock.real_now(),
        event=event,
        actor_id=actor.user_id if actor else None,
        actor_label=f"{actor.login_name} ({actor.role.value})" if actor else "system",
        unit_id=actor.unit.unit_id if actor else None,
        unit_label=actor.unit.unit_name if actor else "",
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        data=data,
        address=address,
    )
    db.session.add(row)
    return row
