"""Which role sits on which kind of unit, who is below whom, what a login name looks like."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

from vneid_field.core.access import ROLES_BELOW, Actor, Role
from vneid_field.units.rules import SEGMENT, TEAM_KINDS, UnitKind

KINDS_OF_ROLE: Mapping[Role, tuple[UnitKind, ...]] = {
    Role.VOLUNTEER: TEAM_KINDS,
    Role.TEAM_LEADER: TEAM_KINDS,
    Role.COLLECTION_OFFICER: (UnitKind.COLLECTION_POINT,),
    Role.BEAT_OFFICER: (UnitKind.HAMLET,),
    Role.COMMUNE_POLICE: (UnitKind.COMMUNE,),
    Role.COMMUNE_COMMITTEE: (UnitKind.COMMUNE,),
    Role.DISTRICT_POLICE: (UnitKind.DISTRICT,),
    Role.DISTRICT_COMMITTEE: (UnitKind.DISTRICT,),
    Role.CITY_POLICE: (UnitKind.CITY,),
    Role.CITY_COMMITTEE: (UnitKind.CITY,),
    Role.ADMINISTRATOR: (UnitKind.CITY, UnitKind.DISTRICT, UnitKind.COMMUNE),
}
# Their accounts end with the campaign (domain.md section 15).
ROLES_THAT_EXPIRE = frozenset({Role.VOLUNTEER})
IDLE = timedelta(minutes=45)  # a desk in an office: the session ends when nobody is there
ABSOLUTE = timedelta(hours=12)
REMEMBERED = timedelta(days=60)  # a volunteer's own phone, for the campaign
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,59}")


def suits(role: Role, kind: UnitKind) -> bool:
    """Say whether a role may be granted on a unit of this kind."""
    return kind in KINDS_OF_ROLE[role]


def roles_to_give(actor: Actor) -> list[Role]:
    """Return the roles the actor may make accounts for, in the order of `Role`."""
    allowed = ROLES_BELOW.get(actor.role, frozenset())
    return [role for role in Role if role in allowed]


def is_below(actor: Actor, grants: Iterable[tuple[Role, str]]) -> bool:
    """Say whether every (role, unit path) lies below the actor; False when there is none."""
    held = list(grants)
    allowed = ROLES_BELOW.get(actor.role, frozenset())
    return bool(held) and all(
        role in allowed and actor.scope.covers(path) and _is_own_desk(actor, role, path)
        for role, path in held
    )


def kinds_to_give(actor: Actor, role: Role) -> tuple[UnitKind, ...]:
    """Return the kinds of unit on which the actor may give a role."""
    return (UnitKind.SUPPORT_TEAM,) if _is_desk(actor, role) else KINDS_OF_ROLE[role]


def _is_desk(actor: Actor, role: Role) -> bool:
    return actor.role is Role.DISTRICT_POLICE and role is Role.TEAM_LEADER


def _is_own_desk(actor: Actor, role: Role, path: str) -> bool:
    """A district's team leaders are those of its fixed support teams: right below it, no commune
    between (III.4.đ)."""
    own = actor.unit.unit_path
    return not _is_desk(actor, role) or len(path) == len(own) + SEGMENT


def may_close(actor: Actor, grants: Iterable[tuple[Role, str]]) -> bool:
    """Say whether the actor may close and open an account: those below, and for the administrator
    every account of the scope, since closing opens nothing (a lost phone, an incident)."""
    held = list(grants)
    if actor.role is Role.ADMINISTRATOR:
        return bool(held) and all(actor.scope.covers(path) for _role, path in held)
    return is_below(actor, held)


def is_login_name(text: str) -> bool:
    """Say whether a text may be a login name: a-z, 0-9, dot, hyphen, underscore; 3 to 60."""
    return _LOGIN.fullmatch(text) is not None


def free_login(stem: str, unit_code: str, taken: Collection[str]) -> str:
    """Return "stem.code", or with "-2", "-3" … behind it when that is taken."""
    base = f"{stem}.{unit_code}".lower()
    if base not in taken:
        return base
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"
