"""Stored papers over HTTP: numbers filled in, codes typed by hand, names gone on their day."""

import io
from datetime import timedelta

import pdfplumber
import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from tests.conftest import on_both
from tests.documents import decree, make, minutes
from tests.make.kit import make_kit
from tests.make.visits import make_visit
from tests.make.world import DAY
from vneid_field.accounts.models import LoginThrottle
from vneid_field.audit.models import AuditEvent
from vneid_field.core import clock
from vneid_field.core.errors import NotFound
from vneid_field.documents.frozen import freeze, thaw
from vneid_field.documents.kinds import PDF
from vneid_field.documents.models import Document, Rendition
from vneid_field.documents.purging import list_expired, purge_expired
from vneid_field.documents.queries import list_appendices, list_renditions
from vneid_field.documents.services import KEEP_CITIZENS, read_rendition
from vneid_field.extensions import db
from vneid_field.jobs import services, worker  # noqa: F401 - the worker registers a duty
from vneid_field.jobs.services import run_nightly
from vneid_field.lists.models import ListImport
from vneid_field.reporting.tasks import make_on_demand
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.services import record_visit

SIGNED = {
    "number": "6",
    "signed_on": DAY.isoformat(),
    "signer_title": "KT. TRƯỞNG CÔNG AN\nPHÓ TRƯỞNG CÔNG AN",
    "signer_rank": "Đại úy",
    "signer_name": "Trần Văn Ký",
}
WORDS = {"explanation": "Mưa cả ngày", "difficulties": "Sóng yếu", "proposals": "Thêm máy"}


def make_district_paper(world, **texts):
    """A district's paper with one absent person, so that it has an appendix of names."""
    world.hand_over_all()
    record_visit(
        actor=world.actor("leader"),
        campaign=world.campaign,
        citizen_id=world.citizens[0].id,
        given=make_visit(Outcome.ABSENT, sub_reason=AbsentReason.STUDYING),
    )
    db.session.commit()  # drawing a paper reads what is stored
    actor, unit = world.actor("district"), world.unit("916")
    return make_on_demand(
        actor=actor, campaign=world.campaign, unit=unit, on=DAY, texts=texts or WORDS
    )


def pdf_text(rendition):
    with pdfplumber.open(io.BytesIO(read_rendition(rendition))) as pdf:
        return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def pdfs_of(document_id):
    found = list_renditions([document_id])[document_id]
    return [rendition for rendition in found if rendition.media_type == PDF]


@pytest.mark.parametrize(
    "build",
    [
        make.make_daily_report,
        make.make_absent_list,
        make.make_quota_split,
        decree.make_proposal,
        minutes.make_minutes,
    ],
)
def test_a_paper_kept_as_data_comes_back_as_it_was(build):
    paper = build()
    assert thaw(freeze(paper)) == paper


@on_both
def test_the_clerk_fills_in_number_day_and_signer_and_the_old_file_stays(app, arrange, login):
    with arrange() as world:
        document = make_district_paper(world)
        document_id, code = document.id, document.code
        appendix_id = list_appendices(document)[0].id
        before = [(r.sha256, r.content) for r in pdfs_of(document_id)]
        figures = dict(document.figures)
    pages = login("district")
    assert "Ghi số, ngày và người ký" in pages.text(f"/documents/{document_id}")
    pages.post(f"/documents/{document_id}/number", **SIGNED)
    pages.post(f"/documents/{document_id}/number", **SIGNED | {"number": "7"})
    with arrange():
        blank, six, seven = pdfs_of(document_id)
        assert [(blank.sha256, blank.content)] == before
        assert (six.number, seven.number) == ("06/BC-CAQ", "07/BC-CAQ")
        text = pdf_text(seven)
        assert "Số: 07/BC-CAQ" in text
        assert "ngày 04 tháng 7 năm 2023" in text
        assert "KT. TRƯỞNG CÔNG AN" in text
        assert "PHÓ TRƯỞNG CÔNG AN" in text
        assert "Đại úy Trần Văn Ký" in text
        cited = "(Kèm theo Báo cáo số 07/BC-CAQ ngày 04 tháng 7 năm 2023 của Công an quận"
        assert cited in pdf_text(pdfs_of(appendix_id)[-1])
        stored = db.session.get_one(Document, document_id)
        assert stored.figures == figures
        logged = select(AuditEvent).where(AuditEvent.event == "document.numbered")
        assert [row.data["number"] for row in db.session.scalars(logged)] == [6, 7]
    shown = pages.text(f"/documents/verify/{code}")
    assert ">07/BC-CAQ</strong>, ngày 04/7/2023. Bản in mang số hoặc ngày khác" in shown
    assert "PDF số 07/BC-CAQ" in pages.text("/documents/")
    assert "PDF số 06/BC-CAQ" not in pages.text("/documents/")


