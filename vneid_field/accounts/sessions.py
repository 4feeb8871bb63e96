"""The login session: who, in which role, until when, by the machine's clock."""

from datetime import datetime, timedelta

from flask import g, request, session

from vneid_field.accounts.models import User
from vneid_field.accounts.queries import actor_of, find_user_with_grants
from vneid_field.accounts.services import is_usable
from vneid_field.core import clock
from vneid_field.core.access import Actor

IDLE = timedelta(minutes=45)  # a desk in an office: the session ends when nobody is there
ABSOLUTE = timedelta(hours=12)
REMEMBERED = timedelta(days=60)  # a volunteer's own phone, for the campaign


def begin(user: User, *, is_remembered: bool) -> None:
    """Start a session for a user who has just proved the password; the old one is dropped."""
    session.clear()
    now = int(clock.real_now().timestamp())
    session.permanent = is_remembered
    session.update(
        user_id=user.id,
        epoch=user.session_epoch,
        began=now,
        seen=now,
        remembered=is_remembered,
    )


def renew(user: User) -> None:
    """Start anew after a new password, which ended the others; the acting role stays."""
    acting = session.get("grant")
    begin(user, is_remembered=bool(session.get("remembered")))
    if acting is not None:
        session["grant"] = acting


def end() -> None:
    """Forget the session of this browser."""
    session.clear()
    g.actor = None


def _is_over(now: datetime) -> bool:
    began = datetime.fromtimestamp(session.get("began", 0), now.tzinfo)
    seen = datetime.fromtimestamp(session.get("seen", 0), now.tzinfo)
    if session.get("remembered"):
        return now - began > REMEMBERED
    return now - began > ABSOLUTE or now - seen > IDLE


def find_actor() -> Actor | None:
    """Return the actor of this request's session, or None; drops a session that is over."""
    user_id = session.get("user_id")
    if user_id is None:
        return None
    now = clock.real_now()
    user = None if _is_over(now) else find_user_with_grants(user_id)
    if (
        user is None
        or user.session_epoch != session.get("epoch")
        or not is_usable(user, clock.now())
    ):
        session.clear()
        return None
    g.user = user
    # Polls of an open page do not keep a desk's session alive.
    if now.timestamp() - session["seen"] > 60 and "poll" not in request.args:
        session["seen"] = int(now.timestamp())
    return actor_of(user, session.get("grant"))
