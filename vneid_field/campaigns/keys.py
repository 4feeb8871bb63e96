"""Do the keys open this database, and may this mode run on it? Asked at every start."""

from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, inspect, text

from vneid_field.core.crypto import keyring

_LABEL = "key_check"
_KNOWN = "khóa này mở được cơ sở dữ liệu này"


def check_row() -> dict[str, Any]:
    """Return the row of key_check: a constant under the data key, and under the index key."""
    keys = keyring()
    return {
        "id": 1,
        "sealed": keys.encrypt(_KNOWN, _LABEL),
        "indexed": keys.blind_index(_KNOWN, _LABEL),
    }


def _opens(sealed: bytes, indexed: bytes, label: str, index_label: str) -> bool:
    try:
        opened = keyring().decrypt(sealed, label)
    except (KeyError, InvalidTag, ValueError):
        return False
    return keyring().blind_index(opened, index_label) == bytes(indexed)


def keys_fit(connection: Connection) -> bool:
    """Say whether the keys open what is stored: the check value, else any citizen.

    A database that holds neither takes any keys.
    """
    tables = set(inspect(connection).get_table_names())
    for table, sealed, indexed, label, index_label in (
        ("key_check", "sealed", "indexed", _LABEL, _LABEL),
        ("citizen", "citizen_id", "citizen_id_index", "citizen.citizen_id", "citizen_id"),
    ):
        if table not in tables:
            continue
        query = f"SELECT {sealed}, {indexed} FROM {table} ORDER BY id LIMIT 1"  # noqa: S608
        row = connection.execute(text(query)).first()
        if row is not None:
            return _opens(row[0], row[1], label, index_label)
    return True


def holds_demo(connection: Connection) -> bool:
    """Say whether a campaign of the database is a demo."""
    if not inspect(connection).has_table("campaign"):
        return False
    query = text("SELECT count(*) FROM campaign WHERE is_demo")
    return bool(connection.execute(query).scalar())
