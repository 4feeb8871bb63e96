"""A page or its fragment, chosen in one place; response headers that htmx understands."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request


def wants_fragment() -> bool:
    """Whether htmx asked for a part of the page (not boosted, not restoring history)."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render(
    page_template: str, fragment: str | None = None, /, *, status: int = 200, **context: Any
) -> Response:
    """Render the fragment for htmx when there is one, else the page (which includes it)."""
    name = fragment if fragment and wants_fragment() else page_template
    response = make_response(render_template(name, **context), status)
    response.headers["Vary"] = "HX-Request, HX-Boosted, Cookie"
    return response


def go(url: str) -> Response:
    """Answer a successful POST: 303 for a browser; htmx is told to load the page."""
    if wants_fragment():
        response = make_response("", 200)
        response.headers["HX-Location"] = url
        return response
    return make_response(redirect(url, 303))
