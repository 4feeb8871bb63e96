"""Errors that services raise; `web` turns them into a page or a fragment in one place."""

import traceback
from collections.abc import Mapping


class DomainError(Exception):
    """A rule refuses: `message` is the Vietnamese sentence that the person reads.

    `status` is the HTTP status (422 unless a subclass says otherwise); `details` may carry
    labelled facts (who, when, why, how to unlock) that the error page lists.
    """

    status = 422

    def __init__(self, message: str, *, details: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = dict(details or {})


class WrongField(DomainError):
    """One field of a form is why a rule refuses: the page says so beside it."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class Conflict(DomainError):
    """Somebody else was first, or the record is not in a state that allows this."""

    status = 409


class NotFound(DomainError):
    """Outside the actor's scope or not there: the two are not told apart."""

    status = 404

    def __init__(
        self, message: str = "Không tìm thấy nội dung này trong phạm vi của đơn vị."
    ) -> None:
        super().__init__(message)


class TooMany(DomainError):
    """Throttled: the sentence says when to try again."""

    status = 429


def trace_of(error: BaseException) -> str:
    """Return where an error came from, for a log: kinds and places, never the messages.

    A message may quote what somebody typed; PostgreSQL's quote the whole row.
    """
    parts: list[str] = []
    one: BaseException | None = error
    while one is not None and len(parts) < 10:
        places = "".join(traceback.format_tb(one.__traceback__))
        parts.append(f"{type(one).__module__}.{type(one).__qualname__}\n{places}")
        one = one.__cause__ or one.__context__
    return "from ".join(parts).rstrip()
