"""Load from this machine: keep-alive clients, closed or open loop, latencies in milliseconds."""

import re
import threading
import time
import uuid
from collections.abc import Callable

from vneid_field.demo.phone import Phone


class Client(Phone):
    """A phone that also weighs answers and records visits."""

    def weight(self, path: str) -> int:
        """Bytes on the wire of one answer, compressed as a browser asks for."""
        _status, raw = self.send("GET", path, None, **{"Accept-Encoding": "gzip"})
        return len(raw)

    def first_load(self, path: str) -> int:
        """Bytes of a page and of everything it names, compressed."""
        _status, html = self.get(path)
        named = re.findall(r'(?:href|src)="(/static/[^"]+)"', html)
        return sum(self.weight(one) for one in [path, *named])

    def visit(self, citizen_id: int) -> tuple[int, bytes]:
        """Record "nobody home" with a UUID of its own."""
        path = f"/citizens/{citizen_id}/visits"
        return self.post(path, uuid=str(uuid.uuid4()), outcome="nobody_home")


def run_for(seconds: float, workers: list[Callable[[int], int]]) -> tuple[list[float], float, int]:
    """Let each worker call itself in a loop; returns latencies (ms), calls a second, failures."""
    times: list[float] = []
    failures = [0]
    end = time.perf_counter() + seconds

    def loop(work: Callable[[int], int]) -> None:
        number = 0
        while time.perf_counter() < end:
            began = time.perf_counter()
            status = work(number)
            times.append((time.perf_counter() - began) * 1000)
            failures[0] += status != 200
            number += 1

    threads = [threading.Thread(target=loop, args=(work,)) for work in workers]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(times), len(times) / (time.perf_counter() - began), failures[0]


def run_paced(
    rate: float, seconds: float, workers: list[Callable[[int], int]]
) -> tuple[list[float], float, int]:
    """Send at a fixed rate whatever the answers take (an open load); as `run_for` otherwise.

    A request that starts behind its time has waited: the wait counts as its latency.
    """
    times: list[float] = []
    failures = [0]
    began = time.perf_counter() + 0.1
    count = int(rate * seconds)
    numbers = iter(range(count))
    lock = threading.Lock()

    def loop(work: Callable[[int], int]) -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            due = began + number / rate
            if (wait := due - time.perf_counter()) > 0:
                time.sleep(wait)
            status = work(number)
            times.append((time.perf_counter() - due) * 1000)
            failures[0] += status != 200

    threads = [threading.Thread(target=loop, args=(work,)) for work in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(times), count / (time.perf_counter() - began), failures[0]


def percentile(times: list[float], part: float) -> float:
    """Return a percentile of sorted latencies."""
    return times[min(len(times) - 1, int(len(times) * part))]
