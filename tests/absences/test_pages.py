"""The loop over HTTP: leader, commune, district, a support team's member on a phone, elsewhere."""

from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select

from tests.make.absences import hop_of
from vneid_field.absences.kinds import CloseReason, Stage
from vneid_field.absences.models import AbsenceCase
from vneid_field.audit.models import AuditEvent
from vneid_field.documents.kinds import PDF, XLSX
from vneid_field.documents.models import Document, Rendition
from vneid_field.extensions import db
from vneid_field.jobs.models import Job
from vneid_field.jobs.services import run_waiting
from vneid_field.units.models import TeamMember


def stage_of(app, case_id):
    with app.app_context():
        case = db.session.get_one(AbsenceCase, case_id)
        hop = hop_of(case)
        return hop.stage if hop else case.close_reason


def test_the_loop_from_the_door_to_an_activation_by_phone(app, ids, login):
    first, second = ids["cases"]
    leader, commune, district = login("leader"), login("commune"), login("district")
    page = leader.text("/calls/")
    assert all(name in page for name in ids["names"])
    assert ids["phone"] not in page
    leader.post("/calls/send")
    leader.post("/calls/send")  # a second tap sends nobody and is no error
    assert "làm ở xa" in commune.text("/absences/")
    commune.post("/absences/receive", case_id=[first, second])
    commune.post("/absences/send", case_id=[first, second])
    assert stage_of(app, first) is Stage.DISTRICT
    assert ids["names"][0] in district.text("/absences/")
    district.post("/absences/assign", case_id=[first, second], team_id=ids["support"])
    caller = login("caller")
    assert caller.get("/", 303).headers["Location"].endswith("/calls/")
    assert "2 trường hợp mới giao" in caller.text("/calls/")
    caller.post("/calls/receive")
    page = caller.text(f"/calls/{first}")
    assert ids["phone"] not in page
    shown = caller.post(f"/absences/{first}/call", 200).get_data(as_text=True)
    assert ids["phone"] in shown
    caller.post(f"/calls/{first}/contact", outcome="activated_web", uuid="")
    assert stage_of(app, first) is CloseReason.ACTIVATED
    caller.post(f"/calls/{second}/contact", outcome="no_answer")
    assert "1 lần không gặp" in caller.text("/calls/")
    refused = caller.post(f"/calls/{second}/contact", 422, outcome="call_again")
    assert "Hãy chọn ngày, giờ gọi lại" in refused.get_data(as_text=True)
    trail = district.text(f"/absences/{second}")
    assert "Gọi không nghe máy" in trail
    assert "chuyển tiếp" in trail
    assert "Đã kích hoạt" in commune.text(f"/absences/{first}")


def test_a_commune_fetches_what_teams_did_not_send_and_all_of_a_tab_at_once(app, ids, login):
    commune = login("commune")
    assert ids["names"][0] in commune.text("/absences/?show=below")
    refused = commune.post("/absences/send", 422, show="below")
    assert "đánh dấu ít nhất một" in refused.get_data(as_text=True)
    commune.post("/absences/send", all="1", show="below")
    assert {stage_of(app, one) for one in ids["cases"]} == {Stage.COMMUNE}


def test_another_locality_sees_accepts_or_declines(app, ids, login):
    first = ids["cases"][0]
    commune, other = login("commune"), login("sibling.commune")
    commune.post("/absences/send", case_id=first, show="below")
    other.get(f"/absences/{first}", 404)
    commune.post("/absences/offer", case_id=first, place_id=ids["other"], note="ở trọ hẻm 5")
    assert "ở trọ hẻm 5" in other.text("/absences/")
    assert "Không nhận" in other.text(f"/absences/{first}")
    other.post(f"/absences/{first}/decline", 422, note="")
    other.post(f"/absences/{first}/decline", note="không có người này")
    assert stage_of(app, first) is Stage.COMMUNE
    commune.post("/absences/offer", case_id=first, place_id=ids["other"], note="nhầm nơi")
    assert "Rút lại đề nghị" in commune.text(f"/absences/{first}")
    commune.post(f"/absences/{first}/decline", note="chọn nhầm phường")
    assert stage_of(app, first) is Stage.COMMUNE
    commune.post("/absences/offer", case_id=first, place_id=ids["other"], note="ở trọ hẻm 7")
    other.post("/absences/receive", case_id=first)
    assert stage_of(app, first) is Stage.ELSEWHERE
    assert ids["names"][0] in commune.text("/absences/?show=all")  # the home still sees it


def test_the_board_counts_where_cases_are_and_who_is_late(app, ids, login):
    board = login("district").text("/absences/board")
    assert "An Hòa" in board
    commune = login("commune").text("/absences/board")
    assert "Tổ ghi, chưa gửi" in commune
    assert login("city").text("/absences/board").count("Ninh Kiều") >= 1


