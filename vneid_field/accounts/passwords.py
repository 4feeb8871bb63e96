"""Password hashes (argon2id), temporary passwords and what a password must be."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's minimum for argon2id: 19 MiB, 2 passes; a login costs about 30 ms on a small machine.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))
# No letters or digits that people confuse when they copy from paper.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
SHORTEST = 10


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


def is_too_weak(password: str, login_name: str) -> bool:
    """Say whether a password is too short, one repeated letter, or holds the login name."""
    lowered = password.lower()
    return len(password) < SHORTEST or len(set(lowered)) < 5 or login_name.lower() in lowered
