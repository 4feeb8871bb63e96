"""Errors become a page or a fragment in one place; every sentence says what to do next."""

import logging
import uuid
from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, NoResultFound, OperationalError
from werkzeug.exceptions import HTTPException

from vneid_field.core.database import is_passing
from vneid_field.core.errors import DomainError, trace_of
from vneid_field.extensions import db
from vneid_field.web.access import PUBLIC, find_actor, stamp_of, to_login
from vneid_field.web.render import wants_fragment
from vneid_field.web.transactions import SAFE

log = logging.getLogger(__name__)
KNOWN = frozenset({400, 404, 405, 409, 413, 422, 429, 500, 503})


def error_response(
    status: int, message: str = "", details: dict[str, str] | None = None, code: str = ""
) -> Response:
    """Return the error page or fragment of a status."""
    shown = status if status in KNOWN else (404 if status < 500 else 500)
    folder = "fragment" if wants_fragment() else "page"
    html = render_template(
        f"errors/{folder}.html", status=shown, message=message, details=details or {}, code=code
    )
    response = make_response(html, shown)
    response.headers["Vary"] = "HX-Request, HX-Boosted, Cookie"
    return response


def init_errors(app: Flask) -> None:
    """Install the handlers."""

    @app.errorhandler(DomainError)
    def domain(error: DomainError) -> Response:
        db.session.rollback()
        return error_response(error.status, error.message, error.details)

    @app.errorhandler(NoResultFound)
    def missing(_error: NoResultFound) -> Response:
        db.session.rollback()
        return error_response(404)

    @app.errorhandler(CSRFError)
    def stale(_error: CSRFError) -> ResponseReturnValue:
        db.session.rollback()
        if find_actor() is None and stamp_of(request.endpoint or "static") != PUBLIC:
            return to_login()  # the session ended, and the token with it
        return error_response(
            400, "Trang này mở đã lâu nên chưa lưu được. Hãy tải lại trang rồi làm lại thao tác."
        )

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        db.session.rollback()
        if g.get("refused"):
            current_app.extensions["audit_refusal"]()
        if error.code is not None and error.code < 400:
            return make_response(error.get_response())
        return error_response(error.code or 500)

    _init_out_of_range(app)
    _init_faults(app)


def _init_out_of_range(app: Flask) -> None:
    """An id or a day that no database can hold names nothing: as good as not there."""

    @app.errorhandler(OverflowError)
    @app.errorhandler(DataError)
    def out_of_range(error: Exception) -> Response:
        db.session.rollback()
        log.warning("out of range: %s at %s", type(error).__name__, request.endpoint)
        if request.method in SAFE:
            return error_response(404)
        return error_response(
            422, "Có giá trị gửi lên không đọc được. Hãy tải lại trang rồi làm lại."
        )


def _log(error: BaseException, code: str) -> None:
    """The endpoint, never the URL's arguments, the form or a message: no personal data in logs."""
    trace = trace_of(error)
    log.error("error %s at %s %s: %s", code, request.method, request.endpoint, trace)


def _init_faults(app: Flask) -> None:
    """What is nobody's mistake at the screen: a busy database, an error of ours."""

    @app.errorhandler(OperationalError)
    def busy(error: OperationalError) -> Response:
        if not is_passing(error):
            return unexpected(error)
        db.session.rollback()
        log.error(
            "database busy or away: %s at %s %s",
            type(error.orig).__name__,
            request.method,
            request.endpoint,
        )
        return error_response(503)

    def log_exception(exc_info: Any) -> None:
        _log(exc_info[1], "-")

    app.log_exception = log_exception  # type: ignore[method-assign]  # what fails after the view

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        db.session.rollback()
        if current_app.testing:
            raise error
        code = uuid.uuid4().hex[:8].upper()
        _log(error, code)
        return error_response(500, code=code)
