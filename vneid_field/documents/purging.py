"""Papers that name citizens go on their day; what tells that they were genuine stays."""

from sqlalchemy import select, update

from vneid_field.audit.services import record
from vneid_field.core import clock
from vneid_field.documents.models import Document, Rendition
from vneid_field.extensions import db
from vneid_field.jobs.services import nightly


def list_expired() -> list[Document]:
    """Return the papers whose purge day has come and whose bytes are still there."""
    query = select(Document).where(Document.purge_on <= clock.today(), Document.purged_on.is_(None))
    return list(db.session.scalars(query.order_by(Document.id)))


@nightly
def purge_expired() -> int:
    """Blank the bytes and the data of expired papers; row and digests stay. Returns how many."""
    expired = list_expired()
    for document in expired:
        db.session.execute(
            update(Rendition).where(Rendition.document_id == document.id).values(content=None)
        )
        document.frozen = None
        document.purged_on = clock.today()
        record(
            "document.purged",
            actor=None,
            subject_kind="document",
            subject_id=document.id,
            kind=document.kind,
        )
    db.session.flush()
    return len(expired)
