"""Who is missing, late or sent back stands by name on the superior's paper and in its workbook."""

import io
from datetime import timedelta

import pdfplumber
import pytest

from tests.documents.test_stored_papers import pdfs_of
from tests.make.flows import make_flow
from tests.make.world import DAY
from tests.reporting.test_period_papers import report_of
from tests.reporting.test_workbooks import KINDS, LEVELS, body_of, files_of
from vneid_field.core.access import EVERYTHING
from vneid_field.documents.services import read_rendition, store_document
from vneid_field.extensions import db
from vneid_field.reporting.chain import chain_of
from vneid_field.reporting.kinds import ObligationState, ReportKind, ReportState
from vneid_field.reporting.papers import in_sentence
from vneid_field.reporting.queries import list_below
from vneid_field.reporting.tasks import draft_report_papers, make_on_demand

# Teams owe no report on the drive.
CASES = [
    (code, kind) for code in LEVELS for kind in KINDS if (code, kind) != ("31120", ReportKind.FINAL)
]


def paper_of(world, unit, kind, on):
    """A unit's paper of a kind, made now and stored."""
    if kind is ReportKind.DAILY:
        db.session.commit()
        return make_on_demand(actor=None, campaign=world.campaign, unit=unit, on=on)
    report = report_of(world, unit, kind, on)
    db.session.commit()
    document = draft_report_papers(report)[0]
    store_document(document, actor=None)
    return document


@pytest.mark.parametrize(("code", "kind"), CASES)
def test_who_is_missing_late_or_sent_back_is_named_with_live_figures(world, code, kind):
    on, unit = KINDS[kind], world.unit(code)
    below = chain_of(world.campaign.id, kind).below(unit)
    owed = list_below(EVERYTHING, world.campaign.id, unit, kind, on, below)
    for one in owed:
        one.state = ObligationState.SENT_ON_TIME
    missing, late, returned, _fine = owed[:4]
    returned.state = ObligationState.SENT_LATE  # the return outweighs how late it came
    names = [one.unit.name for one in owed[:4]]  # before the rows expire
    missing.state = ObligationState.EXPECTED
    late.state, late.received_at = ObligationState.SENT_LATE, late.due_at + timedelta(minutes=1026)
    returned.report_state = ReportState.RETURNED
    is_team = code == "31120"
    make_flow(world.hamlet if is_team else missing.unit, DAY, 37, missing.unit if is_team else None)
    document = paper_of(world, unit, kind, on)
    rows, sheet = files_of(document)
    printed = {row[1]: row for row in rows}
    told = {row[1].value: row for row in body_of(sheet)}
    notes = ("chưa báo cáo", "báo cáo trễ 1.026 phút", "bị trả lại, chưa gửi lại", "")
    for name, note in zip(names, notes, strict=True):
        assert printed[name][-1] == note
        assert (told[name][-1].value or "") == note
    assert "37" in printed[names[0]]  # its live figures
    assert 37 in [cell.value for cell in told[names[0]]]
    with pdfplumber.open(io.BytesIO(read_rendition(pdfs_of(document.id)[0]))) as pdf:
        text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    absent, tardy, refused = in_sentence(names[:3])
    assert "còn 02 đơn vị chưa gửi báo cáo" in text
    owing = f"{absent}, {refused} (bị trả lại, chưa gửi lại)"
    assert f": {owing}; số liệu của các đơn vị này lấy từ hệ thống." in text
    assert f"Báo cáo trễ giờ: {tardy}." in text
