"""Logging in and out, making and disabling accounts."""

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import update

from vneid_field.accounts import passwords
from vneid_field.accounts.models import LoginThrottle, RoleGrant, User
from vneid_field.accounts.queries import find_user_by_login
from vneid_field.audit.services import record
from vneid_field.core import clock
from vneid_field.core.access import ROLES_BELOW, Actor, Role
from vneid_field.core.errors import Conflict, DomainError, NotFound, TooMany
from vneid_field.extensions import db
from vneid_field.units.models import Unit

WINDOW = timedelta(minutes=15)
# Failures allowed in a window: per name and address, per name, per address (an office shares one).
LIMITS = {"pair": 5, "name": 20, "address": 60}
WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."


def _throttle_keys(login_name: str, address: str, secret: str) -> dict[str, str]:
    parts = {"pair": f"{login_name}|{address}", "name": login_name, "address": address}
    return {
        kind: hmac.digest(secret.encode(), f"{kind}:{text}".encode(), hashlib.sha256).hex()
        for kind, text in parts.items()
    }


def check_throttle(*, login_name: str, address: str, secret: str) -> None:
    """Raise TooMany, saying when to try again, when too many logins failed lately."""
    now = clock.real_now()
    for kind, key in _throttle_keys(login_name, address, secret).items():
        row = db.session.get(LoginThrottle, key)
        if row and row.window_started_at + WINDOW > now and row.failures >= LIMITS[kind]:
            minutes = int((row.window_started_at + WINDOW - now).total_seconds() // 60) + 1
            raise TooMany(f"Đăng nhập sai quá nhiều lần. Hãy thử lại sau {minutes} phút.")


def note_failure(*, login_name: str, address: str, secret: str) -> None:
    """Count a failed login; the caller has rolled back and commits this alone."""
    now = clock.real_now()
    for key in _throttle_keys(login_name, address, secret).values():
        row = db.session.get(LoginThrottle, key)
        if row is None:
            db.session.add(LoginThrottle(key=key, failures=1, window_started_at=now))
        elif row.window_started_at + WINDOW <= now:
            row.failures, row.window_started_at = 1, now
        else:
            row.failures += 1
    db.session.flush()


def log_in(*, login_name: str, password: str, now: datetime) -> User:
    """Return the user; raises DomainError with one sentence for every kind of failure."""
    user = find_user_by_login(login_name)
    is_right = passwords.verify_password(user.password_hash if user else None, password)
    if user is None or not is_right or not is_usable(user, now):
        raise DomainError(WRONG)
    user.last_login_at = clock.real_now()
    db.session.flush()
    return user


def is_usable(user: User, now: datetime) -> bool:
    """Say whether an account is active and has not ended with its campaign."""
    return user.is_active and (user.expires_at is None or user.expires_at > now)


def log_out_everywhere(*, actor: Actor, user: User) -> None:
    """End every session of a user, this one included."""
    user.session_epoch += 1
    record("account.logout_everywhere", actor=actor, subject_kind="user", subject_id=user.id)
    db.session.flush()


def change_password(*, actor: Actor, user: User, old: str, new: str) -> None:
    """Set the own password; other sessions end. Raises DomainError."""
    if not passwords.verify_password(user.password_hash, old):
        raise DomainError("Mật khẩu hiện tại không đúng.")
    if passwords.is_too_weak(new, user.login_name):
        raise DomainError(
            "Mật khẩu mới cần ít nhất 10 ký tự, không lặp một ký tự và không chứa tên đăng nhập."
        )
    user.password_hash = passwords.hash_password(new)
    user.must_change_password = False
    user.session_epoch += 1
    record("account.password_changed", actor=actor, subject_kind="user", subject_id=user.id)
    db.session.flush()


def _require_below(actor: Actor | None, role: Role, unit: Unit) -> None:
    if actor is None:
        return  # a command of the machine's owner
    if role not in ROLES_BELOW.get(actor.role, frozenset()) or not actor.scope.covers(unit.path):
        raise NotFound("Tài khoản này không thuộc phạm vi được tạo của đơn vị.")


def create_account(
    *,
    actor: Actor | None,
    login_name: str,
    display_name: str,
    role: Role,
    unit: Unit,
    password: str | None = None,
    password_hash: str | None = None,
    team_member_id: int | None = None,
    expires_at: datetime | None = None,
) -> tuple[User, str]:
    """Make an account with one grant; returns it and its (temporary) password.

    Raises Conflict when the login name is taken, NotFound when role or unit is not below the
    actor. A password that was not given is temporary and must be changed at the first login;
    `password_hash` takes over an existing hash (the demo's accounts share one).
    """
    _require_below(actor, role, unit)
    login_name = login_name.strip().lower()
    if find_user_by_login(login_name):
        raise Conflict(f"Tên đăng nhập “{login_name}” đã có người dùng, hãy chọn tên khác.")
    secret = password or passwords.make_temporary_password()
    is_temporary = password is None and password_hash is None
    user = User(
        login_name=login_name,
        display_name=display_name,
        password_hash=password_hash or passwords.hash_password(secret),
        must_change_password=is_temporary,
        created_at=clock.now(),
        created_by=actor.user_id if actor else None,
        team_member_id=team_member_id,
        expires_at=expires_at,
    )
    db.session.add(user)
    db.session.flush()
    db.session.add(RoleGrant(user_id=user.id, role=role, unit_id=unit.id))
    record(
        "account.created",
        actor=actor,
        subject_kind="user",
        subject_id=user.id,
        role=role.value,
        unit_id=unit.id,
    )
    db.session.flush()
    return user, secret


def disable_account(*, actor: Actor, user: User) -> None:
    """Close an account below the actor and end its sessions; raises NotFound, Conflict."""
    _require_grants_below(actor, user)
    user.is_active = False
    user.disabled_at = clock.now()
    user.session_epoch += 1
    record("account.disabled", actor=actor, subject_kind="user", subject_id=user.id)
    db.session.flush()


def enable_account(*, actor: Actor, user: User) -> None:
    """Open a closed account below the actor again."""
    _require_grants_below(actor, user)
    user.is_active = True
    user.disabled_at = None
    record("account.enabled", actor=actor, subject_kind="user", subject_id=user.id)
    db.session.flush()


def reset_password(*, actor: Actor, user: User) -> str:
    """Give an account below the actor a temporary password; returns it, stored nowhere."""
    _require_grants_below(actor, user)
    secret = passwords.make_temporary_password()
    user.password_hash = passwords.hash_password(secret)
    user.must_change_password = True
    user.session_epoch += 1
    record("account.password_reset", actor=actor, subject_kind="user", subject_id=user.id)
    db.session.flush()
    return secret


def _require_grants_below(actor: Actor, user: User) -> None:
    if user.id == actor.user_id:
        raise Conflict("Không tự khóa hoặc cấp lại mật khẩu cho chính mình tại đây.")
    rows = db.session.query(RoleGrant, Unit).join(Unit, Unit.id == RoleGrant.unit_id)
    for grant, unit in rows.filter(RoleGrant.user_id == user.id):
        _require_below(actor, grant.role, unit)


def forget_old_throttles() -> None:
    """Drop counters whose window is over; the end-of-day job calls it."""
    limit = clock.real_now() - WINDOW
    db.session.execute(
        update(LoginThrottle).where(LoginThrottle.window_started_at < limit).values(failures=0)
    )