def test_only_the_units_own_clerk_gives_a_number_and_only_on_a_day_that_can_be(arrange, login):
    with arrange() as world:
        document_id = make_district_paper(world).id
    url = f"/documents/{document_id}/number"
    for other in ("city", "district.ubnd"):
        pages = login(other)
        assert "Ghi số, ngày" not in pages.text(f"/documents/{document_id}")
        pages.post(url, 404, **SIGNED)
    pages = login("district")
    for day, words in (("2023-07-03", "trước ngày báo cáo"), ("2023-08-30", "sau hôm nay")):
        refused = pages.post(url, 422, **SIGNED | {"signed_on": day}).get_data(as_text=True)
        assert words in refused
        assert "Trần Văn Ký" in refused
    pages.post(url, 422, **SIGNED | {"number": "0"})
    with arrange():
        assert len(pdfs_of(document_id)) == 1


def test_a_paper_is_found_however_its_code_is_typed(app, arrange, login):
    with arrange() as world:
        code = make_district_paper(world).code
    pages = login("commune")
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} "):
        found = pages.get("/documents/verify/?" + f"code={typed.replace(' ', '+')}")
        assert "Công an quận Ninh Kiều" in found.get_data(as_text=True)
    assert "Công an quận" in pages.text(f"/documents/verify/{code.lower().replace('-', '')}")
    pages.get("/documents/verify/?code=aaaa", 404)
    assert 'name="code"' in pages.text("/documents/verify/")


@on_both
def test_names_go_on_their_day_and_the_rest_stays(app, arrange, login):
    with arrange() as world:
        document = make_district_paper(world)
        appendix = list_appendices(document)[0]
        document_id, appendix_id, code = document.id, appendix.id, appendix.code
        digest = pdfs_of(appendix_id)[0].sha256
        purge_on = appendix.purge_on
        assert list_expired() == []
        assert purge_expired() == 0
    later = clock.now() + KEEP_CITIZENS
    with clock.frozen(later):
        with arrange():
            run_nightly()
        with arrange():
            gone = db.session.get_one(Document, appendix_id)
            assert gone.purged_on == purge_on
            assert gone.frozen is None
            rendition = pdfs_of(appendix_id)[0]
            assert (rendition.content, rendition.sha256) == (None, digest)
            with pytest.raises(NotFound, match="đã xóa theo hạn"):
                read_rendition(rendition)
            assert read_rendition(pdfs_of(document_id)[0])  # the report names nobody
            logged = select(AuditEvent).where(AuditEvent.event == "document.purged")
            assert [row.subject_id for row in db.session.scalars(logged)] == [str(appendix_id)]
            assert purge_expired() == 0
        pages = login("district")
        day = f"{purge_on.day:02d}/{purge_on.month}/{purge_on.year}"
        assert f"đã xóa theo hạn ngày {day}" in pages.text(f"/documents/verify/{code}")
        assert f"Tệp đã xóa theo hạn ngày {day}" in pages.text(f"/documents/{document_id}")


def test_old_uploads_and_old_login_counters_go_in_the_same_night(arrange):
    with arrange() as world:
        import_id = make_kit(world, world.ward, asker="commune")["import_id"]
        began = clock.real_now() - timedelta(days=1)
        db.session.add(LoginThrottle(key="a", failures=9, window_started_at=began))
    with clock.frozen(clock.now() + timedelta(days=31)), arrange():
        run_nightly()
    with arrange():
        done = db.session.get_one(ListImport, import_id, options=[undefer(ListImport.content)])
        assert done.content is None
        assert db.session.get(LoginThrottle, "a") is None


