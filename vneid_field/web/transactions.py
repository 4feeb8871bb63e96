"""One commit per request, on unsafe methods that succeed; a GET never commits."""

from flask import Flask, Response, g, request

from vneid_field.core import database
from vneid_field.extensions import db

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def init_transactions(app: Flask) -> None:
    """Install the commit and the SQLite write intent."""

    @app.before_request
    def begin() -> None:
        database.set_writing(request.method not in SAFE)

    @app.after_request
    def commit(response: Response) -> Response:
        if request.method in SAFE or response.status_code >= 400 or g.get("no_commit"):
            db.session.rollback()
        else:
            db.session.commit()
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        database.set_writing(False)


def commit_apart() -> None:
    """After a refusal: drop what the request did, then commit what is added next on its own.

    Failed logins and refused access are recorded this way: roll back first, add, commit.
    """
    db.session.rollback()
    database.set_writing(True)
