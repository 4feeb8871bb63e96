"""The numbers a printed walk list bears: kept with the paper, sealed, and purged with it."""

import json
from collections.abc import Mapping

from sqlalchemy import select

from vneid_field.documents.kinds import PaperKind
from vneid_field.documents.models import Document
from vneid_field.documents.services import sealed, unsealed
from vneid_field.extensions import db
from vneid_field.lists.models import HandOver

SUBJECT = "hand_over"


def keep_order(document: Document, numbers: Mapping[int, int]) -> None:
    """Keep which citizen (id) stands under which number of a drafted walk list."""
    document.frozen = sealed(document, json.dumps(list(numbers.items())).encode())


def read_order(document: Document) -> dict[int, int]:
    """Return the numbers of a paper by citizen id, in the paper's order."""
    return dict(json.loads(unsealed(document, document.frozen or b"[]")))


def list_printed(given: HandOver) -> list[Document]:
    """Return the papers of a list (read through the scope) whose order is kept, newest first."""
    query = select(Document).where(
        Document.subject_kind == SUBJECT,
        Document.subject_id == given.id,
        Document.kind == PaperKind.WALK_LIST,
        Document.frozen.is_not(None),
    )
    return list(db.session.scalars(query.order_by(Document.id.desc())))
