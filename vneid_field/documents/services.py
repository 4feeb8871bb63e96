"""Storing papers, and the short-lived tickets that let a person fetch one."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete

from vneid_field.audit.services import record
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.crypto import keyring
from vneid_field.core.errors import NotFound
from vneid_field.documents.kinds import BLANK, EXTENSIONS, NAMES_CITIZENS, PaperKind
from vneid_field.documents.models import SEAL, Document, DownloadTicket, Rendition
from vneid_field.documents.queries import find_twin
from vneid_field.extensions import db
from vneid_field.units.models import Unit

TICKET_LIFE = timedelta(minutes=5)
# Papers that name citizens are purged this long after they were made (domain.md section 15).
KEEP_CITIZENS = timedelta(days=90)
_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def figures_digest(figures: Mapping[str, Any]) -> str:
    """Return the SHA-256 of figures as canonical JSON: what a paper's footer prints."""
    canonical = json.dumps(figures, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def new_code() -> str:
    """Return a document code like "K7QM-3XHD-9PWA" (60 random bits)."""
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(12))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def normal_code(typed: str) -> str:
    """Return a code as stored, however it was typed: lower case, without dashes, with blanks."""
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())[:12]
    return "-".join(filter(None, (letters[:4], letters[4:8], letters[8:])))


def draft_document(
    *,
    campaign_id: int,
    kind: PaperKind,
    unit: Unit,
    title: str,
    filename: str,
    figures: Mapping[str, Any],
    template_version: str,
    period_on: date | None = None,
    version: int = 1,
    subject_kind: str = "",
    subject_id: int | None = None,
    appendix_of: Document | None = None,
    replaces: Document | None = None,
) -> Document:
    """Return a document that is not stored yet: its template may print its code and digest.

    Renditions are added to it, then `store_document` stores all in one short transaction: nobody
    waits for a paper to be drawn. `title` and `filename` (without extension) must hold no
    personal data.
    """
    names_citizens = kind in NAMES_CITIZENS
    return Document(
        campaign_id=campaign_id,
        code=new_code(),
        kind=kind.value,
        unit_id=unit.id,
        title=title,
        filename=filename,
        period_on=period_on,
        version=version,
        subject_kind=subject_kind,
        subject_id=subject_id,
        appendix_of=appendix_of,
        replaces_id=replaces.id if replaces else None,
        figures=dict(figures),
        figures_digest=figures_digest(figures),
        template_version=template_version,
        names_citizens=names_citizens,
        purge_on=clock.today() + KEEP_CITIZENS if names_citizens else None,
        created_at=clock.now(),
    )


def store_document(document: Document, *, actor: Actor | None) -> None:
    """Store a drafted document with its renditions."""
    document.created_by = actor.user_id if actor else None
    db.session.add(document)
    db.session.flush()
    record(
        "document.made",
        actor=actor,
        subject_kind="document",
        subject_id=document.id,
        kind=document.kind,
        version=document.version,
    )


def store_once(document: Document, *, actor: Actor | None) -> Document:
    """Store a drafted document, or return the same version that somebody stored meanwhile."""
    twin = find_twin(document)
    if twin is not None:
        return twin
    store_document(document, actor=actor)
    return document


def sealed(document: Document, content: bytes) -> bytes:
    """Return what is stored of a document: sealed with the data key when it names citizens."""
    return keyring().encrypt_bytes(content, SEAL) if document.names_citizens else content


def unsealed(document: Document, stored: bytes) -> bytes:
    """Return what `sealed` sealed."""
    return keyring().decrypt_bytes(stored, SEAL) if document.names_citizens else stored


def make_rendition(
    *, document: Document, media_type: str, content: bytes, form: str = BLANK
) -> Rendition:
    """Return bytes of a document; sealed with the data key when it names citizens."""
    return Rendition(
        form=form,
        media_type=media_type,
        content=sealed(document, content),
        is_sealed=document.names_citizens,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        created_at=clock.now(),
    )


def read_rendition(rendition: Rendition) -> bytes:
    """Return the plain bytes; raises NotFound when purged, or not the bytes once stored."""
    if rendition.content is None:
        raise NotFound("Tệp có tên người dân, đã xóa theo hạn.")
    content = bytes(rendition.content)
    if rendition.is_sealed:
        content = keyring().decrypt_bytes(content, SEAL)
    if hashlib.sha256(content).hexdigest() != rendition.sha256:
        raise NotFound("Tệp lưu trữ không còn nguyên vẹn, hãy báo quản trị.")
    return content


def download_name(document: Document, rendition: Rendition) -> str:
    """Return the file name for a download: never personal data."""
    number = f"-so-{rendition.number.partition('/')[0]}" if rendition.number else ""
    return f"{document.filename}{number}.{EXTENSIONS[rendition.media_type]}"


def issue_ticket(*, actor: Actor, purpose: str, subject_id: int) -> str:
    """Return a token that lets this user do one safe fetch within five minutes."""
    now = clock.real_now()
    db.session.execute(delete(DownloadTicket).where(DownloadTicket.expires_at < now))
    token = secrets.token_urlsafe(24)
    db.session.add(
        DownloadTicket(
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            user_id=actor.user_id,
            purpose=purpose,
            subject_id=subject_id,
            expires_at=now + TICKET_LIFE,
        )
    )
    db.session.flush()
    return token


def open_ticket(*, actor: Actor, purpose: str, token: str) -> int:
    """Return the subject id of a user's own, fresh ticket; raises NotFound.

    A ticket may be used again within its life: browsers fetch a PDF in pieces or twice.
    """
    ticket = db.session.get(DownloadTicket, hashlib.sha256(token.encode()).hexdigest())
    if (
        ticket is None
        or ticket.user_id != actor.user_id
        or ticket.purpose != purpose
        or ticket.expires_at < clock.real_now()
    ):
        raise NotFound("Liên kết tải đã hết hạn. Hãy bấm tải lại từ trang văn bản.")
    return ticket.subject_id
