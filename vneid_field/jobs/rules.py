"""States of a job."""

from enum import StrEnum


class JobState(StrEnum):
    """waiting → running → done | failed; abandoned running rows go back to waiting."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


FINISHED = (JobState.DONE, JobState.FAILED)
ABANDONED_AFTER_S = 60  # no heartbeat for this long: the worker died
MOST_ATTEMPTS = 3
