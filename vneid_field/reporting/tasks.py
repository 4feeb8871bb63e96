"""Making the papers of a report: PDF, appendix of names, XLSX. Runs in the worker, idempotent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.database import reading
from vneid_field.documents.footers import mark_of
from vneid_field.documents.kinds import XLSX, PaperKind
from vneid_field.documents.letterheads import inside_sentence, police_name
from vneid_field.documents.models import Document
from vneid_field.documents.numbering import draw_paper
from vneid_field.documents.queries import find_of_subject, find_twin
from vneid_field.documents.services import draft_document, make_rendition, store_document
from vneid_field.documents.withdrawn import answers_for
from vneid_field.extensions import db
from vneid_field.jobs.models import Job
from vneid_field.jobs.queries import count_ahead, has_failed
from vneid_field.jobs.services import Progress, enqueue, job_body
from vneid_field.reporting.absent_papers import absent_list_document, absent_rows, watermark
from vneid_field.reporting.drafting import draft_figures
from vneid_field.reporting.kinds import ReportKind, ReportState
from vneid_field.reporting.models import Report
from vneid_field.reporting.papers import daily_report, team_daily
from vneid_field.reporting.period_papers import (
    final_report,
    team_weekly,
    weekly_report,
)
from vneid_field.reporting.result_sheets import report_sheet
from vneid_field.reporting.rules import ASSESSMENT, TEMPLATE_VERSION, TEXTS
from vneid_field.reporting.words import report_title
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind

_FILES = {
    ReportKind.DAILY: "bao-cao-ngay",
    ReportKind.WEEKLY: "bao-cao-tuan",
    ReportKind.FINAL: "bao-cao-tong-ket",
}
NO_TEXTS: Mapping[str, str] = MappingProxyType({})


def ask_for_papers(*, actor: Actor | None, report: Report) -> Job:
    """Let the worker make a sent report's papers; once, however often it is asked."""
    return enqueue(
        "reporting.papers",
        actor=actor,
        payload={"report_id": report.id},
        dedupe_key=_papers_key(report),
    )


def _papers_key(report: Report) -> str:
    return f"papers:{report.id}"


@dataclass(frozen=True)
class Papers:
    """Where the papers of a sent report are: made, coming behind other jobs, failed, not asked."""

    document: Document | None = None
    ahead: int | None = None  # jobs before theirs; None when nobody asked
    has_failed: bool = False


def papers_of(report: Report) -> Papers:
    """Say where a sent report's papers are."""
    document = find_of_subject("report", report.id)
    if document is not None:
        return Papers(document)
    key = _papers_key(report)
    ahead = count_ahead(key)
    return Papers(ahead=ahead, has_failed=ahead is None and has_failed(key))


@job_body("reporting.papers")
def make_papers(job: Job, progress: Progress) -> dict[str, Any]:
    """Make the papers of a report from its frozen figures; does nothing when they are stored."""
    report = db.session.get_one(Report, job.payload["report_id"])
    document = find_of_subject("report", report.id)
    if document is None:
        progress(0, 3, "Đang lập văn bản")
        made = draft_report_papers(report)
        # Asked for twice, the first one stands: the second worker drew in vain.
        document = find_twin(made[0]) or _store(made, None)
        report.document_id = document.id
        _go_out_of_force(report, document)
        db.session.flush()
    return {"document_id": document.id}


@answers_for("report")
def was_sent_back(report_id: int) -> bool:
    """Say whether a version was returned or unlocked: its paper no longer stands."""
    report = db.session.get(Report, report_id)
    return report is not None and report.state is ReportState.RETURNED


def _go_out_of_force(report: Report, document: Document) -> None:
    """The next version's paper, when it was drawn first, replaces this one all the same."""
    following = db.session.scalar(select(Report.id).where(Report.replaces_id == report.id))
    paper = find_of_subject("report", following) if following is not None else None
    if paper is not None and paper.replaces_id is None:
        paper.replaces_id = document.id


def _store(made: list[Document], actor: Actor | None) -> Document:
    """Store the main paper and its appendix; returns the main one."""
    for document in made:
        store_document(document, actor=actor)
    return made[0]


def draft_report_papers(report: Report) -> list[Document]:
    """Draw the papers of a sent report: the main one and, when it has one, its appendix."""
    names = TEXTS if report.report_kind is ReportKind.DAILY else (*TEXTS, *ASSESSMENT)
    texts = {name: getattr(report, name, "") for name in names}
    replaced = find_of_subject("report", report.replaces_id) if report.replaces_id else None
    with reading():
        return _draft(
            Told(
                campaign=db.session.get_one(Campaign, report.campaign_id),
                unit=db.session.get_one(Unit, report.unit_id),
                kind=report.report_kind,
                since=report.period_start_on,
                on=report.period_end_on,
                figures=report.figures,
                texts=texts,
                made_at=report.sent_at or clock.now(),
                sent_by=_sent_by(report),
                through_event_id=report.through_event_id,
            ),
            made_by=report.sent_by,
            subject=("report", report.id),
            version=report.version,
            replaces=replaced,
        )


def _sent_by(report: Report) -> str:
    unit = db.session.get_one(Unit, report.unit_id)
    parent = db.session.get(Unit, unit.parent_id) if unit.parent_id else None
    return police_name(parent) if report.is_sent_on_behalf and parent is not None else ""


