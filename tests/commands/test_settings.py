"""A wrong value of the environment is one sentence, never a traceback and never a new key."""

import json
import subprocess
import sys

import pytest

from tests.browser import ROOT
from vneid_field.config import ConfigurationError, load


def run(instance, *command, **environment):
    """Run the console command in a folder; returns exit code, output and errors."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "vneid_field.cli", *command],
        cwd=ROOT,
        env={"VNEID_INSTANCE": str(instance), "PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout, done.stderr


def refused(instance, *command, **environment):
    """Run a command that must be refused in one line; returns the line."""
    code, _output, errors = run(instance, *command, **environment)
    assert code != 0
    assert "Traceback" not in errors
    assert len(errors.strip().splitlines()) == 1, errors
    return errors.strip()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "²"),
        ("PORT", "0"),
        ("PUBLIC_URL", "https://[bad"),
        ("PUBLIC_URL", "https://vneid.example:99999"),
        ("PUBLIC_URL", "vneid.example"),
        ("DATABASE_URL", "sqlite:////khong/co/vneid.db"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "postgresql+psycopg://vneid@may:cong/vneid"),
        ("VNEID_INSTANCE", "/etc/passwd"),
        ("VNEID_INSTANCE", "/etc/passwd/x"),
        ("VNEID_INSTANCE", "/proc/khong-ghi-duoc"),
    ],
)
def test_a_wrong_value_names_its_variable(tmp_path, name, value):
    with pytest.raises(ConfigurationError, match=name):
        load({"VNEID_INSTANCE": str(tmp_path / "inst"), name: value})
    assert not (tmp_path / "inst").exists()  # nothing is made before all is right


def test_an_empty_value_is_the_default(tmp_path):
    names = ("HOST", "PORT", "PUBLIC_URL", "DATABASE_URL", "VNEID_MODE", "VNEID_CAMPAIGN")
    settings = load({"VNEID_INSTANCE": str(tmp_path), **dict.fromkeys(names, "")})
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.campaign_code == "KH128"


def test_an_address_of_version_six_is_bracketed(tmp_path):
    assert load({"VNEID_INSTANCE": str(tmp_path), "HOST": "::1"}).public_url == "http://[::1]:8000"


@pytest.mark.parametrize(
    "change",
    [
        lambda stored: [],
        lambda stored: {},
        lambda stored: stored | {"data_keys": []},
        lambda stored: stored | {"data_keys": {}},
        lambda stored: stored | {"data_keys": {"k1": ""}},
        lambda stored: stored | {"data_keys": {"k1": 7}},
        lambda stored: stored | {"data_keys": stored["data_keys"] | {"k2": "ngắn"}},
        lambda stored: stored | {"current": "k9"},
        lambda stored: stored | {"index_key": ""},
        lambda stored: stored | {"index_key": None},
        lambda stored: stored | {"secret_key": ""},
        lambda stored: stored | {"secret_key": ["a"] * 40},
    ],
)
def test_broken_keys_are_refused_and_not_repeated(tmp_path, change):
    load({"VNEID_INSTANCE": str(tmp_path)})
    path = tmp_path / "keys.json"
    stored = json.loads(path.read_text())
    path.write_text(json.dumps(change(stored)))
    with pytest.raises(ConfigurationError, match="khôi phục") as refusal:
        load({"VNEID_INSTANCE": str(tmp_path)})
    assert stored["secret_key"] not in str(refusal.value)
    assert stored["index_key"] not in str(refusal.value)


def test_help_and_reading_commands_make_no_keys(tmp_path):
    instance = tmp_path / "inst"
    assert run(instance, "figures", "--help")[0] == 0
    assert run(instance, "init", "--help")[0] == 0
    assert "chưa có khóa" in refused(instance, "figures", "--unit", "92", "--on", "2023-07-04")
    assert not instance.exists()


def test_the_folder_and_the_database_are_for_their_owner_alone(tmp_path):
    instance = tmp_path / "inst"
    assert run(instance, "db", "upgrade")[0] == 0
    assert instance.stat().st_mode & 0o777 == 0o700
    loose = {one.name for one in instance.iterdir() if one.stat().st_mode & 0o077}
    assert loose == set()


def test_an_empty_folder_made_by_hand_is_closed(tmp_path):
    instance = tmp_path / "inst"
    instance.mkdir(mode=0o755)
    load({"VNEID_INSTANCE": str(instance)})
    assert instance.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("command", [("db", "upgrade"), ("serve",)])
def test_a_database_that_does_not_answer_is_one_sentence(tmp_path, command):
    url = "postgresql+psycopg://vneid:bi-mat@127.0.0.1:1/vneid"
    errors = refused(tmp_path, *command, DATABASE_URL=url, PORT="8118")
    assert "DATABASE_URL" in errors
    assert "bi-mat" not in errors


def test_a_file_that_is_no_database_is_one_sentence(tmp_path):
    load({"VNEID_INSTANCE": str(tmp_path)})
    (tmp_path / "rac.db").write_text("không phải cơ sở dữ liệu " * 100)
    url = f"sqlite:///{tmp_path / 'rac.db'}"
    assert "không phải cơ sở dữ liệu SQLite" in refused(
        tmp_path, "recount", "--check", DATABASE_URL=url
    )
