"""A worker that is killed at a moment of making a report's papers, or of its work of the night.

python -m tests.jobs.killed_papers <database URL> <moment, or "never">
"""

import os
import signal
import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace

from tests.databases import START, make_app
from vneid_field.core import clock
from vneid_field.documents import numbering, purging
from vneid_field.jobs import services, worker
from vneid_field.reporting import tasks


def _die(*_args: object, **_more: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _before(place: ModuleType, name: str) -> None:
    setattr(place, name, _die)


def _after(place: ModuleType, name: str) -> None:
    act = getattr(place, name)

    def done_and_dead(*args: object, **more: object) -> None:
        act(*args, **more)
        _die()

    setattr(place, name, done_and_dead)


def _in_the_body() -> None:
    services._BODIES["reporting.papers"] = _die


def _behind_the_duty() -> None:
    """Blank, and die before the commit."""

    def blank_and_die() -> None:
        purging.purge_expired()
        _die()

    services._NIGHTLY[:] = [
        blank_and_die if one is purging.purge_expired else one for one in services._NIGHTLY
    ]


# In the order in which they come to pass.
OF_PAPERS: dict[str, Callable[[], None]] = {
    "before it is taken": lambda: _before(services, "_claim"),
    "taken": _in_the_body,
    "before the PDF": lambda: _before(numbering, "render_paper"),
    "behind the PDF": lambda: _after(numbering, "render_paper"),
    "the first stored": lambda: _after(tasks, "store_document"),
    "all stored": lambda: _after(tasks, "_store"),
}
COMMITTED: dict[str, Callable[[], None]] = {"committed": lambda: _after(services, "_finish")}
OF_THE_NIGHT: dict[str, Callable[[], None]] = {"blanked": _behind_the_duty}
MOMENTS = {**OF_PAPERS, **COMMITTED, **OF_THE_NIGHT, "never": lambda: None}


def main(url: str, moment: str) -> None:
    """Start the worker as `serve` does; without a death it ends where the queue would begin."""
    app = make_app(url)
    make_queue = worker.make_queue

    def ending_queue(app):
        make_queue(app)
        return SimpleNamespace(create_consumer=lambda **_: SimpleNamespace(run=lambda: None))

    worker.make_queue = ending_queue
    MOMENTS[moment]()
    with clock.frozen(START):
        worker.run_worker(app)


if __name__ == "__main__":
    main(*sys.argv[1:])