def make_on_demand(
    *,
    actor: Actor | None,
    campaign: Campaign,
    unit: Unit,
    on: date,
    texts: Mapping[str, str] = NO_TEXTS,
    seen: int | None = None,
) -> Document:
    """Make a daily paper nobody owes (district, city): figures as they stand at this moment.

    `texts`: explanation, difficulties and proposals, frozen with the figures. `seen`: the version
    that was the newest when the form was opened, 0 for none; without it the newest one now. What
    the same person asked for in the same words since then is the same wish: a double click makes
    one paper. Other words replace whatever is the newest by then.
    """
    while True:
        with reading():
            earlier = newest_paper(unit, on)
            version = earlier.version if earlier else 0
            seen = version if seen is None else seen
            if earlier and version > seen and _is_same_wish(earlier, actor, texts):
                return earlier
            made = _draft(
                Told(
                    campaign=campaign,
                    unit=unit,
                    kind=ReportKind.DAILY,
                    since=on,
                    on=on,
                    figures=draft_figures(campaign, unit, on),
                    texts=texts,
                    made_at=clock.now(),
                ),
                made_by=actor.user_id if actor else None,
                version=version + 1,
                replaces=earlier,
            )
        if find_twin(made[0]) is None:
            return _store(made, actor)


def _is_same_wish(document: Document, actor: Actor | None, texts: Mapping[str, str]) -> bool:
    written = [(document.figures.get(name, ""), texts.get(name, "")) for name in TEXTS]
    by = actor.user_id if actor else None
    return document.created_by == by and all(one == other for one, other in written)


@dataclass(frozen=True)
class Told:
    """What a paper tells: whose figures of which days, and what was written beside them."""

    campaign: Campaign
    unit: Unit
    kind: ReportKind
    since: date
    on: date
    figures: dict[str, Any]
    texts: Mapping[str, str]
    made_at: datetime
    sent_by: str = ""
    through_event_id: int | None = None  # the newest event in the figures; None: they are of now


def _draft(
    told: Told,
    *,
    made_by: int | None,
    subject: tuple[str, int | None] = ("", None),
    version: int,
    replaces: Document | None,
) -> list[Document]:
    """Draw a report's papers; only a day's names people, in a list of its own."""
    unit, on = told.unit, told.on
    is_daily, is_team = told.kind is ReportKind.DAILY, unit.kind is UnitKind.TEAM
    rows = absent_rows(told.campaign, unit, on, told.through_event_id) if is_daily else ()
    kind, paper = _paper(told, len(rows))
    name = unit.name if is_team else police_name(unit)
    title = f"{name}: {inside_sentence(report_title(told.kind, told.since, on))}"
    document = draft_document(
        campaign_id=told.campaign.id,
        kind=kind,
        unit=unit,
        title=title,
        filename=f"{_FILES[told.kind]}-{unit.code}-{on:%Y%m%d}-v{version}",
        figures={**told.figures, **told.texts},
        template_version=TEMPLATE_VERSION,
        period_on=on,
        version=version,
        subject_kind=subject[0],
        subject_id=subject[1],
        replaces=replaces,
    )
    draw_paper(document, paper)
    if not is_team:
        content = report_sheet(paper, mark_of(document))
        document.renditions.append(
            make_rendition(document=document, media_type=XLSX, content=content)
        )
    if not rows:
        return [document]
    mark = watermark(made_by, told.made_at)
    return [document, absent_list_document(document, unit, paper, name, rows, mark)]


def _paper(told: Told, listed: int) -> tuple[PaperKind, Any]:
    """Return the paper of a kind of report; `listed` absent people stand in an appendix."""
    unit, figures, texts = told.unit, told.figures, told.texts
    parent = db.session.get(Unit, unit.parent_id) if unit.parent_id else None
    if unit.kind is UnitKind.TEAM and parent is not None:
        if told.kind is ReportKind.WEEKLY:
            return PaperKind.TEAM_WEEKLY, team_weekly(unit, parent, figures, texts, told.sent_by)
        form = team_daily(unit, parent, told.on, figures, texts, told.sent_by, listed)
        return PaperKind.TEAM_DAILY, form
    given = (told.campaign, unit, parent)
    if told.kind is ReportKind.WEEKLY:
        return PaperKind.WEEKLY_REPORT, weekly_report(*given, figures, texts, told.made_at)
    if told.kind is ReportKind.FINAL:
        return PaperKind.FINAL_REPORT, final_report(*given, figures, texts, told.made_at)
    paper = daily_report(*given, told.on, figures, texts, told.made_at, listed)
    return PaperKind.DAILY_REPORT, paper


_PAPERS = {
    ReportKind.DAILY: (PaperKind.DAILY_REPORT, PaperKind.TEAM_DAILY),
    ReportKind.WEEKLY: (PaperKind.WEEKLY_REPORT, PaperKind.TEAM_WEEKLY),
    ReportKind.FINAL: (PaperKind.FINAL_REPORT,),
}


def newest_paper(unit: Unit, on: date, kind: ReportKind = ReportKind.DAILY) -> Document | None:
    """Return a unit's newest main paper of the period that ends with a day, or None."""
    query = select(Document).where(
        Document.unit_id == unit.id,
        Document.period_on == on,
        Document.appendix_of_id.is_(None),
        Document.kind.in_([one.value for one in _PAPERS[kind]]),
    )
    return db.session.scalar(query.order_by(Document.id.desc()).limit(1))
