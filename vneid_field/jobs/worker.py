"""The worker process: Huey wakes it, the job table says what to do, a sweeper finds the rest."""

import logging
from typing import Any

from flask import Flask
from huey import SqliteHuey, crontab
from sqlalchemy.exc import OperationalError

from vneid_field.accounts.session_services import forget_old_sessions
from vneid_field.accounts.throttle import forget_old_throttles
from vneid_field.campaigns.queries import use_campaign_clock
from vneid_field.core.errors import trace_of
from vneid_field.jobs.services import nightly, run_nightly, run_one, sweep

nightly(forget_old_throttles)
nightly(forget_old_sessions)

log = logging.getLogger(__name__)


def make_queue(app: Flask) -> SqliteHuey:
    """Return the queue of an application and register how committed jobs wake the worker."""
    path = app.config["SETTINGS"].instance / "queue.db"
    queue = SqliteHuey("vneid", filename=str(path), results=False)

    @queue.task(name="run_job")
    def run_job(job_id: int) -> None:
        with app.app_context():
            use_campaign_clock()
            run_one(job_id)

    @queue.periodic_task(crontab(minute="*"), name="sweep")
    def sweep_all() -> None:
        with app.app_context():
            use_campaign_clock()
            sweep()
            while run_one():
                pass

    @queue.periodic_task(crontab(minute="30", hour="18"), name="nightly")  # UTC: 01h30 here
    def tidy() -> None:
        with app.app_context():
            use_campaign_clock()
            run_nightly()

    def wake(job_id: int) -> Any:
        return run_job(job_id)

    app.extensions["wake_worker"] = wake
    return queue


def run_worker(app: Flask, *, workers: int = 1) -> None:
    """Serve the queue until the process is told to stop; first do what an earlier one left."""
    queue = make_queue(app)
    with app.app_context():
        try:
            use_campaign_clock()
            run_nightly()
            sweep()
            while run_one():
                pass
        except OperationalError as error:
            # Busy with somebody's long write: the sweep of the next minute finds them.
            log.error("first sweep: %s", trace_of(error))
    queue.create_consumer(workers=workers, periodic=True, initial_delay=0.2, max_delay=1.0).run()
