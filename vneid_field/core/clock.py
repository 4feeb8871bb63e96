"""The one clock. Stored instants are UTC; a day closes at 24h00 in Asia/Ho_Chi_Minh.

In a demo or a test the clock is anchored: a real instant stands for a campaign instant
(domain.md section 4). Cookies, CSRF and throttles use `real_now`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TZ = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True)
class Anchor:
    """`real_at` on the machine's clock stands for `campaign_at`; both aware."""

    real_at: datetime
    campaign_at: datetime


_anchor: ContextVar[Anchor | None] = ContextVar("clock_anchor", default=None)
_frozen: ContextVar[datetime | None] = ContextVar("clock_frozen", default=None)


def use_anchor(anchor: Anchor | None) -> None:
    """Set the anchor for this context (a request, a job, a command)."""
    _anchor.set(anchor)


def real_now() -> datetime:
    """Return the machine's instant, UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """Return the campaign's instant, UTC."""
    frozen = _frozen.get()
    if frozen is not None:
        return frozen
    anchor = _anchor.get()
    if anchor is None:
        return real_now()
    return anchor.campaign_at.astimezone(UTC) + (real_now() - anchor.real_at)


def to_local(instant: datetime) -> datetime:
    """Return an aware instant in the campaign's time zone."""
    return instant.astimezone(TZ)


def local_now() -> datetime:
    """Return the campaign's instant in local time."""
    return to_local(now())


def today() -> date:
    """Return the campaign's local civil day."""
    return local_now().date()


def at_local(day: date, hour: time) -> datetime:
    """Return the UTC instant of a local day and time."""
    return datetime.combine(day, hour, TZ).astimezone(UTC)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return the UTC instants at which a local day starts and ends (half open)."""
    return at_local(day, time()), at_local(day + timedelta(days=1), time())


@contextmanager
def frozen(instant: datetime) -> Iterator[None]:
    """Hold the clock at an aware instant: for tests and for replaying a demo's history."""
    token = _frozen.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
