"""Sessions as rows, so that the server can end one: the cookie only names its row."""

import secrets
from datetime import datetime

from sqlalchemy import delete, select, update

from vneid_field.accounts.models import LoginSession, User
from vneid_field.accounts.rules import REMEMBERED
from vneid_field.audit.services import record
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import NotFound
from vneid_field.extensions import db


def open_session(*, user: User, device: str, is_remembered: bool) -> LoginSession:
    """Store a session of a user who has just proved the password."""
    row = LoginSession(
        id=secrets.token_urlsafe(16),
        user_id=user.id,
        epoch=user.session_epoch,
        device=device,
        is_remembered=is_remembered,
        opened_at=clock.real_now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def close_session(session_id: str) -> None:
    """End a session: its cookie and every copy of it open nothing any more."""
    query = update(LoginSession).where(
        LoginSession.id == session_id, LoginSession.ended_at.is_(None)
    )
    db.session.execute(query.values(ended_at=clock.real_now()))


def end_own_session(*, actor: Actor, session_id: str) -> None:
    """End one of the actor's sessions, twice if asked twice; raises NotFound for another's."""
    query = select(LoginSession.ended_at).where(
        LoginSession.id == session_id, LoginSession.user_id == actor.user_id
    )
    found: list[datetime | None] = list(db.session.scalars(query))
    if not found:
        raise NotFound("Phiên đăng nhập này không còn, hoặc không phải của bạn.")
    if found[0] is None:
        close_session(session_id)
        record("account.session_ended", actor=actor, subject_kind="user", subject_id=actor.user_id)


def forget_old_sessions() -> None:
    """Drop sessions older than any may live; the worker calls it nightly."""
    limit = clock.real_now() - REMEMBERED
    db.session.execute(delete(LoginSession).where(LoginSession.opened_at < limit))
