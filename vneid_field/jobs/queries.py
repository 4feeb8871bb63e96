"""Reading jobs."""

from sqlalchemy import select

from vneid_field.core.access import Actor
from vneid_field.extensions import db
from vneid_field.jobs.models import Job


def get_job(actor: Actor, job_id: int) -> Job:
    """Return a job that the actor asked for; raises NoResultFound."""
    query = select(Job).where(Job.id == job_id, Job.created_by == actor.user_id)
    return db.session.scalars(query).one()
