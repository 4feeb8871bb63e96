"""Where a checklist stands in review (domain.md section 8). Pure."""

from enum import StrEnum

from vneid_field.review.kinds import ReviewState


class Standing(StrEnum):
    """What the queue shows of a checklist."""

    WAITING = "waiting"  # never looked at, or new results since
    CORRECTED = "corrected"  # the team answered a return
    RETURNED = "returned"  # with the team
    ACCEPTED = "accepted"


WAITS = (Standing.CORRECTED, Standing.WAITING)
ORDER = (Standing.CORRECTED, Standing.WAITING, Standing.RETURNED, Standing.ACCEPTED)


def standing(
    state: ReviewState | None,
    through_event_id: int | None,
    newest_event_id: int,
    *,
    is_reopened: bool = False,
) -> Standing:
    """Return the standing from the newest review and the newest event of the checklist.

    A result that came after it was accepted asks for another look, and so does a national list
    that contradicts it since (`is_reopened`); while it is returned the team is at work, and its
    answer is a review row of its own.
    """
    if state is None:
        return Standing.WAITING
    if state is ReviewState.CORRECTED:
        return Standing.CORRECTED
    if state is ReviewState.RETURNED:
        return Standing.RETURNED
    is_whole = newest_event_id <= (through_event_id or 0)
    return Standing.ACCEPTED if is_whole and not is_reopened else Standing.WAITING


def is_own_work(user_id: int, authors: set[int | None]) -> bool:
    """Say whether the reviewer did or typed in a part of the checklist: nobody reviews their own
    work.
    """
    return user_id in authors
