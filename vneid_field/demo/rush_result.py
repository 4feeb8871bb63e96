"""Who sends in the rush, and what came of it, read from the database."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from vneid_field.accounts.models import RoleGrant, User
from vneid_field.core import clock
from vneid_field.core.access import Role
from vneid_field.demo.rush import Sender, Tally, part_of
from vneid_field.documents.models import Document
from vneid_field.extensions import db
from vneid_field.jobs.models import Job
from vneid_field.jobs.rules import FINISHED
from vneid_field.reporting.kinds import ObligationState, ReportKind
from vneid_field.reporting.models import Obligation, Report
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind

ROLES = (Role.TEAM_LEADER, Role.COMMUNE_POLICE, Role.DISTRICT_POLICE)
JOB = "reporting.papers"


@dataclass(frozen=True)
class Rush:
    """Times of answers in ms, waits in seconds."""

    team_reports: int
    commune_reports: int
    district_reports: int
    seconds: float
    answers: int
    server_errors: int  # 5xx
    refused: int  # 4xx
    unanswered: int
    unsent: int
    late_by_our_fault: int  # after their hour, though everybody pressed before it
    open_p95: float
    send_p50: float
    send_p95: float
    send_p99: float
    poll_p95: float
    reminder_p95: float
    pdf_p95: float
    papers: int  # main ones
    doubled_papers: int
    paper_wait_p95_s: float  # from sending to the paper
    last_paper_after_s: float  # after the hour; negative: before it


def list_senders(campaign_id: int) -> list[Sender]:
    """Return who has still to send a report of the day that falls due next."""
    day = select(func.min(Obligation.period_end_on)).where(
        Obligation.campaign_id == campaign_id,
        Obligation.report_kind == ReportKind.DAILY,
        Obligation.due_at > clock.now(),
    )
    query = (
        select(
            Obligation.id,
            Obligation.unit_id,
            Obligation.period_end_on,
            Obligation.due_at,
            Unit.kind,
            func.min(User.login_name),
        )
        .join(Unit, Unit.id == Obligation.unit_id)
        .join(RoleGrant, RoleGrant.unit_id == Unit.id)
        .join(User, User.id == RoleGrant.user_id)
        .where(
            Obligation.campaign_id == campaign_id,
            Obligation.report_kind == ReportKind.DAILY,
            Obligation.period_end_on == day.scalar_subquery(),
            Obligation.state == ObligationState.EXPECTED,
            RoleGrant.role.in_(ROLES),
        )
        .group_by(Obligation.id, Unit.kind)
        .order_by(Obligation.id)
    )
    return [
        Sender(login, f"/reports/{unit_id}/daily/{on}", kind.value, obligation_id, due_at)
        for obligation_id, unit_id, on, due_at, kind, login in db.session.execute(query)
    ]


def are_papers_done() -> bool:
    """Say whether the worker has made, or given up, every paper asked for."""
    query = select(Job.id).where(Job.kind == JOB, Job.state.not_in(FINISHED)).limit(1)
    done = db.session.scalar(query) is None
    db.session.remove()
    return done


def take_stock(senders: list[Sender], seconds: float, real_hour: datetime, tally: Tally) -> Rush:
    """Return what came of a rush that ended at `real_hour` of the machine's clock."""
    ids = [sender.obligation_id for sender in senders]
    states = db.session.scalars(select(Obligation.state).where(Obligation.id.in_(ids))).all()
    reports = db.session.scalars(select(Report.id).where(Report.obligation_id.in_(ids))).all()
    papers = db.session.scalars(
        select(Document.subject_id).where(
            Document.subject_kind == "report",
            Document.subject_id.in_(reports),
            Document.appendix_of_id.is_(None),
        )
    ).all()
    keys = [f"papers:{report_id}" for report_id in reports]
    query = select(Job.created_at, Job.finished_at).where(Job.dedupe_key.in_(keys))
    jobs = [(row[0], row[1]) for row in db.session.execute(query) if row[1] is not None]
    waits = sorted((ended - began).total_seconds() for began, ended in jobs)
    last = max((ended for _began, ended in jobs), default=real_hour)
    return Rush(
        team_reports=_count(senders, UnitKind.TEAM),
        commune_reports=_count(senders, UnitKind.COMMUNE),
        district_reports=_count(senders, UnitKind.DISTRICT),
        seconds=seconds,
        answers=tally.count(1, 599),
        server_errors=tally.count(500, 599),
        refused=tally.count(400, 499),
        unanswered=tally.count(0, 0),
        unsent=states.count(ObligationState.EXPECTED),
        late_by_our_fault=states.count(ObligationState.SENT_LATE),
        open_p95=tally.percentile("open", 0.95),
        send_p50=tally.percentile("send", 0.5),
        send_p95=tally.percentile("send", 0.95),
        send_p99=tally.percentile("send", 0.99),
        poll_p95=tally.percentile("poll", 0.95),
        reminder_p95=tally.percentile("reminder", 0.95),
        pdf_p95=tally.percentile("pdf", 0.95),
        papers=len(papers),
        doubled_papers=len(papers) - len(set(papers)),
        paper_wait_p95_s=part_of(waits, 0.95),
        last_paper_after_s=(last - real_hour).total_seconds(),
    )


def _count(senders: list[Sender], kind: UnitKind) -> int:
    return sum(sender.level == kind.value for sender in senders)
