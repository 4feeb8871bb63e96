"""Whether what a paper was drawn from is still in force: each slice answers for its own subjects.

Documents know nothing of reports; `reporting.tasks` registers what it knows.
"""

from collections.abc import Callable

from vneid_field.documents.models import Document

Answer = Callable[[int], bool]
_answers: dict[str, Answer] = {}


def answers_for(subject_kind: str) -> Callable[[Answer], Answer]:
    """Register who says whether a subject of a kind, by id, was sent back or unlocked."""

    def register(answer: Answer) -> Answer:
        _answers[subject_kind] = answer
        return answer

    return register


def is_withdrawn(document: Document) -> bool:
    """Say whether a paper's subject was sent back; an appendix goes with what cites it."""
    answer = _answers.get(document.subject_kind)
    return answer is not None and document.subject_id is not None and answer(document.subject_id)
