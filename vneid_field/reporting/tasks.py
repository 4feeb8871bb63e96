"""Making the papers of a report: PDF, appendix of names, XLSX. Runs in the worker, idempotent."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from vneid_field.accounts.models import User
from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING, Actor
from vneid_field.core.database import reading
from vneid_field.core.text import vn_date
from vneid_field.documents.kinds import XLSX, PaperKind
from vneid_field.documents.letterheads import police_name
from vneid_field.documents.models import Document
from vneid_field.documents.numbering import draw_paper
from vneid_field.documents.papers.daily_report import DailyReport
from vneid_field.documents.papers.people import PersonRow
from vneid_field.documents.papers.team_daily import TeamDaily
from vneid_field.documents.queries import find_of_subject
from vneid_field.documents.services import draft_document, make_rendition, store_document
from vneid_field.documents.sheets import table_xlsx
from vneid_field.extensions import db
from vneid_field.jobs.models import Job
from vneid_field.jobs.queries import is_under_way
from vneid_field.jobs.services import Progress, enqueue, job_body
from vneid_field.people.models import Citizen, Household
from vneid_field.reporting import papers
from vneid_field.reporting.drafting import draft_figures
from vneid_field.reporting.models import Report
from vneid_field.reporting.rules import TEMPLATE_VERSION
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind
from vneid_field.visits.models import VisitEvent
from vneid_field.visits.queries import list_absent_events

TEXTS = ("explanation", "difficulties", "proposals")
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


def are_papers_coming(report: Report) -> bool:
    """Say whether the worker has been asked for a report's papers and has not finished."""
    return is_under_way(_papers_key(report))


@job_body("reporting.papers")
def make_papers(job: Job, progress: Progress) -> dict[str, Any]:
    """Make the papers of a report from its frozen figures; does nothing when they are stored."""
    report = db.session.get_one(Report, job.payload["report_id"])
    document = find_of_subject("report", report.id)
    if document is None:
        progress(0, 3, "Đang lập văn bản")
        made = draft_report_papers(report)
        # Asked for twice, the first one stands: the second worker drew in vain.
        document = find_of_subject("report", report.id) or _store(made, None)
        report.document_id = document.id
        db.session.flush()
    return {"document_id": document.id}


def _store(made: list[Document], actor: Actor | None) -> Document:
    """Store the main paper and its appendix; returns the main one."""
    for document in made:
        store_document(document, actor=actor)
    return made[0]


def draft_report_papers(report: Report) -> list[Document]:
    """Draw the papers of a sent report: the main one and, when it has one, its appendix."""
    texts = {name: getattr(report, name) for name in TEXTS}
    replaced = find_of_subject("report", report.replaces_id) if report.replaces_id else None
    with reading():
        return _draft(
            campaign=db.session.get_one(Campaign, report.campaign_id),
            unit=db.session.get_one(Unit, report.unit_id),
            on=report.period_end_on,
            figures=report.figures,
            texts=texts,
            made_at=report.sent_at or clock.now(),
            made_by=report.sent_by,
            subject=("report", report.id),
            version=report.version,
            replaces=replaced,
            sent_by=_sent_by(report),
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
) -> Document:
    """Make a daily paper nobody owes (district, city): figures as they stand at this moment.

    `texts`: explanation, difficulties and proposals, frozen with the figures.
    """
    with reading():
        earlier = newest_paper(unit, on)
        made = _draft(
            campaign=campaign,
            unit=unit,
            on=on,
            figures=draft_figures(campaign, unit, on),
            texts=dict(texts),
            made_at=clock.now(),
            made_by=actor.user_id if actor else None,
            subject=("", None),
            version=earlier.version + 1 if earlier else 1,
            replaces=earlier,
            sent_by="",
        )
    return _store(made, actor)


