"""AES-GCM at rest and the blind index (domain.md section 15)."""

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from vneid_field.core.crypto import Keyring

RING = Keyring({"k1": b"a" * 32, "k2": b"b" * 32}, "k2", b"i" * 32)
NUMBER, LABEL = "092095001234", "citizen.citizen_id"


@given(st.text(max_size=40))
def test_what_was_encrypted_is_read_back(value):
    assert RING.decrypt(RING.encrypt(value, LABEL), LABEL) == value


def test_the_same_text_never_gives_the_same_bytes_and_never_shows():
    first, second = RING.encrypt(NUMBER, LABEL), RING.encrypt(NUMBER, LABEL)
    assert first != second
    assert NUMBER.encode() not in first


def test_one_changed_bit_anywhere_behind_the_key_id_raises():
    sealed = RING.encrypt(NUMBER, LABEL)
    for at in range(3, len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(InvalidTag):
            RING.decrypt(bytes(changed), LABEL)


def test_a_value_moved_to_another_column_raises():
    with pytest.raises(InvalidTag):
        RING.decrypt(RING.encrypt(NUMBER, LABEL), "citizen.phone")


def test_a_rotated_keyring_still_reads_old_values_and_writes_with_the_new_key():
    old = Keyring({"k1": b"a" * 32}, "k1", b"i" * 32)
    sealed = old.encrypt(NUMBER, LABEL)
    assert RING.decrypt(sealed, LABEL) == NUMBER
    assert RING.encrypt(NUMBER, LABEL).startswith(b"k2:")
    assert RING.blind_index(NUMBER, "citizen_id") == old.blind_index(NUMBER, "citizen_id")


def test_a_value_of_an_unknown_key_raises():
    stranger = Keyring({"k9": b"z" * 32}, "k9", b"i" * 32)
    with pytest.raises(KeyError):
        RING.decrypt(stranger.encrypt(NUMBER, LABEL), LABEL)


def test_the_blind_index_is_bound_to_text_label_and_key():
    index = RING.blind_index(NUMBER, "citizen_id")
    assert len(index) == 32
    assert index == RING.blind_index(NUMBER, "citizen_id")
    assert index != RING.blind_index(NUMBER, "phone")
    assert index != RING.blind_index("092095001235", "citizen_id")
    assert index != Keyring({"k1": b"a" * 32}, "k1", b"j" * 32).blind_index(NUMBER, "citizen_id")
