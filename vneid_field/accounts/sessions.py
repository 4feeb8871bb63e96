"""The login session: who, in which role, until when, by the machine's clock."""

from datetime import datetime

from flask import g, request, session

from vneid_field.accounts.devices import device_of
from vneid_field.accounts.models import User
from vneid_field.accounts.queries import actor_of, find_user_of_session
from vneid_field.accounts.rules import ABSOLUTE, IDLE, REMEMBERED
from vneid_field.accounts.services import is_usable
from vneid_field.accounts.session_services import close_session, open_session
from vneid_field.core import clock
from vneid_field.core.access import Actor


def begin(user: User, *, is_remembered: bool) -> None:
    """Start a session for a user who has just proved the password; the old one ends."""
    end()
    device = device_of(request.user_agent.string)
    row = open_session(user=user, device=device, is_remembered=is_remembered)
    began = int(row.opened_at.timestamp())
    session.permanent = is_remembered
    session.update(id=row.id, began=began, seen=began, remembered=is_remembered)


def renew(user: User) -> None:
    """Start anew after a new password, which ended the others; the acting role stays."""
    acting = session.get("grant")
    begin(user, is_remembered=bool(session.get("remembered")))
    if acting is not None:
        session["grant"] = acting


def end() -> None:
    """End the session of this browser, here and on the server."""
    if current := current_id():
        close_session(current)
    session.clear()


def current_id() -> str:
    """Return the id of this browser's session, "" without one."""
    return str(session.get("id", ""))


def _is_over(now: datetime) -> bool:
    began = datetime.fromtimestamp(session.get("began", 0), now.tzinfo)
    seen = datetime.fromtimestamp(session.get("seen", 0), now.tzinfo)
    if session.get("remembered"):
        return now - began > REMEMBERED
    return now - began > ABSOLUTE or now - seen > IDLE


def find_actor() -> Actor | None:
    """Return the actor of this request's session, or None; drops a session that is over."""
    if not current_id():
        return None
    now = clock.real_now()
    user = None if _is_over(now) else find_user_of_session(current_id())
    if user is None or not is_usable(user, clock.now()):
        session.clear()
        return None
    g.user = user
    # Polls of an open page do not keep a desk's session alive.
    if now.timestamp() - session["seen"] > 60 and "poll" not in request.args:
        session["seen"] = int(now.timestamp())
    return actor_of(user, session.get("grant"))
