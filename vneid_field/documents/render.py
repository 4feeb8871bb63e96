"""The only place that meets WeasyPrint: a frozen paper in, a tagged PDF out.

Nothing is fetched from outside: images come from `static/pdf` only. A missing image, a missing
font or a CSS mistake raises, because a paper that goes out with a hole in it is worse than none.
"""

import atexit
import logging
import re
import threading
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from weasyprint import CSS, HTML
from weasyprint.logger import LOGGER
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from ..core import text
from .letterhead import broken_name

_ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = _ROOT / "templates" / "documents"
STATIC_PDF = _ROOT / "static" / "pdf"
STYLESHEETS = ("nd30.css", "tables.css")
# Liberation Serif has the metrics of Times New Roman; Liberation Mono prints passwords only,
# where 0 and O, 1 and l must differ.
ALLOWED_FONTS = ("Liberation-Serif", "Liberation-Mono")
# Pango's font map is not safe across threads, and laying out holds the GIL anyway.
_LOCK = threading.RLock()
# What Liberation Serif can draw of what people type: Latin with all Vietnamese letters, Greek,
# Cyrillic, punctuation, currency, arrows, simple shapes. Anything else prints as a hollow square,
# also ȿ and ɀ, whose capitals it lacks.
_UNPRINTABLE = re.compile(
    "[^\n\t\u0020-\u007e\u00a0-\u023e\u0241-\u024f\u0386-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce"
    "\u0401-\u045f\u1e80-\u1e85\u1ea0-\u1ef9"
    "\u2010\u2012-\u2015\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ab\u20ac\u2116\u2122"
    "\u2190-\u2193\u2212\u2248\u2260\u2264\u2265\u25a0\u25a1\u25cf\u25cb]"
)
_NO_BREAK_HYPHEN = "\u2011"  # Word's; Liberation Serif has none
_INVISIBLE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\ufeff]")


class RenderError(RuntimeError):
    """A paper could not be made as it must be: missing image, font, or a mistake in a style."""


@dataclass(frozen=True, slots=True)
class Footer:
    """The line at the foot of each page, by which a paper is checked.

    code        the document's code, as typed at the verify page.
    version     1 for the first version sent, then 2, 3, …
    replaces    code of the paper of the version before; "" when there is none, or it is unknown.
    digest      hexadecimal digest of the frozen figures; its first 12 digits are printed.
    verify_url  absolute address of `/documents/verify/<code>`, also in the QR code.
    """

    code: str
    version: int
    digest: str
    verify_url: str
    replaces: str = ""

    @property
    def version_text(self) -> str:
        """The version, with the one that it replaces: "Bản 2 (thay bản 1, mã …)"."""
        if self.version <= 1:
            return f"Bản {self.version}"
        code = f", mã {self.replaces}" if self.replaces else ""
        return f"Bản {self.version} (thay bản {self.version - 1}{code})"

    @property
    def short_digest(self) -> str:
        """The first 12 digits in groups of four, as people compare them."""
        head = self.digest[:12]
        return " ".join(head[i : i + 4] for i in range(0, len(head), 4))

    @property
    def qr(self) -> Markup:
        """The QR code of the verify address as inline SVG (no image file, no fetch)."""
        code = segno.make(self.verify_url, error="m", micro=False)
        svg = code.svg_inline(
            border=0, omitsize=True, svgclass=None, lineclass=None, title="Mã QR kiểm tra văn bản"
        )
        return Markup(svg)  # noqa: S704 - made by segno from the address, escaped there


class Paper(Protocol):
    """What `render_paper` prints: a frozen dataclass that names its template and its title."""

    @property
    def template(self) -> str:
        """Path of the page below `templates/documents`."""

    @property
    def title(self) -> str:
        """Title of the PDF, without personal data."""


