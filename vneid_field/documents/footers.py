"""The line at the foot of a stored paper, and of the workbook beside it."""

from flask import current_app

from vneid_field.documents.models import Document
from vneid_field.documents.queries import find_replaced
from vneid_field.documents.render import Footer


def footer_of(document: Document) -> Footer:
    """Return the line at the foot by which a paper is checked."""
    base = current_app.config["SETTINGS"].public_url
    replaced = find_replaced(document)
    return Footer(
        document.code,
        document.version,
        document.figures_digest,
        f"{base}/documents/verify/{document.code}",
        replaced.code if replaced else "",
    )


def mark_of(document: Document) -> str:
    """Return the same in words: what the workbook beside a paper says below its table."""
    footer = footer_of(document)
    return f"Mã văn bản: {footer.code} · {footer.version_text} · Mã số liệu: {footer.short_digest}"