def _draft(
    *,
    campaign: Campaign,
    unit: Unit,
    on: date,
    figures: dict[str, Any],
    texts: dict[str, str],
    made_at: datetime,
    made_by: int | None,
    subject: tuple[str, int | None],
    version: int,
    replaces: Document | None,
    sent_by: str,
) -> list[Document]:
    parent = db.session.get(Unit, unit.parent_id) if unit.parent_id else None
    is_team = unit.kind is UnitKind.TEAM
    rows = absent_rows(campaign, unit, on)
    if is_team and parent is not None:
        paper: Any = papers.team_daily(unit, parent, on, figures, texts, sent_by)
        kind, name = PaperKind.TEAM_DAILY, unit.name
    else:
        paper = papers.daily_report(campaign, unit, parent, on, figures, texts, made_at, len(rows))
        kind, name = PaperKind.DAILY_REPORT, police_name(unit)
    document = draft_document(
        campaign_id=campaign.id,
        kind=kind,
        unit=unit,
        title=f"{name}: báo cáo ngày {vn_date(on)}",
        filename=f"bao-cao-ngay-{unit.code}-{on:%Y%m%d}-v{version}",
        figures=figures | texts,
        template_version=TEMPLATE_VERSION,
        period_on=on,
        version=version,
        subject_kind=subject[0],
        subject_id=subject[1],
        replaces=replaces,
    )
    draw_paper(document, paper)
    if not is_team:
        _add_sheet(document, paper, name, on)
    mark = _made_by(made_by, made_at)
    return [document, *([_absent_list(document, unit, paper, name, rows, mark)] if rows else [])]


def _add_sheet(document: Document, paper: Any, name: str, on: date) -> None:
    rows, totals = papers.table_rows(paper.table)
    content = table_xlsx(
        f"{name}: kết quả ngày {vn_date(on)}",
        papers.TABLE_COLUMNS,
        rows,
        totals,
    )
    document.renditions.append(make_rendition(document=document, media_type=XLSX, content=content))


def absent_rows(campaign: Campaign, unit: Unit, on: date) -> tuple[PersonRow, ...]:
    """Return the rows of a day's absent list: the last absent result of each person."""
    team_id = unit.id if unit.kind is UnitKind.TEAM else None
    events = list_absent_events(EVERYTHING, campaign.id, unit.path, on, team_id)
    newest: dict[int, VisitEvent] = {event.citizen_id: event for event in events}
    if not newest:
        return ()
    citizens = {
        citizen.id: (citizen, household, hamlet)
        for citizen, household, hamlet in db.session.execute(
            select(Citizen, Household, Unit)
            .join(Household, Household.id == Citizen.household_id)
            .join(Unit, Unit.id == Citizen.unit_id)
            .where(Citizen.id.in_(newest))
        )
    }
    teams = {
        team.id: team
        for team in db.session.scalars(
            select(Unit).where(Unit.id.in_({e.performed_by_unit_id for e in newest.values()}))
        )
    }
    ordered = sorted(newest.values(), key=lambda e: citizens[e.citizen_id][0].sort_key)
    return tuple(
        papers.person_row(event, *citizens[event.citizen_id], teams[event.performed_by_unit_id])
        for event in ordered
    )


def _made_by(user_id: int | None, made_at: datetime) -> str:
    """The watermark of a paper that names citizens (domain.md section 15)."""
    user = db.session.get(User, user_id) if user_id else None
    name = user.display_name if user else "quản trị máy chủ"
    return f"Người lập: {name} · {papers.moment_text(made_at)}"


def _absent_list(
    document: Document,
    unit: Unit,
    main: DailyReport | TeamDaily,
    name: str,
    rows: tuple[PersonRow, ...],
    watermark: str,
) -> Document:
    on = main.covers_on
    appendix = draft_document(
        campaign_id=document.campaign_id,
        kind=PaperKind.ABSENT_LIST,
        unit=unit,
        title=f"{name}: danh sách vắng mặt ngày {vn_date(on)}",
        filename=f"danh-sach-vang-mat-{unit.code}-{on:%Y%m%d}-v{document.version}",
        # Names stay out of the row that anybody with the report's scope may read.
        figures={"unit": unit.code, "on": on.isoformat(), "people": len(rows)},
        template_version=TEMPLATE_VERSION,
        period_on=on,
        version=document.version,
        subject_kind=document.subject_kind,
        subject_id=document.subject_id,
        appendix_of=document,
    )
    draw_paper(
        appendix,
        papers.absent_list(main, name, rows, purge_on=appendix.purge_on, watermark=watermark),
    )
    return appendix


def newest_paper(unit: Unit, on: date) -> Document | None:
    """Return a unit's newest main paper of a day, or None."""
    query = select(Document).where(
        Document.unit_id == unit.id,
        Document.period_on == on,
        Document.appendix_of_id.is_(None),
        Document.kind.in_((PaperKind.DAILY_REPORT.value, PaperKind.TEAM_DAILY.value)),
    )
    return db.session.scalar(query.order_by(Document.id.desc()).limit(1))