def test_a_duty_that_fails_stops_no_other(arrange, monkeypatch):
    done = []

    def broken():
        raise RuntimeError

    monkeypatch.setattr(services, "_NIGHTLY", [broken, lambda: done.append(1)])
    with arrange():
        run_nightly()
    assert done == [1]


def test_names_stay_until_the_day_before(arrange):
    with arrange() as world:
        appendix_id = list_appendices(make_district_paper(world))[0].id
    with clock.frozen(clock.now() + KEEP_CITIZENS - timedelta(days=1)), arrange():
        assert purge_expired() == 0
        assert db.session.get_one(Rendition, pdfs_of(appendix_id)[0].id).content


def test_a_committee_is_offered_only_the_kinds_it_may_see(login):
    filtered = login("district.ubnd").text("/documents/")
    assert 'value="daily_report"' in filtered
    assert 'value="absent_list"' not in filtered
    assert 'value="walk_list"' not in filtered
    assert 'value="absent_list"' in login("district").text("/documents/")


def test_a_citys_paper_carries_what_was_written_before_it_was_made(arrange, login):
    with arrange() as world:
        unit_id = world.unit("92").id
    pages = login("city")
    url = f"/reports/{unit_id}/paper/{DAY.isoformat()}"
    assert f'href="{url}"' in pages.text(f"/reports/?on={DAY.isoformat()}")
    assert "Khó khăn, vướng mắc" in pages.text(url)
    pages.post(url, **WORDS)
    with arrange():
        document = db.session.scalars(select(Document)).one()
        assert {name: document.figures[name] for name in WORDS} == WORDS
        text = pdf_text(pdfs_of(document.id)[0])
    assert "Nguyên nhân chưa đạt chỉ tiêu ngày: Mưa cả ngày." in text
    assert "Sóng yếu." in text
    assert "Thêm máy." in text
    again = pages.text(url)
    assert "Mưa cả ngày" in again  # a second version begins with the words of the first
    assert "bản 1" in again
    pages.get(f"/reports/{unit_id}/paper/yesterday", 404)
    pages.post(url, 422, explanation="a" * 2001)


def test_a_second_version_says_on_each_page_which_one_it_replaces(arrange, login):
    with arrange() as world:
        first = make_district_paper(world)
        first_id, code = first.id, first.code
        annex_code = list_appendices(first)[0].code
    with arrange() as world:
        actor, unit = world.actor("district"), world.unit("916")
        second = make_on_demand(
            actor=actor, campaign=world.campaign, unit=unit, on=DAY, texts=WORDS
        )
        annex = list_appendices(second)[0]
        for paper in (second, annex):
            with pdfplumber.open(io.BytesIO(read_rendition(pdfs_of(paper.id)[0]))) as pdf:
                for page in pdf.pages:
                    assert f"Bản 2 (thay bản 1, mã {code})" in page.extract_text()
        second_id, second_code, annex_id = second.id, second.code, annex.id
        assert "(thay bản" not in pdf_text(pdfs_of(first_id)[0])
    pages = login("district")
    pages.post(f"/documents/{second_id}/number", **SIGNED)
    with arrange():
        for paper_id in (second_id, annex_id):
            assert f"Bản 2 (thay bản 1, mã {code})" in pdf_text(pdfs_of(paper_id)[-1])
    # The list of names that the first version cites goes out of force with it.
    for old in (code, annex_code):
        shown = pages.text(f"/documents/verify/{old}")
        assert "Đã được thay thế" in shown
        assert f"bản 2 thay thế (mã {second_code})" in shown
    shown = pages.text(f"/documents/verify/{second_code}")
    assert "đang có hiệu lực" in shown
    assert f"thay bản 1 (mã {code})" in shown
    assert f'thay <a href="/documents/{first_id}">bản 1</a>' in pages.text(
        f"/documents/{second_id}"
    )
