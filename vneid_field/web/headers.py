"""Security headers, compression, and what browsers may keep."""

from flask import Flask, Response, request
from flask_compress import Compress
from flask_talisman import Talisman

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
    # On a weak signal a page's size is its speed. No length is a secret here: cookies are
    # SameSite, so no foreign page can ask with a guess of its own in the answer (BREACH).
    app.config["COMPRESS_ALGORITHM"] = ["gzip"]
    app.config["COMPRESS_LEVEL"] = 5
    app.config["COMPRESS_MIN_SIZE"] = 600
    Compress(app)

    @app.after_request
    def keep_private(response: Response) -> Response:
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        return response
