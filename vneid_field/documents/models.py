"""Stored papers: the same bytes are served at every reprint."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from vneid_field.core.database import Base, JsonValue, UtcDateTime
from vneid_field.units.models import Unit

SEAL = "rendition.content"  # label of the seal of bytes and data


class Letterhead(Base):
    """Header lines, symbol, place and signer of a unit's papers (police practice varies)."""

    __tablename__ = "letterhead"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    superior_organ: Mapped[str] = mapped_column(String(120))
    organ: Mapped[str] = mapped_column(String(120))
    symbol: Mapped[str] = mapped_column(String(40))  # "BC-CAP"
    place: Mapped[str] = mapped_column(String(60))
    signer_title: Mapped[str] = mapped_column(String(120))
    signer_rank: Mapped[str] = mapped_column(String(40), default="")
    signer_name: Mapped[str] = mapped_column(String(80), default="")


class Document(Base):
    """A paper with frozen figures; `code` is what its footer and QR carry."""

    __tablename__ = "document"
    __table_args__ = (
        Index("ix_document_unit_kind", "unit_id", "kind", "period_on"),
        Index("ix_document_subject", "subject_kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    code: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(40))  # documents.rules.PaperKind
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    title: Mapped[str] = mapped_column(String(200))  # no personal data
    filename: Mapped[str] = mapped_column(String(120))  # no personal data
    period_on: Mapped[date | None] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1)
    subject_kind: Mapped[str] = mapped_column(String(40), default="")  # "report" …
    subject_id: Mapped[int | None]
    appendix_of_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    figures: Mapped[dict] = mapped_column(JsonValue, default=dict)  # frozen, no personal data
    figures_digest: Mapped[str] = mapped_column(String(64), default="")
    template_version: Mapped[str] = mapped_column(String(20), default="")
    names_citizens: Mapped[bool] = mapped_column(default=False)
    purge_on: Mapped[date | None]  # set when it names citizens
    purged_on: Mapped[date | None]  # the day its bytes and data went
    # The paper as data (documents.frozen), so that a number can be filled in; of a walk list its
    # order (lists.paper_order). Sealed like bytes.
    frozen: Mapped[bytes | None] = deferred(
        mapped_column(LargeBinary, info={"sealed": SEAL, "sealed_when": "names_citizens"})
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    unit: Mapped[Unit] = relationship(lazy="raise")
    # For a document that is not stored yet; the stored ones are read by queries.
    appendix_of: Mapped["Document | None"] = relationship(
        lazy="raise", remote_side=[id], foreign_keys=[appendix_of_id]
    )
    renditions: Mapped[list["Rendition"]] = relationship(lazy="raise")


class Rendition(Base):
    """Bytes of a document: PDF or XLSX, number blank or filled in. Never changed, only purged."""

    __tablename__ = "rendition"
    __table_args__ = (UniqueConstraint("document_id", "form", "media_type"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    form: Mapped[str] = mapped_column(String(20))  # "blank", "numbered-1", "numbered-2" …
    media_type: Mapped[str] = mapped_column(String(80))
    number: Mapped[str] = mapped_column(String(60), default="")  # "06/BC-CAP", "" while blank
    signed_on: Mapped[date | None]
    # Sealed with the data key when the document names citizens; None after the purge.
    content: Mapped[bytes | None] = deferred(
        mapped_column(LargeBinary, info={"sealed": SEAL, "sealed_when": "is_sealed"})
    )
    is_sealed: Mapped[bool] = mapped_column(default=False)
    sha256: Mapped[str] = mapped_column(String(64))  # of the plain bytes
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DownloadTicket(Base):
    """A short-lived right to fetch one rendition or one reveal: POST → 303 → GET."""

    __tablename__ = "download_ticket"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    purpose: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)  # machine clock
