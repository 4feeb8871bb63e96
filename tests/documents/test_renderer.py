"""What stops a paper rather than print it wrong, and what happens to what people type."""

import io

import pdfplumber
import pytest

from tests.documents import make
from vneid_field.documents.render import RenderError, pdf_from_html, render_paper, render_pdf


def test_a_missing_image_stops_the_paper():
    with pytest.raises(RenderError, match=r"missing\.png"):
        pdf_from_html('<html lang="vi"><title>t</title><img src="missing.png" alt="x">')


@pytest.mark.parametrize(
    "address", ["https://example.com/a.png", "file:///etc/hostname", "../css/a.css"]
)
def test_nothing_outside_static_pdf_is_read(address):
    with pytest.raises(RenderError):
        pdf_from_html(f'<html lang="vi"><title>t</title><img src="{address}" alt="x">')


def test_a_foreign_font_stops_the_paper():
    with pytest.raises(RenderError, match="Liberation Serif"):
        pdf_from_html(
            '<html lang="vi"><title>t</title><style>p { font-family: "Liberation Sans" }</style><p>a'
        )


def test_a_mistake_in_a_style_stops_the_paper():
    with pytest.raises(RenderError):
        pdf_from_html('<html lang="vi"><title>t</title><style>p { colour: red }</style><p>a')


def test_a_name_that_the_context_lacks_stops_the_paper():
    with pytest.raises(Exception, match="paper"):
        render_pdf("team_daily/page.html", {}, title="t", footer=make.make_footer())


def test_what_people_type_is_escaped_and_pictographs_become_squares():
    paper = make.make_team_daily(
        difficulties=("<b>Mất sóng</b> \U0001f600 & \u200bhết", "Thuy\u0301 về")
    )
    with pdfplumber.open(io.BytesIO(render_paper(paper, make.make_footer()))) as pdf:
        text = pdf.pages[0].extract_text()
    assert "<b>Mất sóng</b> □ & hết." in text
    assert "Thuý về." in text
