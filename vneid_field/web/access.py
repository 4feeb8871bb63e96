"""The stamp on every view, and the one gate before every request: it fails closed."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import NotFound as HttpNotFound

from vneid_field.core.access import Actor, Permission

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
PUBLIC = "public"


def requires(permission: Permission) -> Callable[[View], View]:
    """Stamp a view with the permission it asks for."""

    def stamp(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return stamp


def public(view: View) -> View:
    """Stamp a view as open to anybody: login, verify page, health."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    return view


def stamp_of(endpoint: str) -> Permission | str | None:
    """Return the stamp of an endpoint, or None when its view has none."""
    if endpoint == "static":
        return PUBLIC
    return getattr(current_app.view_functions[endpoint], "permission", None)


def find_actor() -> Actor | None:
    """Return who acts in this request, or None; the hook is registered by create_app."""
    if "actor" not in g:
        g.actor = current_app.extensions["find_actor"]()
    return g.actor


def current_actor() -> Actor:
    """Return who acts; only behind `requires`."""
    actor = find_actor()
    if actor is None:
        raise HttpNotFound
    return actor


def may(permission: Permission | str) -> bool:
    """Say whether to draw a button: the same question that guards the view."""
    actor = find_actor()
    return actor is not None and actor.may(Permission(permission))


def may_open(endpoint: str) -> bool:
    """Say whether the person may open an endpoint: for links and menus."""
    stamp = stamp_of(endpoint)
    return stamp == PUBLIC or (isinstance(stamp, Permission) and may(stamp))


def init_access(app: Flask) -> None:
    """Install the gate."""

    @app.before_request
    def gate() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None  # no such route: 404
        stamp = stamp_of(request.endpoint)
        if stamp == PUBLIC:
            return None
        if not isinstance(stamp, Permission):
            raise HttpNotFound  # a view without a stamp stays shut
        actor = find_actor()
        if actor is None:
            return to_login()
        if not actor.may(stamp):
            g.refused = True
            raise HttpNotFound
        return None


def to_login() -> ResponseReturnValue:
    """Send to the login page and afterwards back to the page one was on.

    What a form held is lost: `unsaved` lets the login page say so. htmx follows a redirect inside
    a fragment, so it gets a header.
    """
    if request.method == "GET" and not request.htmx:  # type: ignore[attr-defined]
        return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")), 303)
    lost = 1 if request.method == "POST" else None
    url = url_for("accounts.login", next=_page_before(), ended=1, unsaved=lost)
    if request.htmx:  # type: ignore[attr-defined]
        response = current_app.make_response(("", 401))
        response.headers["HX-Redirect"] = url
        return response
    return redirect(url, 303)


def _page_before() -> str | None:
    """Return the path of the page that holds the form, when it is a page of this site to open."""
    told = request.headers.get("HX-Current-URL") or request.referrer or ""
    parts = urlsplit(told)
    if parts.netloc != request.host or not parts.path.startswith("/"):
        return None
    try:
        endpoint, _values = current_app.url_map.bind("").match(parts.path, method="GET")
    except HTTPException:
        return None
    return parts.path if stamp_of(endpoint) != PUBLIC else None
