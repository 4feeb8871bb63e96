"""One commit per request, on unsafe methods that succeed; a GET never commits."""

from flask import Flask, Response, g, request

from vneid_field.core import database
from vneid_field.extensions import db

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def init_transactions(app: Flask) -> None:
    """Install the commit and the SQLite write intent."""

    @app.before_request
    def begin() -> None:
        database.set_writing(False)

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


def init_writing(app: Flask) -> None:
    """Install the step from reading to writing: after the gate, so register it last.

    The gate's reads (campaign, person, role) need no lock. SQLite lets one writer in at a time,
    so the writing transaction begins only now, with what was read kept in the session.
    """

    @app.before_request
    def begin_writing() -> None:
        if request.method in SAFE:
            return
        read = list(db.session)
        db.session.expunge_all()
        db.session.rollback()
        database.set_writing(True)
        db.session.add_all(read)


def commit_before_answer() -> None:
    """Commit what the request did, then let it read for its answer without the write lock.

    For the hot paths whose repeat is harmless (a visit bears the phone's UUID): should the answer
    fail, the result is stored and sending it again gives the same success. What was read stays
    loaded.
    """
    session = db.session()
    session.expire_on_commit = False
    db.session.commit()
    session.expire_on_commit = True
    database.set_writing(False)


def commit_apart() -> None:
    """After a refusal: drop what the request did, then commit what is added next on its own.

    Failed logins and refused access are recorded this way: roll back first, add, commit.
    """
    db.session.rollback()
    database.set_writing(True)
