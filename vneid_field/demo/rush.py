"""The rush before an hour: everybody opens the report, writes and sends in the same minutes.

Each sender is a story told step by step: opens the page some minutes before the hour, writes,
sends, waits for the paper as the page itself does, opens it. A step's time counts from when it
was due, so a step that waited for the server or for a free hand has waited.
"""

import heapq
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from vneid_field.demo.phone import Phone
from vneid_field.demo.seeds import rng_for

HANDS = 32  # threads that play the phones
LOGIN_HANDS = 4
LAST_S = 20.0  # nobody opens later than this before the hour
WRITING_S = (5.0, 15.0)
PATIENCE_S = 60.0  # how long a phone stays on the page for its paper
REMINDER_S = 60.0
_EVERY = re.compile(r'hx-get="([^"]+)" hx-trigger="every (\d+)s" hx-swap="outerHTML"')
_PAPER = re.compile(r'href="(/documents/\d+)"')
_PDF = re.compile(r'action="(/documents/\d+/files/\d+)"')
Story = Iterator[float]


@dataclass(frozen=True)
class Sender:
    """Who sends what: `path` is the address of the report's page."""

    login: str
    path: str
    level: str  # kind of the unit
    obligation_id: int
    due_at: datetime


@dataclass
class Tally:
    """What the phones saw. Times in milliseconds by kind of step; statuses by kind of step."""

    times: dict[str, list[float]] = field(default_factory=dict)
    statuses: dict[str, dict[int, int]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, step: str, ms: float, status: int) -> None:
        """Write down one answer; status 0 when none came."""
        with self.lock:
            self.times.setdefault(step, []).append(ms)
            seen = self.statuses.setdefault(step, {})
            seen[status] = seen.get(status, 0) + 1

    def percentile(self, step: str, part: float) -> float:
        """Return a percentile of a step's times in ms, 0 when there is none."""
        return part_of(sorted(self.times.get(step, ())), part)

    def count(self, low: int, high: int) -> int:
        """Return how many answers had a status of `low` to `high`."""
        found = (n for seen in self.statuses.values() for s, n in seen.items() if low <= s <= high)
        return sum(found)


def part_of(ordered: list[float], part: float) -> float:
    """Return a percentile (0 to 1) of ordered numbers, 0 when there are none."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0


class _Player:
    """One sender's phone; every step is timed from the moment it was due."""

    def __init__(self, phone: Phone, sender: Sender, tally: Tally) -> None:
        self.phone, self.sender, self.tally = phone, sender, tally
        self.due = 0.0

    def _open(self, step: str, path: str) -> str:
        status, text = self._ask(step, "GET", path)
        return text if status == 200 else ""

    def _ask(self, step: str, method: str, path: str, **fields: str) -> tuple[int, str]:
        status, text = 0, ""
        try:
            if method == "GET":
                status, text = self.phone.get(path, fragment=step in ("poll", "reminder"))
            else:
                status = self.phone.post(path, **fields)[0]
        except OSError:
            self.phone.close()  # no answer at all: counted as status 0
        self.tally.note(step, (time.perf_counter() - self.due) * 1000, status)
        return status, text

    def story(self, opens_at: float, writing_s: float) -> Story:
        """Tell the steps; yields when the next one is due (seconds of `perf_counter`)."""
        at = self.due
        while at < opens_at:
            self._open("reminder", "/reports/reminder?poll=1")
            at += REMINDER_S
            yield min(at, opens_at)
        self._open("open", self.sender.path)
        yield opens_at + writing_s
        self._ask(
            "send",
            "POST",
            self.sender.path,
            act="send",
            explanation="Nhiều hộ đi làm ca, tổ sẽ đến lại buổi tối.",
            difficulties="Sóng yếu ở cuối địa bàn.",
        )
        yield from self._wait_for_paper()

    def _wait_for_paper(self) -> Story:
        """Ask for the page as often as it says itself; then open the paper and its PDF."""
        began = self.due = time.perf_counter()
        page = self._open("sent", self.sender.path)
        while time.perf_counter() - began < PATIENCE_S:
            paper, again = _PAPER.search(page), _EVERY.search(page)
            if paper:
                self._download(paper[1])
                return
            if again is None:
                return
            yield time.perf_counter() + int(again[2])
            page = self._open("poll", again[1])

    def _download(self, paper: str) -> None:
        self.due = time.perf_counter()
        found = _PDF.search(self._open("paper", paper))
        if found:
            self.due = time.perf_counter()
            self._ask("pdf", "POST", found[1])
            self._open("pdf", self.phone.location)


def log_in(senders: list[Sender], port: int, password: str) -> dict[str, Phone]:
    """Return a logged-in phone of each login; raises RuntimeError when one is refused."""

    def one(login: str) -> tuple[str, Phone]:
        phone = Phone(port, login, password)
        phone.close()
        return login, phone

    with ThreadPoolExecutor(LOGIN_HANDS) as pool:
        return dict(pool.map(one, {sender.login: None for sender in senders}))


def replay(senders: list[Sender], phones: dict[str, Phone], *, seconds: float, seed: int) -> Tally:
    """Play every sender's story within `seconds`, more of them the nearer the end; blocking."""
    rng, tally, start = rng_for(seed, "rush"), Tally(), time.perf_counter()
    last = max(0.0, seconds - LAST_S - WRITING_S[1])
    queue: list[tuple[float, int, _Player, Story]] = []
    for number, sender in enumerate(senders):
        player = _Player(phones[sender.login], sender, tally)
        wait = rng.triangular(0, last, last)
        story = player.story(start + wait, rng.uniform(*WRITING_S))
        queue.append((start + rng.uniform(0, min(REMINDER_S, wait)), number, player, story))
    heapq.heapify(queue)
    _play(queue)
    return tally


def _play(queue: list[tuple[float, int, _Player, Story]]) -> None:
    """Let a few hands take whatever step is due next, until all stories are told."""
    changed, busy = threading.Condition(), [0]

    def hand() -> None:
        while True:
            with changed:
                while not queue and busy[0]:
                    changed.wait(1)
                if not queue:
                    return
                due, number, player, story = heapq.heappop(queue)
                busy[0] += 1
            if (wait := due - time.perf_counter()) > 0:
                time.sleep(wait)
            player.due = due
            after = next(story, None)
            with changed:
                busy[0] -= 1
                if after is not None:
                    heapq.heappush(queue, (after, number, player, story))
                changed.notify_all()

    hands = [threading.Thread(target=hand, daemon=True) for _ in range(HANDS)]
    for one in hands:
        one.start()
    for one in hands:
        one.join()
