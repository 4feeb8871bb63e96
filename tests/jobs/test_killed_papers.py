"""A worker killed at any moment of a report's papers or of its night: all there, nothing twice."""

import signal
import subprocess
import sys
from collections import Counter

import pytest
from sqlalchemy import func, select, update

from tests.browser import ROOT
from tests.jobs.killed_papers import COMMITTED, OF_PAPERS, OF_THE_NIGHT
from tests.jobs.test_killed_worker import pass_time
from tests.make.visits import make_visit
from tests.make.world import DAY
from tests.reporting.test_desk_home import NINE
from vneid_field.audit.models import AuditEvent
from vneid_field.core import clock
from vneid_field.core.access import EVERYTHING
from vneid_field.documents.kinds import PDF, XLSX, PaperKind
from vneid_field.documents.models import Document, Rendition
from vneid_field.documents.services import read_rendition
from vneid_field.extensions import db
from vneid_field.jobs.models import Job
from vneid_field.jobs.rules import JobState
from vneid_field.recount import check
from vneid_field.reporting.drafting import figures_of
from vneid_field.reporting.kinds import ObligationState, ReportKind, ReportState
from vneid_field.reporting.models import Report
from vneid_field.reporting.queries import get_obligation
from vneid_field.reporting.services import send_report
from vneid_field.reporting.tasks import ask_for_papers
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.services import record_visit

PAPERS = Counter(
    [
        (PaperKind.DAILY_REPORT.value, PDF),
        (PaperKind.DAILY_REPORT.value, XLSX),
        (PaperKind.ABSENT_LIST.value, PDF),
        (PaperKind.ABSENT_LIST.value, XLSX),
    ]
)


@pytest.fixture
def work(app):
    """Return a function that starts the worker; it dies at a moment, or ends with its work."""

    def start(moment="never"):
        url = app.config["SETTINGS"].database_url
        command = [sys.executable, "-W", "ignore", "-m", "tests.jobs.killed_papers", url, moment]
        ended = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        wanted = 0 if moment == "never" else -signal.SIGKILL
        assert ended.returncode == wanted, (moment, ended.stderr[-2000:])

    return start


@pytest.fixture
def asked(arrange):
    """A commune's report with an absent person is sent and its papers are asked for."""
    with arrange() as world:
        world.hand_over_all()
        record_visit(
            actor=world.actor("leader"),
            campaign=world.campaign,
            citizen_id=world.citizens[0].id,
            given=make_visit(Outcome.ABSENT, sub_reason=AbsentReason.STUDYING),
        )
        with clock.frozen(NINE):
            owed = get_obligation(
                EVERYTHING, world.campaign.id, world.ward.id, ReportKind.DAILY, DAY
            )
            report = send_report(
                actor=world.actor("commune"),
                obligation=owed,
                figures=figures_of(world.campaign, owed),
                texts={"explanation": "Mưa lớn."},
            )
            ask_for_papers(actor=world.actor("commune"), report=report)


def stored(arrange):
    """Return how many papers there are per kind and format; all bytes must be whole."""
    with arrange():
        rows = db.session.execute(
            select(Document, Rendition).outerjoin(Rendition, Rendition.document_id == Document.id)
        ).all()
        assert all(rendition is not None for _document, rendition in rows)
        for _document, rendition in rows:
            read_rendition(rendition)
        told = select(func.count()).where(AuditEvent.event == "document.made")
        assert db.session.scalar(told) == len({document.id for document, _rendition in rows})
        return Counter((document.kind, rendition.media_type) for document, rendition in rows)


def wait_and_forgive(arrange):
    """The sweeper's minute passes; three deaths are enough, these are more."""
    with arrange():
        db.session.execute(update(Job).values(attempts=0))
    pass_time(arrange)


def test_papers_are_made_once_whenever_the_worker_dies(arrange, work, asked):
    for moment in OF_PAPERS:
        work(moment)
        assert stored(arrange) == Counter(), moment
        wait_and_forgive(arrange)
    for moment in COMMITTED:
        work(moment)
        assert stored(arrange) == PAPERS, moment
        wait_and_forgive(arrange)
    work()
    with arrange() as world:  # the button, pressed although they are there
        ask_for_papers(
            actor=world.actor("commune"), report=db.session.scalars(select(Report)).one()
        )
    work()
    assert stored(arrange) == PAPERS
    with arrange() as world:
        report = db.session.scalars(select(Report)).one()
        main = db.session.get_one(Document, report.document_id)
        assert (main.kind, main.subject_id) == (PaperKind.DAILY_REPORT.value, report.id)
        (appendix,) = db.session.scalars(
            select(Document).where(Document.appendix_of_id == main.id)
        ).all()
        assert appendix.kind == PaperKind.ABSENT_LIST.value
        kind = ReportKind.DAILY
        owed = get_obligation(EVERYTHING, world.campaign.id, world.ward.id, kind, DAY)
        assert (owed.state, owed.report_state) == (ObligationState.SENT_ON_TIME, ReportState.SENT)
        assert set(db.session.scalars(select(Job.state))) == {JobState.DONE}
        assert check(world.campaign) == []


def test_what_the_night_blanks_is_blanked_once_whenever_the_worker_dies(arrange, work, asked):
    work()
    with arrange():
        names = Document.names_citizens.is_(True)
        db.session.execute(update(Document).where(names).values(purge_on=DAY))
    for moment in OF_THE_NIGHT:
        work(moment)
        assert stored(arrange) == PAPERS, moment  # every byte is still there
    work()
    work()
    with arrange():
        rows = db.session.execute(
            select(Document.kind, Document.purged_on, Rendition.content.is_(None)).join(
                Rendition, Rendition.document_id == Document.id
            )
        ).all()
        assert {tuple(row) for row in rows} == {
            (PaperKind.DAILY_REPORT.value, None, False),
            (PaperKind.ABSENT_LIST.value, DAY, True),
        }
        told = select(func.count()).where(AuditEvent.event == "document.purged")
        assert db.session.scalar(told) == 1
