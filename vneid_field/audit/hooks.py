"""Hooks that create_app gives to `web`, which knows no slice."""

from flask import request

from vneid_field.audit.services import record
from vneid_field.extensions import db
from vneid_field.web.access import find_actor
from vneid_field.web.transactions import commit_apart


def audit_refusal() -> None:
    """Record a refused access in a transaction of its own: endpoint and method, never the URL."""
    actor = find_actor()
    commit_apart()
    record(
        "access.refused",
        actor=actor,
        endpoint=request.endpoint or "",
        method=request.method,
        address=request.remote_addr or "",
    )
    db.session.commit()
