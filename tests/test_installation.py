"""A server starts only on a database of its own keys, and never on a demo's in production."""

import shutil
import subprocess
import sys

import pytest

from tests.browser import Server
from tests.conftest import on_both
from tests.databases import make_app
from vneid_field.config import DEMO_DATA, LOST_KEYS, WRONG_KEYS, WrongDatabase, load
from vneid_field.core.crypto import Keyring, use_keyring
from vneid_field.extensions import db

OTHER_KEYS = Keyring({"t1": b"x" * 32}, "t1", b"i" * 32)
OTHER_INDEX = Keyring({"t1": b"d" * 32}, "t1", b"x" * 32)
UNKNOWN_ID = Keyring({"t2": b"d" * 32}, "t2", b"i" * 32)


def url_of(app):
    return app.config["SETTINGS"].database_url


@on_both
@pytest.mark.parametrize("keys", [OTHER_KEYS, OTHER_INDEX, UNKNOWN_ID])
def test_keys_that_do_not_open_the_database_are_refused(app, keys):
    own = app.config["SETTINGS"].keys
    try:
        with pytest.raises(WrongDatabase, match="khôi phục"):
            make_app(url_of(app), keys=keys)
    finally:
        use_keyring(own)
    make_app(url_of(app))


def test_a_database_from_before_the_check_value_is_known_by_its_people(app, arrange):
    with arrange():
        db.session.execute(db.text("drop table key_check"))
    own = app.config["SETTINGS"].keys
    try:
        with pytest.raises(WrongDatabase):
            make_app(url_of(app), keys=OTHER_KEYS)
    finally:
        use_keyring(own)


@on_both
def test_production_refuses_a_demos_database(app, arrange):
    make_app(url_of(app), is_production=True)
    with arrange() as world:
        world.campaign.is_demo = True
    with pytest.raises(WrongDatabase) as refusal:
        make_app(url_of(app), is_production=True)
    assert str(refusal.value) == DEMO_DATA


def test_lost_keys_are_never_replaced_beside_a_filled_database(tmp_path):
    def run(*command):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "vneid_field.cli", *command],
            env=server.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stderr.strip()

    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir(mode=0o700)
    server = Server(old)
    assert run("db", "upgrade")[0] == 0
    (old / "keys.json").unlink()
    assert run("recount", "--check") == (1, f"Cấu hình chưa đúng. {LOST_KEYS}")
    assert not (old / "keys.json").exists()
    load({"VNEID_INSTANCE": str(new)})  # makes keys of its own
    shutil.copy2(new / "keys.json", old / "keys.json")
    assert run("serve") == (1, f"Cấu hình chưa đúng. {WRONG_KEYS}")
