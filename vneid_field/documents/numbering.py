"""Storing a paper with its number blank, and with what the clerk fills in after signing."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select

from vneid_field.audit.services import record
from vneid_field.core import clock
from vneid_field.core.access import Actor, Permission
from vneid_field.core.database import reading
from vneid_field.core.errors import DomainError
from vneid_field.core.text import vn_date
from vneid_field.documents.footers import footer_of
from vneid_field.documents.frozen import NumberedPaper, freeze, thaw
from vneid_field.documents.kinds import PDF, PaperKind
from vneid_field.documents.letterhead import Letterhead
from vneid_field.documents.models import Document, Rendition
from vneid_field.documents.papers.board_table import BoardTable
from vneid_field.documents.papers.session_schedule import SessionSchedule
from vneid_field.documents.papers.team_forms import TeamDaily, TeamWeekly
from vneid_field.documents.queries import list_appendices
from vneid_field.documents.render import render_paper
from vneid_field.documents.services import make_rendition, sealed, unsealed
from vneid_field.extensions import db

Unnumbered = TeamDaily | TeamWeekly | BoardTable | SessionSchedule
Drawn = NumberedPaper | Unnumbered
# Whose clerk gives the number: the police of a report or proposal, the committee of a quota table.
_NUMBERED_BY = {
    PaperKind.DAILY_REPORT.value: Permission.SEND_POLICE_REPORT,
    PaperKind.WEEKLY_REPORT.value: Permission.SEND_POLICE_REPORT,
    PaperKind.FINAL_REPORT.value: Permission.SEND_POLICE_REPORT,
    PaperKind.COMMENDATION.value: Permission.SEND_POLICE_REPORT,
    PaperKind.REVIEW_MINUTES.value: Permission.SEND_POLICE_REPORT,
    PaperKind.QUOTA_TABLE.value: Permission.NUMBER_QUOTAS,
}


@dataclass(frozen=True, slots=True)
class Signing:
    """What the clerk fills in: number, day of signing, and who signed."""

    number: int
    signed_on: date
    signer_title: str
    signer_rank: str
    signer_name: str


def draw_paper(document: Document, paper: Drawn) -> None:
    """Add a paper to a drafted document as PDF, number blank; forms and boards never get one."""
    if not isinstance(paper, Unnumbered) and paper.letterhead is not None:
        document.frozen = sealed(document, freeze(paper))
    document.renditions.append(_draw(document, paper))


def _draw(document: Document, paper: Drawn) -> Rendition:
    content = render_paper(paper, footer_of(document))
    return make_rendition(document=document, media_type=PDF, content=content)


def may_number(actor: Actor, document: Document) -> bool:
    """Say whether the actor's unit gives this paper its number."""
    needed = _NUMBERED_BY.get(document.kind)
    return (
        needed is not None
        and actor.may(needed)
        and document.unit_id == actor.unit.unit_id
        and document.frozen is not None
    )


def letterhead_in(document: Document) -> Letterhead:
    """Return the letterhead of a paper kept as data, with the number it last got."""
    letterhead = paper_in(document).letterhead
    assert letterhead is not None
    return letterhead


def paper_in(document: Document) -> NumberedPaper:
    """Return what a paper that bears a number prints, as it was kept."""
    return thaw(unsealed(document, document.frozen or b""))


def number_document(*, actor: Actor, document: Document, signing: Signing) -> None:
    """Make the PDF again with number, day and signer; figures and earlier files stay.

    The appendices that cite the number follow. Raises DomainError for a day that cannot be.
    """
    _check_day(document, signing.signed_on)
    with reading():  # drawn while nobody waits
        papers = (document, *list_appendices(document))
        drawn = [_numbered(paper, signing) for paper in papers if paper.frozen is not None]
    for document_id, frozen, rendition in drawn:
        _store_numbered(document_id, frozen, rendition)
    record(
        "document.numbered",
        actor=actor,
        subject_kind="document",
        subject_id=document.id,
        number=signing.number,
        on=signing.signed_on.isoformat(),
    )


def _check_day(document: Document, signed_on: date) -> None:
    if signed_on > clock.today():
        raise DomainError("Ngày ký không được sau hôm nay.")
    if document.period_on is not None and signed_on < document.period_on:
        raise DomainError(f"Ngày ký không được trước ngày báo cáo {vn_date(document.period_on)}.")


def _numbered(document: Document, signing: Signing) -> tuple[int, bytes, Rendition]:
    """Return (document id, the paper as data, its file), all with the number."""
    letterhead = replace(
        letterhead_in(document),
        number=signing.number,
        signed_on=signing.signed_on,
        signer_title=signing.signer_title,
        signer_rank=signing.signer_rank,
        signer_name=signing.signer_name,
    )
    paper = replace(paper_in(document), letterhead=letterhead)
    rendition = _draw(document, paper)
    rendition.number = f"{letterhead.number_text}/{letterhead.symbol}"
    rendition.signed_on = signing.signed_on
    return document.id, sealed(document, freeze(paper)), rendition


def _store_numbered(document_id: int, frozen: bytes, rendition: Rendition) -> None:
    query = select(func.count()).where(
        Rendition.document_id == document_id, Rendition.media_type == PDF
    )
    rendition.document_id = document_id
    rendition.form = f"numbered-{db.session.scalar(query)}"
    db.session.get_one(Document, document_id).frozen = frozen
    db.session.add(rendition)
    db.session.flush()
