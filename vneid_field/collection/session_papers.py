"""Lịch thu nhận lưu động as a stored paper: PDF and XLSX of what the list shows."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import select

from vneid_field.campaigns.models import Campaign
from vneid_field.collection.labels_points import PLACE_KIND_LABELS
from vneid_field.collection.session_queries import Asked, SessionLine
from vneid_field.collection.session_sheet import schedule_sheet
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.database import reading
from vneid_field.core.errors import DomainError
from vneid_field.core.text import vn_day, vn_moment, vn_span, vn_weekday
from vneid_field.documents.footers import mark_of
from vneid_field.documents.kinds import XLSX, PaperKind
from vneid_field.documents.models import Document
from vneid_field.documents.numbering import draw_paper
from vneid_field.documents.papers.session_schedule import ScheduleRow, SessionSchedule
from vneid_field.documents.services import (
    draft_document,
    figures_digest,
    make_rendition,
    store_once,
)
from vneid_field.extensions import db
from vneid_field.units.models import Unit

TEMPLATE_VERSION = "session-schedule-1"


def schedule_paper(unit: Unit, asked: Asked, lines: Sequence[SessionLine]) -> SessionSchedule:
    """Return the schedule as a paper; `lines` hold no cancelled session."""
    return SessionSchedule(
        unit_name=unit.name,
        first_on=asked.first_on,
        last_on=asked.last_on,
        as_of=vn_moment(clock.local_now()),
        rows=tuple(_row(line) for line in lines),
        choice=_choice(asked, lines),
    )


def _row(line: SessionLine) -> ScheduleRow:
    planned = line.session
    return ScheduleRow(
        day=f"{vn_weekday(planned.on_day)} {vn_day(planned.on_day)}",
        hours=line.hours,
        point=line.point.name,
        place_kind=PLACE_KIND_LABELS[planned.place_kind],
        place=planned.place,
        partner=planned.partner,
        expected=planned.expected,
        units="; ".join(line.places),
    )


def _choice(asked: Asked, lines: Sequence[SessionLine]) -> str:
    said = []
    if asked.place_kind is not None:
        said.append(PLACE_KIND_LABELS[asked.place_kind].lower())
    if asked.point_id is not None:
        said.append(lines[0].point.name)
    return ", ".join(said)


def _subject(asked: Asked) -> str:
    """Return which schedule it is, so that the next of the same days and choice replaces it."""
    kind = asked.place_kind.value if asked.place_kind else ""
    return f"schedule:{asked.last_on:%m%d}:{kind}:{asked.point_id or ''}"


def _newest(campaign: Campaign, unit: Unit, asked: Asked) -> Document | None:
    query = select(Document).where(
        Document.campaign_id == campaign.id,
        Document.subject_kind == _subject(asked),
        Document.subject_id == unit.id,
        Document.period_on == asked.first_on,
    )
    return db.session.scalar(query.order_by(Document.id.desc()).limit(1))


def make_schedule(
    *,
    actor: Actor,
    campaign: Campaign,
    unit: Unit,
    asked: Asked,
    lines: Sequence[SessionLine],
) -> Document:
    """Make and store the schedule of the actor's unit; nothing new is the same paper.

    Raises DomainError when there is no session to print.
    """
    lines = [line for line in lines if not line.session.is_cancelled]
    if not lines:
        raise DomainError("Không có buổi thu nhận nào trong những ngày này để in lịch.")
    paper = schedule_paper(unit, asked, lines)
    figures: dict[str, object] = {
        "unit": unit.code,
        "span": paper.span,
        "choice": paper.choice,
        "rows": [asdict(row) for row in paper.rows],
    }
    with reading():
        earlier = _newest(campaign, unit, asked)
        if earlier is not None and earlier.figures_digest == figures_digest(figures):
            return earlier
        document = _draft(campaign, unit, asked, figures, earlier)
        draw_paper(document, paper)
    sheet = schedule_sheet(unit.name, asked, lines, mark_of(document))
    document.renditions.append(make_rendition(document=document, media_type=XLSX, content=sheet))
    return store_once(document, actor=actor)


def _draft(
    campaign: Campaign,
    unit: Unit,
    asked: Asked,
    figures: dict[str, object],
    earlier: Document | None,
) -> Document:
    version = earlier.version + 1 if earlier else 1
    days = f"{asked.first_on:%Y%m%d}-{asked.last_on:%Y%m%d}"
    return draft_document(
        campaign_id=campaign.id,
        kind=PaperKind.SESSION_SCHEDULE,
        unit=unit,
        title=f"{unit.name}: lịch thu nhận lưu động {vn_span(asked.first_on, asked.last_on)}",
        filename=f"lich-thu-nhan-luu-dong-{unit.code}-{days}-v{version}",
        figures=figures,
        template_version=TEMPLATE_VERSION,
        period_on=asked.first_on,
        version=version,
        subject_kind=_subject(asked),
        subject_id=unit.id,
        replaces=earlier,
    )
