"""Writers of one SQLite file take turns: nobody overtakes, nobody is lost."""

import fcntl
import multiprocessing
import threading
import time

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


def _is_locked(path):
    with open(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def test_who_has_just_written_does_not_overtake_the_one_that_waits(tmp_path):
    path = str(tmp_path / "db")
    first, second = WriteQueue(path), WriteQueue(path)
    turns = ["first"]
    first.enter()

    def wait():
        second.enter()
        turns.append("second")
        second.leave()

    thread = threading.Thread(target=wait)
    thread.start()
    while not _is_locked(f"{path}.next"):  # until the other one stands in the queue
        pass
    first.leave()
    first.enter()  # asks again at once
    turns.append("first")
    first.leave()
    thread.join()
    assert turns == ["first", "second", "first"]
