"""What a paper can print of a text."""

import pytest

from vneid_field.documents.render import printable


@pytest.mark.parametrize("control", ["\x00", "\x01", "\x0b", "\x1f", "\x7f", "\x85"])
def test_a_control_character_in_a_remark_does_not_stop_a_paper(control):
    assert printable(f"goi lai{control}") == "goi lai"  # ASCII alone
    assert printable(f"gọi lại{control}") == "gọi lại"
