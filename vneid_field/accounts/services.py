"""Logging in and out, making and disabling accounts."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from vneid_field.accounts import passwords, rules
from vneid_field.accounts.guessing import is_guessable
from vneid_field.accounts.labels import LOGIN_STEMS, ROLE_LABELS
from vneid_field.accounts.models import RoleGrant, User
from vneid_field.accounts.queries import find_user_by_login, has_namesake, list_taken_logins
from vneid_field.accounts.throttle import Gate
from vneid_field.audit.services import record
from vneid_field.core import clock
from vneid_field.core.access import Actor, Role
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.extensions import db
from vneid_field.units.models import Unit

WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."


def prove(*, login_name: str, password: str) -> str | None:
    """Return the hash of the account that a password opens, None when it opens none.

    Slow on purpose, and as slow for a name that nobody has. Call it while others may write.
    """
    user = find_user_by_login(login_name)
    held = user.password_hash if user else None
    return held if passwords.verify_password(held, password) else None


def log_in(*, login_name: str, proven: str | None, gate: Gate, now: datetime) -> User:
    """Return the user whose hash `prove` returned and who bears it still.

    Raises DomainError with one sentence for every kind of failure.
    """
    user = find_user_by_login(login_name)
    if gate.is_shut:
        gate.refuse()
    is_right = user is not None and proven is not None and user.password_hash == proven
    if user is None or not is_right or not is_usable(user, now):
        gate.refuse()
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


class WrongPassword(DomainError):
    """The current password, asked again, was not right: a guess to be counted."""


def change_password(*, actor: Actor, user: User, old: str, new: str, gate: Gate) -> None:
    """Set the own password; other sessions end. Raises DomainError."""
    gate.refuse()
    if not passwords.verify_password(user.password_hash, old):
        raise WrongPassword("Mật khẩu hiện tại không đúng.")
    if new == old:
        raise DomainError("Mật khẩu mới phải khác mật khẩu hiện tại.")
    _refuse_weak(new, user)
    user.password_hash = passwords.hash_password(new)
    user.must_change_password = False
    user.session_epoch += 1
    record("account.password_changed", actor=actor, subject_kind="user", subject_id=user.id)
    db.session.flush()


def _refuse_weak(password: str, user: User) -> None:
    if len(password) < passwords.SHORTEST:
        raise DomainError(f"Mật khẩu mới cần ít nhất {passwords.SHORTEST} ký tự.")
    if user.login_name.lower() in password.lower():
        raise DomainError("Mật khẩu mới không được chứa tên đăng nhập.")
    if is_guessable(password, (user.display_name, user.login_name)):
        raise DomainError(
            "Mật khẩu mới dễ đoán: dãy số hoặc dãy phím liền nhau, số điện thoại, tên người, "
            "từ quá quen thuộc. Hãy ghép vài từ không liên quan với nhau."
        )


def _require_below(actor: Actor | None, role: Role, unit: Unit) -> None:
    if actor is not None and not rules.is_below(actor, [(role, unit.path)]):
        raise NotFound("Tài khoản này không thuộc phạm vi được tạo của đơn vị.")


def suggest_login(role: Role, unit: Unit) -> str:
    """Return a free login name made from the role and the unit's code."""
    stem = LOGIN_STEMS[role]
    return rules.free_login(stem, unit.code, list_taken_logins([stem]))


def refuse_namesake(display_name: str, role: Role, unit: Unit) -> None:
    """Raise Conflict when such an account is there: the page was sent twice, or a real namesake."""
    if has_namesake(display_name, role, unit.id):
        raise Conflict(
            f"“{display_name}” đã có tài khoản với vai trò này ở “{unit.name}”. "
            "Nếu là người khác cùng tên, hãy tự đặt tên đăng nhập."
        )


def _require_suits(role: Role, unit: Unit) -> None:
    if not rules.suits(role, unit.kind) or not unit.is_active:
        raise DomainError(f"Vai trò “{ROLE_LABELS[role]}” không đặt ở đơn vị “{unit.name}”.")


def _check_new(login_name: str, display_name: str, role: Role, unit: Unit) -> None:
    if not display_name:
        raise DomainError("Thiếu họ và tên.")
    _require_suits(role, unit)
    if not rules.is_login_name(login_name):
        raise DomainError(
            "Tên đăng nhập gồm 3–60 ký tự: chữ thường không dấu, chữ số, dấu chấm, gạch nối."
        )
    if find_user_by_login(login_name):
        raise Conflict(f"Tên đăng nhập “{login_name}” đã có người dùng, hãy chọn tên khác.")


def create_account(
    *,
    actor: Actor | None,
    login_name: str = "",
    display_name: str,
    role: Role,
    unit: Unit,
    password: str | None = None,
    password_hash: str | None = None,
    temporary: passwords.Temporary | None = None,
    team_member_id: int | None = None,
    expires_at: datetime | None = None,
) -> tuple[User, str]:
    """Make an account with one grant; returns it and its (temporary) password.

    Without a login name one is made from the unit's code. Raises Conflict when the login name is
    taken, NotFound when role or unit is not below the actor, DomainError when they do not go
    together. A password that was not given is temporary (`temporary` when it was hashed before)
    and must be changed at the first login; `password_hash` takes over an existing hash.
    """
    _require_below(actor, role, unit)
    login_name = login_name.strip().lower() or suggest_login(role, unit)
    _check_new(login_name, display_name, role, unit)
    is_temporary = password is None and password_hash is None
    if is_temporary:
        temporary = temporary or passwords.make_temporaries(1)[0]
        password, password_hash = temporary.secret, temporary.hash
    user = User(
        login_name=login_name,
        display_name=display_name,
        password_hash=password_hash or passwords.hash_password(password or ""),
        must_change_password=is_temporary,
        created_at=clock.now(),
        created_by=actor.user_id if actor else None,
        team_member_id=team_member_id,
        expires_at=expires_at,
    )
    _store(user, f"Tên đăng nhập “{login_name}” vừa có người dùng, hãy chọn tên khác.")
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
    return user, password or ""


