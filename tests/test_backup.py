"""Backup and restore as docs/operations.md tells it, with the figures compared."""

import shutil

from tests.browser import Server


def test_a_restored_backup_says_the_same_figures(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir(mode=0o700)
    new.mkdir(mode=0o700)
    serving, restored = Server(old), Server(new)
    serving.run("tests.make.journey_world")
    copy = tmp_path / "vneid.db"
    serving.run("vneid_field.cli", "db", "backup", str(copy))
    shutil.copy2(copy, new / "vneid.db")
    shutil.copy2(old / "keys.json", new / "keys.json")
    figures = ("vneid_field.cli", "figures", "--unit", "31120", "--on", "2023-07-04", "--json")
    assert serving.run(*figures) == restored.run(*figures)
    assert "khớp" in restored.run("vneid_field.cli", "recount", "--check")
