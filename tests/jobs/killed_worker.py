"""A worker that is killed in the middle of storing its second piece: written, not committed.

python -m tests.jobs.killed_worker <database URL>
"""

import os
import signal
import sys

from tests.databases import START, make_app
from vneid_field.core import clock
from vneid_field.jobs.services import run_waiting
from vneid_field.lists import tasks

ROWS_A_PIECE = 10


def main(url: str) -> None:
    """Run what waits until the kill."""
    tasks.CHUNK = ROWS_A_PIECE
    store, pieces = tasks.store_piece, []

    def store_and_die(reading, rows):
        store(reading, rows)
        pieces.append(rows)
        if len(pieces) == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    tasks.store_piece = store_and_die
    with make_app(url).app_context(), clock.frozen(START):
        run_waiting()


if __name__ == "__main__":
    main(sys.argv[1])
