"""The operations guide says what the code does: settings, and a restore that was rehearsed."""

from pathlib import Path

from vneid_field.config import VARIABLES

GUIDE = Path(__file__).resolve().parents[1] / "docs" / "operations.md"


def test_the_table_of_settings_is_the_codes():
    text = GUIDE.read_text()
    for name, default, meaning in VARIABLES:
        assert f"| {name} | {default} | {meaning} |" in text, name
