"""Writers of one SQLite file take turns: nobody overtakes, nobody is lost."""

import multiprocessing
import threading
import time
from itertools import groupby

import pytest
from sqlalchemy.exc import OperationalError

from vneid_field.core import write_queue
from vneid_field.core.write_queue import WriteQueue


def test_a_turn_is_held_until_it_is_given_back(tmp_path):
    first, second = WriteQueue(str(tmp_path / "db")), WriteQueue(str(tmp_path / "db"))
    first.enter()
    done = threading.Event()

    def wait():
        second.enter()
        done.set()
        second.leave()

    thread = threading.Thread(target=wait)
    thread.start()
    assert not done.wait(0.05)
    first.leave()
    assert done.wait(5)
    thread.join()


def test_who_waits_too_long_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(write_queue, "BUSY_S", 0.05)
    first, second = WriteQueue(str(tmp_path / "db")), WriteQueue(str(tmp_path / "db"))
    first.enter()
    with pytest.raises(OperationalError, match="locked"):
        second.enter()
    with pytest.raises(OperationalError, match="locked"):  # the gate of its process is free again
        second.enter()
    first.leave()
    second.enter()
    second.leave()


def _hold(path, held, may_end):
    queue = WriteQueue(path)
    queue.enter()
    held.set()
    may_end.wait(10)


def test_a_killed_process_leaves_the_turn_free(tmp_path):
    path = str(tmp_path / "db")
    context = multiprocessing.get_context("spawn")
    held, may_end = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(path, held, may_end))
    other.start()
    assert held.wait(30)
    other.kill()
    other.join()
    queue = WriteQueue(path)
    began = time.monotonic()
    queue.enter()
    queue.leave()
    assert time.monotonic() - began < 5


def test_of_two_sides_neither_overtakes_the_one_that_waits(tmp_path):
    """Both ask again at once; as long as both ask, the turns alternate."""
    queues = [WriteQueue(str(tmp_path / "db")) for _ in range(2)]
    turns: list[int] = []
    ready = threading.Barrier(2)

    def ask(side):
        ready.wait()
        for _ in range(20):
            queues[side].enter()
            turns.append(side)
            sum(range(100_000))  # the work of a turn: the other one comes to wait meanwhile
            queues[side].leave()

    threads = [threading.Thread(target=ask, args=(side,)) for side in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(turns) == 40
    assert max(len(list(run)) for _side, run in groupby(turns[:36])) <= 2, turns
