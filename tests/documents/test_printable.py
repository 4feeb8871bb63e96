"""What a paper can print of a text."""

import pytest
from markupsafe import escape

from vneid_field.documents.render import pdf_from_html, printable


@pytest.mark.parametrize("control", ["\x00", "\x01", "\x0b", "\x1f", "\x7f", "\x85"])
def test_a_control_character_in_a_remark_does_not_stop_a_paper(control):
    assert printable(f"goi lai{control}") == "goi lai"  # ASCII alone
    assert printable(f"gọi lại{control}") == "gọi lại"


def test_words_hyphen_that_does_not_break_is_a_hyphen():
    assert printable("ca 3\u20114 giờ") == "ca 3-4 giờ"


def test_every_letter_that_stays_can_be_drawn_in_every_face():
    letters = [chr(n) for n in range(0x21, 0x10000) if not 0xD800 <= n < 0xE000]
    kept = "".join(one for one in letters if printable(one) == one)
    assert len(kept) > 700
    text = escape(kept)
    faces = ("", "font-weight: bold", "font-style: italic", "text-transform: uppercase",
             "font: italic bold 13pt Liberation Serif")  # fmt: skip
    body = "".join(f'<p style="overflow-wrap: anywhere; {face}">{text}</p>' for face in faces)
    assert pdf_from_html(f'<html lang="vi"><title>a</title><body>{body}</body></html>')
