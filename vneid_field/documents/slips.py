"""A slip that names nobody: one stored paper per subject and content, as PDF and XLSX."""

from collections.abc import Callable
from datetime import date
from typing import Any

from vneid_field.core.access import Actor
from vneid_field.core.database import reading
from vneid_field.documents.footers import footer_of, mark_of
from vneid_field.documents.kinds import PDF, XLSX, PaperKind
from vneid_field.documents.models import Document
from vneid_field.documents.queries import find_of_subject
from vneid_field.documents.render import Paper, render_paper
from vneid_field.documents.services import (
    draft_document,
    figures_digest,
    make_rendition,
    store_once,
)
from vneid_field.units.models import Unit


def keep_slip(
    *,
    actor: Actor,
    campaign_id: int,
    kind: PaperKind,
    unit: Unit,
    subject: tuple[str, int],
    title: str,
    stem: str,
    period_on: date,
    figures: dict[str, Any],
    template_version: str,
    paper: Paper,
    sheet: Callable[[str], bytes],
) -> Document:
    """Store the next version of a subject's slip, or return the stored one that says the same.

    `subject` is (kind, id); `stem` is the file's name without its version; `sheet` gives the
    XLSX for a mark of the document.
    """
    earlier = find_of_subject(*subject)
    if earlier is not None and earlier.figures_digest == figures_digest(figures):
        return earlier
    version = earlier.version + 1 if earlier else 1
    document = draft_document(
        campaign_id=campaign_id,
        kind=kind,
        unit=unit,
        title=title,
        filename=f"{stem}-v{version}",
        figures=figures,
        template_version=template_version,
        period_on=period_on,
        version=version,
        subject_kind=subject[0],
        subject_id=subject[1],
        replaces=earlier,
    )
    with reading():
        drawn = ((PDF, render_paper(paper, footer_of(document))), (XLSX, sheet(mark_of(document))))
    document.renditions += [
        make_rendition(document=document, media_type=media_type, content=content)
        for media_type, content in drawn
    ]
    return store_once(document, actor=actor)