def printable(value: Any) -> Any:
    """Return text composed (NFC), without invisible characters, unknown glyphs as "□".

    Jinja calls it on every printed expression: a pictograph typed into a remark must not stop
    a report at 07h59, nor pull a foreign font into it.
    """
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    if value.isascii() and value.isprintable():
        return value
    plain = _INVISIBLE.sub("", value).replace(_NO_BREAK_HYPHEN, "-")
    composed = unicodedata.normalize("NFC", plain)
    return _UNPRINTABLE.sub("□", composed)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the papers' own Jinja environment: escaping always on, unknown names raise."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in ("vn_number", "vn_percent", "vn_count2", "vn_date", "vn_date_prose", "vn_time"):
        env.filters[name] = getattr(text, name)
    env.filters["broken_name"] = broken_name
    # "OTP" and "TP.HCM" stay as they are.
    env.filters["lower_first"] = lambda words: (
        words if words[1:2].isupper() else words[:1].lower() + words[1:]
    )
    env.filters["upper_first"] = lambda words: words[:1].upper() + words[1:]
    return env


class StaticFetcher(URLFetcher):
    """Reads files below `static/pdf`; any other address stops the rendering."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("file",), fail_on_errors=True)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Return the file behind a file: address; ValueError outside, OSError when missing."""
        parts = urlsplit(url)
        path = Path(unquote(parts.path)).resolve()
        if parts.scheme != "file" or not path.is_relative_to(STATIC_PDF.resolve()):
            raise ValueError(f"not below static/pdf: {url}")
        return URLFetcherResponse(url, path.read_bytes())


class _Faults(logging.Handler):
    """Collects what WeasyPrint only logs: failed images, missing glyphs, unknown CSS."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.messages.append(record.getMessage())


@contextmanager
def _logged_faults_raise() -> Iterator[None]:
    faults = _Faults()
    LOGGER.addHandler(faults)
    try:
        yield
    except FatalURLFetchingError as error:  # a BaseException: nobody else would catch it
        raise RenderError(f"{error}: {error.__cause__}") from error
    finally:
        LOGGER.removeHandler(faults)
    if faults.messages:
        raise RenderError("; ".join(faults.messages))


@lru_cache(maxsize=1)
def _styles() -> tuple[FontConfiguration, tuple[CSS, ...]]:
    fonts = FontConfiguration()
    fetcher = StaticFetcher()
    return fonts, tuple(
        CSS(filename=STATIC_PDF / name, font_config=fonts, url_fetcher=fetcher)
        for name in STYLESHEETS
    )


# Fontconfig must be let go before the interpreter is: a process that exits later crashes.
atexit.register(_styles.cache_clear)


def _check_fonts(_document: Any, pdf: Any) -> None:
    """Refuse a PDF that drew a glyph with another font than the allowed ones."""
    for item in pdf.objects:
        name = item.get("BaseFont") if isinstance(item, dict) else None
        if name is None:
            continue
        family = str(name).lstrip("/").partition("+")[2]
        if not family.startswith(ALLOWED_FONTS):
            raise RenderError(f"font {name} used; install Liberation Serif (fonts-liberation2)")


def pdf_from_html(html: str) -> bytes:
    """Return the tagged PDF/UA-1 of one HTML page styled by `static/pdf/*.css`.

    Raises RenderError when an image or a font is missing or WeasyPrint logs a warning.
    """
    with _LOCK, _logged_faults_raise():
        fonts, styles = _styles()
        document = HTML(
            string=html, base_url=STATIC_PDF.as_uri() + "/", url_fetcher=StaticFetcher()
        ).render(font_config=fonts, stylesheets=list(styles), pdf_variant="pdf/ua-1")
        return document.write_pdf(finisher=_check_fonts, pdf_variant="pdf/ua-1")


def render_pdf(template: str, context: Mapping[str, Any], *, title: str, footer: Footer) -> bytes:
    """Return the PDF of a page below `templates/documents`.

    `title` is the PDF's title and must hold no personal data. Raises jinja2.UndefinedError for
    a name that the context lacks, RenderError as in `pdf_from_html`.
    """
    page = environment().get_template(template)
    return pdf_from_html(page.render(**context, title=title, footer=footer))


def render_paper(paper: Paper, footer: Footer) -> bytes:
    """Return the PDF of a paper that names its own template and title."""
    return render_pdf(paper.template, {"paper": paper}, title=paper.title, footer=footer)
