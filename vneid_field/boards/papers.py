"""A board as a paper: the rows, the order and the totals of the page, stored with a code."""

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from vneid_field.boards.labels import ORDER_WORDS, RANKING, RANKING_HEAD, TABLE, TABLE_HEADS
from vneid_field.boards.sheets import board_sheet
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.database import reading
from vneid_field.core.errors import DomainError
from vneid_field.core.text import vn_date
from vneid_field.documents.footers import mark_of
from vneid_field.documents.kinds import XLSX, PaperKind
from vneid_field.documents.models import Document
from vneid_field.documents.numbering import draw_paper
from vneid_field.documents.papers.board_table import BoardRow, BoardTable
from vneid_field.documents.services import (
    draft_document,
    figures_digest,
    make_rendition,
    store_once,
)
from vneid_field.extensions import db
from vneid_field.reporting.labels import REST_LABELS, UNITS_LABELS
from vneid_field.reporting.lines import Line, Progress, Rest
from vneid_field.reporting.papers import moment_text
from vneid_field.reporting.summary import Summary

TEMPLATE_VERSION = "board-1"
_STEP = Decimal("0.01")
BY_RANK = "rank"


def board_paper(summary: Summary, lines: Sequence[Line], sort: str) -> BoardTable:
    """Return a board as a paper in the order of `lines`; sorted by rank it is the ranking."""
    has_collection, is_ranking = summary.has_collection, sort == BY_RANK
    kinds = {line.unit.kind for line in lines}
    return BoardTable(
        heading=RANKING_HEAD if is_ranking else TABLE_HEADS[has_collection],
        short_heading=RANKING if is_ranking else TABLE,
        unit_name=summary.unit.name,
        unit_heading=UNITS_LABELS[kinds.pop()] if len(kinds) == 1 else "Đơn vị",
        covers_on=summary.on,
        as_of=moment_text(clock.now()),
        order=ORDER_WORDS[sort],
        rows=tuple(
            _row(line.unit.name, line.activation, line.collection, line, has_collection)
            for line in lines
        ),
        rests=tuple(
            _rest(rest, has_collection)
            for rest in summary.rests
            if rest.is_activation or has_collection
        ),
        total=_row("Cộng", summary.activation, summary.collection, summary, has_collection),
        has_collection=has_collection,
    )


def _row(
    name: str,
    activation: Progress,
    collection: Progress,
    of: Line | Summary,
    has_collection: bool,
) -> BoardRow:
    return BoardRow(
        name=name,
        in_day=activation.in_day,
        daily_quota=activation.quota_a_day,
        cumulative=activation.cumulative,
        rate=activation.percent,
        collected=collection.cumulative if has_collection else None,
        absent=of.absent,
        rank=of.rank if isinstance(of, Line) else None,
        confirmed=of.verdicts.confirmed,
        contradicted=of.verdicts.contradicted,
    )


def _rest(rest: Rest, has_collection: bool) -> BoardRow:
    return BoardRow(
        name=REST_LABELS[rest.kind],
        in_day=rest.activated_in_day,
        daily_quota=None,
        cumulative=rest.activated,
        rate=None,
        collected=rest.collected if has_collection else None,
        absent=rest.absent,
        confirmed=rest.confirmed,
        contradicted=rest.contradicted,
    )


def board_figures(summary: Summary, paper: BoardTable) -> dict[str, Any]:
    """Return the table as plain values: what the paper freezes."""
    rows = [asdict(row) for row in (*paper.rows, *paper.rests, paper.total)]
    for row in rows:
        row["rate"] = None if row["rate"] is None else str(row["rate"].quantize(_STEP))
    return {
        "unit": summary.unit.code,
        "on": summary.on.isoformat(),
        "as_of": paper.as_of,
        "order": paper.order,
        "rows": rows,
    }


def make_board(
    *, actor: Actor | None, campaign: Campaign, summary: Summary, lines: Sequence[Line], sort: str
) -> Document:
    """Make and store a board as PDF and XLSX; pressed twice within a minute it is the same paper.

    Each is the next version of the same day and order. Raises DomainError without units below.
    """
    if not lines:
        raise DomainError("Đơn vị này không có đơn vị trực thuộc để lập bảng.")
    unit, on = summary.unit, summary.on
    paper = board_paper(summary, lines, sort)
    figures = board_figures(summary, paper)
    kind = PaperKind.RANKING if sort == BY_RANK else PaperKind.BOARD
    subject = f"board:{sort}"
    with reading():
        earlier = _newest(campaign, summary, subject)
        if earlier is not None and earlier.figures_digest == figures_digest(figures):
            return earlier
        version = earlier.version + 1 if earlier else 1
        stem = "xep-hang" if sort == BY_RANK else "tien-do"
        order = "" if sort in ("order", BY_RANK) else f", xếp theo {paper.order}"
        document = draft_document(
            campaign_id=campaign.id,
            kind=kind,
            unit=unit,
            title=f"{unit.name}: {paper.short_heading.lower()} ngày {vn_date(on)}{order}",
            filename=f"{stem}-{unit.code}-{on:%Y%m%d}-v{version}",
            figures=figures,
            template_version=TEMPLATE_VERSION,
            period_on=on,
            version=version,
            subject_kind=subject,
            subject_id=unit.id,
            replaces=earlier,
        )
        draw_paper(document, paper)
    sheet = board_sheet(paper, mark_of(document))
    document.renditions.append(make_rendition(document=document, media_type=XLSX, content=sheet))
    return store_once(document, actor=actor)


def _newest(campaign: Campaign, summary: Summary, subject: str) -> Document | None:
    query = select(Document).where(
        Document.campaign_id == campaign.id,
        Document.subject_kind == subject,
        Document.subject_id == summary.unit.id,
        Document.period_on == summary.on,
    )
    return db.session.scalar(query.order_by(Document.id.desc()).limit(1))
