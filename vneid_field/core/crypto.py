"""Encryption of id numbers and phones, and their blind index (domain.md section 15)."""

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


@dataclass(frozen=True)
class Keyring:
    """Data keys by id (32 bytes each), the id that new values use, and the long-lived index key."""

    data_keys: Mapping[str, bytes]
    current: str
    index_key: bytes

    def encrypt(self, text: str, label: str) -> bytes:
        """Return key id, nonce and AES-GCM ciphertext; `label` binds it to its column."""
        return self.encrypt_bytes(text.encode(), label)

    def encrypt_bytes(self, raw: bytes, label: str) -> bytes:
        """As `encrypt`, for bytes."""
        nonce = os.urandom(_NONCE)
        sealed = _cipher(self.data_keys[self.current]).encrypt(nonce, raw, label.encode())
        return self.current.encode() + b":" + nonce + sealed

    def decrypt(self, blob: bytes, label: str) -> str:
        """Return the text; raises KeyError for an unknown key, InvalidTag for a changed value."""
        return self.decrypt_bytes(blob, label).decode()

    def decrypt_bytes(self, blob: bytes, label: str) -> bytes:
        """As `decrypt`, for bytes."""
        key_id, _, rest = bytes(blob).partition(b":")
        key = self.data_keys[key_id.decode()]
        return _cipher(key).decrypt(rest[:_NONCE], rest[_NONCE:], label.encode())

    def blind_index(self, text: str, label: str) -> bytes:
        """Return HMAC-SHA-256 of label and text: equal values meet, nothing can be read back."""
        return hmac.digest(self.index_key, f"{label}\0{text}".encode(), hashlib.sha256)


@lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


_active: Keyring | None = None


def use_keyring(keyring: Keyring) -> None:
    """Set the keys of this process; the application factory calls it once."""
    global _active
    _active = keyring


def keyring() -> Keyring:
    """Return the keys of this process."""
    if _active is None:
        raise RuntimeError("no keyring: create_app has not run")
    return _active
