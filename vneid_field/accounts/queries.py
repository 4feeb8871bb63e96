"""Reading users and their grants."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from vneid_field.accounts.models import LoginSession, RoleGrant, User
from vneid_field.accounts.rules import ABSOLUTE, REMEMBERED
from vneid_field.core.access import Actor, Grant, Role, Scope, make_actor
from vneid_field.core.database import within
from vneid_field.core.text import search_key
from vneid_field.extensions import db
from vneid_field.units.models import Unit


def find_user_by_login(login_name: str) -> User | None:
    """Return the user of a login name (case does not matter), or None."""
    query = select(User).where(User.login_name == login_name.strip().lower())
    return db.session.scalar(query)


_WITH_GRANTS = (
    select(User)
    .join(User.grants)
    .join(RoleGrant.unit)
    .options(contains_eager(User.grants).contains_eager(RoleGrant.unit))
    .order_by(RoleGrant.id)
)
_OF_SESSION = _WITH_GRANTS.join(  # asked in every request: built once
    LoginSession, LoginSession.user_id == User.id
).where(
    LoginSession.id == bindparam("session_id"),
    LoginSession.ended_at.is_(None),
    LoginSession.epoch == User.session_epoch,
)


def find_user_with_grants(user_id: int) -> User | None:
    """Return a user with grants and their units in one statement, or None."""
    return db.session.scalars(_WITH_GRANTS.where(User.id == user_id)).unique().one_or_none()


def find_user_of_session(session_id: str) -> User | None:
    """Return the user of an open session with grants and units in one statement, or None."""
    return db.session.scalars(_OF_SESSION, {"session_id": session_id}).unique().one_or_none()


def list_open_sessions(user: User, now: datetime) -> list[LoginSession]:
    """Return the sessions of a user that a cookie could still open, the newest first."""
    query = select(LoginSession).where(
        LoginSession.user_id == user.id,
        LoginSession.epoch == user.session_epoch,
        LoginSession.ended_at.is_(None),
        or_(
            LoginSession.opened_at > now - ABSOLUTE,
            and_(LoginSession.is_remembered, LoginSession.opened_at > now - REMEMBERED),
        ),
    )
    newest = (LoginSession.opened_at.desc(), LoginSession.id)
    return list(db.session.scalars(query.order_by(*newest)))


def choices_of(user: User) -> list[RoleGrant]:
    """Return what a user loaded with grants may act as, one at a time.

    A role on a unit, where a beat officer's hamlets are one; not for a unit that was closed.
    """
    standing = [grant for grant in user.grants if grant.unit.is_active] or list(user.grants)
    beats = [grant for grant in standing if grant.role is Role.BEAT_OFFICER]
    return [grant for grant in standing if grant not in beats[1:]]


def actor_of(user: User, grant_id: int | None = None) -> Actor | None:
    """Return the actor of a user loaded with grants, as the grant chosen or the first one."""
    choices = choices_of(user)
    if not choices:
        return None
    chosen = next((grant for grant in choices if grant.id == grant_id), choices[0])
    is_beat = chosen.role is Role.BEAT_OFFICER
    held = [one for one in user.grants if one.role is chosen.role] if is_beat else [chosen]
    grants = tuple(
        Grant(g.role, g.unit_id, g.unit.path, g.unit.kind.value, g.unit.code, g.unit.name)
        for g in held
    )
    return make_actor(
        user_id=user.id,
        login_name=user.login_name,
        display_name=user.display_name,
        role=chosen.role,
        grants=grants,
        only_own_part=chosen.unit.only_own_part,
    )


def actor_by_login(login_name: str) -> Actor | None:
    """Return the actor of a login name: for commands and tests."""
    user = find_user_by_login(login_name)
    loaded = find_user_with_grants(user.id) if user else None
    return actor_of(loaded) if loaded else None


def list_members_with_accounts(unit_id: int) -> list[User]:
    """Return the active users granted on a team, by name: who may be given a part of a list."""
    inside = select(RoleGrant.user_id).where(RoleGrant.unit_id == unit_id)
    query = select(User).where(User.id.in_(inside), User.is_active.is_(True))
    return list(db.session.scalars(query.order_by(User.display_name, User.id)))


def units_open_to(user_id: int) -> Select[int]:
    """Return the SELECT of unit ids that a user may work in today: none when closed."""
    query = select(RoleGrant.unit_id).join(RoleGrant.user)
    return query.where(User.id == user_id, User.is_active.is_(True))


def accounts_query(
    scope: Scope, *, search: str = "", role: Role | None = None, is_active: bool | None = None
) -> Select[User]:
    """Return the SELECT of accounts granted on units of the scope, by login name.

    `search` looks in names without accents and in login names.
    """
    inside = select(RoleGrant.user_id).join(RoleGrant.unit).where(within(Unit.path, scope.paths))
    if role is not None:
        inside = inside.where(RoleGrant.role == role)
    query = select(User).where(User.id.in_(inside))
    if is_active is not None:
        query = query.where(User.is_active.is_(is_active))
    if key := search_key(search):
        query = query.where(
            or_(
                User.search_key.contains(key, autoescape=True),
                User.login_name.contains(key, autoescape=True),
            )
        )
    return query.options(selectinload(User.grants).joinedload(RoleGrant.unit)).order_by(
        User.login_name
    )


def list_roles_held(scope: Scope) -> set[Role]:
    """Return the roles that accounts hold on units of the scope."""
    query = select(RoleGrant.role).join(RoleGrant.unit).where(within(Unit.path, scope.paths))
    return set(db.session.scalars(query.distinct()))


def get_user(scope: Scope, user_id: int) -> User:
    """Return one account of the scope with its grants; raises NoResultFound."""
    return db.session.scalars(accounts_query(scope).where(User.id == user_id)).one()


def list_taken_logins(stems: Iterable[str]) -> set[str]:
    """Return the login names that begin with one of the stems: a name is unique city-wide."""
    begins = or_(*(User.login_name.startswith(stem, autoescape=True) for stem in stems))
    return set(db.session.scalars(select(User.login_name).where(begins)))


def has_namesake(display_name: str, role: Role, unit_id: int) -> bool:
    """Say whether an active account of that name, role and unit is there already."""
    query = (
        select(User.id)
        .join(User.grants)
        .where(
            User.is_active.is_(True),
            User.display_name == display_name,
            RoleGrant.role == role,
            RoleGrant.unit_id == unit_id,
        )
    )
    return db.session.scalar(query.limit(1)) is not None
