"""The stamp on every view, and the one gate before every request: it fails closed."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
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
            return _to_login()
        if not actor.may(stamp):
            g.refused = True
            raise HttpNotFound
        return None


def _to_login() -> ResponseReturnValue:
    """Send to the login page; htmx follows a redirect inside a fragment, so it gets a header."""
    if request.htmx:  # type: ignore[attr-defined]
        response = current_app.make_response(("", 401))
        response.headers["HX-Redirect"] = url_for("accounts.login", ended=1)
        return response
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(
        url_for("accounts.login", next=target, ended=1 if target is None else None), 303
    )
