"""Errors that services raise; `web` turns them into a page or a fragment in one place."""

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
