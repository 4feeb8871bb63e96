"""Text on the phone's frame is large enough for sunlight (screens.md: 18 px, never below 16)."""

import re
from pathlib import Path

CSS = Path(__file__).resolve().parents[2] / "static" / "css" / "app.css"


def test_the_labels_of_the_tabs_are_at_least_16_px():
    rule = re.search(r"^\.tabs a \{([^}]*)\}", CSS.read_text(), re.M)[1]
    assert int(re.search(r"font-size: (\d+)px", rule)[1]) >= 16
