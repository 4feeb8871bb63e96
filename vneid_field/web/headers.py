"""Security headers, static files, and what browsers may keep."""

from flask import Flask, Response, request
from flask_talisman import Talisman
from whitenoise import WhiteNoise

from vneid_field.config import ROOT

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


def init_headers(app: Flask) -> None:
    """Install CSP and friends; pages hold personal data, so nothing but static files is stored."""
    settings = app.config["SETTINGS"]
    Talisman(
        app,
        force_https=False,
        strict_transport_security=settings.is_https,
        content_security_policy=POLICY,
        frame_options="DENY",
        referrer_policy="same-origin",
        session_cookie_secure=settings.is_https,
        session_cookie_samesite="Lax",
    )
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=str(ROOT / "static"), prefix="static/", max_age=0 if app.debug else 86400
    )

    @app.after_request
    def keep_private(response: Response) -> Response:
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        return response