def test_the_board_is_taken_away_as_a_workbook_with_who_and_when(app, ids, login):
    login("commune").post("/absences/send", case_id=ids["cases"][0], show="below")
    district = login("district")
    assert "Tải bảng (Excel)" in district.text("/absences/board")
    answer = district.post("/absences/board/sheet", 200)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "thoi-gian-giu-vang-mat-" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(BytesIO(answer.data))
    held, closed = book["Đang theo dõi"], book["Đã kết thúc"]
    rows = [[cell.value for cell in row] for row in held.iter_rows()]
    heads = next(row for row in rows if row[0] == "Đơn vị")
    line = dict(zip(heads, next(row for row in rows if row[0] == "Phường An Hòa"), strict=True))
    total = dict(zip(heads, next(row for row in rows if row[0] == "Cộng"), strict=True))
    assert (line["Đang giữ"], line["Tổ ghi, chưa gửi"], line["Chờ cấp xã tổng hợp"]) == (2, 1, 1)
    assert (line["0–1 ngày"], line["Quá hạn"], line["Lâu nhất (ngày)"]) == (2, 0, 0)
    assert total == line | {"Đơn vị": "Cộng"}
    assert any("Người dùng district tải lúc" in str(row[0]) for row in rows)
    assert "đã kết thúc" in closed["A1"].value
    assert not any(name in str(rows) for name in ids["names"])  # numbers only
    login("beat").post("/absences/board/sheet", 200)
    with app.app_context():
        query = select(AuditEvent).where(AuditEvent.event == "export.made")
        kept = list(db.session.scalars(query.order_by(AuditEvent.id)))
        assert kept[0].data == {"what": "absence_ages", "count": 1}
        ward, foreign = kept[1].subject_id, ids["other"]
    assert ward != foreign
    login("commune").post("/absences/board/sheet", 404, unit=foreign)


def test_a_member_leaves_a_support_team_and_comes_back_and_two_taps_are_one(app, ids, login):
    district, url = login("district"), f"/support/{ids['support']}"
    district.post(f"{url}/members", full_name="Lê Thị Ánh", phone="0912345678", union="youth")
    with app.app_context():
        query = select(TeamMember.id).where(TeamMember.team_id == ids["support"])
        member = db.session.scalars(query).one()
    assert "Rời tổ: Lê Thị Ánh" in district.text(url)
    login("sibling.commune").post(f"{url}/members/{member}/leave", 404)
    login("city").post(f"{url}/members/{member}/leave", 404)  # the district's own
    district.post(f"{url}/members/999999/leave", 404)
    district.post(f"{url}/members/{member}/leave")
    district.post(f"{url}/members/{member}/leave")
    page = district.text(url)
    assert "Đã ghi thành viên rời tổ" in page
    assert "Chưa có thành viên" in page
    assert "17h30 ngày 04/7/2023" in page
    assert "Rời tổ: Lê Thị Ánh" not in page
    district.post(f"{url}/members/{member}/return")
    district.post(f"{url}/members/{member}/return")
    assert "Rời tổ: Lê Thị Ánh" in district.text(url)
    with app.app_context():
        query = select(AuditEvent.event).where(AuditEvent.event.like("member.%"))
        events = list(db.session.scalars(query.order_by(AuditEvent.id)))
    assert events == ["member.added", "member.left", "member.returned"]


def test_a_district_keeps_its_support_teams(app, ids, login):
    district = login("district")
    assert "Tổ hỗ trợ số 1" in district.text("/support/")
    district.post("/support/", 422, name="", place="", hours="")
    district.post("/support/", name="Tổ hỗ trợ bến xe", place="Bến xe", hours="7h30–17h00")
    district.post("/support/", 409, name="Tổ hỗ trợ bến xe", place="Bến xe", hours="7h30")
    url = f"/support/{ids['support']}"
    district.post(url, name="Tổ hỗ trợ số 1", place="Nhà văn hóa", hours="8h00–16h00")
    assert "Nhà văn hóa" in district.text("/support/")
    district.post(f"{url}/members", full_name="Lê Thị Ánh", phone="0912345678", union="youth")
    assert "Lê Thị Ánh" in district.text(url)
    login("commune").get(url, 404)
    assert "cấp trên của cấp xã" in (
        login("commune").post("/support/", 422, name="Tổ A", place="B", hours="C")
    ).get_data(as_text=True)


@pytest.mark.parametrize("who", ["leader", "commune", "district"])
def test_each_level_prints_its_list_as_pdf_and_workbook(app, ids, login, who):
    pages = login(who)
    pages.post("/absences/paper")
    with app.app_context():
        run_waiting()
        job = db.session.query(Job).filter_by(kind="absences.print").one()
        document = db.session.query(Document).filter_by(subject_kind="absences").one()
        assert document.figures["people"] == 2
        assert document.names_citizens
        assert document.purge_on is not None
        assert media_types(document.id) == {PDF, XLSX}
        job_id, document_id = job.id, document.id
    assert "sẵn sàng" in pages.text(f"/absences/printing/{job_id}")
    pages.get(f"/documents/{document_id}")


def media_types(document_id):
    query = select(Rendition.media_type).where(Rendition.document_id == document_id)
    return set(db.session.scalars(query))


def test_an_empty_list_is_not_printed(app, login):
    assert "không có gì để in" in (
        login("commune").post("/absences/paper", 422).get_data(as_text=True)
    )
