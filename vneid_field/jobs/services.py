"""Asking for long work and doing it. The row is the truth; the queue only wakes the worker."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

from flask import current_app
from sqlalchemy import event, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.database import writing
from vneid_field.core.errors import DomainError, trace_of
from vneid_field.extensions import db
from vneid_field.jobs.models import Job
from vneid_field.jobs.rules import ABANDONED_AFTER_S, FINISHED, MOST_ATTEMPTS, JobState

log = logging.getLogger(__name__)
FAILED_MESSAGE = "Công việc gặp lỗi và đã dừng. Hãy thử lại; nếu vẫn lỗi, báo quản trị số việc này."


class Progress(Protocol):
    """What a body calls between pieces of work: stores how far it is, and commits."""

    def __call__(self, done: int, total: int, message: str = "") -> None: ...


Body = Callable[[Job, Progress], dict[str, Any]]
_BODIES: dict[str, Body] = {}
Aftermath = Callable[[dict[str, Any], str], None]
_AFTERMATHS: dict[str, Aftermath] = {}


Duty = Callable[[], Any]
_NIGHTLY: list[Duty] = []


def nightly(duty: Duty) -> Duty:
    """Register what the worker does at its start and once a night, each in its transaction."""
    _NIGHTLY.append(duty)
    return duty


def run_nightly() -> None:
    """Do every nightly duty; one that fails is logged and does not stop the others."""
    for duty in _NIGHTLY:
        try:
            with writing():
                db.session.rollback()
                duty()
                db.session.commit()
        except Exception:
            log.exception("nightly duty %s failed", duty.__name__)
            db.session.rollback()


def job_body(kind: str) -> Callable[[Body], Body]:
    """Register the body of a kind of job. Bodies are idempotent and commit their own pieces."""

    def register(body: Body) -> Body:
        _BODIES[kind] = body
        return body

    return register


def after_failure(kind: str) -> Callable[[Aftermath], Aftermath]:
    """Register what a kind of job leaves behind when it failed: given its payload and sentence."""

    def register(aftermath: Aftermath) -> Aftermath:
        _AFTERMATHS[kind] = aftermath
        return aftermath

    return register


def enqueue(
    kind: str, *, actor: Actor | None, payload: dict[str, Any], dedupe_key: str | None = None
) -> Job:
    """Add a job in the caller's transaction; the worker wakes when it commits.

    With a `dedupe_key` an unfinished job of that key is returned instead; a finished one runs
    again under the same row.
    """
    if kind not in _BODIES:
        raise ValueError(f"no job body {kind}")
    job = db.session.scalar(select(Job).where(Job.dedupe_key == dedupe_key)) if dedupe_key else None
    if job is not None and job.state not in FINISHED:
        return job
    if job is None:
        job = Job(kind=kind, payload=payload, dedupe_key=dedupe_key, created_at=clock.real_now())
        try:
            with db.session.begin_nested():
                db.session.add(job)
        except IntegrityError:  # somebody asks for the same in this moment
            return db.session.scalars(select(Job).where(Job.dedupe_key == dedupe_key)).one()
    job.payload = payload
    job.state = JobState.WAITING
    job.done = job.total = job.attempts = 0
    job.message = ""
    job.result = {}
    job.created_by = actor.user_id if actor else None
    job.unit_id = actor.unit.unit_id if actor else None
    db.session.flush()
    db.session.info.setdefault("wake", set()).add(job.id)
    return job


@event.listens_for(Session, "after_commit")
def _wake_after_commit(session: Session) -> None:
    waiting = session.info.pop("wake", None)
    wake = current_app.extensions.get("wake_worker") if waiting else None
    if wake is not None and waiting is not None:
        for job_id in sorted(waiting):
            wake(job_id)


def sweep() -> int:
    """Put abandoned rows back to waiting; returns how many. Called at start and every minute."""
    limit = clock.real_now() - timedelta(seconds=ABANDONED_AFTER_S)
    with writing():
        result = db.session.execute(
            update(Job)
            .where(Job.state == JobState.RUNNING, Job.heartbeat_at < limit)
            .values(state=JobState.WAITING)
        )
        db.session.commit()
    return result.rowcount  # type: ignore[attr-defined]


def _claim(job_id: int | None) -> int | None:
    """Take a waiting job (or that one); returns its id. Leaves no transaction open behind it:
    one begun to read could not write once somebody else had written (SQLite).
    """
    query = select(Job.id).where(Job.state == JobState.WAITING).order_by(Job.created_at, Job.id)
    if job_id is not None:
        query = query.where(Job.id == job_id)
    with writing():
        db.session.rollback()
        found = db.session.scalar(query.limit(1))
        if found is None:
            db.session.rollback()
            return None
        now = clock.real_now()
        # One statement decides between two workers: only one changes the state.
        claimed = db.session.execute(
            update(Job)
            .where(Job.id == found, Job.state == JobState.WAITING)
            .values(
                state=JobState.RUNNING,
                started_at=now,
                heartbeat_at=now,
                attempts=Job.attempts + 1,
            )
        ).rowcount  # type: ignore[attr-defined]
        db.session.commit()
    return found if claimed else None


def run_one(job_id: int | None = None) -> bool:
    """Run one waiting job (or that one); False when there is none."""
    claimed_id = _claim(job_id)
    if claimed_id is None:
        return False
    try:
        with writing():
            job = db.session.get_one(Job, claimed_id, populate_existing=True)
            if job.attempts > MOST_ATTEMPTS:
                raise RuntimeError("too many attempts")
            result = _BODIES[job.kind](job, _progress_of(claimed_id))
            _finish(claimed_id, JobState.DONE, result=result)
    except DomainError as error:
        _fail(claimed_id, error.message)
    except OperationalError as error:
        # The database was busy or away: the sweeper tries again, at most MOST_ATTEMPTS times.
        log.warning("job %s waits for another try: %s", claimed_id, trace_of(error))
        _put_back(claimed_id)
    except Exception as error:
        # The number, never the payload or a message: no personal data in logs.
        log.error("job %s failed: %s", claimed_id, trace_of(error))
        _fail(claimed_id, FAILED_MESSAGE)
    return True


def _put_back(job_id: int) -> None:
    with writing():
        db.session.rollback()
        db.session.execute(update(Job).where(Job.id == job_id).values(state=JobState.WAITING))
        db.session.commit()


def run_waiting() -> int:
    """Run jobs until none waits; returns how many ran. For tests and commands."""
    count = 0
    while run_one():
        count += 1
    return count


def _progress_of(job_id: int) -> Progress:
    def progress(done: int, total: int, message: str = "") -> None:
        db.session.execute(
            update(Job)
            .where(Job.id == job_id)
            .values(done=done, total=total, message=message, heartbeat_at=clock.real_now())
        )
        db.session.commit()

    return progress


def _finish(job_id: int, state: JobState, **values: Any) -> None:
    db.session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(state=state, finished_at=clock.real_now(), **values)
    )
    db.session.commit()


def _fail(job_id: int, message: str) -> None:
    with writing():
        db.session.rollback()
        job = db.session.get_one(Job, job_id)
        if aftermath := _AFTERMATHS.get(job.kind):
            aftermath(job.payload, message)
        _finish(job_id, JobState.FAILED, message=message[:300])
