"""How often a login may fail, and who is spared for the slips of others (docs/adr/014)."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from vneid_field.accounts.models import KnownPlace, LoginThrottle
from vneid_field.core import clock
from vneid_field.core.errors import TooMany
from vneid_field.extensions import db

WINDOW = timedelta(minutes=15)
KNOWN_FOR = timedelta(days=60)  # a campaign
# Failures allowed in a window: of a name at an address, of a name anywhere, of all names at an
# address; how many names may be failing there. Who came in at last does not count at an address.
# "own": of the current password, asked again where it is changed.
LIMITS = {"pair": 5, "name": 20, "address": 200, "names": 100, "own": 5}


@dataclass(frozen=True)
class Attempt:
    """Who tries to log in and from where; stored only as keyed hashes."""

    login_name: str
    address: str
    secret: str

    @cached_property
    def pair(self) -> str:
        """The key of this name at this address."""
        return _key(self.secret, "pair", f"{self.login_name}|{_place(self.address)}")

    @cached_property
    def name(self) -> str:
        """The key of this name, wherever it is tried."""
        return _key(self.secret, "name", self.login_name)

    @cached_property
    def place(self) -> str:
        """The key of this address."""
        return _key(self.secret, "address", _place(self.address))


def _key(secret: str, kind: str, text: str) -> str:
    return hmac.digest(secret.encode(), f"{kind}:{text}".encode(), hashlib.sha256).hex()


def _place(address: str) -> str:
    """An IPv6 subscriber has 2^64 addresses: the network stands for all of them."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
    return address


@dataclass(frozen=True)
class Gate:
    """What an attempt meets: `is_shut` even to the right password; `minutes` to wait, 0 for none.

    Open with minutes is a known place while others fail: a wrong password is then answered as if
    it were shut, so that nobody learns which names are known there.
    """

    is_shut: bool = False
    minutes: int = 0

    def refuse(self) -> None:
        """Raise TooMany when there is something to wait for."""
        if self.minutes:
            raise TooMany(f"Nhập sai quá nhiều lần. Hãy thử lại sau {self.minutes} phút.")


def look(attempt: Attempt) -> Gate:
    """Say how an attempt is met."""
    now = clock.real_now()
    others = _minutes_for_others(attempt, now)
    own = _minutes(_live(attempt.pair, now), LIMITS["pair"], now)
    if own:
        return Gate(is_shut=True, minutes=others or own)
    return Gate(is_shut=bool(others) and not _is_known(attempt, now), minutes=others)


def _minutes_for_others(attempt: Attempt, now: datetime) -> int:
    query = select(
        func.count(), func.sum(LoginThrottle.failures), func.max(LoginThrottle.window_started_at)
    ).where(
        LoginThrottle.address_key == attempt.place, LoginThrottle.window_started_at > now - WINDOW
    )
    names, failures, newest = db.session.execute(query).one()
    if names >= LIMITS["names"] or (failures or 0) >= LIMITS["address"]:
        return _wait(newest, now)
    return _minutes(_live(attempt.name, now), LIMITS["name"], now)


def _live(key: str, now: datetime) -> tuple[int, datetime]:
    query = select(LoginThrottle.failures, LoginThrottle.window_started_at)
    row = db.session.execute(
        query.where(LoginThrottle.key == key, LoginThrottle.window_started_at > now - WINDOW)
    ).first()
    return (row[0], row[1]) if row else (0, now)


def _minutes(live: tuple[int, datetime], limit: int, now: datetime) -> int:
    failures, began = live
    return _wait(began, now) if failures >= limit else 0


def _wait(began: datetime, now: datetime) -> int:
    return int((began + WINDOW - now).total_seconds() // 60) + 1


def _is_known(attempt: Attempt, now: datetime) -> bool:
    row = db.session.get(KnownPlace, attempt.pair)
    return row is not None and row.seen_at > now - KNOWN_FOR


def note_failure(attempt: Attempt) -> None:
    """Count a failed login; the caller has rolled back and commits this alone."""
    _count(attempt.pair, attempt.place)
    _count(attempt.name, None)


def _count(key: str, address_key: str | None) -> None:
    """One statement, so that several at once are all counted."""
    now = clock.real_now()
    statement = _insert(LoginThrottle).values(
        key=key, address_key=address_key, failures=1, window_started_at=now
    )
    is_over = LoginThrottle.window_started_at <= now - WINDOW
    new = statement.excluded
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "failures": case((is_over, 1), else_=LoginThrottle.failures + 1),
                "window_started_at": case(
                    (is_over, new.window_started_at), else_=LoginThrottle.window_started_at
                ),
            },
        )
    )


def _insert(table: Any) -> Any:
    is_postgresql = db.engine.dialect.name == "postgresql"
    return postgresql.insert(table) if is_postgresql else sqlite.insert(table)


def note_success(attempt: Attempt) -> None:
    """After the right password: earlier slips here are forgotten and the place is known."""
    db.session.execute(delete(LoginThrottle).where(LoginThrottle.key == attempt.pair))
    statement = _insert(KnownPlace).values(key=attempt.pair, seen_at=clock.real_now())
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["key"], set_={"seen_at": statement.excluded.seen_at}
        )
    )


def look_at_own(user_id: int, secret: str) -> Gate:
    """Say how a guess at the current password of a logged-in account is met."""
    now = clock.real_now()
    minutes = _minutes(_live(_key(secret, "own", str(user_id)), now), LIMITS["own"], now)
    return Gate(is_shut=minutes > 0, minutes=minutes)


def note_own_failure(user_id: int, secret: str) -> None:
    """Count a wrong current password; the caller has rolled back and commits this alone."""
    _count(_key(secret, "own", str(user_id)), None)


def note_own_success(user_id: int, secret: str) -> None:
    """Forget the slips before the right one."""
    key = _key(secret, "own", str(user_id))
    db.session.execute(delete(LoginThrottle).where(LoginThrottle.key == key))


def forget_old_throttles() -> None:
    """Drop counters whose window is over and places not seen for long; nightly."""
    now = clock.real_now()
    db.session.execute(delete(LoginThrottle).where(LoginThrottle.window_started_at < now - WINDOW))
    db.session.execute(delete(KnownPlace).where(KnownPlace.seen_at < now - KNOWN_FOR))
