"""Reading jobs."""

from sqlalchemy import select

from vneid_field.core.access import Actor
from vneid_field.extensions import db
from vneid_field.jobs.models import Job
from vneid_field.jobs.rules import FINISHED, JobState


def get_job(actor: Actor, job_id: int) -> Job:
    """Return a job that the actor asked for; raises NoResultFound."""
    query = select(Job).where(Job.id == job_id, Job.created_by == actor.user_id)
    return db.session.scalars(query).one()


def is_under_way(dedupe_key: str) -> bool:
    """Say whether a job of this key waits or runs: what it makes will come by itself."""
    query = select(Job.id).where(Job.dedupe_key == dedupe_key, Job.state.not_in(FINISHED))
    return db.session.scalar(query) is not None


def has_failed(dedupe_key: str) -> bool:
    """Say whether the newest try of a wish ended in failure: somebody must ask again."""
    state = db.session.scalar(select(Job.state).where(Job.dedupe_key == dedupe_key))
    return state is JobState.FAILED
