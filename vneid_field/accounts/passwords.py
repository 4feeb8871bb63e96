"""Password hashes (argon2id) and temporary passwords."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's minimum for argon2id: 19 MiB, 2 passes; a login costs about 30 ms on a small machine.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))
# No letters or digits that people confuse when they copy from paper.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
SHORTEST = 10  # characters of a password that a person chooses


def hash_password(password: str) -> str:
    """Return the argon2id hash."""
    return _HASHER.hash(password)


def verify_password(password_hash: str | None, password: str) -> bool:
    """Check a password; None (no such user) costs the same time and is False."""
    try:
        return _HASHER.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def make_temporary_password() -> str:
    """Return a random password like "kmpt-4x7r-wq9d" (58 bits)."""
    letters = "".join(secrets.choice(_READABLE) for _ in range(12))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


@dataclass(frozen=True, slots=True)
class Temporary:
    """A temporary password and its hash; neither shows in a repr."""

    secret: str = field(repr=False)
    hash: str = field(repr=False)


def make_temporaries(count: int) -> list[Temporary]:
    """Return temporary passwords with their hashes, for many accounts at once.

    Hashing is slow on purpose (about 30 ms each) and releases the interpreter's lock, so it
    runs on two cores; callers do it before they begin to write.
    """
    found = [make_temporary_password() for _ in range(count)]
    with ThreadPoolExecutor(max_workers=2) as pool:
        return [
            Temporary(*pair) for pair in zip(found, pool.map(hash_password, found), strict=True)
        ]
