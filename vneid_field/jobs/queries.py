"""Reading jobs."""

from sqlalchemy import func, select, tuple_

from vneid_field.core.access import Actor
from vneid_field.extensions import db
from vneid_field.jobs.models import Job
from vneid_field.jobs.rules import FINISHED, JobState


def get_job(actor: Actor, job_id: int, kind: str) -> Job:
    """Return a job of a kind that the actor asked for; raises NoResultFound."""
    query = select(Job).where(Job.id == job_id, Job.kind == kind, Job.created_by == actor.user_id)
    return db.session.scalars(query).one()


def count_ahead(dedupe_key: str) -> int | None:
    """Return how many jobs will be done before the unfinished one of a key; None without one."""
    job = db.session.scalar(
        select(Job).where(Job.dedupe_key == dedupe_key, Job.state.not_in(FINISHED))
    )
    if job is None:
        return None
    if job.state is JobState.RUNNING:
        return 0
    ahead = select(func.count()).where(
        Job.state.not_in(FINISHED), tuple_(Job.created_at, Job.id) < (job.created_at, job.id)
    )
    return db.session.scalar(ahead)


def has_failed(dedupe_key: str) -> bool:
    """Say whether the newest try of a wish ended in failure: somebody must ask again."""
    state = db.session.scalar(select(Job.state).where(Job.dedupe_key == dedupe_key))
    return state is JobState.FAILED