def _store(row: User | RoleGrant, refusal: str) -> None:
    """Add a row; another process may have stored its like a moment ago: Conflict."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        raise Conflict(refusal) from error


def give_role(
    *, actor: Actor, user: User, role: Role, unit: Unit, volunteers_end_at: datetime | None
) -> None:
    """Give an account below the actor one more role on a unit; its sessions end.

    Raises NotFound when the account, the role or the unit is not below the actor, DomainError
    when role and unit do not go together, Conflict for a closed account or a role held already.
    """
    _require_grants_below(actor, user)
    _require_below(actor, role, unit)
    _require_suits(role, unit)
    if not user.is_active:
        raise Conflict("Tài khoản đang khóa. Hãy mở lại trước khi thêm vai trò.")
    held = f"Người này đã là “{ROLE_LABELS[role]}” ở “{unit.name}”."
    if (role, unit.id) in {(one.role, one.unit_id) for one in _grants_of(user)}:
        raise Conflict(held)
    _store(RoleGrant(user_id=user.id, role=role, unit_id=unit.id), held)
    _end_role_change(actor, user, "account.granted", (role, unit.id), volunteers_end_at)


def take_role(
    *, actor: Actor, user: User, grant_id: int, volunteers_end_at: datetime | None
) -> None:
    """Take one role from an account below the actor; its sessions end.

    Raises NotFound, and Conflict for the last role: such an account is closed instead.
    """
    _require_grants_below(actor, user)
    # Two people who take a role each at once would leave none.
    db.session.refresh(user, ["session_epoch"], with_for_update=True)
    grants = {one.id: one for one in _grants_of(user)}
    if len(grants) == 1:
        raise Conflict("Đây là vai trò duy nhất của tài khoản. Hãy khóa tài khoản thay vì thu.")
    if grant_id not in grants:
        raise NotFound
    taken = grants[grant_id]
    what = (taken.role, taken.unit_id)
    db.session.delete(taken)
    db.session.flush()
    _end_role_change(actor, user, "account.role_taken", what, volunteers_end_at)


def _grants_of(user: User) -> list[RoleGrant]:
    return list(db.session.scalars(select(RoleGrant).where(RoleGrant.user_id == user.id)))


def _end_role_change(
    actor: Actor,
    user: User,
    event: str,
    what: tuple[Role, int],
    volunteers_end_at: datetime | None,
) -> None:
    """An account that only volunteers ends with the campaign; another one does not."""
    expires = all(one.role in rules.ROLES_THAT_EXPIRE for one in _grants_of(user))
    user.expires_at = volunteers_end_at if expires else None
    user.session_epoch += 1
    role, unit_id = what
    record(
        event,
        actor=actor,
        subject_kind="user",
        subject_id=user.id,
        role=role.value,
        unit_id=unit_id,
    )
    db.session.flush()


def disable_account(*, actor: Actor, user: User) -> None:
    """Close an account that the actor may close and end its sessions; raises NotFound, Conflict."""
    _require_grants_below(actor, user, rules.may_close)
    user.is_active = False
    user.disabled_at = clock.now()
    user.session_epoch += 1
    record("account.disabled", actor=actor, subject_kind="user", subject_id=user.id)
    db.session.flush()


def disable_accounts_of(*, actor: Actor, unit: Unit) -> int:
    """Close the accounts that have no grant but on a unit that was closed; returns how many."""
    elsewhere = select(RoleGrant.user_id).where(RoleGrant.unit_id != unit.id)
    here = select(RoleGrant.user_id).where(RoleGrant.unit_id == unit.id)
    query = select(User).where(
        User.id.in_(here), User.id.not_in(elsewhere), User.is_active.is_(True)
    )
    users = list(db.session.scalars(query.order_by(User.id)))
    for user in users:
        disable_account(actor=actor, user=user)
    return len(users)


def enable_account(*, actor: Actor, user: User) -> None:
    """Open a closed account again, by whoever may close it."""
    _require_grants_below(actor, user, rules.may_close)
    user.is_active = True
    user.disabled_at = None
    record("account.enabled", actor=actor, subject_kind="user", subject_id=user.id)
    db.session.flush()


def reset_password(*, actor: Actor | None, user: User) -> str:
    """Give an account below the actor a temporary password; returns it, stored nowhere.

    Without an actor the machine's owner acts: nobody stands above the city police.
    """
    if actor is not None:
        _require_grants_below(actor, user)
    secret = passwords.make_temporary_password()
    user.password_hash = passwords.hash_password(secret)
    user.must_change_password = True
    user.session_epoch += 1
    record("account.password_reset", actor=actor, subject_kind="user", subject_id=user.id)
    db.session.flush()
    return secret


def _require_grants_below(
    actor: Actor,
    user: User,
    may: Callable[[Actor, list[tuple[Role, str]]], bool] = rules.is_below,
) -> None:
    rows = db.session.execute(
        select(RoleGrant.role, Unit.path)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .where(RoleGrant.user_id == user.id)
    )
    held = [(role, path) for role, path in rows]
    if user.id == actor.user_id:
        raise Conflict("Không tự sửa tài khoản của chính mình tại đây.")
    if not may(actor, held):
        raise NotFound("Tài khoản này không thuộc phạm vi được tạo của đơn vị.")


def move_expiry(before: datetime, after: datetime) -> None:
    """Let the accounts that end with the campaign end with its new last day."""
    db.session.execute(update(User).where(User.expires_at == before).values(expires_at=after))
