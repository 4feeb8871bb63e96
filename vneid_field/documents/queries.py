"""Finding papers."""

from datetime import date

from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import joinedload

from vneid_field.core.access import Scope
from vneid_field.core.database import within
from vneid_field.documents.kinds import PaperKind
from vneid_field.documents.models import Document, Rendition
from vneid_field.extensions import db
from vneid_field.units.models import Unit


def documents_query(
    scope: Scope,
    *,
    with_citizens: bool,
    kind: str = "",
    period_on: date | None = None,
    unit_path: str = "",
) -> Select[Document]:
    """Return the SELECT of the scope's papers, newest first; `with_citizens` opens name lists."""
    query = (
        select(Document)
        .join(Document.unit)
        .options(joinedload(Document.unit))
        .where(within(Unit.path, scope.paths))
    )
    if not with_citizens:
        query = query.where(Document.names_citizens.is_(False))
    if kind:
        query = query.where(Document.kind == kind)
    if period_on:
        query = query.where(Document.period_on == period_on)
    if unit_path:
        query = query.where(within(Unit.path, (unit_path,)))
    return query.order_by(Document.created_at.desc(), Document.id.desc())


def get_document(scope: Scope, document_id: int, *, with_citizens: bool) -> Document:
    """Return a paper of the scope; raises NoResultFound."""
    query = documents_query(scope, with_citizens=with_citizens)
    return db.session.scalars(query.where(Document.id == document_id)).one()


def find_by_code(code: str) -> Document | None:
    """Return the paper of a code, for the public verify page."""
    query = select(Document).options(joinedload(Document.unit)).where(Document.code == code)
    return db.session.scalar(query)


def find_replacement(document: Document) -> Document | None:
    """Return the paper that replaces this one, or None; an appendix goes with what cites it."""
    replaced_id = document.appendix_of_id or document.id
    return db.session.scalar(select(Document).where(Document.replaces_id == replaced_id).limit(1))


def find_replaced(document: Document) -> Document | None:
    """Return the paper that this one, stored or not, replaces; an appendix as what cites it."""
    if document.appendix_of_id is not None:
        document = db.session.get_one(Document, document.appendix_of_id)
    elif inspect(document).transient and document.appendix_of is not None:
        document = document.appendix_of
    return db.session.get(Document, document.replaces_id) if document.replaces_id else None


def find_of_subject(subject_kind: str, subject_id: int) -> Document | None:
    """Return the newest main paper of a subject ("report", 7), or None."""
    query = select(Document).where(
        Document.subject_kind == subject_kind,
        Document.subject_id == subject_id,
        Document.appendix_of_id.is_(None),
    )
    return db.session.scalar(query.order_by(Document.id.desc()).limit(1))


def find_newest(campaign_id: int, unit_id: int, kind: PaperKind, on: date) -> Document | None:
    """Return a unit's newest paper of a kind on a day, or None."""
    query = select(Document).where(
        Document.campaign_id == campaign_id,
        Document.unit_id == unit_id,
        Document.kind == kind.value,
        Document.period_on == on,
    )
    return db.session.scalar(query.order_by(Document.id.desc()).limit(1))


def find_twin(document: Document) -> Document | None:
    """Return the paper of the same version that somebody stored while this one was drawn, or None.

    Nobody else stores a paper of the unit until the transaction ends.
    """
    unit = select(Unit.id).where(Unit.id == document.unit_id)
    db.session.execute(unit.with_for_update(key_share=True))
    query = select(Document).where(
        Document.campaign_id == document.campaign_id,
        Document.unit_id == document.unit_id,
        Document.kind == document.kind,
        Document.subject_kind == document.subject_kind,
        Document.subject_id == document.subject_id,
        Document.period_on == document.period_on,
        Document.version == document.version,
        Document.appendix_of_id.is_(None),
    )
    return db.session.scalar(query.order_by(Document.id).limit(1))


def list_appendices(document: Document) -> list[Document]:
    """Return the papers that this one cites."""
    query = select(Document).where(Document.appendix_of_id == document.id)
    return list(db.session.scalars(query.order_by(Document.id)))


def list_renditions(document_ids: list[int]) -> dict[int, list[Rendition]]:
    """Return renditions per document, without their bytes."""
    found: dict[int, list[Rendition]] = {}
    query = select(Rendition).where(Rendition.document_id.in_(document_ids)).order_by(Rendition.id)
    for rendition in db.session.scalars(query):
        found.setdefault(rendition.document_id, []).append(rendition)
    return found


def list_newest_renditions(document_ids: list[int]) -> dict[int, list[Rendition]]:
    """Return per document the newest rendition of each media type."""
    return {
        document_id: list({r.media_type: r for r in renditions}.values())
        for document_id, renditions in list_renditions(document_ids).items()
    }


def find_newest_numbered(document: Document) -> Rendition | None:
    """Return the newest rendition that bears a number, or None."""
    query = select(Rendition).where(Rendition.document_id == document.id, Rendition.number != "")
    return db.session.scalar(query.order_by(Rendition.id.desc()).limit(1))


def get_rendition(document_id: int, rendition_id: int) -> Rendition:
    """Return a rendition of a paper already opened; raises NoResultFound."""
    query = select(Rendition).where(
        Rendition.id == rendition_id, Rendition.document_id == document_id
    )
    return db.session.scalars(query).one()
